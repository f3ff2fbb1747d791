"""What is posted to each route: words that pass every check of form, so that only permission is left to say no.

A route that is not named here is posted nothing. `None`: the person who would be let in changes too much for a table
(their own sign-in); an empty form is enough to see that they are let in.
"""

from typing import Any

MESSAGE = {"message": "Words of somebody"}

BODIES: dict[str, dict[str, Any]] = {
    "support/api/tickets/create/": {"subject": "One more", "description": "Of somebody."},
    "support/api/tickets/<ticket_id>/message/": MESSAGE,
    "support/api/tickets/<ticket_id>/read/": {"sequence": 1},
    "support/api/tickets/<ticket_id>/received/": {"sequence": 1},
    "support/api/tickets/<ticket_id>/status/": {"status": "RESOLVED"},
    "support/api/tickets/<ticket_id>/assign/": {"assigned_to": None},
    "support/api/tickets/<ticket_id>/priority/": {"priority": "LOW"},
    "support/api/tickets/<ticket_id>/tags/": {"tags": ["export"]},
    "support/api/tickets/<ticket_id>/chat/rating/": {"score": 4},
    "support/api/chat/message/": MESSAGE,
    "support/api/status/toggle/": {"availability": "away"},
    "support-tickets/new": {"subject": "One more", "description": "Of somebody."},
    "support-tickets/<ticket_id>/reply": MESSAGE,
    "support-tickets/<ticket_id>/status": {"status": "RESOLVED"},
    "support-tickets/<ticket_id>/chat/rating": {"score": "4"},
    "support-tickets/guest": MESSAGE | {"email": "grace@example.com"},
    "support-tickets/guest/link": {"email": "grace@example.com"},
    "preferences/theme": {"theme": "dark"},
    "accounts/profile/": {"timezone": "Australia/Perth", "theme": "dark"},
    "support/chats/capacity": {"capacity": "3"},
    "support/availability": {"availability": "away"},
    "support/<ticket_id>/reply": MESSAGE | {"audience": "public"},
    "support/<ticket_id>/status": {"status": "RESOLVED"},
    "support/<ticket_id>/assign": {"assignee": ""},
    "support/<ticket_id>/priority": {"priority": "LOW"},
    "support/<ticket_id>/tags": {"tags": "export"},
    "support/<ticket_id>/read": {"sequence": "1"},
    "support/deliveries/runs": {"action": "retry"},
    "support/deliveries/<delivery_id>": {"action": "retry"},
    "support/deliveries/breakers/release": {"breaker": "none"},
    "support/deliveries/suppressions/lift": {"address": "nobody@example.com"},
    "support/mail/<mail_id>/decision": {"decision": "discard"},
}
