"""The dozen tickets of the demo, a file each: every status, priority and type, unread on both sides, a chat that waits.

Amira is close to the end of her internship, Dora in her first months.
"""

from support.demo.script import Ticket
from support.demo.tickets import (
    cancelled_session,
    case_reports,
    hours_chat,
    logbook_export,
    new_phone,
    pd_hours,
    placement_end,
    profile_name,
    second_supervisor,
    supervision_ratio,
    supervisor_access,
    telehealth,
)

_AMIRA = (telehealth, cancelled_session, placement_end, logbook_export, case_reports, second_supervisor)
_DORA = (profile_name, pd_hours, supervisor_access, supervision_ratio, new_phone, hours_chat)
TICKETS: tuple[Ticket, ...] = tuple(story.TICKET for story in (*_AMIRA, *_DORA))
