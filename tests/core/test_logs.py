"""Logs carry the command id of whatever they are about, across nesting, errors, threads and tasks."""

import asyncio
import io
import json
import logging
import sys
import threading
import uuid
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from core.logs import (
    TRAIL,
    Json,
    TroubleOfClients,
    WithCommand,
    about,
    configuration,
    turns_out_to_be,
    within_request,
)

COMMAND = uuid.UUID("0195f000-0000-7000-8000-000000000020")


def told() -> str:
    """The command id that a record of this moment carries."""
    record = logging.LogRecord("support", logging.INFO, __file__, 1, "stored", None, None)
    assert WithCommand().filter(record) is True
    return str(record.command_id)  # type: ignore[attr-defined]


def test_outside_of_any_command_there_is_a_dash() -> None:
    assert told() == "-"


def test_inside_it_is_the_innermost_command() -> None:
    with about(COMMAND):
        with about("another"):
            inner = told()
        outer = told()

    assert (inner, outer, told()) == ("another", str(COMMAND), "-")


def test_of_a_batch_all_are_named() -> None:
    with about(COMMAND, "another"):
        assert told() == f"{COMMAND} another"


def test_the_rest_of_a_request_is_about_the_command_that_it_turned_out_to_be() -> None:
    turns_out_to_be("nobody's")
    with within_request("r1"):
        before = told()
        turns_out_to_be(COMMAND)
        with about("inner"):
            pass
        after = told()

    assert (before, after, told()) == ("-", str(COMMAND), "-")


def test_an_error_does_not_leave_it_behind() -> None:
    with pytest.raises(ZeroDivisionError), about(COMMAND):
        raise ZeroDivisionError
    assert told() == "-"


def test_another_thread_is_about_something_else() -> None:
    heard: list[str] = []
    with about(COMMAND):
        thread = threading.Thread(target=lambda: heard.append(told()))
        thread.start()
        thread.join()

    assert heard == ["-"]


def test_tasks_of_one_loop_do_not_mix() -> None:
    async def one(name: str) -> str:
        with about(name):
            await asyncio.sleep(0)
            return told()

    async def both() -> list[str]:
        first, second = await asyncio.gather(one("first"), one("second"))
        return [first, second]

    assert asyncio.run(both()) == ["first", "second"]


def test_production_writes_a_json_object_a_line() -> None:
    formatters: Any = settings.LOGGING["formatters"]
    options = dict(formatters["json"])
    assert options.pop("()") == "core.logs.Json"
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.addFilter(WithCommand())
    handler.setFormatter(Json(options["format"]))
    record = logging.LogRecord(
        "workers.drain", logging.WARNING, __file__, 1, "drain: shard %d is left\nfor the sweep", (0,), None
    )
    with within_request("r1"), about(COMMAND):
        handler.handle(record)

    (line,) = stream.getvalue().splitlines()
    entry = json.loads(line)
    assert {name: entry[name] for name in ("levelname", "name", "message", "command_id", "request_id")} == {
        "levelname": "WARNING",
        "name": "workers.drain",
        "message": "drain: shard 0 is left\nfor the sweep",
        "command_id": str(COMMAND),
        "request_id": "r1",
    }


def test_the_trail_is_for_production_and_for_who_looks_for_it() -> None:
    quiet = {"level": "WARNING"}
    assert configuration(debug=True, level="INFO")["loggers"][TRAIL] == quiet
    assert TRAIL not in configuration(debug=True, level="DEBUG")["loggers"]
    assert TRAIL not in configuration(debug=False, level="INFO")["loggers"]


@pytest.mark.django_db
def test_each_request_has_an_id_of_its_own_and_its_lines_carry_it(
    client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    answers = [client.get("/support/api/none", headers={"X-Request-ID": "mine"}) for _ in range(2)]
    first, second = (answer.headers["X-Request-ID"] for answer in answers)
    [record] = [record for record in caplog.records if record.name == "django.request"][:1]
    WithCommand().filter(record)

    assert len({first, second, "mine"}) == 3
    assert record.request_id == first  # type: ignore[attr-defined]


def test_broken_bytes_of_a_client_are_a_line_and_not_a_trace() -> None:
    try:
        b"\xff".decode()
    except UnicodeDecodeError:
        trace = sys.exc_info()
    records = [
        logging.LogRecord("uvicorn.error", logging.ERROR, __file__, 1, message, None, trace)
        for message in (TroubleOfClients.MESSAGE, "Exception in ASGI application")
    ]

    assert [TroubleOfClients().filter(record) for record in records] == [True, True]
    assert [(record.levelname, record.exc_info) for record in records] == [
        ("WARNING", None),
        ("ERROR", trace),
    ]
    assert settings.LOGGING["loggers"]["uvicorn.error"] == {"filters": ["clients"]}
