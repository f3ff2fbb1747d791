"""The tables of states; each half is a test file with a stage of its own. `STATES` is the order of the pictures."""

from tests.browser.states import (
    chats,
    desk,
    development,
    entrance,
    errors,
    guests,
    mails,
    requester,
    threads,
    widget,
)
from tests.browser.states.state import State

LIVE: tuple[State, ...] = (
    *desk.STATES,  # before newcomers and guests have filled it
    *widget.STATES,
    *chats.STATES,
    *guests.STATES,
    *development.STATES,
    *mails.STATES,  # last: they write in a ticket that others look at
)
PAGES: tuple[State, ...] = (*entrance.STATES, *requester.STATES, *threads.STATES, *errors.STATES)
STATES = LIVE + PAGES
