"""Fail points: an order is carried out once over all processes, or each time, and only for what it is about."""

import re
import signal
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from core.failpoints import POINTS, Failed, reached
from tests.architecture.tree import ROOT, sources
from tests.system.failpoints import FailPoints

REACHED = re.compile(r'\breached\("([\w.]+)"')


@pytest.fixture
def points(settings: Any, tmp_path: Path) -> FailPoints:
    points = FailPoints(tmp_path / "points")
    settings.DEBUG, settings.FAIL_POINTS = True, str(points.folder)
    return points


def fails(point: str, about: object = "") -> bool:
    try:
        reached(point, about)
    except Failed:
        return True
    return False


def test_a_turn_comes_once_and_the_count_begins_anew_with_the_next_order(points: FailPoints) -> None:
    for _ in range(2):
        points.arm("commit.before", "raise", turn=2)
        assert [fails("commit.before") for _ in range(4)] == [False, True, False, False]
        assert points.reached("commit.before") == 4


def test_an_order_for_each_time_is_about_one_thing(points: FailPoints) -> None:
    points.arm("apply.before", "raise", turn=0, about="seven")
    assert [fails("apply.before", about) for about in ("six", "seven", "seven", "")] == [
        False,
        True,
        True,
        False,
    ]
    assert points.reached("apply.before") == 2
    assert not fails("apply.after", "seven")
    points.disarm()
    assert not fails("apply.before", "seven")


def test_nothing_obeys_outside_debug(points: FailPoints, settings: Any) -> None:
    points.arm("commit.before", "raise", turn=0)
    settings.DEBUG = False
    assert not fails("commit.before")


@pytest.mark.parametrize(
    ("action", "sign"), [("kill", signal.SIGKILL), ("quit", signal.SIGQUIT), ("abort", signal.SIGABRT)]
)
def test_the_turn_is_counted_over_processes(points: FailPoints, action: str, sign: signal.Signals) -> None:
    points.arm("send.after", action, turn=2)
    script = "from core.failpoints import reached; reached('send.after')"
    environment = {
        "FAIL_POINTS": str(points.folder),
        "DEBUG": "1",
        "DJANGO_SETTINGS_MODULE": "core.settings",
    }

    def come_by() -> int:
        command = [sys.executable, "-c", script]
        return subprocess.run(
            command, cwd=ROOT, env=environment, check=False, start_new_session=True
        ).returncode

    assert [come_by() for _ in range(3)] == [0, -sign, 0]


def test_every_point_is_a_moment_of_the_code_and_explained() -> None:
    code = Counter(point for source in sources() for point in REACHED.findall(source.text))
    document = (ROOT / "docs" / "reliability.md").read_text(encoding="utf-8")
    assert code.keys() == POINTS
    assert {point for point in POINTS if f"`{point.partition('.')[0]}`" not in document} == set()
