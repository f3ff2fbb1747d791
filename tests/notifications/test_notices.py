"""What the mails say: the examples of the mockups, each trio whole, and who may read which word."""

import re
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from pytest_django import Settings

from core.models import User
from notifications import links, notices, wording
from notifications.examples import EXAMPLES
from notifications.models import BY_CALENDAR, NoticeKind
from notifications.notices import Reader
from notifications.rendering import render
from notifications.rules import RULES
from support.models import ChatMessage, SupportTicket
from support.workflow import Status

URL = "0195740a-1042-7000-8000-000000000001"
TEXTS = {
    "new_ticket": f"""New ticket PP-1042 (High priority)
Logbook export is missing week 14 supervision

Mia, Monday 9 March, 3:41 pm:

  I exported my logbook for my AHPRA submission and week 14 shows 0
  supervision hours. In the app it says 2.5 hours.

Ticket: PP-1042
Type: Question
Tags: logbook, export, AHPRA

Open ticket: https://psychpath.example/support/?ticket={URL}

--
You get this because you’re on the PsychPATH Support team.
Change your notifications: https://psychpath.example/accounts/notifications/
""",
    "ticket_reply": f"""Please type your reply above this line

Priya replied to your ticket PP-1042
Logbook export is missing week 14 supervision
Status: Waiting on you

Priya, PsychPATH Support, Tuesday 10 March, 10:22 am:

  Good morning Mia. I’ve rebuilt your export. Could you try this and
  tell me what week 14 shows?

  1. Open Logbook, then Export
  2. Choose Weeks 1 to 22 and tick “Include sign-offs”
  3. Download the PDF again

Reply to this email, or here: https://psychpath.example/support-tickets/{URL}
Please leave out client names.

--
You get this because you opened ticket PP-1042.
Email settings: https://psychpath.example/accounts/notifications/
""",
    "ticket_update": f"""Your ticket PP-1042 is resolved
Logbook export is missing week 14 supervision

What we did:

  We rebuilt your export. Week 14 now shows 2.5 supervision hours,
  signed off by your principal supervisor.

Not quite right? Reply and we’ll look again.

View ticket: https://psychpath.example/support-tickets/{URL}

--
You get this because you opened ticket PP-1042.
Email settings: https://psychpath.example/accounts/notifications/
""",
    "chat_transcript": f"""What we talked about
Logbook export is missing week 14 supervision
Your chat with Priya on Tuesday 10 March, 10:18 am (PP-1042).

Mia, Tuesday 10 March, 10:18 am:

  Does Daniel need to sign it again?

Priya, PsychPATH Support, Tuesday 10 March, 10:22 am:

  No need, his first sign-off still counts. Your edit shows in the
  history.

Open the conversation: https://psychpath.example/support-tickets/{URL}

--
You get this because you asked for the transcript of your chat.
Email settings: https://psychpath.example/accounts/notifications/
""",
    "guest_link": """We have your message

This link opens your conversation PP-1042 on any device. You don’t need an account.

Open the conversation: https://psychpath.example/support-tickets/guest/return/TOKEN

It works for 30 days. Whoever has it can read and write there, so keep this email to yourself.

You didn’t write to us? Then somebody typed your address by mistake, and you can ignore this.

--
You get this because somebody gave this address at PsychPATH Support.
""",
    "digest": """Good morning, Grace
Tuesday 10 March

5 tickets are with you. 2 need a reply before 10:58 am.
In your inbox: 5
Due this morning: 2
Median first reply: 4 min
2 tickets have nobody yet.
The oldest open ticket has waited since Wednesday 4 March.
1 reply that was promised came late or not at all since yesterday.

PP-1042  Logbook export is missing week 14
  Mia, 1 new message, Due 10:45 am
  https://psychpath.example/support/?ticket=0195740a-1042-7000-8000-000000000001

PP-1044  Can’t sign in after changing phone
  Noah, urgent, Due 10:58 am
  https://psychpath.example/support/?ticket=0195740a-1044-7000-8000-000000000001

PP-1038  Invite my second supervisor
  Aisha, In progress
  https://psychpath.example/support/?ticket=0195740a-1038-7000-8000-000000000001

PP-1037  Professional development hours counted twice
  Hannah, In progress
  https://psychpath.example/support/?ticket=0195740a-1037-7000-8000-000000000001

PP-1036  Export for AHPRA as one file
  Leo, Waiting on requester
  https://psychpath.example/support/?ticket=0195740a-1036-7000-8000-000000000001

Open your inbox: https://psychpath.example/support/

--
Sent every morning on weekdays.
Change or stop this summary: https://psychpath.example/accounts/notifications/
""",
    "unread": f"""Hello Mia, you have unread replies
Wednesday 11 March

2 replies have been waiting for you for a day or longer.

PP-1042  Logbook export is missing week 14 supervision
  PP-1042, 2 new messages
  https://psychpath.example/support-tickets/{URL}

Read the reply: https://psychpath.example/support-tickets/{URL}

--
Sent once when a reply has not been read for a day.
Email settings: https://psychpath.example/accounts/notifications/
""",
    "summary": """Hello Grace, this was last week
The week from Monday 2 March

Promised replies in time: 95%. First reply, median: 12 min.
New tickets: 48
Resolved: 45
Still open: 12

PP-1036  Export for AHPRA as one file
  Leo, In progress
  https://psychpath.example/support/?ticket=0195740a-1036-7000-8000-000000000001

PP-1038  Invite my second supervisor
  Aisha, In progress
  https://psychpath.example/support/?ticket=0195740a-1038-7000-8000-000000000001

Open the reports: https://psychpath.example/support/reports/promises

--
Sent to support admins every Monday.
Change or stop this summary: https://psychpath.example/accounts/notifications/
""",
    "ticket_assigned": f"""Priya gave you ticket PP-1042
Logbook export is missing week 14 supervision

Ticket: PP-1042
Type: Question
Tags: logbook, export, AHPRA

Open ticket: https://psychpath.example/support/?ticket={URL}

--
You get this because you handle ticket PP-1042.
Change your notifications: https://psychpath.example/accounts/notifications/
""",
}


