"""The table of docs/reliability.md: what was tried, what was expected, what came out.

Promises: a row is written only by an experiment that held (`measured` is its last statement), replaces the row of the
same id and leaves the others. A test that fails strikes the rows whose ids are in its name, and nothing else in its run
writes them, so of an experiment with several tests all have held. It is written when FAULTS_TABLE says when the run
began (`2026-11-27 07:10`), which `make faults` does.
"""

import fcntl
import os
import re
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pytest

from tests.system import machine

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "reliability.md"
HEAD = "| id | fault | expected besides all-zero | measured | on | machine |"
RUN = os.environ.get("FAULTS_TABLE", "")
if RUN:
    datetime.fromisoformat(RUN)  # what is no moment would be the same in every run
_ROW = re.compile(r"^\| (?P<id>[A-Z]\d+) \|.*$", re.MULTILINE)

EXPERIMENTS: dict[str, tuple[str, str]] = {
    "W1": (
        "kill -9 a drain worker in the middle of a batch, before commit",
        "t_recover < 5 s with a second drain worker, < 10 s alone (supervisor restart)",
    ),
    "W2": (
        "kill -9 after commit, before announcing; and after announcing, before deleting",
        "frames may repeat with the same sequence; nothing planned twice",
    ),
    "W3": (
        "kill -9 a quick and a patient worker with their children",
        "unread, mail and presence catch up < 60 s",
    ),
    "W4": ("SIGTERM rolling restart under load", "each exit < 10 s"),
    "W5": (
        "SIGKILL and SIGQUIT 200 × at random moments around a commit",
        "deliveries are planned for every committed row; nothing dead-lettered",
    ),
    "W6": (
        "poison: a command whose application aborts its process; one that always raises",
        "quarantined after exactly 3 lone attempts / at once; innocents never; neighbours delayed < 10 s",
    ),
    "B1": (
        "kill -9 Valkey (durable, ephemeral), back after 5 s",
        "writes answered < 3 s meanwhile (503 without the durable one); workers go on < 15 s after it is back",
    ),
    "B2": ("Valkey stopped (SIGSTOP) for 20 s", "no web thread stuck afterwards; recovery < 5 s"),
    "B3": ("ten restarts of Valkey in a row", "every worker consumes again, no manual restart"),
    "B4": (
        "power cut: command log truncated to its last fsync",
        "`always`: lost accepted 0; `everysec`: ≤ 2 s of load, reported",
    ),
    "P1": ("PostgreSQL immediate restart, three times, under load", "no child keeps a dead connection"),
    "P2": (
        "PostgreSQL away for 30 s",
        "open sockets stay and accept; HTTP 503, never 500; drained < 30 s after",
    ),
    "P3": (
        "one ticket's row locked for 20 s, 300 entries of it at the head",
        "other tickets' p95 < 2 × baseline",
    ),
    "P4": (
        "PostgreSQL frozen (SIGSTOP) for 20 s",
        "open sockets stay and accept; HTTP never 500; drained < 30 s after",
    ),
    "C1": ("kill -9 the web process with 200 sockets", "all back < 15 s, spread out"),
    "C2": ("ephemeral Valkey killed for 3 s", "every client notices within one heartbeat"),
    "C3": ("a reader that stops reading, 5,000 × 2 KiB", "its socket closed ≤ 60 s, web memory + < 30 MB"),
    "C4": ("flood from one client, burst and sustained", "accepted exactly the bucket; others' p95 < 2 ×"),
    "C5": (
        "10,000 messages over 50 tickets in < 10 s",
        "all stored and delivered; drain time and p99 reported",
    ),
    "C6": ("500 sockets cut at once", "all back < 60 s, one history query each, no 5xx"),
    "C7": (
        "oversize, bad UTF-8, reserved opcodes, 100,000 brackets, NaN, duplicate keys, binary, generated junk",
        "right close code or error frame; nothing logged to the command log",
    ),
    "C8": (
        "text zoo: NUL, lone surrogates; ZWJ emoji, RTL override, 10,000 combining marks",
        "first two refused; the rest byte-identical",
    ),
    "C9": (
        "session ended / password changed / user deactivated while the socket is open",
        "closed ≤ 2 s; nothing accepted after",
    ),
    "C10": ("agent demoted while connected", "no staff-only event later than 5 s"),
    "C11": (
        "another user's ticket by socket, frames, resume, guessed ids",
        "0 bytes; existing and missing look alike; logged",
    ),
    "C12": ("missing, null, foreign, look-alike origins", "403 before accept"),
    "C13": ("1,000 joins while messages are written every millisecond", "each message once in every view"),
    "C14": (
        "agent demoted while their web process, and no other, has a silent line to PostgreSQL",
        "no staff-only event later than 5 s; a colleague's page there has all of them afterwards",
    ),
    "D1": ("every command and task delivered three times", "exact rows, sequences, mails"),
    "D2": (
        "Idempotency-Key replays: sequential, 20 at once, after restart, other body, other user",
        "one row; 422; independent",
    ),
    "D3": (
        "two agents update one ticket, 100 rounds",
        "one winner per version, the loser told, history has both",
    ),
    "E1": ("slow SMTP, 3 s per mail, 60 mails", "chat p95 within 10 %; no task redelivered"),
    "E2": ("421 / 451 then fine; 550", "once after retry; one attempt, suppressed, visible on the ticket"),
    "E3": ("tracking webhook × 100, reordered, forged, old", "one change of state; forged 400"),
    "E4": (
        "mail loop: two installations answering each other; out-of-office; a bounce of our own",
        "≤ 1 automatic answer per thread and day, breaker visible",
    ),
    "E5": ("CR, LF, NUL in subject, name, address, file name", "422; no extra recipient"),
    "E6": ("kill -9 between sending and settling", "uncertain, and shown; no second mail by itself"),
    "E7": ("kill -9 of whoever fetches, sorts and stores mail that comes in", "each mail once in its thread"),
    "K1": (
        "a worker that lives and hears nothing: Celery is told to stop consuming",
        "said at ERROR ≤ 30 s, exit code 1, started again, the queue drained",
    ),
    "R1": (
        "backup under load, drain at work; restored elsewhere",
        "nothing accepted before it began is missing; the copy works on",
    ),
    "R2": (
        "backup under load while no drain runs; restored elsewhere",
        "likewise, the log's entries included",
    ),
    "N1": (
        "none: two web hosts, two worker hosts, one with the servers",
        "a chat between sockets at different web hosts",
    ),
    "N2": (
        "a web host is cut off amid the chat, for 25 s; nobody is told",
        "its pages go on at the other one < 20 s",
    ),
    "N3": (
        "a worker host is cut off amid a batch, holding the shard, for 25 s",
        "the shard is free < 5 s, the other host goes on < 10 s; the first one, back, applies nothing twice",
    ),
    "N4": (
        "a host vanishes with three lines to PostgreSQL: one holds a lock, one is idle, one asks",
        "the lock is free < 4 s; the sessions are gone and the question is given up < 15 s",
    ),
    "N5": (
        "lines of web and drain to each server in turn: each way 500 ms late for 8 s, silent for 5 s, all reset",
        "t_recover < 20 s each; no process dies",
    ),
    "K2": (
        "each hop made late in turn: its process ended, its server killed, its broadcasts withheld",
        "named by /health/ready ≤ 15 s; a system that is well never is",
    ),
    "S1": ("two beats for 120 s", "effects per period = 1"),
    "S2": ("digest run five times, killed in the middle", "≤ 1 mail per person and day"),
    "S3": ("daylight saving, both ways, three zones", "once per local day"),
    "S4": (
        "presence flapping, 10 connects/s, five tabs",
        "≤ 1 public change per 15 s, right ≤ 30 s after",
    ),
    "S5": (
        "an agent's machine vanishes; ephemeral Valkey flushed",
        "offline ≤ 75 s (no debounce on a lapsed lease); waiting chats handed on once",
    ),
    "X1": (
        "canary text in messages, passwords, tokens",
        "found 0 times in Flower, task events, logs, metrics; Flower 401 without login, control refused",
    ),
    "X2": ("pickle / yaml pushed into a queue", "refused, worker alive"),
    "X3": ("permission matrix: every route × every kind of person", "0 deviations"),
    "U1": (
        "none: the schema of the first version is migrated while people write in its tables",
        "nobody waits 5 s for a lock; what was written is there",
    ),
    "Z1": (
        "the soak: 50 messages a second for ten minutes, a random death, outage or freeze every 20 s",
        "nothing: slopes of memory are told, Z3 judges them",
    ),
    "Z2": (
        "none: 50 messages a second for ten minutes",
        "no hop is ever late, the page of operations never amber; nobody gains more than 1.5 MB of memory a minute",
    ),
    "Z3": (
        "the soak without deaths of our own: an outage or freeze every 20 s",
        "every process lives for all of it, and none gains more than 1.5 MB a minute",
    ),
}


