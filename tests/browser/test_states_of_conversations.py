"""The desk, the floating chat, mails and what all is made of, in every state: for everybody, and in silence."""

import pytest

from tests.browser.everybody import missed_by
from tests.browser.stage import Stage
from tests.browser.states.state import State
from tests.browser.states.table import LIVE

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("state", LIVE, ids=str)
def test_a_state_is_for_everybody(stage: Stage, state: State) -> None:
    assert missed_by(stage, state) == {}
