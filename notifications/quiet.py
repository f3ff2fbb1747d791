"""Quiet hours: until when a person is left alone, on their own clock.

Pure. Called by the delivery of a mail, and by the frame of a notice, which then makes no sound. Between `start` and
`end`; over midnight when `end` is the earlier one; never when they are the same.
"""

from datetime import datetime, time, timedelta

from support.zones import zone_or_ours


def quiet_until(now: datetime, timezone: str, start: time | None, end: time | None) -> datetime | None:
    """The end of the quiet hours that `now` falls into, or None."""
    if start is None or end is None or start == end:
        return None
    zone = zone_or_ours(timezone)
    here = now.astimezone(zone)
    clock, over_midnight = here.time(), end < start
    if over_midnight and clock >= start:
        return datetime.combine(here.date() + timedelta(days=1), end, zone)
    is_quiet = clock < end if over_midnight else start <= clock < end
    return datetime.combine(here.date(), end, zone) if is_quiet else None
