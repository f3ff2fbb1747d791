"""The one table of states, in the order in which a person meets them."""

from tests.browser.states import desk, development, entrance, errors, requester, widget
from tests.browser.states.state import State

STATES: tuple[State, ...] = (
    *entrance.STATES,
    *requester.STATES,
    *desk.STATES,  # before newcomers have filled it
    *widget.STATES,
    *development.STATES,
    *errors.STATES,
)
