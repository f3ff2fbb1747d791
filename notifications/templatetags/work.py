"""Template tags of the waterfall: how long a step took, in the unit that a person would use.

Called by templates only; asks for nothing.
"""

from typing import Final

from django import template
from django.utils.translation import gettext as _

register = template.Library()
# From here on the next unit: 10 s, 10 min, 5 h.
IN_SECONDS: Final = 10_000
IN_MINUTES: Final = 600_000
IN_HOURS: Final = 18_000_000


@register.simple_tag
def took(milliseconds: int) -> str:
    """340 ms, 12 s, 25 min, 9 h."""
    if milliseconds < IN_SECONDS:
        return _("{n} ms").format(n=milliseconds)
    if milliseconds < IN_MINUTES:
        return _("{n} s").format(n=round(milliseconds / 1000))
    if milliseconds < IN_HOURS:
        return _("{n} min").format(n=round(milliseconds / 60_000))
    return _("{n} h").format(n=round(milliseconds / 3_600_000))
