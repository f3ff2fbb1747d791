"""Template filters of reports: days and lengths of time in words. Called by templates only."""

from datetime import date, timedelta

from django import template
from django.utils.timezone import localdate

from support import lengths, times

register = template.Library()


@register.filter
def day_of_report(day: date) -> str:
    """9 Mar."""
    return times.short_date(day, localdate())


@register.filter
def length_words(length: timedelta | None) -> str:
    """12 min."""
    return lengths.length_words(length)
