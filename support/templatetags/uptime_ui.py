"""Template tags of the public status page: a row of bars, what it says in words, how long a delay was.

Called by its templates only. A state is told by the height of its bar as well as by its colour, and by words.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.timezone import localtime
from django.utils.translation import ngettext

from support import lengths, times
from support.templatetags.support_ui import when
from support.uptime.bars import HOURS, Bar
from support.uptime.past import Past
from support.views.status import LOOKS

register = template.Library()
# Of ten. What was never looked at is a line at the foot.
HEIGHTS: Final = {"works": 10.0, "slow": 7.0, "delayed": 4.0, "unknown": 1.0}


@register.simple_tag
def bars(row: Sequence[Bar], labelled_by: str) -> SafeString:
    """The picture of a row; its sentences stand beside it, in the element of that id."""
    return format_html(
        '<svg class="uptime" viewBox="0 0 {} 10" preserveAspectRatio="none" role="img" aria-labelledby="{}">{}</svg>',
        len(row),
        labelled_by,
        format_html_join(
            "",
            '<rect data-state="{}" x="{}" y="{}" width="0.75" height="{}"><title>{}</title></rect>',
            (
                (
                    bar.state,
                    f"{place + 0.125:.3f}",
                    10 - HEIGHTS[bar.state],
                    HEIGHTS[bar.state],
                    _title(bar, row),
                )
                for place, bar in enumerate(row)
            ),
        ),
    )


def _title(bar: Bar, row: Sequence[Bar]) -> str:
    now = localtime()
    said = (
        times.stamp_words(bar.begins, now)
        if len(row) == HOURS
        else times.day_words(bar.begins.date(), now.date())
    )
    return f"{said}: {LOOKS[bar.state].label}"


@register.simple_tag
def bar(state: str) -> SafeString:
    """One, for the legend."""
    height = HEIGHTS[state]
    return format_html(
        '<svg class="uptime uptime-key" viewBox="0 0 4 10" aria-hidden="true">'
        '<rect data-state="{}" x="0" y="{}" width="4" height="{}"/></svg>',
        state,
        10 - height,
        height,
    )


@register.simple_tag
def in_sentences(row: Sequence[Bar]) -> str:
    """What the picture shows: 22 hours without a delay. 1 hour with one. 1 hour not checked."""
    counts = Counter(bar.state for bar in row)
    said = _hours(counts) if len(row) == HOURS else _days(counts)
    return " ".join(words.format(n=counts[state]) for state, words in said.items() if counts[state])


def _hours(counts: Counter[str]) -> dict[str, str]:
    return {
        "works": ngettext("{n} hour without a delay.", "{n} hours without a delay.", counts["works"]),
        "slow": ngettext("{n} hour slower than usual.", "{n} hours slower than usual.", counts["slow"]),
        "delayed": ngettext("{n} hour with a delay.", "{n} hours with a delay.", counts["delayed"]),
        "unknown": ngettext("{n} hour not checked.", "{n} hours not checked.", counts["unknown"]),
    }


def _days(counts: Counter[str]) -> dict[str, str]:
    return {
        "works": ngettext("{n} day without a delay.", "{n} days without a delay.", counts["works"]),
        "slow": ngettext("{n} day slower than usual.", "{n} days slower than usual.", counts["slow"]),
        "delayed": ngettext("{n} day with a delay.", "{n} days with a delay.", counts["delayed"]),
        "unknown": ngettext("{n} day not checked.", "{n} days not checked.", counts["unknown"]),
    }


@register.simple_tag
def ended(delay: Past) -> SafeString:
    """When a delay was over: 8:38 am, with its day when that is another."""
    began, over = localtime(delay.began), localtime(delay.ended)
    return when(over, "clock" if began.date() == over.date() else "stamp")


@register.filter
def zone_words(name: str) -> str:
    """Australia/Melbourne, as people write it."""
    return name.replace("_", " ")


@register.filter
def for_how_long(length: timedelta) -> str:
    """12 min."""
    return lengths.length_words(length)
