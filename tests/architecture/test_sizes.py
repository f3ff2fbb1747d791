"""Small, typed, explained: the limits that keep the next change easy. Migrations are not counted; of tests only what no
function may exceed, because a test reads like a story and a file of them like a book."""

import ast
from statistics import median, quantiles

from tests.architecture.tree import length, sources, suites


def p90(values: list[int]) -> float:
    return quantiles(values, n=10, method="inclusive")[-1]


def test_no_function_is_longer_than_forty_lines() -> None:
    long = [
        f"{source.name}:{function.lineno} {function.name} has {length(function)} lines"
        for source in (*sources(), *suites())
        for function in source.functions
        if length(function) > 40
    ]
    assert long == []


def test_functions_are_short_as_a_rule() -> None:
    lengths = [length(function) for source in sources() for function in source.functions]
    assert median(lengths) <= 8
    assert p90(lengths) <= 22


def test_no_file_is_longer_than_240_lines() -> None:
    assert [f"{source.name} has {source.lines} lines" for source in sources() if source.lines > 240] == []


def test_files_are_short_as_a_rule() -> None:
    lengths = [source.lines for source in sources() if source.lines]
    assert median(lengths) <= 65
    assert p90(lengths) <= 160


def test_every_function_says_what_it_returns() -> None:
    untyped = [
        f"{source.name}:{function.lineno} {function.name}"
        for source in sources()
        for function in source.functions
        if function.returns is None
    ]
    assert untyped == []


def test_no_function_imports() -> None:
    """A local import hides a cycle; this architecture has none."""
    hidden = {
        f"{source.name}:{node.lineno}"
        for source in (*sources(), *suites())
        for function in source.functions
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
    }
    assert hidden == set()


def test_every_module_says_what_it_promises() -> None:
    silent = [
        source.name
        for source in (*sources(), *suites())
        if source.text.strip() and not ast.get_docstring(source.tree)
    ]
    assert silent == []


def test_no_module_is_a_drawer_for_everything() -> None:
    drawers = {"utils.py", "util.py", "helpers.py", "misc.py", "common.py"}
    assert [source.name for source in (*sources(), *suites()) if source.path.name in drawers] == []
