"""`make messages`: every sentence of the product into the catalogues, and the catalogues compiled.

Run it before translating, so that new sentences are there, and after, so that they are read.
"""

import os
import sys
from collections.abc import Sequence

import django

from tests.languages import catalogues
from tests.languages.said import said


def update() -> int:
    """Write both catalogues in both forms; the number of sentences that still want translating."""
    missing = 0
    for domain, sentences in said().items():
        catalogue = catalogues.with_every(sentences, catalogues.read(domain))
        catalogues.place(domain, ".po").write_bytes(catalogues.as_po(catalogue))
        catalogues.place(domain, ".mo").write_bytes(catalogues.as_mo(catalogues.read(domain)))
        missing += sum(not all(_forms(message.string)) for message in catalogue if message.id)
    return missing


def _forms(string: Sequence[str] | None) -> tuple[str, ...]:
    return (string or "",) if isinstance(string, str | None) else tuple(string)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "core.settings")
    django.setup()
    count = update()
    sys.stdout.write("Every sentence is translated.\n" if not count else f"{count} sentences to translate.\n")
