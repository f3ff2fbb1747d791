"""The German catalogue holds exactly what the product says, all of it translated, and is compiled as it stands."""

import re

import pytest
from babel.messages.catalog import Message

from core.problems import CATALOGUE
from support import words
from tests.languages import catalogues
from tests.languages.said import Sentence, said

every_catalogue = pytest.mark.parametrize("domain", catalogues.DOMAINS)
# {name}, %(name)s, %%, and the tags a sentence may hold.
PLACE = re.compile(r"\{\w+\}|%\(\w+\)[sd]|%%|</?[a-z][^>]*>")
MAKE = "make messages, and translate what is empty"
# A clock of 24 hours says the hour in its own place.
OTHER_PLACES = {"{hour}": "{hour24}"}


def messages(domain: str) -> list[Message]:
    return [message for message in catalogues.read(domain) if message.id]


def forms(string: object) -> list[str]:
    return list(string) if isinstance(string, tuple | list) else [str(string or "")]


def places(sentence: str) -> list[str]:
    return sorted(OTHER_PLACES.get(place, place) for place in PLACE.findall(sentence))


@every_catalogue
def test_everything_that_is_said_is_in_the_catalogue_and_nothing_else(domain: str) -> None:
    written = set()
    for message in messages(domain):
        singular, plural = (*forms(message.id), None)[:2]
        written.add(Sentence(str(singular), plural, message.context))
    assert (said()[domain] - written, written - said()[domain]) == (set(), set()), MAKE


@every_catalogue
def test_every_sentence_is_translated_and_none_is_a_guess(domain: str) -> None:
    assert [message.id for message in messages(domain) if not all(forms(message.string))] == [], MAKE
    assert [message.id for message in messages(domain) if message.fuzzy] == []


@every_catalogue
def test_every_translation_has_the_places_and_tags_of_its_sentence(domain: str) -> None:
    wrong = [
        (message.id, form)
        for message in messages(domain)
        for form, key in zip(forms(message.string), forms(message.id), strict=True)
        if places(form) != places(key) and {*places(form)} != {*places(forms(message.id)[-1])}
    ]
    assert wrong == []


@every_catalogue
def test_what_is_compiled_is_what_is_written(domain: str) -> None:
    assert catalogues.place(domain, ".mo").read_bytes() == catalogues.as_mo(catalogues.read(domain)), MAKE


@every_catalogue
def test_people_are_addressed_politely_and_quoted_as_in_german(domain: str) -> None:
    text = " ".join(form for message in messages(domain) for form in forms(message.string))
    assert re.findall(r"\b(?:[Dd]u|[Dd]ich|[Dd]ir|[Dd]ein\w*)\b", text) == []
    assert re.findall(r"“[^„“]*”", text) == []


def test_every_problem_can_be_said() -> None:
    known = {message.id for message in messages("django")}
    sentences = {words for kind in CATALOGUE.values() for words in (kind.title, kind.sentence)}
    assert sentences - known == set()


def test_a_page_in_german_carries_every_word_of_its_scripts() -> None:
    keys = {forms(message.id)[0] for message in messages("djangojs")}
    assert words.catalogue("de").keys() == keys
