"""Asks the running rspamd which set of documents it works with."""
import http.client
import json
import time

# A file map is looked at every second; reading the rules at a start takes longer. On a busy host all of it takes
# longer: the time is over only when that many answers came in it.
PATIENCE_SECONDS = 30
PATIENCE_ANSWERS = 60
LONGEST_SECONDS = 120
PROBE = b"From: probe@bastide.invalid\r\nTo: generation@bastide.invalid\r\nSubject: probe\r\n\r\nprobe\r\n"


def has_taken(current_generation):
    """True once a probe meets the generation that is in place; False after half a minute of answers without it."""
    started = time.monotonic()
    first_answer = None
    answers = 0
    while True:
        found = symbols()
        if found is not None and f"BASTIDE_GENERATION_{current_generation()}" in found:
            return True
        now = time.monotonic()
        if found is not None:
            first_answer = first_answer or now
            answers += 1
        if answers >= PATIENCE_ANSWERS and now - first_answer > PATIENCE_SECONDS:
            return False
        if now - started > LONGEST_SECONDS:
            return False
        time.sleep(0.2)


def symbols():
    """Symbols of one probe; None while rspamd does not answer."""
    connection = http.client.HTTPConnection("127.0.0.1", 11333, timeout=10)
    try:
        headers = {"Rcpt": "generation@bastide.invalid", "From": "probe@bastide.invalid", "IP": "127.0.0.1"}
        connection.request("POST", "/checkv2", PROBE, headers)
        answer = json.loads(connection.getresponse().read())
        return answer.get("symbols", {})
    except (OSError, ValueError, http.client.HTTPException):
        return None
    finally:
        connection.close()
