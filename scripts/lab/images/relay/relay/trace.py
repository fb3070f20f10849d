"""What happened to messages, from the logs of Postfix and rspamd: one JSON line a message, oldest first."""
import json
import re

MAIL_LOG = "/var/log/bastide-relay/mail.log"
RSPAMD_LOG = "/var/log/bastide-relay/rspamd.log"

LINE = re.compile(r"^(?P<time>\w{3} +\d+ [\d:]+) \S+ postfix/(?:\w+/)?(?P<daemon>\w+)\[\d+\]: (?P<text>.*)$")
QUEUED = re.compile(r"^(?P<id>[0-9A-Za-z]{6,}): (?P<rest>.*)$")
REFUSED = re.compile(
    r"(?:RCPT|END-OF-MESSAGE|DATA|MAIL)[^;]*?: (?P<answer>[45](?:\d\d|\.\d+\.\d+) [^;]*);.*?"
    r"from=<(?P<sender>[^>]*)>(?: to=<(?P<recipient>[^>]*)>)?"
)
DELIVERED = re.compile(r"to=<(?P<recipient>[^>]*)>.*?relay=(?P<relay>[^,]+),.*?status=(?P<status>\w+) \((?P<answer>.*)\)$")
VERDICT = re.compile(
    r"qid: <(?P<id>[^>]+)>.*?\(default: \w+ \((?P<action>[^)]*)\): \[(?P<score>[-\d.]+)/(?P<limit>[-\d.]+)\] \[(?P<symbols>[^\]]*)\]"
)


def print_trace(address):
    wanted = address.lower()
    for message in messages().values():
        if wanted in (person.lower() for person in [message["from"], *message["to"]]):
            print(json.dumps(message, ensure_ascii=False))
    return 0


def messages():
    found = {}
    for number, line in enumerate(lines(MAIL_LOG)):
        match = LINE.match(line)
        if match is None:
            continue
        time, text = match["time"], match["text"]
        if text.startswith("NOQUEUE: "):
            refused = REFUSED.search(text)
            if refused:
                message = found.setdefault(f"NOQUEUE-{number}", empty(time))
                note_refusal(message, refused)
            continue
        queued = QUEUED.match(text)
        if queued:
            note(found.setdefault(queued["id"], empty(time)), queued["rest"])
    note_verdicts(found)
    return {key: message for key, message in found.items() if message["from"] or message["to"]}


def empty(time):
    return {"time": time, "from": "", "to": [], "client": None, "verdict": None, "fates": []}


def note(message, text):
    client = re.match(r"client=(\S+)", text)
    if client:
        message["client"] = client[1]
    sender = re.match(r"from=<([^>]*)>", text)
    if sender:
        message["from"] = sender[1]
    delivered = DELIVERED.match(text)
    if delivered:
        add_recipient(message, delivered["recipient"])
        fate = {key: delivered[key] for key in ("recipient", "status", "relay", "answer")}
        message["fates"].append(fate)
        return
    refused = REFUSED.search(text) if "reject" in text else None
    if refused:
        note_refusal(message, refused)


def note_refusal(message, refused):
    message["from"] = message["from"] or refused["sender"]
    if refused["recipient"]:
        add_recipient(message, refused["recipient"])
    status = "put off" if refused["answer"].startswith("4") else "refused"
    message["fates"].append(
        {"recipient": refused["recipient"], "status": status, "relay": None, "answer": refused["answer"]}
    )


def add_recipient(message, recipient):
    if recipient not in message["to"]:
        message["to"].append(recipient)


def note_verdicts(found):
    for line in lines(RSPAMD_LOG):
        verdict = VERDICT.search(line)
        if verdict and verdict["id"] in found:
            found[verdict["id"]]["verdict"] = {
                "action": verdict["action"],
                "score": float(verdict["score"]),
                "limit": float(verdict["limit"]),
                "symbols": re.findall(r"([A-Z][A-Z0-9_]+)\(", verdict["symbols"]),
            }


def lines(path):
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            yield from (line.rstrip("\n") for line in file)
    except FileNotFoundError:
        return
