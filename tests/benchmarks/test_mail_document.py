"""The document keeps the newest run about mail in front and one before it, and all else as it was."""

from tests.benchmarks.mail_document import BEGIN, END, with_run


def test_the_newest_run_stands_in_front_and_the_third_is_forgotten() -> None:
    text = f"before\n{BEGIN}{END}after\n"
    for number in range(3):
        text = with_run(text, [f"### run {number}", f"| the product | {number} |"])

    assert text.startswith("before\n")
    assert text.endswith(f"{END}after\n")
    assert [line for line in text.splitlines() if line.startswith("###")] == ["### run 2", "### run 1"]
    assert "| the product | 0 |" not in text
