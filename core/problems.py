"""Problems: every refusal of the product, once, with the sentence a person reads (RFC 9457).

The same codes go out as `application/problem+json` over HTTP and as `error` frames over WebSocket. Whoever refuses
raises `Refused` with the English sentence, and it becomes words where it is shown: a drain does not know its reader's
language, the face that tells them does. A code is never renamed: clients act on it.
"""

from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _


@dataclass(frozen=True, kw_only=True)
class ProblemType:
    """One kind of refusal: its HTTP status, its name, and what the person can do next; both in English."""

    status: int
    title: str
    sentence: str
    retry_after: int | None = None


CATALOGUE: dict[str, ProblemType] = {
    "malformed": ProblemType(
        status=400,
        title=_("Malformed request"),
        sentence=_("We couldn’t read that request. Send valid JSON in UTF-8."),
    ),
    "invalid": ProblemType(
        status=422,
        title=_("Something needs a look"),
        sentence=_("Some of this needs a look before we can send it."),
    ),
    "not-authenticated": ProblemType(
        status=401,
        title=_("Signed out"),
        sentence=_("You’ve been signed out. Sign in again and your draft will be here."),
    ),
    "forbidden": ProblemType(
        status=403,
        title=_("Not allowed"),
        sentence=_("Your account isn’t allowed to do this. Ask a support admin."),
    ),
    "csrf": ProblemType(
        status=403,
        title=_("Page out of date"),
        sentence=_("This page is out of date. Reload it and try again."),
    ),
    "not-found": ProblemType(
        status=404,
        title=_("Not found"),
        sentence=_("You can’t open this ticket. It may belong to another account."),
    ),
    "method": ProblemType(
        status=405,
        title=_("Method not allowed"),
        sentence=_("This address doesn’t take that kind of request."),
    ),
    "media-type": ProblemType(
        status=415, title=_("Unsupported media type"), sentence=_("Send this request as application/json.")
    ),
    "not-acceptable": ProblemType(
        status=406, title=_("Not acceptable"), sentence=_("This address answers with application/json.")
    ),
    "stale": ProblemType(
        status=409,
        title=_("Changed meanwhile"),
        sentence=_("Somebody changed this ticket meanwhile. Reload and try again."),
    ),
    "overtaken": ProblemType(
        status=409,
        title=_("Replied meanwhile"),
        sentence=_("Somebody replied while you were writing. Read the reply, then send or edit yours."),
    ),
    "taken": ProblemType(
        status=409,
        title=_("Taken already"),
        sentence=_("A colleague has taken this chat already."),
    ),
    "transition": ProblemType(
        status=409,
        title=_("Not from here"),
        sentence=_("The ticket can’t go to that status from where it is now."),
    ),
    "closed": ProblemType(
        status=409,
        title=_("Ticket closed"),
        sentence=_("This ticket is closed. Open a new ticket and mention this one."),
    ),
    "id-taken": ProblemType(
        status=422,
        title=_("Id taken"),
        sentence=_("That id was used for something else. Send this under a new id."),
    ),
    "too-large": ProblemType(
        status=413,
        title=_("Too large"),
        sentence=_("That’s more than we can take at once. Shorten it and try again."),
    ),
    "too-fast": ProblemType(
        status=429,
        title=_("Too fast"),
        sentence=_("You’re sending messages quickly. You can send again in a few seconds."),
    ),
    "held": ProblemType(
        status=202, title=_("Held"), sentence=_("We’ve kept your message and are looking at it.")
    ),
    "log-full": ProblemType(
        status=503,
        title=_("Very busy"),
        sentence=_("We’re very busy and didn’t take this. Try again in a few seconds."),
        retry_after=5,
    ),
    "log-unavailable": ProblemType(
        status=503,
        title=_("Not taken"),
        sentence=_("We couldn’t take this just now. Try again in a few seconds; repeating it is safe."),
        retry_after=3,
    ),
    "database-unavailable": ProblemType(
        status=503,
        title=_("Not readable just now"),
        sentence=_("We can’t show this just now. Nothing is lost. Try again in a few seconds."),
        retry_after=3,
    ),
    "internal": ProblemType(
        status=500,
        title=_("Our mistake"),
        sentence=_("Something went wrong on our side. We’ve noted it. Try again soon."),
    ),
}


@dataclass
class Refused(Exception):
    """The request is refused under `code`; `words`, `values` and field `errors` say why and what to do next.

    `words` is a sentence in English, marked where it stands (`gettext_noop`), with {places} for `values`; or one that
    a form has put into the reader's words already.
    """

    code: str
    words: str = ""
    errors: dict[str, list[str]] = field(default_factory=dict)
    retry_after: int | None = None
    values: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.type = CATALOGUE[self.code]
        self.retry_after = self.retry_after or self.type.retry_after
        super().__init__(self.code)

    @property
    def title(self) -> str:
        """The name of its kind, for the reader."""
        return gettext(self.type.title)

    @property
    def sentence(self) -> str:
        """What the reader is told, in the active language."""
        words = gettext(self.words or self.type.sentence)
        return (
            words.format(**{name: _said(value) for name, value in self.values.items()})
            if self.values
            else words
        )

    @property
    def said_errors(self) -> dict[str, list[str]]:
        """The errors of each field, likewise."""
        return {name: [_said(words) for words in faults] for name, faults in self.errors.items()}


def _said(words: str) -> str:
    """A value that is a word of the product's own is said as well; gettext("") would be the catalogue's head."""
    return gettext(words) if words else ""


def document(refused: Refused) -> dict[str, Any]:
    """The RFC 9457 members of a refusal, with the person's sentence repeated under `error`."""
    members: dict[str, Any] = {
        "type": f"/support/problems/{refused.code}",
        "title": refused.title,
        "status": refused.type.status,
        "detail": refused.sentence,
        "error": refused.sentence,
        "code": refused.code,
    }
    if refused.errors:
        members["errors"] = refused.said_errors
    return members
