"""A notice in words: a page says of a frame what the list behind the bell says of its row."""

import re

from notifications.in_app import SAYS
from tests.architecture.tree import ROOT

SCRIPT = ROOT / "support/static/support/js/page/notice-words.js"


def test_a_page_and_the_bell_have_the_same_words() -> None:
    found = re.findall(r"^  (\w+): \(values\) => t\(\"(.+)\", values\),$", SCRIPT.read_text(), re.MULTILINE)
    assert dict(found) == {says: str(words) for says, words in SAYS.items()}
