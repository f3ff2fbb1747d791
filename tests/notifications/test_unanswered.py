"""No answer to a whole mail: by the calendar it is said at most once, anything else again under the same name."""

import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from itertools import chain, repeat
from socket import create_server
from typing import Any

import pytest
import time_machine
from django.utils import timezone
from pytest_django import Settings

from core import ids
from core.models import User
from notifications import addresses, services, smtp
from notifications.models import EMAIL, Delivery
from notifications.transports.base import MAY_HAVE_LEFT
from support import events
from support.models import SupportTicket
from tests.notifications.conftest import planned
from tests.notifications.sink import Sink
from tests.system.ports import free_port

pytestmark = pytest.mark.django_db
POSTMARK = "anymail.backends.postmark.EmailBackend"


@pytest.fixture
def digest(ticket: SupportTicket, ben: User) -> Delivery:
    """Ben's daily summary: a ticket has nobody."""
    row_id, now = ids.new_id(), timezone.now()
    return Delivery.objects.create(
        id=row_id, event_id=ids.new_id(), event_kind="Calendar", command_id=ids.new_id(),
        facts={"day": "2026-03-10"}, notice="digest", recipient=ben, address=ben.email, transport=EMAIL,
        due_at=now, created_at=now, message_id_header=addresses.message_id(row_id),
    )  # fmt: skip


@pytest.fixture
def impatient(sink: Sink, monkeypatch: pytest.MonkeyPatch) -> Sink:
    """Half a second is long enough for a mail."""
    monkeypatch.setattr(smtp, "MAIL_SECONDS", 0.5)
    return sink


def state(row: Delivery) -> tuple[str, str, bool]:
    row.refresh_from_db()
    return row.state, row.reason, row.cause.startswith(MAY_HAVE_LEFT)


def test_a_summary_that_a_server_took_without_a_word_is_shown_and_not_sent_again(
    impatient: Sink, digest: Delivery
) -> None:
    impatient.silent_at = "DATA"

    assert services.deliver("email").counts == {"uncertain": 1}
    assert state(digest) == ("uncertain", "unconfirmed", True)

    impatient.silent_at = ""
    Delivery.objects.update(due_at=timezone.now())
    assert services.deliver("email").counts == {}
    assert len(impatient.envelopes) == 1


def test_a_reply_that_a_server_took_without_a_word_is_sent_again_under_the_same_name(
    impatient: Sink, say: Callable[..., events.MessagePosted], ben: User
) -> None:
    (row,) = planned(say(ben, "Try it again."))
    impatient.silent_at = "DATA"

    assert services.deliver("email").counts == {"uncertain": 1}
    assert state(row) == ("queued", "", True)

    impatient.silent_at = ""
    Delivery.objects.update(due_at=timezone.now())
    assert services.deliver("email").counts == {"sent": 1}
    assert state(row) == ("sent", "", False)
    assert [mail["Message-ID"] for mail in impatient.messages] == [row.message_id_header] * 2


def test_replies_that_may_have_left_together_are_sent_again_together_under_the_same_name(
    impatient: Sink,
    say: Callable[..., events.MessagePosted],
    ben: User,
    monkeypatch: pytest.MonkeyPatch,
    settings: Settings,
) -> None:
    settings.REPLY_MAIL_EVERY = 900
    rows = [row for words in ("Try it again.", "Or this way.") for row in planned(say(ben, words))]
    shares = chain([1.0, 0.5], repeat(0.7))
    monkeypatch.setattr("notifications.services.ledger.random.uniform", lambda *_: next(shares))
    impatient.silent_at = "DATA"
    assert services.deliver("email").counts == {"uncertain": 1}

    impatient.silent_at = ""
    (new,) = planned(say(ben, "A third."))
    with time_machine.travel(timezone.now() + timedelta(minutes=5)):
        assert services.deliver("email").counts == {"sent": 1, "put back": 1}
    assert [state(row)[0] for row in (*rows, new)] == ["sent", "sent", "planned"]
    assert len({mail["Message-ID"] for mail in impatient.messages}) == 1
    assert len(impatient.messages) == 2


def test_a_server_that_falls_silent_before_it_had_the_mail_makes_nothing_uncertain(
    impatient: Sink, digest: Delivery
) -> None:
    impatient.silent_at = "RCPT"

    assert services.deliver("email").counts == {"transient": 1}
    assert state(digest) == ("queued", "", False)


def test_a_mail_has_so_long_altogether_however_often_a_server_speaks(
    impatient: Sink, digest: Delivery
) -> None:
    impatient.pace = 0.3

    assert services.deliver("email").counts == {"transient": 1}
    assert impatient.envelopes == []


@pytest.fixture
def provider(settings: Settings) -> Iterator[Callable[[bool], None]]:
    """One that reads a request and does not answer; called, whether it hangs up then."""
    done = threading.Event()

    def serve(hangs_up: bool) -> None:
        server = create_server(("127.0.0.1", 0))
        settings.EMAIL_BACKEND = POSTMARK
        settings.ANYMAIL = _postmark(server.getsockname()[1])

        def answer() -> None:
            with server:
                server.accept()[0].close()  # only whether it is there
                line, _ = server.accept()
                with line:
                    line.recv(65536)
                    done.wait(0 if hangs_up else 30)

        threading.Thread(target=answer, daemon=True).start()

    yield serve
    done.set()


def _postmark(port: int) -> dict[str, Any]:
    url = f"http://127.0.0.1:{port}/"
    return {"POSTMARK_SERVER_TOKEN": "x", "POSTMARK_API_URL": url, "REQUESTS_TIMEOUT": 0.5}


@pytest.mark.parametrize("hangs_up", [False, True])
def test_a_provider_that_read_the_mail_and_says_nothing_is_as_uncertain(
    provider: Callable[[bool], None], digest: Delivery, hangs_up: bool
) -> None:
    provider(hangs_up)

    assert services.deliver("email").counts == {"uncertain": 1}
    assert state(digest) == ("uncertain", "unconfirmed", True)


def test_a_provider_that_is_away_has_not_had_the_mail(settings: Settings, digest: Delivery) -> None:
    settings.EMAIL_BACKEND, settings.ANYMAIL = POSTMARK, _postmark(free_port())

    assert services.deliver("email").counts == {"transient": 1}
    assert state(digest) == ("queued", "", False)
