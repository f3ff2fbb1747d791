"""Turn a message body into HTML that is safe to show.

Promise: whatever a person wrote, the result holds only the tags below and links to http, https or mailto.
Called by support.frames (the `html` of a message) and by the templates. Must not: read the database, fetch
anything, or trust the stored body. Two fences, either of which is enough: markdown-it never passes raw HTML
through, and nh3 keeps an allow-list of what comes out.
"""

import re
from html import unescape
from typing import Final

import nh3
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt

TAGS: Final = frozenset({"p", "br", "strong", "em", "s", "code", "pre", "blockquote", "ul", "ol", "li", "a"})
ATTRIBUTES: Final = {"a": {"href"}, "ol": {"start"}}
SCHEMES: Final = ("https://", "http://", "mailto:")

# People paste more often than they format: no headings from a "#", no code from four spaces, no rule or heading
# from dashes, no pictures (a picture would tell another host who reads), and a line break is a line break.
_OFF: Final = ("heading", "lheading", "code", "hr", "html_block", "html_inline", "image", "reference")


def _allowed_link(url: str) -> bool:
    return url.lower().startswith(SCHEMES)


def _keep_attribute(tag: str, attribute: str, value: str) -> str | None:
    """nh3 lets titles and relative addresses through; a relative link in a message would point into our pages."""
    known = attribute == "rel" or attribute in ATTRIBUTES.get(tag, ())
    return value if known and (attribute != "href" or _allowed_link(value)) else None


def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False, "breaks": True, "linkify": False})
    parser.enable("strikethrough").disable(list(_OFF))
    parser.validateLink = _allowed_link  # type: ignore[method-assign]
    return parser


_MARKDOWN: Final = _parser()
_CLEANER: Final = nh3.Cleaner(
    tags=set(TAGS),
    attributes=ATTRIBUTES,
    attribute_filter=_keep_attribute,
    url_schemes={"http", "https", "mailto"},
    link_rel="nofollow noopener",
)


# One line of plain words, which most messages are: nothing in it means anything to Markdown or to HTML.
_PLAIN: Final = re.compile(r"[^\W\d_](?:[^\x00-\x1f\x7f-\xa0&<>\"*_`~\[\]\\\s]| (?=\S))*")


def render(body: str) -> str:
    """The body as a paragraph or more of clean HTML, for frames and documents."""
    return f"<p>{body}</p>" if _PLAIN.fullmatch(body) else parsed(body)


def parsed(body: str) -> str:
    """What `render` gives, by the parser and the cleaner; twenty times its work for a plain line."""
    return _CLEANER.clean(_MARKDOWN.render(body)).strip()


def to_line(body: str) -> str:
    """The words alone, in one line: for a row of a list."""
    words = nh3.clean(_MARKDOWN.render(body), tags=set(), attributes={})
    return " ".join(unescape(words).split())


def to_html(body: str) -> SafeString:
    """The same, for templates."""
    return mark_safe(render(body))  # noqa: S308 - render cleans
