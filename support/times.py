"""Times in words, as people here say them: "10:24 am", "Yesterday", "Tuesday 10 March".

Pure: every function takes times that are already in the reader's zone, and says them in the active language. Called by
support.thread, the template tags and the desk. Must not: ask for the clock or the active zone. elements/dates.js says
the same in the page; keep both in step.
"""

from datetime import date, datetime
from typing import Final

from django.utils.dates import MONTHS, MONTHS_3, WEEKDAYS, WEEKDAYS_ABBR
from django.utils.translation import gettext as _

WEEK: Final = 7
NOON: Final = 12
EVENING: Final = 18


def clock(at: datetime) -> str:
    """10:24 am. A language that counts to 24 uses {hour24}."""
    words = _("{hour}:{minute} am") if at.hour < NOON else _("{hour}:{minute} pm")
    return words.format(hour=at.hour % NOON or NOON, minute=f"{at.minute:02}", hour24=f"{at.hour:02}")


def exact_clock(at: datetime) -> str:
    """10:24:05.120 am: for operators."""
    words = _("{hour}:{minute} am") if at.hour < NOON else _("{hour}:{minute} pm")
    minute = f"{at.minute:02}:{at.second:02}.{at.microsecond // 1000:03}"
    return words.format(hour=at.hour % NOON or NOON, minute=minute, hour24=f"{at.hour:02}")


def date_words(day: date, today: date) -> str:
    """Tuesday 10 March; with the year when it is not this one."""
    near = day.year == today.year
    words = _("{weekday} {day} {month}") if near else _("{weekday} {day} {month} {year}")
    return _date(words, day, short=False)


def short_date(day: date, today: date) -> str:
    """4 Mar; with the year when it is not this one."""
    return _date(_("{day} {month}") if day.year == today.year else _("{day} {month} {year}"), day, short=True)


def _date(words: str, day: date, *, short: bool) -> str:
    month = (MONTHS_3[day.month] if short else MONTHS[day.month]).title()
    return words.format(weekday=WEEKDAYS[day.weekday()], day=day.day, month=month, year=day.year)


def day_words(day: date, today: date) -> str:
    """Today, Yesterday, else the date: what a day separator says."""
    near = {0: _("Today"), 1: _("Yesterday")}
    return near.get((today - day).days) or date_words(day, today)


def said_inside(day: date, today: date) -> str:
    """The same inside a sentence: today, yesterday, else the date."""
    near = {0: _("today"), 1: _("yesterday")}
    return near.get((today - day).days) or date_words(day, today)


def row_words(at: datetime, now: datetime) -> str:
    """As short as a list allows: 10:24 am, Yesterday, Mon, 4 Mar, 4 Mar 2024."""
    day, today = at.date(), now.date()
    age = (today - day).days
    if age == 0:
        return clock(at)
    if age == 1:
        return _("Yesterday")
    return str(WEEKDAYS_ABBR[day.weekday()]) if 1 < age < WEEK else short_date(day, today)


def moment_words(at: datetime, now: datetime) -> str:
    """Inside a sentence: today at 10:24 am, or Monday 9 March at 3:41 pm."""
    return _("{day} at {time}").format(day=said_inside(at.date(), now.date()), time=clock(at))


def full_words(at: datetime, now: datetime) -> str:
    """The whole moment, for a title: Tuesday 10 March at 10:24 am."""
    return _("{day} at {time}").format(day=date_words(at.date(), now.date()), time=clock(at))


def zoned_words(at: datetime) -> str:
    """For whoever reads it elsewhere: Tuesday 10 March 2026 at 10:24 am AEDT."""
    day = _date(_("{weekday} {day} {month} {year}"), at.date(), short=False)
    return _("{day} at {time} {zone}").format(day=day, time=clock(at), zone=at.tzname())


def stamp_words(at: datetime, now: datetime) -> str:
    """Under a line of history: Today, 10:24 am, or Mon 9 March, 3:41 pm."""
    day, today = at.date(), now.date()
    near = {0: _("Today"), 1: _("Yesterday")}.get((today - day).days)
    same = _("{weekday} {day} {month}") if day.year == today.year else _("{weekday} {day} {month} {year}")
    far = same.format(
        weekday=WEEKDAYS_ABBR[day.weekday()], day=day.day, month=MONTHS[day.month], year=day.year
    )
    return _("{day}, {time}").format(day=near or far, time=clock(at))


def greeting(at: datetime) -> str:
    """Good morning, Good afternoon or Good evening."""
    if at.hour < NOON:
        return _("Good morning")
    return _("Good afternoon") if at.hour < EVENING else _("Good evening")


def by_words(at: datetime, now: datetime) -> str:
    """A moment to come, with its zone: 10:00 am AEDT today, tomorrow, on Monday, on Monday 16 March."""
    ahead = (at.date() - now.date()).days
    if ahead <= 0:
        words = _("{time} {zone} today")
    elif ahead == 1:
        words = _("{time} {zone} tomorrow")
    else:
        words = _("{time} {zone} on {day}")
    day = str(WEEKDAYS[at.weekday()]) if ahead < WEEK else date_words(at.date(), now.date())
    return words.format(time=clock(at), zone=at.tzname(), day=day)
