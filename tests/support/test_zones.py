"""Zones: the one of a name, and ours for a name that is none."""

import pytest

from support.zones import zone, zone_or_ours


def test_a_name_that_this_machine_knows_is_that_zone() -> None:
    assert str(zone("Australia/Perth")) == str(zone_or_ours("Australia/Perth")) == "Australia/Perth"


@pytest.mark.parametrize(
    "name", ["", "Atlantis/Centre", "Europe", "../../etc", "/etc/localtime", "\0", "x" * 300]
)
def test_any_other_name_is_no_zone_and_the_support_answers_in_its_own(name: str) -> None:
    assert zone(name) is None
    assert str(zone_or_ours(name)) == "Australia/Melbourne"
