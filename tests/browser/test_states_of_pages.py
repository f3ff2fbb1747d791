"""Every page of the designs in every state, reached once in the running product: for everybody, in silence."""

import pytest

from tests.browser.everybody import missed_by
from tests.browser.stage import Stage
from tests.browser.states.state import MEDIUM, NARROW, WIDE, State
from tests.browser.states.table import PAGES, STATES

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("state", PAGES, ids=str)
def test_a_state_is_for_everybody(stage: Stage, state: State) -> None:
    assert missed_by(stage, state) == {}


def test_names_are_told_apart() -> None:
    """Each names a test, and a picture for each width and theme."""
    names = [state.name for state in STATES]
    assert sorted(set(names)) == sorted(names)
    assert {width for state in STATES for width in state.widths} == {WIDE, MEDIUM, NARROW}
