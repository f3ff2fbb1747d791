"""The tables of states, in the order in which a person meets them; each half is a test file with a stage of its own."""

from tests.browser.states import desk, development, entrance, errors, requester, threads, widget
from tests.browser.states.state import State

PAGES: tuple[State, ...] = (*entrance.STATES, *requester.STATES, *threads.STATES, *errors.STATES)
LIVE: tuple[State, ...] = (
    *desk.STATES,  # before newcomers have filled it
    *widget.STATES,
    *development.STATES,
)
STATES = PAGES + LIVE
