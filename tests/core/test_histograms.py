"""Histograms: what was promised is counted exactly, percentiles are estimated inside one bucket."""

import pytest

from core.histograms import BOUNDS, BUCKETS, Histogram, bucket_of


def of(*seconds: float) -> Histogram:
    counts = [0] * BUCKETS
    for each in seconds:
        counts[bucket_of(each)] += 1
    return Histogram(counts=counts, seconds=sum(seconds))


def test_both_promises_are_bounds_and_the_bounds_rise() -> None:
    assert {0.25, 1.0} <= set(BOUNDS)
    assert list(BOUNDS) == sorted(set(BOUNDS))


@pytest.mark.parametrize(
    ("seconds", "bucket"), [(0.0, 0), (0.005, 0), (0.0051, 1), (3600.0, BUCKETS - 2), (3601.0, BUCKETS - 1)]
)
def test_a_bound_belongs_to_the_bucket_below_it(seconds: float, bucket: int) -> None:
    assert bucket_of(seconds) == bucket


def test_the_share_within_a_promise_is_exact() -> None:
    took = of(*[0.02] * 18, 0.25, 0.2501)

    assert (took.count, took.within(0.25), took.within(1.0)) == (20, 0.95, 1.0)


def test_a_percentile_lies_in_the_bucket_that_holds_it() -> None:
    took = of(*[0.09] * 50, *[0.3] * 45, *[0.6] * 5)

    assert took.quantile(0.5) == pytest.approx(0.1)
    assert took.quantile(0.95) == pytest.approx(0.35)
    assert took.quantile(0.99) == pytest.approx(0.5 + 0.25 * 4 / 5)


def test_of_nothing_nothing_is_known_and_nothing_was_missed() -> None:
    assert (Histogram().count, Histogram().quantile(0.95), Histogram().within(0.25)) == (0, None, 1.0)


def test_what_is_beyond_the_last_bound_is_as_much_at_least() -> None:
    assert of(9000.0).quantile(0.5) == 3600.0


def test_cumulative_counts_end_with_all_of_them() -> None:
    assert of(0.001, 0.3, 9000.0).cumulative()[-1] == 3
    assert of(0.001, 0.3, 9000.0).cumulative()[0] == 1
