"""A file of tests in a network of its own, run by another pytest: there it may have several hosts and cut their lines.

Promises: nothing of it can be met from outside, and nothing is left. Names, addresses and ports may be the same in
every run; with the last process the kernel removes the network, with the run's first process all the others. It needs
Linux, util-linux and iproute2, no privilege: whoever is not root gets a user namespace, and may there do what root may.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
_OWN = ["--net", "--pid", "--fork", "--kill-child", "--mount-proc"]
_UNPRIVILEGED = ["--user", "--map-current-user", "--keep-caps"]


def run(file: str, *, seconds: float) -> None:
    """Every test of the file passes there; AssertionError with what pytest said otherwise."""
    missing = [program for program in ("unshare", "nsenter", "ip") if shutil.which(program) is None]
    assert not missing, f"hosts of their own need Linux with util-linux and iproute2; not found: {missing}"
    # Of its own too: other runs' leftovers, which every pytest sweeps up, are known by process ids of out here.
    folder = Path(tempfile.mkdtemp(prefix="psychpath-apart-"))
    words = ["unshare", *_OWN, *(_UNPRIVILEGED if os.geteuid() else []), "--", sys.executable, "-m", "pytest"]
    try:
        done = subprocess.run(
            [*words, file, "-v", "-p", "no:cacheprovider"],
            cwd=ROOT,
            env=os.environ | {"TMPDIR": str(folder)},
            check=False,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=seconds,
        )
    finally:
        _remove(folder)
    assert done.returncode == 0, done.stdout


def _remove(folder: Path) -> None:
    """With the data of servers that were killed: as root it lies elsewhere (`core.embedded.places`)."""
    for link in folder.glob("*/postgres"):
        if link.is_symlink():
            shutil.rmtree(link.resolve().parent, ignore_errors=True)
    shutil.rmtree(folder, ignore_errors=True)
