"""The newest run about volume takes the place of the one before, its worst question is what its kind is judged by."""

from tests.benchmarks.document import DOCUMENT
from tests.benchmarks.volume_document import MARKS, Asked, growth, with_volume

QUICK = Asked("list", "the desk’s", {1000: [4.0, 5.0, 10.0], 5000: [4.0, 5.5, 12.0]})
SLOW = Asked("list", "API", {1000: [4.0, 5.0, 10.0], 5000: [8.0, 9.0, 11.0]})
NOTHING = Asked("", "nothing", {1000: [1.0], 5000: [1.0]})


def test_a_kind_is_judged_by_its_worst_question_and_a_ratio_is_of_neighbours() -> None:
    assert (QUICK.ratio, SLOW.ratio) == (1.1, 1.8)
    assert growth([SLOW, QUICK, NOTHING]) == {"list": 1.8, "": 1.0}


def test_the_newest_run_is_the_only_one() -> None:
    text = DOCUMENT.read_text(encoding="utf-8")
    once = with_volume(text, "first run", [NOTHING, SLOW])
    twice = with_volume(once, "second run", [NOTHING, QUICK])

    assert "### second run\n" in twice
    assert "first run" not in twice
    assert "| at 5,000 tickets / at 1,000, goal ≤ 1.5, stretch ≤ 1.1 | the worst | |" in twice
    assert "| list | 1.10 | reached, stretch too |" in twice
    assert "| list | 1.80 | **not reached** |" in once
    assert "| list | the desk’s | 5.0 | 5.5 | 1.10 |" in twice
    assert twice.partition(MARKS[0])[0] == text.partition(MARKS[0])[0]
    assert twice.partition(MARKS[1])[2] == text.partition(MARKS[1])[2]
