"""What a state has to stand once it is reached, so that it is for everybody: called by the tests of the states.

That is axe in both themes, the keyboard, forced colours, reduced motion, text twice as large, 320 px; and, by the
visit itself, not a word on the console.
"""

from tests.browser.checks import axe, forced_colours, keyboard, large_text, reflow, stillness
from tests.browser.stage import Stage
from tests.browser.states.state import State, Visit


def missed_by(stage: Stage, state: State) -> dict[str, list[str]]:
    """The findings of each check that the state does not pass. Nothing is excused."""
    with stage.visit(state, max(state.widths), color_scheme="light") as visit:
        found = _look(visit) | ({} if state.afresh else {"320 px": reflow(visit)})
    if state.afresh:
        with stage.visit(state, 320, color_scheme="light") as visit:
            found["320 px"] = reflow(visit)
    return {check: findings for check, findings in found.items() if findings}


def _look(visit: Visit) -> dict[str, list[str]]:
    """All that one window can show. Text twice as large is asked of a wide one: a narrow one reflows to 320 px."""
    return {
        "axe, light": axe(visit, "light"),
        "axe, dark": axe(visit, "dark"),
        "reduced motion": stillness(visit),
        "forced colours": forced_colours(visit),
        "text at 200 %": large_text(visit) if visit.is_wide() else [],
        "keyboard": keyboard(visit),
    }
