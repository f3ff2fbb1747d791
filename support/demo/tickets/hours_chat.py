"""Open: a live chat that waits for an agent."""

from support.demo.script import Chat, Says, minutes_ago

TICKET = Chat(
    key="hours-after-leave",
    requester="dora",
    when=minutes_ago(6),
    subject="Hi, can I still log hours for the week before my leave?",
    steps=(
        Says("dora", minutes_ago(6), "Hi, can I still log hours for the week before my leave?"),
        Says(
            "dora",
            minutes_ago(4),
            "The week shows a little lock, and my supervisor hasn’t signed it off yet.",
        ),
    ),
)
