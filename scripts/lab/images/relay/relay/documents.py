"""The documents of this relay: kept as they were applied, and in force whole or not at all."""
import fcntl
import json
import os
import pathlib
import sys
from contextlib import contextmanager

from . import maps, rspamd, tables
from .document import SLUG, digest, parse
from .refusal import Refusal

BASE = pathlib.Path("/var/lib/bastide-relay")
KEPT = BASE / "tenants"
LARGEST_BYTES = 4 << 20


@contextmanager
def locked():
    """One writer at a time; tenants applied at once wait for each other."""
    KEPT.mkdir(parents=True, exist_ok=True)
    with open(BASE / "lock", "w", encoding="utf-8") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def load():
    return {path.stem: json.loads(path.read_text("utf-8")) for path in sorted(KEPT.glob("*.json"))}


def apply(slug, data):
    if len(data) > LARGEST_BYTES:
        raise Refusal([f"{slug}: the document is larger than {LARGEST_BYTES} bytes"])
    document = parse(slug, data)
    with locked():
        before = load()
        refuse_taken_domains(document, before)
        after = {**before, slug: document}
        changed = before.get(slug) != document or not in_force(slug, after)
        if changed:
            put_in_place(slug, before, after)
            keep(slug, document)
    if changed:
        insist(slug, document, before.get(slug))
    print(f"{slug} {digest(document)}")
    return 0


def remove(slug, expected):
    if not SLUG.fullmatch(slug):
        raise Refusal([f"expected a slug, got {slug!r}"])
    with locked():
        before = load()
        if slug not in before:
            print(f"{slug} is not there")
            return 0
        found = digest(before[slug])
        if expected is not None and found != expected:
            print(f"{slug} stays: {found} is newer")
            return 0
        tables.put(slug, None, None)
        maps.publish({name: document for name, document in before.items() if name != slug})
        keep(slug, None)
    print(f"{slug} removed")
    return 0


def in_force(slug, documents):
    return maps.in_force(documents) and tables.hold(slug, digest(documents[slug]))


def put_in_place(slug, before, after):
    """The policy comes first: a domain is open only when its mail can be judged."""
    maps.publish(after)
    tables.put(slug, after[slug], digest(after[slug]))
    try:
        tables.test(slug, after[slug])
    except Refusal:
        put_back(slug, before)
        raise


def put_back(slug, documents):
    earlier = documents.get(slug)
    tables.put(slug, earlier, None if earlier is None else digest(earlier))
    maps.publish(documents)


def insist(slug, document, earlier):
    """
    Waits until the running rspamd works with the maps, beside others who wait for the same; puts this tenant's
    earlier document back when it does not.
    """
    if rspamd.has_taken(maps.current_generation):
        return
    with locked():
        documents = load()
        if documents.get(slug) == document:
            keep(slug, earlier)
            put_back(slug, load())
    raise Refusal([f"{slug}: rspamd did not take the document; the last good one is in force again"])


def refuse_taken_domains(document, before):
    owners = {
        domain: slug
        for slug, other in before.items()
        if slug != document["tenant"]
        for domain in other["domains"]
    }
    taken = [domain for domain in document["domains"] if domain in owners]
    if taken:
        raise Refusal([f"{document['tenant']}: {name} is a domain of {owners[name]}" for name in taken])


def keep(slug, document):
    """Writes the document for good; None takes it away."""
    path = KEPT / f"{slug}.json"
    if document is None:
        path.unlink(missing_ok=True)
        return
    part = path.with_suffix(".part")
    with open(part, "w", encoding="utf-8") as file:
        json.dump(document, file, ensure_ascii=False, indent=1)
        file.flush()
        os.fsync(file.fileno())
    os.replace(part, path)


def publish_all():
    with locked():
        after = load()
        maps.publish(after)
        tables.put_all(after, digest)
    return 0


def show_all():
    for slug, document in load().items():
        print(slug, digest(document))
    return 0


def show(slug):
    document = load().get(slug)
    if document is None:
        print(f"{slug} is not there", file=sys.stderr)
        return 1
    json.dump(document, sys.stdout, ensure_ascii=False, sort_keys=True, indent=1)
    print()
    return 0
