"""Parsers: a bounded, unambiguous JSON object or a refusal. Named by the settings for every view of the API.

At most 64 KiB of UTF-8, no member twice, no NaN or infinity, no nesting that exhausts the parser. What is refused
here was neither validated nor logged, and nothing of it reaches the command log.
"""

import json
import math
from collections.abc import Mapping
from typing import IO, Any, NoReturn

from django.utils.translation import gettext_noop as _
from rest_framework.parsers import BaseParser

from core.problems import Refused

MOST_BYTES = 64 * 1024


class BoundedJSONParser(BaseParser):
    """application/json, strictly."""

    media_type = "application/json"

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> dict[str, Any]:
        body = _read(stream)
        try:
            document = json.loads(
                body.decode("utf-8"),
                object_pairs_hook=_object,
                parse_constant=_refuse,
                parse_float=_finite,
            )
        except (ValueError, RecursionError) as error:
            raise Refused("malformed") from error
        if not isinstance(document, dict):
            raise Refused("malformed", _("Send one JSON object."))
        return document


def _read(stream: IO[Any]) -> bytes:
    body = bytes(stream.read(MOST_BYTES + 1))
    if len(body) > MOST_BYTES:
        raise Refused("too-large")
    return body


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Two members of one name mean two things to two readers."""
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ValueError("a member appears twice")
    return members


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is not JSON")


def _finite(digits: str) -> float:
    number = float(digits)
    if not math.isfinite(number):
        raise ValueError("a number is out of range")
    return number
