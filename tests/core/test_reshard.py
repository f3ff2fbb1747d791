"""`manage.py reshard`: only an empty log is cut anew, and every outcome is a sentence."""

from collections.abc import Iterator
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from pytest_django import Settings

from core import command_log, valkey
from tests import servers


@pytest.fixture(autouse=True)
def uncounted() -> Iterator[None]:
    """Every process remembers that it has compared its number with the log's."""
    command_log.verify_shards.cache_clear()
    yield
    command_log.verify_shards.cache_clear()


def reshard(shards: int) -> str:
    out = StringIO()
    call_command("reshard", shards, stdout=out)
    return out.getvalue().strip()


def stored() -> int:
    return int(valkey.durable().get(command_log.SHARDS_KEY) or 0)


def test_an_empty_log_is_cut_anew(settings: Settings) -> None:
    command_log.verify_shards()

    said = reshard(4)

    assert said == "The command log has 4 shards now. Set COMMAND_LOG_SHARDS=4 and restart every process."
    assert stored() == 4
    settings.COMMAND_LOG_SHARDS = 4
    command_log.verify_shards.cache_clear()
    command_log.verify_shards()


def test_a_log_that_nobody_has_written_takes_any_number() -> None:
    assert (
        reshard(1) == "The command log has 1 shard now. Set COMMAND_LOG_SHARDS=1 and restart every process."
    )
    assert stored() == 1


def test_the_same_number_again_changes_nothing() -> None:
    command_log.verify_shards()

    assert reshard(1) == "The command log has 1 shard already. Nothing was changed."


@pytest.mark.parametrize("shard", [0, 3])
def test_an_entry_in_any_shard_forbids_it(shard: int) -> None:
    reshard(4)
    valkey.durable().xadd(command_log.key(shard), {"i": "an id", "c": "a command", "r": ""})

    with pytest.raises(CommandError) as refused:
        reshard(2)

    assert str(refused.value) == (
        "Commands in the log that are not stored yet: 1. Nothing was changed. "
        "Stop web and sockets, let the drain workers empty the log, then run this again."
    )
    assert stored() == 4


@pytest.mark.parametrize("shards", [-1, 0, 65])
def test_a_number_out_of_bounds_is_refused(shards: int) -> None:
    with pytest.raises(CommandError, match=rf"^{shards} is not a number of shards\. Choose 1 to 64\.$"):
        reshard(shards)
    assert stored() == 0


def test_a_log_that_is_away_is_a_sentence() -> None:
    servers.fleet().durable.kill()
    try:
        with pytest.raises(CommandError, match=r"^The command log does not answer\. Nothing was changed\.$"):
            reshard(2)
    finally:
        servers.fleet().durable.start()


def test_a_process_with_another_number_refuses(settings: Settings) -> None:
    reshard(4)

    with pytest.raises(command_log.ShardMismatch) as refused:
        command_log.verify_shards()

    assert str(refused.value) == (
        "COMMAND_LOG_SHARDS is 1, but the log has 4 shards. "
        "Set it to that number, or run manage.py reshard on an empty log."
    )
