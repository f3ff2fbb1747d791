"""What lies in the tree, and what must not: hosts of registries, paths of somebody's machine, unlocked requirements."""

import ast
import re
import stat

import pytest

from tests.architecture.tree import ROOT, files, sources

# Put together here, so that this file does not name what it looks for.
REGISTRIES = re.compile(
    "|".join(
        (
            "py" + r"pi\.org",
            "python" + r"hosted\.",
            r"registry\.np" + "mjs",
            "deb" + r"ian\.org/",
            "un" + "pkg",
            "jsde" + "livr",
        )
    )
)
MACHINES = re.compile(
    "|".join((r"/ho" + r"me/\w", r"/Us" + r"ers/\w", r"/ro" + r"ot/\w", "/wo" + r"rk/", "/tm" + r"p/w/"))
)
TEXT = {
    ".py",
    ".md",
    ".html",
    ".txt",
    ".in",
    ".toml",
    ".yml",
    ".yaml",
    ".js",
    ".css",
    ".svg",
    ".json",
    ".sql",
    "",
}
LOCKED = re.compile(r"^(?P<name>[a-z0-9._-]+)==(?P<version>\S+)", re.MULTILINE)


def lines_with(pattern: re.Pattern[str]) -> list[str]:
    return [
        f"{path.relative_to(ROOT)}:{number}"
        for path in files()
        if path.suffix in TEXT
        for number, line in enumerate(
            path.read_text(encoding="utf-8", errors="replace").splitlines(), start=1
        )
        if pattern.search(line)
    ]


def test_no_file_names_the_host_of_a_registry() -> None:
    assert lines_with(REGISTRIES) == []


def test_no_file_names_a_path_of_somebodys_machine() -> None:
    assert lines_with(MACHINES) == []


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_every_requirement_is_locked_and_hashed(name: str) -> None:
    joined = (ROOT / name).read_text().replace("\\\n", " ")
    lines = [line for line in joined.splitlines() if line.strip() and not line.startswith("#")]
    assert [line[:60] for line in lines if "==" not in line or "--hash=sha256:" not in line] == []


def test_development_runs_on_the_versions_of_production() -> None:
    production, development = (
        {(found["name"], found["version"]) for found in LOCKED.finditer((ROOT / name).read_text())}
        for name in ("requirements.txt", "requirements-dev.txt")
    )
    assert production - development == set()


@pytest.mark.parametrize("name", ["requirements", "requirements-dev"])
def test_everything_asked_for_is_locked(name: str) -> None:
    asked = re.findall(r"^([A-Za-z][A-Za-z0-9._-]*)", (ROOT / f"{name}.in").read_text(), re.MULTILINE)
    locked = {found["name"] for found in LOCKED.finditer((ROOT / f"{name}.txt").read_text())}
    assert {re.sub(r"[._-]+", "-", one).lower() for one in asked} - locked == set()


def test_nothing_names_the_workers_even_in_a_string() -> None:
    """`core`, `support` and `notifications` cannot reach `workers` by import, nor by `import_string`."""
    named = [
        f"{source.name}:{node.lineno}"
        for source in sources()
        if not source.name.startswith("workers/")
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and re.match(r"workers(\.\w+)+$", node.value)
    ]
    assert named == []


def test_programs_are_executable() -> None:
    programs = [ROOT / "manage.py", ROOT / ".ci" / "run", *(ROOT / "scripts").iterdir()]
    assert [path.name for path in programs if not path.stat().st_mode & stat.S_IXUSR] == []


def test_continuous_integration_does_what_a_person_does() -> None:
    assert (ROOT / ".ci" / "run").read_text().splitlines()[-1] == "exec make test"


def test_every_variable_that_is_read_is_explained() -> None:
    explained = set(re.findall(r"^([A-Z][A-Z_]*)=", (ROOT / ".env.example").read_text(), re.MULTILINE))
    read = {
        str(node.args[0].value)
        for source in sources()
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id == "env"
        and node.args
        and isinstance(node.args[0], ast.Constant)
    }
    assert read - explained - {"PROCESS_ROLE", "TEST_DATABASE", "ANYMAIL_"} == set()
