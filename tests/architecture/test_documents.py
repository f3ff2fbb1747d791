"""The documents are true where a machine can tell: files and links exist, variables and commands are explained."""

import ast
import re
from pathlib import Path

import pytest
from django.core.management import get_commands

from tests.architecture.tree import ROOT, sources

DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
LINK = re.compile(r"\]\((?!https?://|mailto:)([^)#\s]+)")
# A path of the tree in backticks: it begins with one of our directories.
MENTIONED = re.compile(r"`((?:core|support|notifications|workers|templates|tests|docs)/[\w./-]+?)/?`")
MANAGED = re.compile(r"manage\.py (\w+)")
ENV_READERS = {
    "text",
    "secret",
    "integer",
    "port",
    "boolean",
    "items",
    "url",
    "group",
    "clock",
    "weekdays",
    "dates",
}

every_document = pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))


@every_document
def test_links_lead_somewhere(document: Path) -> None:
    links = LINK.findall(document.read_text(encoding="utf-8"))
    assert [link for link in links if not (document.parent / link).exists()] == []


@every_document
def test_files_that_are_named_exist(document: Path) -> None:
    named = MENTIONED.findall(document.read_text(encoding="utf-8"))
    assert [path for path in named if not (ROOT / path).exists()] == []


@every_document
def test_management_commands_that_are_named_exist(document: Path) -> None:
    named = set(MANAGED.findall(document.read_text(encoding="utf-8")))
    assert named - set(get_commands()) == set()


def test_every_variable_that_is_read_is_explained_to_operators() -> None:
    table = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    read = {
        str(node.args[0].value)
        for source in sources()
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and isinstance(node.func.value, ast.Name)
        and (node.func.value.id, node.func.attr in ENV_READERS) == ("env", True)
        and isinstance(node.args[0], ast.Constant)
    }
    assert {name for name in read if f"`{name}" not in table} == set()


def test_every_decision_is_in_the_list() -> None:
    folder = ROOT / "docs" / "adr"
    listed = set(re.findall(r"\]\((\d{4}-[\w-]+\.md)\)", (folder / "README.md").read_text(encoding="utf-8")))
    assert listed == {path.name for path in folder.glob("0*.md")}
