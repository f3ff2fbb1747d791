"""Rendering: a notice becomes the subject, the text and the HTML of a mail.

The HTML templates are written with classes; css-inline turns those into inline styles here, because that is all
some mail clients read, and keeps the media queries (dark mode, phones). Called by notifications.emails and the
account adapter. Must not fetch anything: remote style sheets are off.
"""

import re
import textwrap
from dataclasses import dataclass
from typing import Any, Final

import css_inline
from django.conf import settings
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString

from notifications.notices import Notice

WIDTH: Final = 72
# str.splitlines also breaks at characters that no page and no mail program takes for a line break.
_LINE_BREAK: Final = re.compile(r"\r\n|\r|\n")
_INLINER: Final = css_inline.CSSInliner(keep_at_rules=True, load_remote_stylesheets=False)


@dataclass(frozen=True, kw_only=True)
class Rendered:
    """The three faces of a mail."""

    subject: str
    text: str
    html: str


def render(notice: Notice) -> Rendered:
    """All three, from the notice's templates."""
    more = [quote | {"indented": _quoted(quote)} for quote in notice.context.get("more", ()) if quote]
    context = notice.context | {
        "subject": notice.subject,
        "indented": _quoted(notice.context.get("quote")),
        "more_indented": more,
    }
    return Rendered(
        subject=render_to_string(f"{notice.template}.subject.txt", context).removesuffix("\n"),
        text=render_to_string(f"{notice.template}.txt", context).strip() + "\n",
        html=render_html(f"{notice.template}.html", context | _unbroken(context)),
    )


def render_html(template: str, context: dict[str, Any]) -> str:
    """One HTML template with the brand's frame, its styles inlined."""
    frame = {"brand": settings.BRAND_NAME, "brand_mark": _brand_mark()}
    return str(_INLINER.inline(render_to_string(template, frame | context)))


def _unbroken(context: dict[str, Any]) -> dict[str, Any]:
    """PP-1042 stays on one line: a narrow screen breaks after its hyphen."""
    reference = context.get("reference")
    return {"reference": format_html('<span class="ref">{}</span>', reference)} if reference else {}


def _brand_mark() -> SafeString:
    """PsychPATH is set as Psych + bold PATH; a name that does not end in capitals is set plain."""
    match = re.fullmatch(r"(.*[a-z])([A-Z]{2,})", settings.BRAND_NAME)
    return (
        format_html("{}<strong>{}</strong>", *match.groups())
        if match
        else format_html("{}", settings.BRAND_NAME)
    )


def _quoted(quote: dict[str, Any] | None) -> str:
    return indented(quote["text"]) if quote else ""


def indented(text: str) -> str:
    """What somebody wrote two spaces in, wrapped for a mail; line breaks of the writer stay, and are the only ones."""
    return "\n".join(
        textwrap.fill(
            line,
            WIDTH,
            initial_indent="  ",
            subsequent_indent="  ",
            break_long_words=False,
            break_on_hyphens=False,
        )
        for line in _LINE_BREAK.split(text.rstrip("\r\n"))
    )
