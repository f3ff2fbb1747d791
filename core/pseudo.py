"""Two invented languages that show what was forgotten: every translated sentence stands between ⟦ and ⟧.

`en-xa` reads from the left, `ar-xb` from the right. A person of the tests, or a developer in the admin, chooses one
as their language; whatever is then seen outside the brackets, and is not data, cannot be translated. Installed in
DEBUG only (`core.apps`). Must not change a placeholder.
"""

from gettext import NullTranslations
from typing import Final

from django.utils.translation import trans_real

OPENING, CLOSING = "⟦", "⟧"
PSEUDO: Final = ("en-xa", "ar-xb")
_CONTEXT: Final = trans_real.CONTEXT_SEPARATOR


class Pseudo(NullTranslations):
    """A catalogue that knows every sentence."""

    def __init__(self, code: str) -> None:
        super().__init__()
        self._code = code

    def gettext(self, message: str) -> str:
        return marked(message)

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return marked(msgid1 if n == 1 else msgid2)

    def to_language(self) -> str:
        """What Django asks an active catalogue for its code."""
        return self._code


def marked(message: str) -> str:
    """The sentence between brackets, without the context that only translators see."""
    words = message.rpartition(_CONTEXT)[2]
    return f"{OPENING}{words}{CLOSING}" if words.strip() else words


def installed(code: str) -> bool:
    """Whether it can be chosen here."""
    return isinstance(trans_real._translations.get(code), Pseudo)  # type: ignore[attr-defined]


def install() -> None:
    """Make both known to Django's translations, where its own catalogues are kept once loaded."""
    for code in PSEUDO:
        trans_real._translations[code] = Pseudo(code)  # type: ignore[attr-defined]
