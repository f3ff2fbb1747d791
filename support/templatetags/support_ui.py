"""Template tags of every page: icon, pill, priority, avatar, delivery state, the brand, and times in words.

Called by templates only. Each is a thin dress over support.look and support.times; must not read the database.
Times are shown in the zone that support.middleware made active: the reader's.
"""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from django import forms, template
from django.conf import settings
from django.forms import BoundField
from django.utils.html import format_html, json_script
from django.utils.safestring import SafeString
from django.utils.timezone import localtime
from django.utils.translation import get_language

from core import brand, languages
from core.models import User
from support import times, words
from support.forms import summary_title
from support.look import DELIVERY, PRIORITY, STATUS, Look, look_of
from support.richtext import to_line

register = template.Library()
DIRECTIONAL: Final = {"arrow-left", "arrow-right", "chevron-left", "chevron-right", "send"}
# More of a message than this no row shows.
PREVIEW: Final = 200


@register.simple_tag
def icon(name: str, size: str = "") -> SafeString:
    """One icon of the sprite, decorative: the words beside it say the same. `size`: sm."""
    dress = (f" icon-{size}" if size else "") + (" flip-rtl" if name in DIRECTIONAL else "")
    return format_html('<svg class="icon{}" aria-hidden="true"><use href="#i-{}"/></svg>', dress, name)


@register.inclusion_tag("support/partials/pill.html")
def pill(status: str, *, staff: bool = False, live: bool = False) -> Mapping[str, Any]:
    """A status; `live` marks the pill that changes when the open ticket does."""
    return {"look": look_of(status, staff=staff), "value": status, "live": live}


@register.inclusion_tag("support/partials/priority.html")
def priority(value: str, *, live: bool = False) -> Mapping[str, Any]:
    """A priority: bars and the word."""
    return {"look": PRIORITY[value], "value": value, "live": live}


@register.inclusion_tag("support/partials/avatar.html", takes_context=True)
def avatar(
    context: Mapping[str, Any], person: User | None, size: str = "", presence: str = ""
) -> Mapping[str, Any]:
    """Initials on the person's own colour; `presence` adds the dot. Requesters see no agent's family name."""
    reader = context.get("user")
    discreet = person is not None and person.is_staff and not getattr(reader, "is_staff", False)
    letters = person.display_name[:2].upper() if person and discreet else getattr(person, "initials", "?")
    return {"letters": letters, "hue": getattr(person, "hue", 5), "size": size, "presence": presence}


@register.inclusion_tag("support/partials/delivery.html")
def delivery(state: str) -> Mapping[str, Any]:
    """How far an own message got."""
    return {"look": DELIVERY[state], "state": state}


@register.simple_tag
def status_looks(*, staff: bool = False) -> list[tuple[str, Look]]:
    """Every status with its look: for the templates that script clones."""
    return [(status, look_of(status, staff=staff)) for status in STATUS]


@register.simple_tag
def priority_looks() -> list[tuple[str, Look]]:
    """Every priority with its look."""
    return list(PRIORITY.items())


@register.filter
def status_look(status: str) -> Look:
    """The look of a status, for places other than a pill."""
    return STATUS[status]


@register.filter
def one_line(body: str) -> str:
    """A message in one line, without its formatting."""
    return to_line(body[:PREVIEW])


@register.filter
def control(field: BoundField) -> SafeString:
    """A form's own widget in our dress; its label stands above it, so no placeholder repeats it."""
    checked = isinstance(field.field.widget, forms.CheckboxInput)
    dress: dict[str, str | bool] = {"placeholder": False, "class": "" if checked else "input"}
    if field.errors:
        dress |= {"aria-invalid": "true", "aria-describedby": f"{field.auto_id}_error"}
    return field.as_widget(attrs=dress)


@register.filter
def mismatched(form: forms.Form) -> bool:
    """Whether a sign-in failed on its name and password, whichever of them was wrong."""
    codes = (error.code or "" for error in form.errors.as_data().get("__all__", []))
    return any(code.endswith("_password_mismatch") for code in codes)


@register.simple_tag
def error_title(form: forms.BaseForm) -> str:
    """What stands above what to mend in a form of the account."""
    return summary_title(form, saves=True)


@register.simple_tag
def brand_name() -> str:
    """The brand where no context processor has run: pages for errors."""
    return str(settings.BRAND_NAME)


@register.simple_tag
def brand_logo() -> str:
    """Where the brand's own mark is; nothing for the built-in one."""
    return brand.address(settings.BRAND_LOGO)


@register.simple_tag
def brand_icon() -> str:
    """The picture of the browser's tab."""
    return brand.icon(settings.BRAND_LOGO)


@register.simple_tag
def support_address() -> str:
    """The mail address of support, likewise."""
    return str(settings.SUPPORT_EMAIL)


@register.simple_tag
def language_tag() -> str:
    """The `lang` of a page: en-AU."""
    return languages.tag()


@register.simple_tag
def language_direction() -> str:
    """The `dir` of a page: ltr or rtl."""
    return languages.direction()


@register.simple_tag
def script_words() -> SafeString:
    """The words of the page's scripts in its language; nothing for English, which is written in them."""
    catalogue = words.catalogue(get_language() or settings.LANGUAGE_CODE)
    return json_script(catalogue, "words") if catalogue else SafeString()


@register.filter
def brand_mark(name: str) -> SafeString:
    """The brand's name as its logo: the capitals at the end stand out (PsychPATH -> Psych<b>PATH</b>)."""
    found = re.fullmatch(r"(.*?)([A-Z]{2,})", name)
    return format_html("{}<b>{}</b>", *found.groups()) if found else format_html("{}", name)


@register.simple_tag
def when(at: datetime, style: str = "clock") -> SafeString:
    """A <time> in the reader's zone; `style` is clock, exact, row, moment, stamp or full. Its title is the full one."""
    here, now = localtime(at), localtime()
    words = {
        "clock": lambda: times.clock(here),
        "exact": lambda: times.exact_clock(here),
        "row": lambda: times.row_words(here, now),
        "moment": lambda: times.moment_words(here, now),
        "stamp": lambda: times.stamp_words(here, now),
        "full": lambda: times.full_words(here, now),
    }[style]()
    full = times.full_words(here, now)
    return format_html('<time datetime="{}" title="{}">{}</time>', at.isoformat(), full, words)


@register.simple_tag
def late_since(seconds: float) -> SafeString:
    """Since when something is late: 10:24 am, or the whole moment when that was not today."""
    at = datetime.fromtimestamp(seconds, localtime().tzinfo)
    return when(at, "clock" if at.date() == localtime().date() else "full")


@register.simple_tag
def no_moment() -> SafeString:
    """An empty <time> for script to fill."""
    return SafeString("<time></time>")


@register.simple_tag
def zoned(at: datetime) -> str:
    """A moment for a text that may be read anywhere: Tuesday 10 March 2026 at 10:24 am AEDT."""
    return times.zoned_words(localtime(at))


@register.simple_tag
def greeting() -> str:
    """Good morning, afternoon or evening, where the reader is."""
    return times.greeting(localtime())
