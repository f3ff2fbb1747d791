"""The log: whatever somebody sends, they begin no line of it."""

import io
import json
import logging
import logging.config
from typing import Any

import pytest

from core import logs

FAKE = "/nowhere\r\nERROR   support [- -] everything is lost\n{}"


@pytest.mark.parametrize("debug", [True, False])
def test_nobody_begins_a_line_of_their_own(debug: bool) -> None:
    """In plain lines and in JSON, in the message and in its arguments."""
    options: dict[str, Any] = dict(logs.configuration(debug=debug, level="INFO"))
    stream = io.StringIO()
    options["handlers"]["stderr"]["stream"] = stream
    only = {"version": 1, "disable_existing_loggers": False, "loggers": {"abuse": {"handlers": ["stderr"]}}}
    logging.config.dictConfig(only | {name: options[name] for name in ("filters", "formatters", "handlers")})
    logging.getLogger("abuse").propagate = False
    logging.getLogger("abuse").warning("%s %s: csrf (%s)", "POST", FAKE, "no cookie")
    logging.getLogger("abuse").warning(FAKE)

    lines = stream.getvalue().splitlines()
    assert len(lines) == 2
    assert [line for line in lines if line.startswith("ERROR")] == []
    if not debug:
        assert json.loads(lines[0])["message"] == f"POST {FAKE}: csrf (no cookie)"
