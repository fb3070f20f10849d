"""What Postfix and rspamd look up, made from all documents, tested aside and taken by rename."""
import hashlib
import json
import os
import pathlib
import re
import shutil
import subprocess
import tempfile

from .refusal import Refusal

MAPS = pathlib.Path("/var/lib/bastide-relay/maps")
# Whoever asks for a recipient must find its way on before its domain is accepted.
ORDER = ("transport.cdb", "recipients.cdb", "settings.map", "domains.json", "domains.cdb")


def generation(documents):
    """Names one set of documents in the running rspamd."""
    text = json.dumps(documents, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:16].upper()


def in_force(documents):
    return current_generation() == generation(documents)


def current_generation():
    """Of the maps that are in place; None before the first."""
    try:
        text = (MAPS / "settings.map").read_text("utf-8")
    except FileNotFoundError:
        return None
    found = re.search(r"BASTIDE_GENERATION_([0-9A-F]{16})", text)
    return found[1] if found else None


def stage(documents):
    MAPS.mkdir(parents=True, exist_ok=True)
    os.chmod(MAPS, 0o755)
    folder = pathlib.Path(tempfile.mkdtemp(prefix="staged-", dir=MAPS.parent))
    tables = {
        "domains": {domain: slug for slug, it in documents.items() for domain in it["domains"]},
        "recipients": {address: "OK" for it in documents.values() for address in it["recipients"]},
        "transport": {domain: hop_of(it) for it in documents.values() for domain in it["domains"]},
    }
    for name, table in tables.items():
        lines = "".join(f"{key} {value}\n" for key, value in sorted(table.items()))
        (folder / name).write_text(lines, "utf-8")
        run(["postmap", f"cdb:{folder / name}"])
    (folder / "domains.json").write_text(json.dumps(tables["domains"]), "utf-8")
    (folder / "settings.map").write_text(settings_map(documents), "utf-8")
    for path in folder.iterdir():
        os.chmod(path, 0o644)
    return folder


def hop_of(document):
    hop = document["nextHop"]
    return f"relay:[{hop['host']}]:{hop['port']}"


def settings_map(documents):
    """JSON is what rspamd's own language reads as it is. The highest priority that matches is applied alone."""
    rules = {
        "bastide": {
            "priority": 1000,
            "rcpt": ["generation@bastide.invalid"],
            "apply": {"symbols": [f"BASTIDE_GENERATION_{generation(documents)}"]},
        }
    }
    for slug, document in sorted(documents.items()):
        rcpt = [f"@{domain}" for domain in document["domains"]]
        for field in ("from", "from_mime"):
            suffix = field.replace("from", "").replace("_", "-")
            if document["deny"]:
                rules[f"{slug}-deny{suffix}"] = {
                    "priority": 30,
                    "rcpt": rcpt,
                    field: document["deny"],
                    "apply": {"symbols": ["BASTIDE_DENY"]},
                }
        if document["allow"]:
            rules[f"{slug}-allow"] = {
                "priority": 20,
                "rcpt": rcpt,
                "from": document["allow"],
                "whitelist": True,
            }
        rules[slug] = {"priority": 10, "rcpt": rcpt, "apply": applied(document["policy"])}
    return json.dumps({"settings": rules}, ensure_ascii=False, indent=1)


def applied(policy):
    actions = {"reject": policy["rejectScore"], "add header": policy["markScore"]}
    if policy["greylistScore"] is None:
        # An action without a score does not stop the module: its symbols do.
        return {"actions": actions, "symbols_disabled": ["GREYLIST_CHECK", "GREYLIST_SAVE"]}
    return {"actions": {**actions, "greylist": policy["greylistScore"]}}


def test(folder, documents):
    """Every domain and every recipient is found by Postfix; whether rspamd takes its map, a probe tells later."""
    problems = []
    for slug, document in documents.items():
        asked = [("domains", document["domains"]), ("recipients", document["recipients"])]
        for name, keys in asked:
            answer = run(["postmap", "-q", "-", f"cdb:{folder / name}"], "\n".join(keys) + "\n")
            if len(answer.splitlines()) != len(set(keys)):
                problems.append(f"Postfix does not find the {name} of {slug}")
    if problems:
        raise Refusal(problems)


def run(line, text=None):
    done = subprocess.run(line, input=text, capture_output=True, text=True, timeout=60, check=False)
    if done.returncode != 0 and not (line[0:2] == ["postmap", "-q"] and done.returncode == 1):
        raise Refusal([f"{line[0]}: {(done.stderr or done.stdout).strip()[-400:]}"])
    return done.stdout


def take(folder):
    for name in ORDER:
        os.replace(folder / name, MAPS / name)
    drop(folder)


def drop(folder):
    shutil.rmtree(folder, ignore_errors=True)