def measured(experiment: str, words: str, slowed: float = 1.0) -> None:
    """The experiment held, and this is what it showed; unless another part of it has failed in this run."""
    _rewrite(partial(with_row, experiment=experiment, words=words, slowed=slowed, run=RUN))


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Nothing holds that failed, be it while it was prepared, tried or judged."""
    if report.failed:
        for experiment in experiments(report.nodeid):
            _rewrite(partial(struck, experiment=experiment, run=RUN))


def experiments(test: str) -> set[str]:
    """Those that a test's name or its parameters name."""
    return {word.upper() for word in re.split(r"\W|_", test.partition("::")[2])} & EXPERIMENTS.keys()


def with_row(text: str, experiment: str, words: str, slowed: float, run: str = "") -> str:
    """The document with this row in its place, in the order of EXPERIMENTS; as it was, if this run struck the row."""
    if _struck(experiment, run) in text:
        return text
    today = f"{datetime.now(UTC):%Y-%m-%d}"
    return _placed(text, experiment, _row(experiment, words, today, machine.words(slowed)))


def struck(text: str, experiment: str, run: str) -> str:
    """The document with a row that says of this experiment that it did not hold."""
    return _placed(text, experiment, _struck(experiment, run))


def _rewrite(change: Callable[[str], str]) -> None:
    if RUN:
        with DOCUMENT.open("r+", encoding="utf-8") as document:
            fcntl.flock(document, fcntl.LOCK_EX)  # others write their rows at the same time
            text = change(document.read())
            document.seek(0)
            document.write(text)
            document.truncate()


def _placed(text: str, experiment: str, row: str) -> str:
    before, _, after = text.partition(HEAD)
    rows = {found["id"]: found[0] for found in _ROW.finditer(after)}
    rest = _ROW.sub("", after.partition("|---|---|---|---|---|---|\n")[2]).lstrip("\n")
    rows[experiment] = row
    lines = [rows[known] for known in EXPERIMENTS if known in rows]
    return "\n".join([before + HEAD, "|---|---|---|---|---|---|", *lines, "", rest]).rstrip("\n") + "\n"


def _struck(experiment: str, run: str) -> str:
    return _row(experiment, f"not held in the run of {run}", "–", "–")


def _row(experiment: str, *found: str) -> str:
    return f"| {' | '.join((experiment, *EXPERIMENTS[experiment], *found))} |"
