"""Languages: which one a person reads, and how a page names it.

A reader's own choice (`User.language`) wins. Whoever left it open reads what their browser asks for on pages, and
the default in what workers write (mail), where there is no browser to ask. Called by middleware, sockets, template
tags and whatever writes to a person. Must not: render words for many readers at once; those are rendered at the reader.
"""

from collections.abc import Iterable
from contextlib import AbstractContextManager, suppress

from django.conf import settings
from django.utils import translation
from django.utils.translation import trans_real

from core import pseudo


def known(code: str) -> bool:
    """Whether pages exist in it; the invented ones only while developing."""
    return code in dict(settings.LANGUAGES) or pseudo.installed(code)


def chosen(code: str) -> str:
    """A person's own choice, "" when they left it open or chose what is gone meanwhile."""
    return code if code and known(code) else ""


def reading(code: str) -> AbstractContextManager[None]:
    """Within the block, words are those of a reader with this choice."""
    return translation.override(chosen(code) or settings.LANGUAGE_CODE)


def asked_for(headers: Iterable[tuple[bytes, bytes]]) -> str:
    """The best of our languages for a browser, by the headers of a connection that no middleware sees."""
    wanted = next((value for name, value in headers if name == b"accept-language"), b"").decode("latin-1")
    for code, _quality in trans_real.parse_accept_lang_header(wanted):
        with suppress(LookupError):
            return translation.get_supported_language_variant(code)
    return settings.LANGUAGE_CODE


def tag() -> str:
    """The active language as a page's `lang` names it: en-AU."""
    return translation.to_locale(translation.get_language() or settings.LANGUAGE_CODE).replace("_", "-")


def direction() -> str:
    """Where lines of the active language begin: ltr or rtl."""
    return "rtl" if translation.get_language_bidi() else "ltr"