@pytest.fixture(autouse=True)
def own_site(settings: Settings) -> None:
    settings.SITE_URL = "https://psychpath.example"


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_text_of_every_example(name: str) -> None:
    text = render(EXAMPLES[name]()).text
    assert re.sub(r"(?<=/return/)\S+", "TOKEN", text) == TEXTS[name]


# A guest's link carries nothing that was typed, the subject neither.
OF_A_TICKET = sorted(EXAMPLES.keys() - {*BY_CALENDAR, "guest_link"})


@pytest.mark.parametrize("name", OF_A_TICKET)
def test_the_subject_is_the_same_for_every_mail_of_a_ticket(name: str) -> None:
    assert render(EXAMPLES[name]()).subject == "[PP-1042] Logbook export is missing week 14 supervision"


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_html_has_the_same_facts_and_one_button(name: str) -> None:
    notice = EXAMPLES[name]()
    html = render(notice).html
    (action,), manage = notice.actions, notice.context.get("manage")
    listed = [(line["url"], line["subject"]) for line in notice.context.get("lines", []) if "url" in line]

    assert re.findall(r'<a (?:class="ink" )?href="([^"]+)"[^>]*>([^<]+)</a>', html) == [
        *listed,
        (action.url, action.label),
        *([(manage.url, manage.label)] if manage else []),
    ]
    assert len(re.findall('class="btn"', html)) == 1
    assert ("Logbook export is missing week 14" in html) == (name not in {"guest_link", "summary"})
    assert 'Psych<strong>PATH</strong> <span class="muted" style="color: #4d5555;">Support</span>' in html


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_html_reads_well_without_a_style_sheet_and_fetches_nothing(name: str) -> None:
    html = render(EXAMPLES[name]()).html

    style = re.findall(r"<style[^>]*>(.*?)</style>", html, re.DOTALL)
    assert len(style) == 1
    assert style[0].count("@media") == 3
    assert not re.search(r"^\s*\.\w", style[0].split("@media")[0])
    assert 'class="card pad" style="' in html
    assert re.findall(r"<(?:img|link|script|iframe|object|form)\b", html) == []


def test_what_people_write_stays_text_in_every_place() -> None:
    evil = "<script>alert(1)</script>{{ 7|add:7 }}"
    mia = User(username="mia", first_name=evil)
    at = datetime(2026, 3, 9, tzinfo=UTC)
    ticket = SupportTicket(
        number=1, requester=mia, subject=evil, description=evil, tags=[evil], current_url=evil, created_at=at
    )

    rendered = render(notices.new_ticket(ticket, Reader(is_support=True)))

    assert "<script" not in rendered.html
    assert rendered.html.count("{{ 7|add:7 }}") >= 5
    assert f"\n{evil}\n" in rendered.text


def test_a_subject_with_markup_is_not_escaped_in_headers_and_text() -> None:
    notice = replace(EXAMPLES["new_ticket"](), subject="[PP-1] A & B <c>")

    assert render(notice).subject == "[PP-1] A & B <c>"


