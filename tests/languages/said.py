"""What the product says: every sentence for people in its Python, its templates and its scripts.

Read from the sources themselves: Python by its syntax tree, templates by Django's own parser (so that a key is exactly
what will be looked up), scripts by Babel's lexer. Called by the catalogue's tests and by `tests.languages.messages`.
Must not: run anything, or find a key that is not a literal; such a one is a mistake, and it says so.
"""

import ast
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final, NamedTuple

from babel.messages import extract
from django.template import Engine, Node, NodeList
from django.template.base import Template
from django.templatetags.i18n import BlockTranslateNode, TranslateNode

from tests.architecture.tree import PACKAGES, ROOT, sources

# Which arguments are the context, the sentence and its plural.
PYTHON: Final[dict[str, tuple[int | None, int, int | None]]] = {
    "_": (None, 0, None),
    "gettext": (None, 0, None),
    "gettext_lazy": (None, 0, None),
    "gettext_noop": (None, 0, None),
    "ngettext": (None, 0, 1),
    "ngettext_lazy": (None, 0, 1),
    "pgettext": (0, 1, None),
    "pgettext_lazy": (0, 1, None),
    "npgettext": (0, 1, 2),
    "npgettext_lazy": (0, 1, 2),
}
SCRIPT: Final = {"t": None, "plural": (2, 3)}
# What Python looks up by a name was marked where it was written down.
LOOKED_UP: Final = {"gettext", "ngettext"}
IN_EXPRESSION: Final = re.compile(r"""\b_\((?P<quote>["'])(?P<words>.*?)(?P=quote)\)""")


class Sentence(NamedTuple):
    """A key of the catalogue."""

    words: str
    plural: str | None = None
    context: str | None = None


def in_python() -> set[Sentence]:
    """The sentences of every module of the product."""
    calls = [
        (source.name, call)
        for source in sources()
        for call in ast.walk(source.tree)
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id in PYTHON
    ]
    return {sentence for name, call in calls if (sentence := _of_call(name, call))}


def _of_call(source: str, call: ast.Call) -> Sentence | None:
    function = call.func.id if isinstance(call.func, ast.Name) else ""
    context, words, plural = (
        _literal(call.args[place]) if place is not None else None for place in PYTHON[function]
    )
    if words is None and function in LOOKED_UP:
        return None
    assert words is not None, f"{source}:{call.lineno}: a sentence that is not written out cannot be found"
    return Sentence(words, plural, context)


def _literal(argument: ast.expr) -> str | None:
    return argument.value if isinstance(argument, ast.Constant) and isinstance(argument.value, str) else None


def in_templates() -> set[Sentence]:
    """The sentences of every template, pages and mails."""
    return {sentence for path in _templates() for sentence in in_template(path)}


def _templates() -> list[Path]:
    return sorted(path for path in (ROOT / "templates").rglob("*") if path.suffix in {".html", ".txt"})


def in_template(path: Path) -> Iterator[Sentence]:
    """The sentences of one template."""
    text = path.read_text(encoding="utf-8")
    template = Template(text, engine=Engine.get_default())
    nodes = list(_nodes(template.nodelist))
    for node in nodes:
        yield from _of_node(node)
    for found in IN_EXPRESSION.finditer(text):
        yield Sentence(found["words"])
    expected = len(re.findall(r"\{%\s*(?:block)?trans(?:late)?\s", text))
    found_nodes = sum(isinstance(node, TranslateNode | BlockTranslateNode) for node in nodes)
    assert found_nodes == expected, f"{path}: {expected} sentences are marked, {found_nodes} found"


def _nodes(nodes: Iterable[Node]) -> Iterator[Node]:
    """Every node, whatever the tags that hold others call their lists."""
    for node in nodes:
        yield node
        held = [value for value in vars(node).values() if isinstance(value, NodeList)]
        branches = [branch for _, branch in getattr(node, "conditions_nodelists", ())]
        for inner in (*held, *branches):
            yield from _nodes(inner)


def _of_node(node: Node) -> Iterator[Sentence]:
    context = getattr(getattr(node, "message_context", None), "var", None)
    context = getattr(context, "literal", context)
    if isinstance(node, BlockTranslateNode):
        words, _ = node.render_token_list(node.singular)
        plural = node.render_token_list(node.plural)[0] if node.plural else None
        yield Sentence(words, plural, context)
    elif isinstance(node, TranslateNode):
        literal = node.filter_expression.var.literal
        assert isinstance(literal, str), f"{node.origin}:{node.token}: a sentence that is not written out"
        yield Sentence(literal.replace("%", "%%"), None, context)


def in_scripts() -> set[Sentence]:
    """The sentences of every script of the pages."""
    paths = [path for package in PACKAGES for path in (ROOT / package).rglob("static/**/*.js")]
    return {sentence for path in sorted(paths) for sentence in _of_script(path)}


def _of_script(path: Path) -> Iterator[Sentence]:
    with path.open("rb") as file:
        for _, words, _, _ in extract.extract("javascript", file, keywords=SCRIPT):
            yield Sentence(words) if isinstance(words, str) else Sentence(*words[:2])


def said() -> dict[str, set[Sentence]]:
    """All of it, by the catalogue it belongs to."""
    return {"django": in_python() | in_templates(), "djangojs": in_scripts()}
