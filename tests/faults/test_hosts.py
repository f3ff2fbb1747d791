"""N1 to N4 in a network of their own: several machines, one of which is cut off (`hosts_apart`, `lines_apart`)."""

import pytest

from tests.system import apart


@pytest.mark.faults
@pytest.mark.alone
def test_n1_n2_n3_several_hosts_of_which_one_is_cut_off_lose_nothing() -> None:
    apart.run("tests/faults/hosts_apart.py", seconds=900)


@pytest.mark.faults
def test_n4_lines_of_a_host_that_vanishes_are_given_up_within_seconds() -> None:
    apart.run("tests/faults/lines_apart.py", seconds=300)
