"""What Postfix looks up: one database, changed a collectivité at a time in one transaction.

Every daemon sees a change at its next lookup. With files that are replaced, trivial-rewrite would look only
every ten seconds, and mail for a new domain that smtpd has taken would be sent to the domain's own MX.
"""
import pathlib
import sqlite3
import subprocess
from contextlib import closing

from .refusal import Refusal

FILE = pathlib.Path("/var/lib/bastide-relay/tables/postfix.sqlite")
SCHEMA = """
CREATE TABLE IF NOT EXISTS domain (
  name TEXT PRIMARY KEY, tenant TEXT NOT NULL, next_hop TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS recipient (address TEXT PRIMARY KEY, tenant TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS applied (tenant TEXT PRIMARY KEY, digest TEXT NOT NULL) WITHOUT ROWID;
"""


def put(slug, document, digest):
    """Replaces what one collectivité has; None takes it away."""
    with opened() as database:
        replace(database, slug, document, digest)


def put_all(documents, digest_of):
    """Makes the tables anew from all documents."""
    with opened() as database:
        for table in ("domain", "recipient", "applied"):
            database.execute(f"DELETE FROM {table}")
        for slug, document in documents.items():
            replace(database, slug, document, digest_of(document))


def hold(slug, digest):
    """Whether this is what Postfix works with for a collectivité."""
    with opened() as database:
        found = database.execute("SELECT digest FROM applied WHERE tenant = ?", (slug,)).fetchone()
    return found == (digest,)


def replace(database, slug, document, digest):
    for table in ("domain", "recipient", "applied"):
        database.execute(f"DELETE FROM {table} WHERE tenant = ?", (slug,))
    if document is None:
        return
    hop = f"relay:[{document['nextHop']['host']}]:{document['nextHop']['port']}"
    domains = [(name, slug, hop) for name in document["domains"]]
    database.executemany("INSERT INTO domain VALUES (?, ?, ?)", domains)
    recipients = [(address, slug) for address in document["recipients"]]
    database.executemany("INSERT INTO recipient VALUES (?, ?)", recipients)
    database.execute("INSERT INTO applied VALUES (?, ?)", (slug, digest))


class opened:
    """One transaction: whole at the end, or nothing of it after an error."""

    def __enter__(self):
        self.database = sqlite3.connect(FILE, timeout=30)
        # Readers never wait for the writer.
        self.database.execute("PRAGMA journal_mode = WAL")
        self.database.executescript(SCHEMA)
        FILE.chmod(0o660)
        return self.database

    def __exit__(self, kind, _error, _trace):
        with closing(self.database):
            if kind is None:
                self.database.commit()


def test(slug, document):
    """Postfix finds every domain and every recipient."""
    problems = []
    for name in ("domains", "recipients"):
        keys = sorted(set(document[name]))
        found = asked(name, keys)
        if len(found) != len(keys):
            problems.append(f"{slug}: Postfix does not find its {name}")
    if problems:
        raise Refusal(problems)


def asked(name, keys):
    done = subprocess.run(
        ["postmap", "-q", "-", f"sqlite:{name}"],
        input="".join(f"{key}\n" for key in keys),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    if done.returncode not in (0, 1):
        raise Refusal([f"postmap: {(done.stderr or done.stdout).strip()[-400:]}"])
    return done.stdout.splitlines()
