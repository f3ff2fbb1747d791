"""The script modules' pure logic, in Node where there is one; the browser tests try the same modules in Chromium.

Nothing in the product needs Node, so a machine without it runs the suite all the same.
"""

import shutil
import subprocess
from pathlib import Path

HERE = Path(__file__).parent
NODE = shutil.which("node")


def test_modules_keep_their_promises() -> None:
    """Every `node --test` file passes."""
    suites = sorted(path.name for path in HERE.glob("*.test.mjs")) if NODE else []
    for suite in suites:
        run = subprocess.run(
            [NODE or "", "--test", suite], cwd=HERE, capture_output=True, text=True, timeout=300, check=False
        )
        assert run.returncode == 0, run.stdout[-6000:]
