"""The words of scripts: nothing for English, everything for the others."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from django.conf import settings
from django.template import Context, Template
from django.utils import translation

from support import words


@pytest.fixture(autouse=True)
def german(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A catalogue of two entries."""
    catalogue = Catalog(locale="de", domain="djangojs")
    catalogue.add("{name} is typing…", "{name} schreibt …")
    catalogue.add(("{n} unread reply", "{n} unread replies"), ("{n} neue Antwort", "{n} neue Antworten"))
    folder = tmp_path / "de" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    with (folder / "djangojs.mo").open("wb") as file:
        write_mo(file, catalogue)
    monkeypatch.setattr(
        settings, "LOCALE_PATHS", [tmp_path]
    )  # without the signal that empties all catalogues
    words.catalogue.cache_clear()
    yield
    words.catalogue.cache_clear()


def rendered(language: str) -> str:
    with translation.override(language):
        return Template("{% load support_ui %}{% script_words %}").render(Context())


@pytest.mark.parametrize("language", ["en-au", "tlh"])
def test_english_and_a_language_nobody_translated_carry_no_words(language: str) -> None:
    assert (words.catalogue(language), rendered(language)) == ({}, "")


def test_a_page_in_another_language_carries_the_words_of_its_scripts() -> None:
    assert words.catalogue("de") == {
        "{name} is typing…": "{name} schreibt …",
        "{n} unread reply": ["{n} neue Antwort", "{n} neue Antworten"],
    }
    assert rendered("de").startswith('<script id="words" type="application/json">{"{name} is typing')


def test_an_invented_language_marks_the_same_words() -> None:
    assert words.catalogue("ar-xb") == {
        "{name} is typing…": "⟦{name} is typing…⟧",
        "{n} unread reply": ["⟦{n} unread reply⟧"] * 6,
    }
