"""The log: whatever somebody sends, they begin no line of it."""

import io
import json
import logging
import logging.config
from typing import Any

import pytest
from django.test import RequestFactory
from django.urls import resolve

from core import logs

SECRET = "what-lets-somebody-in"
FAKE = "/nowhere\r\nERROR   support [- -] everything is lost\n{}"


def written(*, debug: bool) -> io.StringIO:
    """Where the lines of the logger `abuse` go from now on."""
    options: dict[str, Any] = dict(logs.configuration(debug=debug, level="INFO"))
    stream = io.StringIO()
    options["handlers"]["stderr"]["stream"] = stream
    only = {"version": 1, "disable_existing_loggers": False, "loggers": {"abuse": {"handlers": ["stderr"]}}}
    logging.config.dictConfig(only | {name: options[name] for name in ("filters", "formatters", "handlers")})
    logging.getLogger("abuse").propagate = False
    return stream


@pytest.mark.parametrize("debug", [True, False])
@pytest.mark.parametrize("path", ["/accounts/confirm-email/{}/", "/support-tickets/guest/return/{}"])
def test_a_line_about_a_request_holds_no_secret_of_its_address(path: str, debug: bool) -> None:
    """Neither what stands in its path, in the message and beside it, nor its query."""
    stream = written(debug=debug)
    request = RequestFactory().get(path.format(SECRET), {"search": SECRET})
    request.resolver_match = resolve(request.path)
    logging.getLogger("abuse").warning("%s: %s", "Not Found", request.path, extra={"request": request})

    assert "Not Found: /" in stream.getvalue()
    assert SECRET not in stream.getvalue()


@pytest.mark.parametrize("debug", [True, False])
def test_nobody_begins_a_line_of_their_own(debug: bool) -> None:
    """In plain lines and in JSON, in the message and in its arguments."""
    stream = written(debug=debug)
    logging.getLogger("abuse").warning("%s %s: csrf (%s)", "POST", FAKE, "no cookie")
    logging.getLogger("abuse").warning(FAKE)

    lines = stream.getvalue().splitlines()
    assert len(lines) == 2
    assert [line for line in lines if line.startswith("ERROR")] == []
    if not debug:
        assert json.loads(lines[0])["message"] == f"POST {FAKE}: csrf (no cookie)"
