"""What docs/operations.md has an operator type is true: it can be typed, and what it names is there."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.tree import ROOT

TEXT = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
SYSTEMD = TEXT.partition("### With systemd")[2].partition("\n### ")[0]
UNITS = {path.stem for path in (ROOT / "deploy" / "systemd").iterdir()}
# What an operator has to fill in, and what the shell knows by then.
GIVEN = {"REPOSITORY", "ALLOWED_HOSTS", "OPS_TOKEN", "POSTGRES_PASSWORD"}


def blocks(text: str) -> list[str]:
    found = re.findall(r"^( *)```\n(.*?)^\1```$", text, re.DOTALL | re.MULTILINE)
    return [re.sub(rf"^{indent}", "", block, flags=re.MULTILINE) for indent, block in found]


def environment(tmp_path: Path) -> dict[str, str]:
    """What deploy/make-environment writes."""
    file = tmp_path / "made" / "environment"
    command = ["sh", str(ROOT / "deploy" / "make-environment"), "support.example.com", str(file)]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    assert file.stat().st_mode & 0o777 == 0o600
    assert subprocess.run(command, check=False, capture_output=True).returncode == 1  # what is there stays
    return dict(line.split("=", 1) for line in file.read_text().splitlines())


@pytest.mark.parametrize("block", blocks(TEXT), ids=lambda block: block.strip().splitlines()[0][:60])
def test_a_shell_understands_what_is_to_be_typed(block: str) -> None:
    done = subprocess.run(["sh", "-n"], input=block, text=True, capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert "…" not in block


def test_what_the_systemd_way_names_is_there() -> None:
    typed = "\n".join(blocks(SYSTEMD))
    named = set(re.findall(r"\bdeploy/[\w./-]*\w", typed))
    assert [path for path in named if not (ROOT / path).exists()] == []
    assert set(re.findall(r"\bpsychpath-(?!support/)[\w-]+", typed.replace(".target", ""))) == UNITS
    assert set(re.findall(r"\$\{?([A-Z_]+)", typed)) == GIVEN
    assert re.findall(r"(?<!bin/)python manage\.py", typed) == []


def test_the_made_environment_is_understood_whole(tmp_path: Path) -> None:
    made = environment(tmp_path)
    explained = set(re.findall(r"^([A-Z][A-Z_]*)=", (ROOT / ".env.example").read_text(), re.MULTILINE))
    assert made.keys() - explained == {"POSTGRES_PASSWORD"}
    assert made["POSTGRES_PASSWORD"] in made["DATABASE_URL"]
    assert [value for value in made.values() if re.search(r"[\s#$\"'`\\]", value)] == []
    assert len({made[name] for name in ("SECRET_KEY", "OPS_TOKEN", "POSTGRES_PASSWORD")}) == 3


def test_with_it_djangos_own_check_has_nothing_to_say(tmp_path: Path) -> None:
    """Of the settings; what the servers would have to tell is asked by the tests of core.checks."""
    command = [sys.executable, "manage.py", "check", "--deploy", "--tag", "security"]
    here = {"PATH": os.environ["PATH"], "STATE_DIR": str(tmp_path)}
    done = subprocess.run(
        command, cwd=ROOT, env=here | environment(tmp_path), capture_output=True, text=True, check=False
    )
    assert done.stdout + done.stderr == "System check identified no issues (0 silenced).\n"
