"""Every page and state of the designs, reached once in the running product: for everybody, and in silence.

That is axe in both themes, the keyboard, forced colours, reduced motion, text twice as large, 320 px; and not a word on
the console.
"""

from collections.abc import Iterator

import pytest

from tests.browser.checks import axe, forced_colours, keyboard, large_text, reflow, stillness
from tests.browser.stage import Stage
from tests.browser.states.state import MEDIUM, NARROW, WIDE, State, Visit
from tests.browser.states.table import STATES

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def stage() -> Iterator[Stage]:
    """A system with the demo, and a browser."""
    with Stage() as running:
        yield running


@pytest.mark.parametrize("state", STATES, ids=str)
def test_a_state_is_for_everybody(stage: Stage, state: State) -> None:
    with stage.visit(state, max(state.widths), color_scheme="light") as visit:
        found = look(visit) | ({} if state.afresh else {"320 px": reflow(visit)})
    if state.afresh:
        with stage.visit(state, 320, color_scheme="light") as visit:
            found["320 px"] = reflow(visit)
    missed = {check: findings for check, findings in found.items() if findings and check not in state.excused}
    assert missed == {}


def look(visit: Visit) -> dict[str, list[str]]:
    """All that one window can show. Text twice as large is asked of a wide one: a narrow one reflows to 320 px."""
    return {
        "axe, light": axe(visit, "light"),
        "axe, dark": axe(visit, "dark"),
        "reduced motion": stillness(visit),
        "forced colours": forced_colours(visit),
        "text at 200 %": large_text(visit) if visit.is_wide() else [],
        "keyboard": keyboard(visit),
    }


def test_names_are_told_apart() -> None:
    """Each names a test, and a picture for each width and theme."""
    names = [state.name for state in STATES]
    assert sorted(set(names)) == sorted(names)
    assert {width for state in STATES for width in state.widths} == {WIDE, MEDIUM, NARROW}
