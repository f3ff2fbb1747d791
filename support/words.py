"""The words of scripts in a language: what `static/support/js/words.js` looks up beneath its English keys.

English pages carry nothing, for English is the key. A plural is a list in the order of the language's forms. Called
by the `script_words` tag; read from the catalogue once per process. Must not: hold a word that no script says.
"""

import gettext
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Final

from django.conf import settings
from django.utils.translation import to_locale

from core.pseudo import PSEUDO, marked

DOMAIN: Final = "djangojs"
Catalogue = dict[str, str | list[str]]
# An invented language borrows the keys of a complete one, and has as many forms as a language can have.
COMPLETE: Final = "de"
FORMS: Final = 6


@cache
def catalogue(language: str) -> Catalogue:
    """English sentence → the language's own; empty when the scripts' own words will do."""
    if language in PSEUDO:
        return {key: _marked(key, words) for key, words in catalogue(COMPLETE).items()}
    folders = map(Path, settings.LOCALE_PATHS)
    places = [folder / to_locale(language) / "LC_MESSAGES" / f"{DOMAIN}.mo" for folder in folders]
    return dict(entry for place in places if place.exists() for entry in _entries(place))


def _entries(place: Path) -> Iterator[tuple[str, str | list[str]]]:
    with place.open("rb") as file:
        known: dict[str | tuple[str, int], str] = gettext.GNUTranslations(file)._catalog  # type: ignore[attr-defined]
    for key, words in known.items():
        if isinstance(key, tuple):
            if key[1] == 0:
                yield key[0], _forms(known, key[0])
        elif key:
            yield key, words


def _forms(known: dict[str | tuple[str, int], str], key: str) -> list[str]:
    """The forms of a plural, in the catalogue's order."""
    return [known[key, number] for number in range(FORMS) if (key, number) in known]


def _marked(key: str, words: str | list[str]) -> str | list[str]:
    return [marked(key)] * FORMS if isinstance(words, list) else marked(key)
