"""The catalogues on disk: read, brought up to date, compiled. Called by their tests and by `tests.languages.messages`.

Sorted by sentence and without the places they come from, so that moving code changes nothing here. The compiled form
lies beside it in the repository: who runs the product needs no tool for it.
"""

import io
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from tests.architecture.tree import ROOT
from tests.languages.said import Sentence

LANGUAGE: Final = "de"
FOLDER: Final = ROOT / "locale" / LANGUAGE / "LC_MESSAGES"
DOMAINS: Final = ("django", "djangojs")
WIDTH: Final = 100
BEGINNING: Final = datetime(2026, 1, 1, tzinfo=UTC)


def place(domain: str, suffix: str) -> Path:
    """Where a catalogue lies."""
    return FOLDER / f"{domain}{suffix}"


def read(domain: str) -> Catalog:
    """The catalogue as translators left it; empty when there is none."""
    path = place(domain, ".po")
    if not path.exists():
        return Catalog(locale=LANGUAGE, domain=domain)
    with path.open("rb") as file:
        return read_po(file, locale=LANGUAGE, domain=domain)


def with_every(sentences: set[Sentence], catalogue: Catalog) -> Catalog:
    """The catalogue with exactly these sentences; what is said no more is dropped, what is new is empty."""
    fresh = Catalog(
        locale=LANGUAGE,
        domain=catalogue.domain,
        header_comment="# German, with Sie. `make messages` brings it up to date.",
        fuzzy=False,
    )
    for sentence in sorted(sentences, key=str):
        known = catalogue.get(sentence.words, sentence.context)
        key = (sentence.words, sentence.plural) if sentence.plural else sentence.words
        fresh.add(key, known.string if known else None, context=sentence.context)
    return fresh


def as_po(catalogue: Catalog) -> bytes:
    """As translators read it. Its header says nothing that changes by itself."""
    kept = ("Language", "Plural-Forms", "MIME-Version", "Content-Type", "Content-Transfer-Encoding")
    buffer = io.BytesIO()
    write_po(buffer, catalogue, width=WIDTH, no_location=True, omit_header=True, sort_output=True)
    lines = [f'"{name}: {value}\\n"' for name, value in catalogue.mime_headers if name in kept]
    head = "\n".join((catalogue.header_comment, 'msgid ""', 'msgstr ""', *lines))
    return f"{head}\n\n".encode() + buffer.getvalue()


def as_mo(catalogue: Catalog) -> bytes:
    """As the product reads it. Its dates stand still, so that the same words are the same file."""
    catalogue.creation_date = catalogue.revision_date = BEGINNING
    buffer = io.BytesIO()
    write_mo(buffer, catalogue)
    return buffer.getvalue()
