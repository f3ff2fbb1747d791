"""The tables of states; LIVE and PAGES are a test file each with a stage of its own. `STATES`: all, as pictured."""

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
    trouble,
    widget,
)
from tests.browser.states.state import State

LIVE: tuple[State, ...] = (
    *desk.STATES,  # before newcomers and guests have filled it
    *widget.STATES,
    *trouble.LIVE,
    *chats.STATES,
    *guests.STATES,
    *development.STATES,
    *mails.STATES,  # last: they write in a ticket that others look at
)
PAGES: tuple[State, ...] = (
    *entrance.STATES,
    *requester.STATES,
    *threads.STATES,
    *trouble.STATES,
    *errors.STATES,
)
STATES = LIVE + PAGES
