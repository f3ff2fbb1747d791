"""The mails as they arrive at a real server: headers, twins, threads, and who may read which word."""

import re
from collections.abc import Callable
from datetime import timedelta
from email.message import EmailMessage
from email.utils import parseaddr

import pytest
from pytest_django import Settings

from core import ids
from core.models import User
from notifications import addresses, services
from notifications.models import AccountMail, IncomingMail
from notifications.rendering import indented
from support import events
from support.models import SupportTicket
from tests.notifications.conftest import AT, given, happened, moved, opened, planned
from tests.notifications.sink import Sink

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def own_domain(settings: Settings) -> None:
    settings.SUPPORT_EMAIL = "support@psychpath.example"
    settings.DEFAULT_FROM_EMAIL = "PsychPATH Support <support@psychpath.example>"
    settings.SITE_URL = "https://psychpath.example"


def text_of(message: EmailMessage, kind: str = "plain") -> str:
    body = message.get_body(preferencelist=(kind,))
    assert body is not None
    return str(body.get_content()).replace("\r\n", "\n")


def test_a_reply_arrives_with_every_header_that_clients_and_robots_read(
    sink: Sink, ticket: SupportTicket, say: Callable[..., events.MessagePosted], amira: User, ben: User
) -> None:
    (row,) = planned(say(ben, "Could you try it **again**?"))

    assert services.deliver("email").counts == {"sent": 1}

    (message,) = sink.messages
    headers = {name: str(value) for name, value in message.items() if name not in {"Date", "Content-Type"}}
    reply_to, stop = headers.pop("Reply-To"), headers.pop("List-Unsubscribe").strip()
    assert headers == {
        "Subject": "[PP-1042] Logbook export is missing week 14",
        "From": "Ben at PsychPATH <support@psychpath.example>",
        "To": "amira@example.com",
        "Message-ID": f"<{row.id}@psychpath.example>",
        "In-Reply-To": f"<ticket-{ticket.id}@psychpath.example>",
        "References": f"<ticket-{ticket.id}@psychpath.example>",
        "List-Id": "PsychPATH Support <tickets.psychpath.example>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "All",
        "MIME-Version": "1.0",
    }
    assert stop.startswith("<https://psychpath.example/notifications/stop/")
    token = addresses.read_reply_address(reply_to)
    assert token is not None
    assert (token.ticket_id, token.issued_to(amira.id), token.issued_to(ben.id)) == (ticket.id, True, False)
    assert message.get_content_type() == "multipart/alternative"
    assert "ben@example.com" not in str(message)


def test_a_replys_twins_say_the_same(
    sink: Sink, ticket: SupportTicket, say: Callable[..., events.MessagePosted], ben: User
) -> None:
    planned(say(ben, "Could you try it **again**?\n\n<script>alert(1)</script>"))
    services.deliver("email")

    (message,) = sink.messages
    text = re.sub(r"(/notifications/email/)\S+", r"\1<token>", text_of(message))
    assert text == (
        "Please type your reply above this line\n\n"
        "Ben replied to your ticket PP-1042\nLogbook export is missing week 14\nStatus: Open\n\n"
        "Ben, PsychPATH Support, Tuesday 10 March, 10:22 am:\n\n"
        "  Could you try it **again**?\n\n  <script>alert(1)</script>\n\n"
        f"Reply to this email, or here: https://psychpath.example/support-tickets/{ticket.id}\n"
        "Please leave out client names.\n\n--\nYou get this because you opened ticket PP-1042.\n"
        "Email settings: https://psychpath.example/notifications/email/<token>\n"
    )
    html = text_of(message, "html")
    assert "Could you try it <strong>again</strong>?" in html
    assert f'href="https://psychpath.example/support-tickets/{ticket.id}"' in html
    assert "<script" not in html


