"""`make screenshots`: every state in the running product at three widths and in both themes, into `screenshots/`.

A program: `python -m tests.browser.screenshots [NAME…]`; with names, those states alone. Names of files are fixed
(`tickets-390-dark.png`), `index.html` is the contact sheet. It starts a system of its own with the demo in it, and ends
it. Nothing is judged here but what no visit may do: complain on the console. That is said at the end, with what was
not reached, and the exit code is 1.
"""

import html
import logging
import shutil
import sys
import time
from fnmatch import fnmatch
from pathlib import Path

import django
from playwright.sync_api import Error

django.setup()

from tests.browser.stage import Stage
from tests.browser.states.state import State, Visit
from tests.browser.states.table import STATES

FOLDER = Path("screenshots")
THEMES = ("light", "dark")
_SHEET = """<!doctype html>
<html lang="en-AU"><head><meta charset="utf-8"><title>Every state</title><style>
body {{ font: 15px system-ui; margin: 2rem; color-scheme: light dark; }} h2 {{ margin-block: 2rem .5rem; }}
div {{ display: flex; flex-wrap: wrap; gap: 1rem; align-items: start; }} figure {{ margin: 0; }}
img {{ block-size: 18rem; inline-size: auto; border: 1px solid gray; object-fit: cover; object-position: top; }}
</style></head><body><h1>Every state</h1>{sections}</body></html>
"""


def main(wanted: list[str]) -> int:
    """Take the pictures; how many states were not as they should be, as an exit code."""
    states = [state for state in STATES if not wanted or any(fnmatch(state.name, one) for one in wanted)]
    if not wanted:
        shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(exist_ok=True)
    began, failed = time.monotonic(), []
    with Stage() as stage:
        for place, state in enumerate(states, start=1):
            trouble = _photograph(stage, state)
            failed += [trouble] if trouble else []
            said = "FAILED" if trouble else "ok"
            _say(f"{place:3}/{len(states)}  {time.monotonic() - began:4.0f} s  {state.name:28} {said}")
    (FOLDER / "index.html").write_text(_sheet(), encoding="utf-8")
    _say(f"{len(list(FOLDER.glob('*.png')))} pictures in {FOLDER}/; open {FOLDER}/index.html")
    for trouble in failed:
        _say(trouble)
    return 1 if failed else 0


def _photograph(stage: Stage, state: State) -> str:
    """One visit serves all widths, unless the state must be reached at each."""
    groups = [[width] for width in state.widths] if state.afresh else [list(state.widths)]
    try:
        for widths in groups:
            with stage.visit(state, widths[0], color_scheme=THEMES[0]) as visit:
                for width in widths:
                    _at(visit, state, width)
    except (AssertionError, Error) as error:
        return f"{state.name}: {error}"
    return ""


def _at(visit: Visit, state: State, width: int) -> None:
    visit.size(width)
    if state.whole:
        visit.show_whole(width)
    for theme in THEMES:
        visit.page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
        visit.settle()
        path = FOLDER / f"{state.name}-{width}-{theme}.png"
        visit.page.screenshot(path=path, full_page=state.whole, animations="disabled", caret="hide")


def _sheet() -> str:
    """All pictures there are, state by state."""
    sections = []
    for state in STATES:
        names = [f"{state.name}-{width}-{theme}.png" for width in state.widths for theme in THEMES]
        figures = "".join(
            f'<figure><a href="{name}"><img src="{name}" alt="{name}" loading="lazy"></a></figure>'
            for name in names
            if (FOLDER / name).exists()
        )
        sections.append(f"<h2>{html.escape(state.name)}</h2><div>{figures}</div>")
    return _SHEET.format(sections="".join(sections))


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    logging.disable(logging.WARNING)
    sys.exit(main(sys.argv[1:]))
