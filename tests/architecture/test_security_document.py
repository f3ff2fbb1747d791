"""docs/security.md names tests, and they exist; its numbers have the form of the standard's."""

import re

from tests.architecture.tree import ROOT, suites

DOCUMENT = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
NAMED = re.compile(r"`(tests/[\w/]+\.py)::(test_\w+)`")
ROW = re.compile(r"^\| v5\.0\.0-(?P<numbers>[\d., ]+?) \| .+ \| .*`tests/.+::test_\w+`.* \|$")


def test_every_test_that_proves_something_exists() -> None:
    known = {(suite.name, function.name) for suite in suites() for function in suite.functions}
    named = NAMED.findall(DOCUMENT)

    assert [one for one in named if one not in known] == []
    assert len(set(named)) > 30


def test_every_line_of_the_table_has_numbers_and_a_test() -> None:
    proven = DOCUMENT.partition("## What is proven")[2].partition("\n## ")[0]
    rows = [line for line in proven.splitlines() if line.startswith("| v5.0.0-")]
    numbers = [
        number
        for row in rows
        for number in re.findall(r"\d+\.\d+\.\d+", row.split("|")[1].replace("v5.0.0-", ""))
    ]

    assert [row for row in rows if not ROW.match(row)] == []
    assert len(numbers) == len(set(numbers)) >= 40
