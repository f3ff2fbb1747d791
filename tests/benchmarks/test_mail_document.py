"""The document keeps the newest run about mail in front and one before it, and all else as it was."""

from tests.benchmarks import document
from tests.benchmarks.mail_document import SECTION, with_run

PLAIN = f"# Performance\n\n{document.HEADING}\n### a run of chat\n"


def test_the_newest_run_stands_in_front_and_the_third_is_forgotten() -> None:
    text = PLAIN
    for number in range(3):
        text = with_run(text, [f"### run {number}", f"| the product | {number} |"])

    headings = [line for line in text.splitlines() if line.startswith("##")]
    assert headings == ["## Mail to a thousand", "### run 2", "### run 1", "## Runs", "### a run of chat"]
    assert "| the product | 0 |" not in text


def test_a_run_of_chat_leaves_the_section_about_mail_alone() -> None:
    text = with_run(PLAIN, ["### run 1", "| the product | 1 |"])

    after = document.with_run(text, ["### another run of chat", "", "| row |"])

    assert after.startswith(text.partition(document.HEADING)[0])
    assert after.count(SECTION.splitlines()[0]) == 1
