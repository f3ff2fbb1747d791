"""Template tags of the page of operations: what is measured, and how long in words. Called by templates only."""

from django import template

from support.operation_times import Times, in_words
from support.operation_times import times_now as _times_now

register = template.Library()
register.filter("in_words", in_words)


@register.simple_tag
def times_now() -> Times:
    """How long the steps take, and what waits."""
    return _times_now()