def test_the_mails_of_a_ticket_thread_and_each_reader_has_their_own(
    sink: Sink, ticket: SupportTicket, say: Callable[..., events.MessagePosted], ben: User, chen: User
) -> None:
    rows = planned(opened(ticket), say(ben, "Try it."), moved(ticket, ben, "OPEN", "RESOLVED"))

    assert services.deliver("email").counts == {"sent": 4}

    assert {message["References"] for message in sink.messages} == {f"<ticket-{ticket.id}@psychpath.example>"}
    assert {message["Subject"] for message in sink.messages} == {
        "[PP-1042] Logbook export is missing week 14"
    }
    assert {message["Message-ID"] for message in sink.messages} == {row.message_id_header for row in rows}
    assert [envelope.rcpt_tos for envelope in sink.envelopes if len(envelope.rcpt_tos) != 1] == []
    # The requester has it from Ben; support has it from Amira, without her address.
    assert [message["From"] for message in sink.to("chen@example.com")] == [
        "Amira via PsychPATH <support@psychpath.example>"
    ]
    assert len(sink.sessions) == 1


def test_a_new_ticket_links_to_the_desk(sink: Sink, ticket: SupportTicket, ben: User) -> None:
    planned(opened(ticket))
    services.deliver("email")

    text = text_of(sink.to("ben@example.com")[0])
    assert "Amira, Tuesday 10 March, 10:22 am:\n\n  Week 14 shows 0 supervision hours.\n" in text
    assert f"Open ticket: https://psychpath.example/support/?ticket={ticket.id}\n" in text


def test_a_chat_is_told_with_its_first_message(
    sink: Sink, ticket: SupportTicket, say: Callable[..., events.MessagePosted], amira: User, ben: User
) -> None:
    ticket.description = ""
    ticket.save()
    say(amira, "Is anybody there?")
    say(amira, "Hello?")
    planned(opened(ticket))
    services.deliver("email")

    assert "\n\n  Is anybody there?\n" in text_of(sink.to("ben@example.com")[0])


def test_a_resolved_ticket_says_what_was_done_and_not_what_was_noted(
    sink: Sink, ticket: SupportTicket, say: Callable[..., events.MessagePosted], ben: User
) -> None:
    say(ben, "We rebuilt your export.")
    say(ben, "She was rude.", "staff")
    planned(moved(ticket, ben, "IN_PROGRESS", "RESOLVED"))
    services.deliver("email")

    text = text_of(sink.to("amira@example.com")[0])
    assert text.startswith("Your ticket PP-1042 is resolved\n")
    assert "What we did:\n\n  We rebuilt your export.\n" in text
    assert "rude" not in str(sink.messages[0])


def test_an_update_tells_of_its_own_status_though_the_ticket_has_moved_on(
    sink: Sink, ticket: SupportTicket, ben: User
) -> None:
    planned(moved(ticket, ben, "OPEN", "IN_PROGRESS"))
    ticket.status = "CLOSED"
    ticket.save()
    services.deliver("email")

    assert text_of(sink.messages[0]).startswith("We’re working on your ticket PP-1042\n")


def test_an_assigned_ticket_names_who_gave_it(
    sink: Sink, ticket: SupportTicket, ben: User, chen: User
) -> None:
    planned(given(ticket, ben, chen.id))

    assert services.deliver("email").counts == {"sent": 1}

    (message,) = sink.to("chen@example.com")
    assert text_of(message).startswith("Ben gave you ticket PP-1042\n")
    assert message["From"] == "Ben at PsychPATH <support@psychpath.example>"


def test_an_account_mail_is_sent_as_worded_and_then_forgotten(sink: Sink) -> None:
    mail = AccountMail.objects.create(
        id=ids.new_id(), template="t", to="amira@example.com", subject="Choose a new password",
        text="Open https://psychpath.example/reset/key/\n", html="<p>Open it</p>",
    )  # fmt: skip
    planned(happened(events.AccountMailRequested, "system:accounts", mail_id=mail.id))

    assert services.deliver("email").counts == {"sent": 1}

    (message,) = sink.to("amira@example.com")
    assert (message["Subject"], message["From"]) == (
        "Choose a new password",
        "PsychPATH Support <support@psychpath.example>",
    )
    assert (message["References"], message["Reply-To"], message["List-Id"]) == (None, None, None)
    assert text_of(message) == "Open https://psychpath.example/reset/key/\n"
    assert AccountMail.objects.values_list("subject", "text", "html").get() == ("", "", "")


