"""One collectivité's document: strict JSON, all mistakes at once."""
import hashlib
import json
import re

from .refusal import Refusal

SLUG = re.compile(r"[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?")
DOMAIN = re.compile(r"(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9-]{2,63}")
LOCAL = re.compile(r"[a-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}")
HOST = re.compile(r"[a-z0-9.-]{1,253}")
KEYS = {"version", "tenant", "domains", "nextHop", "recipients", "policy", "allow", "deny"}
POLICY_KEYS = {"rejectScore", "markScore", "greylistScore"}


def is_address(value):
    local, at, domain = value.rpartition("@")
    return bool(at and LOCAL.fullmatch(local) and DOMAIN.fullmatch(domain))


def is_sender(value):
    return is_address(value) or (value.startswith("@") and bool(DOMAIN.fullmatch(value[1:])))


def digest(document):
    """The same for the same content, whatever its spacing."""
    text = json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def parse(slug, data):
    """The document in `data`, checked whole; raises Refusal with every mistake."""
    if not SLUG.fullmatch(slug):
        raise Refusal([f"expected a slug, got {slug!r}"])
    try:
        document = json.loads(data.decode())
    except (UnicodeDecodeError, ValueError) as error:
        raise Refusal([f"{slug}: the document is no JSON: {error}"]) from None
    if not isinstance(document, dict):
        raise Refusal([f"{slug}: the document is no object"])
    problems = [f"unknown key {key}" for key in sorted(document.keys() - KEYS)]
    problems += [f"missing key {key}" for key in sorted(KEYS - document.keys())]
    if not problems:
        problems = list(mistakes(slug, document))
    if problems:
        raise Refusal([f"{slug}: {problem}" for problem in problems])
    return document


def mistakes(slug, document):
    if document["version"] != 1:
        yield f"expected version 1, got {document['version']!r}"
    if document["tenant"] != slug:
        yield f"the document is of {document['tenant']!r}"
    for key, right in (("domains", DOMAIN.fullmatch), ("recipients", is_address)):
        yield from wrong_entries(document, key, right)
    for key in ("allow", "deny"):
        yield from wrong_entries(document, key, is_sender)
    if document["domains"] == []:
        yield "domains: expected at least one"
    yield from foreign_recipients(document)
    yield from hop_mistakes(document["nextHop"])
    yield from policy_mistakes(document["policy"])


def wrong_entries(document, key, right):
    values = document[key]
    if not isinstance(values, list):
        yield f"{key}: expected a list"
        return
    for index, value in enumerate(values):
        if not isinstance(value, str) or not right(value):
            yield f"{key}[{index}]: got {value!r}"


def foreign_recipients(document):
    if not isinstance(document["recipients"], list) or not isinstance(document["domains"], list):
        return
    for recipient in document["recipients"]:
        if isinstance(recipient, str) and recipient.rpartition("@")[2] not in document["domains"]:
            yield f"recipients: {recipient!r} is in none of the domains"


def hop_mistakes(hop):
    if not isinstance(hop, dict) or hop.keys() != {"host", "port"}:
        yield "nextHop: expected host and port"
        return
    if not isinstance(hop["host"], str) or not HOST.fullmatch(hop["host"]):
        yield f"nextHop.host: got {hop['host']!r}"
    if type(hop["port"]) is not int or not 1 <= hop["port"] <= 65535:
        yield f"nextHop.port: got {hop['port']!r}"


def policy_mistakes(policy):
    if not isinstance(policy, dict) or policy.keys() != POLICY_KEYS:
        yield f"policy: expected {', '.join(sorted(POLICY_KEYS))}"
        return
    for key in sorted(POLICY_KEYS):
        value = policy[key]
        if key == "greylistScore" and value is None:
            continue
        if type(value) not in (int, float) or not 0 < value <= 1000:
            yield f"policy.{key}: got {value!r}"
