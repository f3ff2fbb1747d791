"""Resolved: a live chat that ended well."""

from support.demo.script import Assigns, Chat, Labels, Moves, Reads, Says, days_ago
from support.workflow import Status

TICKET = Chat(
    key="cancelled-supervision",
    requester="amira",
    when=days_ago(7, "13:02"),
    subject="Where do I record a supervision session that was cancelled?",
    steps=(
        Says(
            "amira",
            days_ago(7, "13:02"),
            "Where do I record a supervision session that was cancelled?\nIt still shows as upcoming on my overview.",
        ),
        Assigns("ben", days_ago(7, "13:04"), "ben"),
        Says("ben", days_ago(7, "13:05"), "Hi Amira, I’m having a look at your calendar now."),
        Reads("amira", days_ago(7, "13:05")),
        Says(
            "ben",
            days_ago(7, "13:08"),
            "You don’t need to record it: open the session and choose **Didn’t go ahead**. It leaves your overview, "
            "and no hours are counted.",
        ),
        Reads("amira", days_ago(7, "13:09")),
        Says("amira", days_ago(7, "13:10"), "That’s it, gone. Thanks Ben, have a good afternoon!"),
        Labels("ben", days_ago(7, "13:11"), ("supervision", "calendar")),
        Reads("ben", days_ago(7, "13:11")),
        Moves("ben", days_ago(7, "13:11:20"), Status.RESOLVED),
    ),
)
