"""What rspamd and the policy service read, made from all documents and replaced by rename."""
import hashlib
import json
import os
import pathlib
import re

MAPS = pathlib.Path("/var/lib/bastide-relay/maps")


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


def publish(documents):
    """Puts both files in place by rename. Whether rspamd takes its own, a probe tells later."""
    MAPS.mkdir(parents=True, exist_ok=True)
    os.chmod(MAPS, 0o755)
    owners = {domain: slug for slug, it in documents.items() for domain in it["domains"]}
    replace("domains.json", json.dumps(owners))
    replace("settings.map", settings_map(documents))


def replace(name, text):
    part = MAPS / f"{name}.part"
    part.write_text(text, "utf-8")
    os.chmod(part, 0o644)
    os.replace(part, MAPS / name)


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
