"""The sizing page's loads: the rate that sockets stand for, when one is carried, how a row reads."""

import pytest

from tests.benchmarks.simulation import Load

COSTS = {
    "drain": 0.2,
    "drain2": 0.1,
    "quick": 0.05,
    "web": 0.0,
    "postgres": 0.1,
    "durable": 0.03,
    "ephemeral": 0.02,
}


def load(*, refused: int = 0, behind: float = 0.4) -> Load:
    return Load(
        every=60,
        drains=2,
        accepted=16_660,
        refused=refused,
        p99=0.012,
        longest=1234,
        behind=behind,
        drained=1602.0,
        costs=COSTS,
    )


def test_so_many_sockets_stand_for_so_many_messages_a_second() -> None:
    assert load().rate == pytest.approx(1666.67, abs=0.01)


@pytest.mark.parametrize(
    ("refused", "behind", "carried"), [(0, 0.99, True), (0, 1.0, False), (1, 0.0, False)]
)
def test_a_rate_is_carried_when_all_is_accepted_and_nothing_waits_longer_than_a_second(
    refused: int, behind: float, carried: bool
) -> None:
    assert load(refused=refused, behind=behind).is_carried is carried


def test_a_row_adds_up_the_drains_and_everything() -> None:
    cells = "| 60 s | 1,667 | 2 | 12 | 1,234 | 0.4 | 1,602 | 0.30 | 0.10 | 0.03 | 0.50 | yes |"
    assert load().row() == cells
