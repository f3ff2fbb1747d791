"""Patterns: none of ours repeats a repetition, and the worst that may be written is read within seconds.

Time is the processor's, of a process of its own with a hard limit: how busy the machine is changes nothing.
"""

import ast
import json
import resource
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

from tests.architecture.tree import ROOT, sources

# The parser of the standard library; it has no public name.
from re import _constants, _parser  # isort: skip

_REPEATS = {_constants.MAX_REPEAT, _constants.MIN_REPEAT}
SECONDS = 60
MANY = 5
SIZE = 100_000
READ = """
import json, sys, django
from contextlib import suppress
django.setup()
from core.problems import Refused
from notifications.mail import bodies, files, folding, headers, reading
from support import richtext, validators
for text in json.load(sys.stdin):
    print(repr(text[:20]), flush=True)
    message = text[:10_000]
    richtext.render(message)
    richtext.to_line(message)
    with suppress(Refused):
        validators.message_text(message)
    folding.fold(text)
    bodies.to_text(text)
    headers.one_line(message)
    files.safe_name(text[:2_000])
    line = " ".join(text[:900].split())
    raw = f"From: a@example.com\\r\\nSubject: {line}\\r\\nAuthentication-Results: mx; {line}\\r\\n\\r\\n{text}"
    with suppress(reading.Unreadable):
        reading.read(raw.encode(), own=frozenset({"b@example.com"}), trusted="mx")
"""
PUMPS = (
    *("a", " ", "\n", "<", "[", "](", "*a ", "_a_", "`", "> ", "<b>", "&#", "- ", "1. ", "5.1.1 "),
    *("\n-- \n", "On a wrote:\n", "From: x\n"),
)


def patterns() -> Iterator[tuple[str, str]]:
    """Where each stands and what it is: every literal that our code gives to `re`."""
    for source in sources():
        for node in ast.walk(source.tree):
            if isinstance(node, ast.Call) and ast.unparse(node.func).startswith("re.") and node.args:
                text = "".join(
                    str(part.value) for part in ast.walk(node.args[0]) if isinstance(part, ast.Constant)
                )
                yield f"{source.name}:{node.lineno}", text


def repeats_a_repetition(parsed: Any, *, within: bool = False) -> bool:
    """An unbounded repetition inside another: the one thing that makes a search take exponential time."""
    for kind, argument in parsed:
        repeats = kind in _REPEATS and argument[1] > MANY
        if repeats and within:
            return True
        if any(repeats_a_repetition(inner, within=within or repeats) for inner in _inner(kind, argument)):
            return True
    return False


def _inner(kind: Any, argument: Any) -> list[Any]:
    if kind in _REPEATS:
        return [argument[2]]
    if kind is _constants.SUBPATTERN:
        return [argument[3]]
    if kind is _constants.BRANCH:
        return list(argument[1])
    if kind in {_constants.ASSERT, _constants.ASSERT_NOT}:
        return [argument[1]]
    return []


def test_no_pattern_repeats_a_repetition() -> None:
    found = list(patterns())
    assert [place for place, text in found if repeats_a_repetition(_parser.parse(text))] == []
    assert len(found) > 30
    assert repeats_a_repetition(_parser.parse(r"(a+)+b"))
    assert not repeats_a_repetition(_parser.parse(r"a+b+(c|d)*"))


def test_the_worst_words_are_read_within_seconds_of_processor_time() -> None:
    """Each is one thing repeated, as whoever wants to keep a worker busy writes it."""
    words = [(pump * SIZE)[:SIZE] for pump in PUMPS]
    done = subprocess.run(
        [sys.executable, "-c", READ],
        input=json.dumps(words),
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS)),
    )
    assert (done.returncode, done.stdout.count("\n")) == (0, len(PUMPS)), done.stdout + done.stderr[-600:]
