"""`make lighthouse`: how fast the two busiest pages are for somebody who is signed in, as Lighthouse sees it.

A program: `python -m tests.browser.lighthouse [RUNS]`; LIGHTHOUSE is the path of its command (npm's `lighthouse`,
installed anywhere outside the repository). It starts a system of its own with the demo in it, a web process beside it
as production runs it (no DEBUG, collected files), and a Chromium that holds the session, so that the page's sockets
open as they do for people; it ends all of them. Reports go into `lighthouse/`; each run and the medians are printed,
with the machine's load. Nothing is judged here.
"""

import json
import logging
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import django
from playwright.sync_api import sync_playwright

django.setup()

from support.demo.tickets import TICKETS
from tests.browser import production
from tests.browser.stage import QUIET, chromium_path
from tests.system.ports import free_port
from tests.system.processes import System
from tests.system.waiting import until

TRIES = 3
FOLDER = Path("lighthouse")
PAGES = (("tickets", "/support-tickets", "amira"), ("desk", "/support/", "ben"))
PRESETS = {"desktop": ["--preset=desktop"], "phone": []}
SCORES = ("performance", "accessibility", "best-practices")
TIMES = (
    "first-contentful-paint",
    "largest-contentful-paint",
    "total-blocking-time",
    "cumulative-layout-shift",
    "server-response-time",
)


def main(runs: int) -> None:
    """Measure both pages on both screens, `runs` times each."""
    FOLDER.mkdir(exist_ok=True)
    system = System(EMAIL_URL="")
    system.start()
    try:
        url, keys = _production(system)
        for name, path, username in PAGES:
            for preset in PRESETS:
                found = [
                    _measure(f"{name}-{preset}-{n}", url, path, keys[username]) for n in range(1, runs + 1)
                ]
                _say(f"{name}-{preset}, median of {runs}: {_line(_median(found))}")
    finally:
        system.stop()


def _production(system: System) -> tuple[str, dict[str, str]]:
    """The address of a web process as in production that has the demo, and a session there for everybody."""
    system.manage("load_demo", "--verbosity", "0")
    count = "SELECT count(*) FROM support_supportticket"
    until(lambda: system.rows(count)[0][0] == len(TICKETS), 120, what="the demo is stored")
    return production.beside(system)


def _measure(name: str, url: str, path: str, session: str) -> dict[str, float]:
    """One run in a browser of its own; the report is kept."""
    debugging, report = free_port(), FOLDER / f"{name}.json"
    words = [
        os.environ["LIGHTHOUSE"],
        url + path,
        f"--port={debugging}",
        "--quiet",
        "--output=json",
        "--output=html",
        f"--output-path={FOLDER / name}",
        f"--only-categories={','.join(SCORES)}",
        *PRESETS[name.split("-")[1]],
    ]
    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as profile:
        browser = playwright.chromium.launch_persistent_context(
            profile, executable_path=chromium_path(), args=[*QUIET, f"--remote-debugging-port={debugging}"]
        )
        production.let_in(browser, url, session)
        load = os.getloadavg()[0]
        # Now and then it fails to record a trace (NO_NAVSTART), and says so: "Please run Lighthouse again".
        for _ in range(TRIES):
            if subprocess.run(words, check=False, timeout=300).returncode == 0:
                break
        browser.close()
    (FOLDER / f"{name}.report.json").rename(report)
    found = _figures(json.loads(report.read_text())) | {"load": load}
    _say(f"{name}: {_line(found)}")
    return found


def _figures(report: dict[str, Any]) -> dict[str, float]:
    scores = {name: report["categories"][name]["score"] * 100 for name in SCORES}
    return scores | {name: report["audits"][name]["numericValue"] for name in TIMES}


def _median(found: list[dict[str, float]]) -> dict[str, float]:
    return {name: statistics.median(one[name] for one in found) for name in found[0]}


def _line(found: dict[str, float]) -> str:
    return ", ".join(f"{name} {value:.3g}" for name, value in found.items())


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    logging.disable(logging.WARNING)
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 3)
