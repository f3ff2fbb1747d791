"""The shared clients: one per instance, patient for seconds, never repeating anything by themselves."""

import asyncio
import os
import signal
import time

import pytest
import redis
import uvloop
from django.conf import settings

from core import valkey
from tests import servers


def test_the_two_instances_are_two() -> None:
    valkey.durable().set("word", "kept")

    assert valkey.ephemeral().get("word") is None
    assert settings.COMMAND_LOG_URL != settings.REDIS_URL
    assert valkey.durable() is valkey.durable()


def test_only_the_command_log_is_fsynced_and_neither_throws_anything_away() -> None:
    wanted = ("appendonly", "appendfsync", "maxmemory-policy")

    assert valkey.durable().config_get(*wanted) == {
        "appendonly": "yes",
        "appendfsync": "always",
        "maxmemory-policy": "noeviction",
    }
    assert valkey.ephemeral().config_get("appendonly", "maxmemory-policy") == {
        "appendonly": "no",
        "maxmemory-policy": "noeviction",
    }


def test_a_hung_server_is_given_up_after_two_seconds_without_a_repeat() -> None:
    pid = servers.fleet().ephemeral.pid
    assert pid is not None
    valkey.ephemeral().ping()
    os.kill(pid, signal.SIGSTOP)
    began = time.monotonic()
    try:
        with pytest.raises(redis.TimeoutError):
            valkey.ephemeral().incr("times")
        took = time.monotonic() - began
    finally:
        os.kill(pid, signal.SIGCONT)

    assert 1.9 < took < 3.0
    assert int(valkey.ephemeral().get("times") or 0) in {0, 1}


def test_each_event_loop_has_a_client_of_its_own() -> None:
    async def twice() -> tuple[bool, redis.asyncio.Redis]:
        client = valkey.async_durable()
        await client.ping()
        same = client is valkey.async_durable()
        await client.aclose()
        return same, client

    (first_same, first), (second_same, second) = asyncio.run(twice()), asyncio.run(twice())

    assert (first_same, second_same) == (True, True)
    assert first is not second


async def _ask_on_a_line_that_was_reset() -> None:
    line = valkey.async_ephemeral().connection_pool.make_connection()
    await line.connect()
    line._writer.transport.abort()
    await asyncio.sleep(0)
    await line.send_command("PING")


def test_a_line_that_was_reset_is_a_lost_connection_under_uvloop_too() -> None:
    with (
        asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner,
        pytest.raises(redis.ConnectionError, match="the handler is closed"),
    ):
        runner.run(_ask_on_a_line_that_was_reset())
