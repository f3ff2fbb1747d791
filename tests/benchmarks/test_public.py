"""What measures talks to no internals: only what is started as a process of its own imports the product."""

import ast

from tests.architecture.tree import PACKAGES, suites

# Baselines and variants, each an application that a server runs, and the generator of commands for the sizing page.
STARTED = {"inline", "insert", "insert_urls", "collector", "core_layer", "variants", "generator"}


def imported(tree: ast.Module) -> set[str]:
    names = [node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    names += [each.name for node in ast.walk(tree) if isinstance(node, ast.Import) for each in node.names]
    return {name.partition(".")[0] for name in names}


def test_only_what_is_a_process_of_its_own_imports_the_product() -> None:
    benchmarks = [source for source in suites() if source.name.startswith("tests/benchmarks/")]
    assert {source.path.stem for source in benchmarks if imported(source.tree) & set(PACKAGES)} == STARTED


def test_nothing_that_measures_imports_what_is_measured() -> None:
    benchmarks = [source for source in suites() if source.name.startswith("tests/benchmarks/")]
    wanted = {f"tests.benchmarks.{name}" for name in STARTED}
    found = {
        f"{source.path.stem}: {node.module}"
        for source in benchmarks
        if source.path.stem not in STARTED
        for node in ast.walk(source.tree)
        if isinstance(node, ast.ImportFrom) and node.module in wanted
    }
    assert found == set()
