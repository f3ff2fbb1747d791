"""The words of a mail: decoded whatever its charset says, HTML turned into text that is safe and still reads well.

Plain text wins over HTML when a mail brings both: it is what the author's program thought readable. HTML is cleaned
by nh3 before anything else looks at it, programs' own quotations are taken out by their marks, and markdownify writes
the rest as the Markdown that messages are shown in.
"""

import codecs
import html
import re
from email.message import EmailMessage
from typing import Final

import nh3
from bs4 import BeautifulSoup
from markdownify import MarkdownConverter

from support.validators import storable

MOST_HTML: Final = 1_000_000
MOST_TEXT: Final = 1_000_000
# Where programs put what they quote: Gmail, Apple Mail, Thunderbird, Outlook, Yahoo, Proton.
_QUOTED: Final = (
    ".gmail_quote, .gmail_quote_container, blockquote[type=cite], .moz-cite-prefix, #divRplyFwdMsg, #appendonsend, "
    "#mail-editor-reference-message-container, .yahoo_quoted, .protonmail_quote, .zmail_extra"
)
# What follows these is quoted as well, up to the end.
_FROM_HERE: Final = "#divRplyFwdMsg, #appendonsend, #mail-editor-reference-message-container"
_KEPT_MARKS: Final = {"class", "id", "type"}
_INVISIBLE: Final = re.compile("[\u200b\u2060\ufeff]")


def text_of(message: EmailMessage) -> tuple[str, str]:
    """Everything the mail says, and what is not quoted by its HTML's own marks ("" when nothing tells)."""
    plain = "\n\n".join(filter(None, (decoded(part).strip() for part in _parts(message, "text/plain"))))
    markup = "\n".join(decoded(part)[:MOST_HTML] for part in _parts(message, "text/html"))
    if plain.strip():
        return plain_text(plain), ""
    return plain_text(to_text(markup)), plain_text(to_text(markup, quotations=False))


def plain_text(text: str) -> str:
    """Without what PostgreSQL refuses, and without invisible characters that only filters see."""
    return _INVISIBLE.sub("", storable(text[:MOST_TEXT])).replace("\r\n", "\n").replace("\r", "\n")


def decoded(part: EmailMessage) -> str:
    """The text of a part: in the charset it names, else as UTF-8, else as Windows writes it."""
    payload = part.get_payload(decode=True)
    data = payload if isinstance(payload, bytes) else str(part.get_payload()).encode("utf-8", "replace")
    for charset in (_charset(part), "utf-8", "windows-1252"):
        try:
            return data.decode(charset)
        except (LookupError, UnicodeError, ValueError):
            continue
    return data.decode("windows-1252", "replace")


def _charset(part: EmailMessage) -> str:
    named = str(part.get_content_charset("utf-8"))
    try:
        known = codecs.lookup(named)
    except (LookupError, ValueError):
        return "utf-8"
    # "latin-1" and "us-ascii" are what programs say that mean Windows; codecs that are no charset are refused.
    if known.name in {"iso8859-1", "ascii"}:
        return "utf-8" if known.name == "ascii" else "windows-1252"
    return known.name if known._is_text_encoding else "utf-8"


def _parts(message: EmailMessage, content_type: str) -> list[EmailMessage]:
    """The text that is no file, of this mail itself: what is forwarded as an attachment stays one."""
    return [part for part in own_parts(message) if _type(part) == content_type and not is_file(part)]


def _type(part: EmailMessage) -> str:
    """What it is. Of many parts whose boundary never came there is one: the text."""
    return "text/plain" if part.get_content_maintype() == "multipart" else part.get_content_type()


def own_parts(message: EmailMessage) -> list[EmailMessage]:
    """The leaves of a mail in order; a mail within it is one leaf."""
    found: list[EmailMessage] = []
    waiting = [message]
    while waiting and len(found) < 200:
        part = waiting.pop(0)
        children = part.get_payload()
        if part.get_content_maintype() == "multipart" and isinstance(children, list):
            waiting[:0] = [child for child in children if isinstance(child, EmailMessage)]
        else:
            found.append(part)
    return found


def is_file(part: EmailMessage) -> bool:
    """Whether a text part was sent as a file."""
    return part.get_content_disposition() == "attachment" or bool(
        part.get_content_disposition() and part.get_filename()
    )


def to_text(markup: str, *, quotations: bool = True) -> str:
    """HTML as text; without `quotations` less what programs mark as quoted."""
    if not markup.strip():
        return ""
    attributes = {"*": _KEPT_MARKS, "a": {"href"} | _KEPT_MARKS}
    cleaned = nh3.clean(markup[:MOST_HTML], attributes=attributes, link_rel=None)
    try:
        soup = BeautifulSoup(cleaned, "html.parser")
        if not quotations:
            _unquote(soup)
        text = _converter().convert_soup(soup)
    except RecursionError:  # nested deeper than anything that was written to be read
        text = html.unescape(nh3.clean(cleaned, tags=set()))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(line.rstrip() for line in text.split("\n"))).strip()


def _unquote(soup: BeautifulSoup) -> None:
    for mark in soup.select(_FROM_HERE):
        for later in list(mark.find_next_siblings()):
            later.decompose()
    for quoted in soup.select(_QUOTED):
        if not quoted.decomposed:
            quoted.decompose()


def _converter() -> MarkdownConverter:
    """As a person would have typed it: nothing escaped, no pictures, addresses of links kept."""
    return MarkdownConverter(
        escape_asterisks=False,
        escape_underscores=False,
        escape_misc=False,
        heading_style="ATX",
        strip=["img"],
    )
