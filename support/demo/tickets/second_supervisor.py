"""Open: somebody on staff has read it, nobody has answered."""

from support.demo.script import Reads, Ticket, minutes_ago

TICKET = Ticket(
    key="invite-second-supervisor",
    requester="amira",
    when=minutes_ago(48),
    subject="Invite a second supervisor from another practice",
    description=(
        "I’m starting a day a week at a second practice and would like to add a secondary supervisor there. The invite "
        "form only offers people from my current practice. How do I invite somebody from outside?"
    ),
    tags=("supervision", "invites"),
    page="/supervision/invite",
    steps=(Reads("chen", minutes_ago(31)),),
)
