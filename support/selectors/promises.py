"""What is promised now: the one answer for pages, API, widget, mails and the services that store it."""

from collections.abc import Mapping
from datetime import datetime

from support.hours import business_hours
from support.models import ReplyTime
from support.promises import Figure, Promise, promise
from support.workflow import Availability


def figures() -> dict[str, Figure]:
    """What first replies take of late, by availability; one query of three rows."""
    found = ReplyTime.objects.values_list("availability", "seconds", "sample")
    return {availability: Figure(seconds, sample) for availability, seconds, sample in found}


def promise_for(availability: str, known: Mapping[str, Figure], now: datetime) -> Promise:
    """What is promised while support is `availability`."""
    return promise(availability, known.get(availability), now, business_hours())


def promises(now: datetime) -> dict[str, Promise]:
    """What is promised now for each availability: a page shows the one that holds, script another when it changes."""
    known = figures()
    return {availability: promise_for(availability, known, now) for availability in Availability.values}