@pytest.mark.parametrize(
    ("status", "before", "heading", "line"),
    [
        (Status.OPEN, "IN_PROGRESS", "Your ticket is open", "Your ticket PP-7 is open"),
        (Status.OPEN, "RESOLVED", "Your ticket is open again", "Your ticket PP-7 is open again"),
        (Status.OPEN, "CLOSED", "Your ticket is open again", "Your ticket PP-7 is open again"),
        (Status.IN_PROGRESS, "OPEN", "We’re working on your ticket", "We’re working on your ticket PP-7"),
        (
            Status.WAITING_USER,
            "OPEN",
            "We need something from you",
            "We need something from you for ticket PP-7",
        ),
        (Status.RESOLVED, "OPEN", "Your ticket is resolved", "Your ticket PP-7 is resolved"),
        (Status.CLOSED, "RESOLVED", "Your ticket is closed", "Your ticket PP-7 is closed"),
    ],
)
def test_every_status_has_its_own_words(status: Status, before: str, heading: str, line: str) -> None:
    ticket = SupportTicket(number=7, subject="Export", status=status)

    notice = notices.ticket_update(ticket, status, Reader(is_support=False), before=before)

    assert notice.context["heading"] == heading
    assert render(notice).text.startswith(f"{line}\nExport\n")


def test_progress_shows_what_is_reached() -> None:
    assert wording.progress(Status.WAITING_USER) == [
        ("Opened", True, False),
        ("In progress", True, True),
        ("Resolved", False, False),
    ]


def test_a_message_to_support_links_to_the_desk_and_names_the_requester_alone() -> None:
    mia = User(username="mia", first_name="Mia", last_name="Brown", email="mia@psychpath.example")
    ticket = SupportTicket(number=7, requester=mia, subject="Export", status=Status.WAITING_USER)
    message = ChatMessage(author=mia, body="Hello?", created_at=datetime(2026, 3, 9, tzinfo=UTC))

    notice = notices.ticket_reply(ticket, message, Reader(is_support=True, timezone="UTC"))
    text = render(notice).text

    assert notice.actions[0].url == links.to_ticket(ticket.id, staff=True)
    assert "Mia replied to ticket PP-7\nExport\nStatus: Waiting on requester\n" in text
    assert "Mia, Monday 9 March, 12:00 am:" in text
    assert "Brown" not in text
    assert "mia@" not in text


def test_a_message_nobody_signed_is_from_support() -> None:
    ticket = SupportTicket(number=7, subject="Export", status=Status.OPEN)
    message = ChatMessage(body="We’re back.", is_support=True, created_at=datetime(2026, 3, 9, tzinfo=UTC))

    notice = notices.ticket_reply(ticket, message, Reader(is_support=False))

    assert notice.context["quote"]["who"] == "PsychPATH Support"


def test_a_preheader_is_one_short_line() -> None:
    assert wording.one_line("Mia:  a\n\nb") == "Mia: a b"
    assert len(wording.one_line("word " * 200)) == wording.PREHEADER


@pytest.mark.parametrize(
    ("timezone", "expected"),
    [
        ("Australia/Melbourne", "Sunday 5 April, 2:30 am"),
        ("Australia/Perth", "Sunday 5 April, 12:30 am"),
        ("UTC", "Saturday 4 April, 4:30 pm"),
        ("", "Sunday 5 April, 2:30 am"),
        ("Not/AZone", "Sunday 5 April, 2:30 am"),
        ("../etc/passwd", "Sunday 5 April, 2:30 am"),
    ],
)
def test_times_are_on_the_readers_own_clock(timezone: str, expected: str) -> None:
    # Half an hour after Melbourne set its clocks back.
    assert wording.local(datetime(2026, 4, 4, 16, 30, tzinfo=UTC), timezone) == expected


def test_every_kind_that_leaves_by_mail_has_a_template_trio() -> None:
    kinds = {EXAMPLES[name]().kind for name in EXAMPLES}
    by_mail = {rule.notice for rules in RULES.values() for rule in rules if "email" in rule.transports}

    assert kinds - set(BY_CALENDAR) == by_mail - {NoticeKind.ACCOUNT}
    assert set(BY_CALENDAR) <= kinds
    own = kinds - {NoticeKind.UNREAD, NoticeKind.SUMMARY}  # they wear the daily summary's
    assert {EXAMPLES[name]().template for name in EXAMPLES} == {f"support/emails/{kind}" for kind in own}


def test_a_brand_without_capitals_at_its_end_is_set_plain(settings: Settings) -> None:
    settings.BRAND_NAME = "Acme Help"

    assert 'Acme Help <span class="muted"' in render(EXAMPLES["new_ticket"]()).html
