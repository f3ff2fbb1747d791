"""How the calls describe themselves in OpenAPI: their headers and every answer they may give."""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema, inline_serializer
from rest_framework import serializers as s

from support.api.preferences import MOST_KEY

Method = TypeVar("Method", bound=Callable[..., Any])
Shape = type[s.Serializer[Any]]
PROBLEM = "application/problem+json"
PREFER = OpenApiParameter(
    "Prefer",
    str,
    OpenApiParameter.HEADER,
    description="`wait=N` (at most 10 s, usually 2) or `respond-async`.",
)
KEY = OpenApiParameter(
    "Idempotency-Key",
    {"type": "string", "maxLength": MOST_KEY, "pattern": "^[ -~]*$"},
    OpenApiParameter.HEADER,
    description="Repeating a request under one key is safe.",
)
WRITE = [KEY, PREFER]
# A cursor that only moves forward needs no key.
MARK = [PREFER]


class Problem(s.Serializer[Any]):
    """RFC 9457, with the sentence for a person repeated under `error`."""

    type = s.CharField()
    title = s.CharField()
    status = s.IntegerField()
    detail = s.CharField()
    error = s.CharField()
    code = s.CharField()
    errors = s.DictField(child=s.ListField(child=s.CharField()), required=False)  # type: ignore[assignment]


class Pending(s.Serializer[Any]):
    """Accepted and durable, not yet stored; `receipt` tells the rest."""

    status = s.CharField(help_text="accepted or held")
    receipt = s.CharField()
    id = s.UUIDField()
    ticket_id = s.UUIDField(allow_null=True)
    message = s.CharField()


def _problem(sentence: str) -> OpenApiResponse:
    return OpenApiResponse(Problem, description=sentence)


def read(shape: Shape, *, public: bool = False) -> dict[Any, Any]:
    """The answers of a call that reads."""
    common = {200: shape, ("503", PROBLEM): _problem("The database is away.")}
    if public:
        return common
    return common | {
        ("401", PROBLEM): _problem("Signed out."),
        ("403", PROBLEM): _problem("Not allowed."),
        ("404", PROBLEM): _problem("No such thing, or not yours."),
        ("422", PROBLEM): _problem("Something in the query needs a look."),
    }


_WRITTEN: dict[Any, Any] = {
    202: OpenApiResponse(Pending, description="Accepted, not yet stored; see Location."),
    ("400", PROBLEM): _problem("Not a JSON object in UTF-8."),
    ("401", PROBLEM): _problem("Signed out."),
    ("403", PROBLEM): _problem("No CSRF token, or not allowed."),
    ("404", PROBLEM): _problem("No such thing, or not yours."),
    ("409", PROBLEM): _problem("Not from the state it is in."),
    ("413", PROBLEM): _problem("More than 64 KiB."),
    ("415", PROBLEM): _problem("Not application/json."),
    ("422", PROBLEM): _problem("Something needs a look; see errors."),
    ("429", PROBLEM): _problem("Too fast; see Retry-After."),
    ("503", PROBLEM): _problem("Not known to be accepted: repeat under the same key; see Retry-After."),
}


def write(
    name: str,
    summary: str,
    *,
    takes: Shape,
    answers: Shape,
    stored: int = 200,
    parameters: Sequence[Any] = WRITE,
) -> Callable[[Method], Method]:
    """Describes a call that writes; `stored` is the status of what was stored while the caller waited."""
    decorate: Callable[[Method], Method] = extend_schema(
        operation_id=name,
        summary=summary,
        request=takes,
        parameters=parameters,
        responses={stored: OpenApiResponse(answers, description="Stored."), **_WRITTEN},
    )
    return decorate


RECEIPT: dict[Any, Any] = {
    202: OpenApiResponse(
        inline_serializer(
            "Waiting", {"status": s.ChoiceField(["pending", "held"]), "message": s.CharField()}
        ),
        description="Not yet, or held because somebody has to look at it.",
    ),
    303: OpenApiResponse(description="Stored; see Location."),
    ("401", PROBLEM): _problem("Signed out."),
    ("404", PROBLEM): _problem("No such receipt, or not yours."),
    ("409", PROBLEM): _problem("Refused."),
    ("422", PROBLEM): _problem("Refused: the id or the key was taken by something else."),
    ("503", PROBLEM): _problem("The log or the database is away."),
}
