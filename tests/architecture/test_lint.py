"""The linters as tests: what they say is what a reviewer would have to say otherwise."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.tree import ROOT

LINTERS = {
    "ruff finds nothing": ["ruff", "check", "--output-format", "concise", "."],
    "the formatter changes nothing": ["ruff", "format", "--check", "."],
    "the types are right": ["mypy", "."],
    "everybody imports downwards only": ["lint-imports", "--no-cache"],
}


@pytest.mark.slow
@pytest.mark.parametrize("promise", LINTERS)
def test_linters(promise: str) -> None:
    program, *words = LINTERS[promise]
    command = [str(Path(sys.executable).parent / program), *words]
    done = subprocess.run(command, cwd=ROOT, env=os.environ, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
