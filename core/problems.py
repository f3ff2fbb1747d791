"""Problems: every refusal of the product, once, with the sentence a person reads (RFC 9457).

The same codes go out as `application/problem+json` over HTTP and as `error` frames over WebSocket. Faces raise
`Refused`; `core.api_errors` and the consumers turn it into words. A code is never renamed: clients act on it.
"""

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, kw_only=True)
class ProblemType:
    """One kind of refusal: its HTTP status, its name, and what the person can do next."""

    status: int
    title: str
    sentence: str
    retry_after: int | None = None


CATALOGUE: dict[str, ProblemType] = {
    "malformed": ProblemType(
        status=400,
        title="Malformed request",
        sentence="We couldn’t read that request. Send valid JSON in UTF-8.",
    ),
    "invalid": ProblemType(
        status=422,
        title="Something needs a look",
        sentence="Some of this needs a look before we can send it.",
    ),
    "not-authenticated": ProblemType(
        status=401,
        title="Signed out",
        sentence="You’ve been signed out. Sign in again and your draft will be here.",
    ),
    "forbidden": ProblemType(
        status=403,
        title="Not allowed",
        sentence="Your account isn’t allowed to do this. Ask a support admin.",
    ),
    "csrf": ProblemType(
        status=403, title="Page out of date", sentence="This page is out of date. Reload it and try again."
    ),
    "not-found": ProblemType(
        status=404,
        title="Not found",
        sentence="You can’t open this ticket. It may belong to another account.",
    ),
    "method": ProblemType(
        status=405, title="Method not allowed", sentence="This address doesn’t take that kind of request."
    ),
    "media-type": ProblemType(
        status=415, title="Unsupported media type", sentence="Send this request as application/json."
    ),
    "not-acceptable": ProblemType(
        status=406, title="Not acceptable", sentence="This address answers with application/json."
    ),
    "stale": ProblemType(
        status=409,
        title="Changed meanwhile",
        sentence="Somebody changed this ticket meanwhile. Reload and try again.",
    ),
    "transition": ProblemType(
        status=409, title="Not from here", sentence="The ticket can’t go to that status from where it is now."
    ),
    "closed": ProblemType(
        status=409,
        title="Ticket closed",
        sentence="This ticket is closed. Open a new ticket and mention this one.",
    ),
    "id-taken": ProblemType(
        status=422,
        title="Id taken",
        sentence="That id was used for something else. Send this under a new id.",
    ),
    "too-large": ProblemType(
        status=413,
        title="Too large",
        sentence="That’s more than we can take at once. Shorten it and try again.",
    ),
    "too-fast": ProblemType(
        status=429,
        title="Too fast",
        sentence="You’re sending messages quickly. You can send again in a few seconds.",
    ),
    "held": ProblemType(status=202, title="Held", sentence="We’ve kept your message and are looking at it."),
    "log-full": ProblemType(
        status=503,
        title="Very busy",
        sentence="We’re very busy and didn’t take this. Try again in a few seconds.",
        retry_after=5,
    ),
    "log-unavailable": ProblemType(
        status=503,
        title="Not taken",
        sentence="We couldn’t take this just now. Try again in a few seconds; repeating it is safe.",
        retry_after=3,
    ),
    "database-unavailable": ProblemType(
        status=503,
        title="Not readable just now",
        sentence="We can’t show this just now. Nothing is lost. Try again in a few seconds.",
        retry_after=3,
    ),
    "internal": ProblemType(
        status=500,
        title="Our mistake",
        sentence="Something went wrong on our side. We’ve noted it. Try again soon.",
    ),
}


@dataclass
class Refused(Exception):
    """The request is refused under `code`; `sentence` and field `errors` say why and what to do next."""

    code: str
    sentence: str = ""
    errors: dict[str, list[str]] = field(default_factory=dict)
    retry_after: int | None = None

    def __post_init__(self) -> None:
        self.type = CATALOGUE[self.code]
        self.sentence = self.sentence or self.type.sentence
        self.retry_after = self.retry_after or self.type.retry_after
        super().__init__(self.code)


def document(refused: Refused) -> dict[str, Any]:
    """The RFC 9457 members of a refusal, with the person's sentence repeated under `error`."""
    members: dict[str, Any] = {
        "type": f"/support/problems/{refused.code}",
        "title": refused.type.title,
        "status": refused.type.status,
        "detail": refused.sentence,
        "error": refused.sentence,
        "code": refused.code,
    }
    if refused.errors:
        members["errors"] = refused.errors
    return members
