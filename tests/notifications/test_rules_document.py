"""docs/notices.md says what the rules say."""

from notifications.rules import RULES
from tests.notifications.rules_document import DOCUMENT, table, with_table


def test_the_table_that_people_read_is_the_one_that_the_code_reads() -> None:
    text = DOCUMENT.read_text(encoding="utf-8")

    assert with_table(text) == text
    assert table().count("\n") == 2 + sum(map(len, RULES.values()))
