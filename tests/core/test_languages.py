"""Which language a person reads, how a page names it, and the two invented ones."""

import pytest
from django.utils import translation
from django.utils.translation import gettext, ngettext, pgettext

from core import languages


@pytest.mark.parametrize(
    ("language", "tag", "direction"),
    [("en-au", "en-AU", "ltr"), ("de", "de", "ltr"), ("en-xa", "en-XA", "ltr"), ("ar-xb", "ar-XB", "rtl")],
)
def test_a_page_names_its_language_and_direction(language: str, tag: str, direction: str) -> None:
    with translation.override(language):
        assert (languages.tag(), languages.direction()) == (tag, direction)


@pytest.mark.parametrize(
    ("choice", "read"),
    [("de", "de"), ("en-au", "en-au"), ("", "en-au"), ("tlh", "en-au"), ("ar-xb", "ar-xb")],
)
def test_without_a_browser_to_ask_an_open_choice_is_the_sites_language(choice: str, read: str) -> None:
    with translation.override("fr"), languages.reading(choice):
        assert translation.get_language() == read


def test_an_invented_language_marks_every_sentence_and_keeps_its_placeholders() -> None:
    with translation.override("en-xa"):
        assert gettext("Sent to %(name)s") == "⟦Sent to %(name)s⟧"
        assert pgettext("a verb", "Open") == "⟦Open⟧"
        assert [ngettext("%(n)s day", "%(n)s days", n) for n in (1, 2)] == ["⟦%(n)s day⟧", "⟦%(n)s days⟧"]
        assert gettext("") == ""


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("de-AT,de;q=0.9,en;q=0.5", "de"),
        ("fr,en;q=0.5,de;q=0.2", "en-au"),
        ("fr", "en-au"),
        ("*", "en-au"),
        ("", "en-au"),
        ("de\0;q=oops", "en-au"),
    ],
)
def test_a_connection_without_middleware_reads_what_its_browser_asks_for(header: str, language: str) -> None:
    assert languages.asked_for([(b"host", b"localhost"), (b"accept-language", header.encode())]) == language
