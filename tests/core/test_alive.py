"""`python -m core.alive`: who answers, or has a young beacon, is well; anybody else is a sentence and exit code 1."""

import socket
import time

import pytest

from core import alive, beacons
from core.beacons import Beacon
from tests.system.ports import free_port

WHO = f"quick@{socket.gethostname()}"


@pytest.mark.parametrize(
    ("silent", "ended"), [(0.0, 0), (alive.YOUNG_SECONDS - 5, 0), (alive.YOUNG_SECONDS + 5, 1)]
)
def test_a_worker_is_well_while_its_beacon_is_young(
    silent: float, ended: int, capsys: pytest.CaptureFixture[str]
) -> None:
    beacons.light(Beacon(name=WHO, at=time.time() - silent))

    assert alive.main("quick") == ended
    assert capsys.readouterr().out.startswith(f"{WHO} was heard of ")


def test_a_worker_of_another_machine_says_nothing_about_ours(capsys: pytest.CaptureFixture[str]) -> None:
    beacons.light(Beacon(name="quick@elsewhere", at=time.time()))

    assert alive.main("quick") == 1
    assert capsys.readouterr().out == f"{WHO} has not been heard of.\n"


def test_a_web_that_does_not_listen_is_not_well(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PORT", str(free_port()))

    assert alive.main("web") == 1
    assert capsys.readouterr().out.startswith("web does not answer: ")