@pytest.mark.parametrize("subject", ["Hi\r\nBcc: dora@example.com", "Hi\nthere", "Hi\x00"])
def test_a_subject_that_would_start_another_header_is_never_sent(
    subject: str, sink: Sink, say: Callable[..., events.MessagePosted], ben: User, ticket: SupportTicket
) -> None:
    (row,) = planned(say(ben, "Try it again."))
    # PostgreSQL itself refuses NUL; whatever else finds its way in is refused here.
    SupportTicket.objects.update(subject=subject.replace("\x00", "\x01"))

    assert services.deliver("email").counts == {"permanent": 1}

    row.refresh_from_db()
    assert (row.state, row.reason) == ("failed", "unsafe-header")
    assert (sink.envelopes, sink.tries) == ([], [])


def test_a_name_that_would_start_another_header_is_never_sent(
    sink: Sink, say: Callable[..., events.MessagePosted], ben: User
) -> None:
    planned(say(ben, "Try it again."))
    User.objects.filter(id=ben.id).update(first_name="Ben\r\nBcc: dora@example.com")

    assert services.deliver("email").counts == {"permanent": 1}
    assert sink.tries == []


def test_names_and_words_of_every_script_arrive_whole(
    sink: Sink, ticket: SupportTicket, say: Callable[..., events.MessagePosted], ben: User
) -> None:
    User.objects.filter(id=ben.id).update(first_name='Zoë "Z" 李, 3rd')
    planned(say(ben, "👩‍👩‍👧 مرحبا"))
    SupportTicket.objects.update(subject="Größe 👩‍👩‍👧 & <b>مرحبا</b>")
    services.deliver("email")

    (message,) = sink.messages
    assert parseaddr(str(message["From"])) == ('Zoë "Z" 李, 3rd at PsychPATH', "support@psychpath.example")
    # Django folds a long encoded subject before its first word; clients drop that space.
    assert message["Subject"].lstrip() == "[PP-1042] Größe 👩‍👩‍👧 & <b>مرحبا</b>"
    assert "  👩‍👩‍👧 مرحبا\n" in text_of(message)
    assert "Größe 👩‍👩‍👧 &amp; &lt;b&gt;مرحبا&lt;/b&gt;" in text_of(message, "html")


def test_a_mail_is_in_its_recipients_language_and_on_their_clock(
    sink: Sink, ticket: SupportTicket, say: Callable[..., events.MessagePosted], amira: User, ben: User
) -> None:
    amira.language, amira.timezone = "ar-xb", "Australia/Perth"
    amira.save()
    planned(say(ben, "Try again?"))
    services.deliver("email")

    (message,) = sink.messages
    assert "⟦Ben replied to your ticket PP-1042⟧\n" in text_of(message)
    assert "⟦⟦⟦Tuesday⟧ 10 ⟦March⟧⟧, ⟦7:22 am⟧⟧" in text_of(message)
    assert '<html lang="ar-XB" dir="rtl"' in text_of(message, "html")
    assert str(message["Subject"]) == "[PP-1042] Logbook export is missing week 14"


def test_a_reply_stands_below_what_its_reader_wrote_by_mail(
    sink: Sink, ticket: SupportTicket, say: Callable[..., events.MessagePosted], amira: User, ben: User
) -> None:
    wrote = [(amira, "<first@a.example>"), (amira, "<last@a.example>"), (ben, "<b@b.example>")]
    for minute, (author, name) in enumerate(wrote):
        IncomingMail.objects.create(
            id=ids.new_id(), via="imap", size=1, ticket=ticket, author=author, message_id_header=name,
            received_at=AT + timedelta(minutes=minute),
        )  # fmt: skip
    planned(say(ben, "Try it again."))
    services.deliver("email")

    (message,) = sink.messages
    assert message["In-Reply-To"] == "<last@a.example>"
    assert str(message["References"]).split() == [
        f"<ticket-{ticket.id}@psychpath.example>",
        "<last@a.example>",
    ]


def test_lines_end_where_their_writer_ended_them_and_nowhere_else() -> None:
    assert indented("one\r\ntwo\rthree\n\nfour\n") == "  one\n  two\n  three\n\n  four"
    assert indented("a\u2028b\x85c\x1cd") == "  a\u2028b\x85c\x1cd"
