"""Times in words, as people here say them: "10:24 am", "Yesterday", "Tuesday 10 March".

Pure: every function takes times that are already in the reader's zone. Called by support.thread, the template tags
and the desk. Must not: ask for the clock or the active zone.
"""

from datetime import date, datetime
from typing import Final

DAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS: Final = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
WEEK: Final = 7
NEAR: Final = {0: "Today", 1: "Yesterday"}
NOON: Final = 12
EVENING: Final = 18
OPENING: Final = 9
REPLY_HOUR: Final = 10


def clock(at: datetime) -> str:
    """10:24 am."""
    return f"{at.hour % NOON or NOON}:{at.minute:02} {'am' if at.hour < NOON else 'pm'}"


def _year(day: date, today: date) -> str:
    return "" if day.year == today.year else f" {day.year}"


def date_words(day: date, today: date) -> str:
    """Tuesday 10 March; with the year when it is not this one."""
    return f"{DAYS[day.weekday()]} {day.day} {MONTHS[day.month - 1]}{_year(day, today)}"


def day_words(day: date, today: date) -> str:
    """Today, Yesterday, else the date: what a day separator says."""
    return NEAR.get((today - day).days) or date_words(day, today)


def row_words(at: datetime, now: datetime) -> str:
    """As short as a list allows: 10:24 am, Yesterday, Mon, 4 Mar, 4 Mar 2024."""
    day, today = at.date(), now.date()
    age = (today - day).days
    if age == 0:
        return clock(at)
    if age == 1:
        return "Yesterday"
    if 1 < age < WEEK:
        return DAYS[day.weekday()][:3]
    return f"{day.day} {MONTHS[day.month - 1][:3]}{_year(day, today)}"


def moment_words(at: datetime, now: datetime) -> str:
    """Inside a sentence: today at 10:24 am, or Monday 9 March at 3:41 pm."""
    words = day_words(at.date(), now.date())
    return f"{words.lower() if words in NEAR.values() else words} at {clock(at)}"


def stamp_words(at: datetime, now: datetime) -> str:
    """Under a line of history: Today, 10:24 am, or Mon 9 March, 3:41 pm."""
    day, today = at.date(), now.date()
    near = NEAR.get((today - day).days)
    far = f"{DAYS[day.weekday()][:3]} {day.day} {MONTHS[day.month - 1]}{_year(day, today)}"
    return f"{near or far}, {clock(at)}"


def greeting(at: datetime) -> str:
    """Good morning, Good afternoon or Good evening."""
    if at.hour < NOON:
        return "Good morning"
    return "Good afternoon" if at.hour < EVENING else "Good evening"


def reply_promise(now: datetime) -> str:
    """By when an answer to a mail written now can be expected; `now` in the support's own zone: 10:00 am AEDT today."""
    day = "today" if now.hour < OPENING else "tomorrow"
    return f"{REPLY_HOUR}:00 am {now.tzname()} {day}"
