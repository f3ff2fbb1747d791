"""What a guest asked joins their account: with proof of the address on both sides, once, whole; else never."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from allauth.account.models import EmailAddress, EmailConfirmationHMAC
from django.test import Client
from django.utils import timezone

from core import ids, receipts
from core.models import User
from notifications.models import Delivery, Preference
from support import commands, delivery_intake, selectors
from support.guests import backend, joining, links, people
from support.models import Change, ChatMessage, ChatSession, Participant, ReplyPromise, SupportTicket
from support.models.sessions import SessionState
from support.views.desk_timeline import timeline
from tests.support.conftest import Desk

pytestmark = pytest.mark.django_db
LOGIN = "/accounts/login/"


@pytest.fixture
def grace() -> User:
    """A guest, who never signed up."""
    return people.new_guest("Grace@example.com", "Grace")


@pytest.fixture
def account(person: Callable[..., User]) -> User:
    """Her account; its address is proven."""
    return proven(person("grace"))


def proven(user: User, *, verified: bool = True) -> User:
    EmailAddress.objects.create(user=user, email=user.email, verified=verified, primary=True)
    return user


def browser_of(user: User) -> Client:
    client = Client()
    client.force_login(user, backend=backend.PATH if user.is_guest else None)
    return client


def signs_in(client: Client, user: User) -> None:
    answer = client.post(LOGIN, {"login": user.username, "password": "testpass123"})
    assert answer.status_code == 302
    assert client.session["_auth_user_id"] == str(user.pk)


def owners(*tickets: SupportTicket) -> list[User]:
    return [
        SupportTicket.objects.select_related("requester").get(pk=ticket.pk).requester for ticket in tickets
    ]


# --- With proof ---


@pytest.mark.usefixtures("draining")
@pytest.mark.django_db(transaction=True)
def test_the_link_opened_while_signed_in_adds_the_conversation_with_its_history(
    desk: Desk, grace: User, account: User, ben: User
) -> None:
    ticket = desk.ask(grace)
    desk.say(grace, ticket, "Week 14 says 0 hours.")
    desk.say(ben, ticket, "Looking.")
    desk.say(ben, ticket, "Odd.", audience="staff")
    desk.say(ben, ticket, "Done.")
    desk.read(grace, ticket, 2)
    desk.do(grace, commands.MarkDelivered, ticket_id=ticket.pk, sequence=3)
    desk.move(grace, ticket, "RESOLVED")
    revision = SupportTicket.objects.get().revision
    client, link = browser_of(account), links.path(grace, ticket.pk)

    page = client.get(link).content.decode()
    assert ("Add to my account" in page, "signs you out" in page) == (True, False)
    assert owners(ticket) == [grace]
    answer = client.post(link)

    assert (answer.status_code, answer["Location"]) == (302, f"/support-tickets/{ticket.pk}#latest")
    assert client.session["_auth_user_id"] == str(account.pk)
    page = client.get(answer["Location"]).content.decode()
    assert "PP-1042 is among your tickets now." in page
    assert "Week 14 says 0 hours." in page
    after = SupportTicket.objects.get()
    assert (after.requester, after.revision, after.status) == (account, revision + 1, "RESOLVED")
    written = ChatMessage.objects.order_by("staff_sequence").values_list("author", "public_sequence")
    assert list(written) == [(account.pk, 1), (ben.pk, 2), (ben.pk, None), (ben.pk, 3)]
    place = Participant.objects.exclude(user=ben).get()
    assert (place.user, place.role, place.read_sequence, place.delivered_sequence) == (
        account,
        "requester",
        2,
        3,
    )
    assert selectors.unread_by_ticket(account) == {str(ticket.pk): 1}
    assert selectors.unread_by_ticket(grace) == {}
    assert not Change.objects.filter(user=grace).exists()
    assert set(ReplyPromise.objects.values_list("requester", flat=True)) == {account.pk}
    assert browser_of(grace).get(f"/support-tickets/{ticket.pk}").status_code == 404


@pytest.mark.usefixtures("draining")
@pytest.mark.django_db(transaction=True)
def test_it_is_done_once_however_often_it_is_asked_for(desk: Desk, grace: User, account: User) -> None:
    ticket = desk.ask(grace)
    client, link = browser_of(account), links.path(grace, ticket.pk)
    client.post(link)
    before = list(Change.objects.order_by("pk").values())

    again = client.post(link)
    signs_in(Client(), account)
    desk.do(
        account,
        commands.ClaimTicket,
        id=ids.derive(ticket.pk, "claim", str(account.pk)),
        ticket_id=ticket.pk,
        guest_id=grace.pk,
    )

    assert (again.status_code, again["Location"]) == (302, f"/support-tickets/{ticket.pk}")
    assert list(Change.objects.order_by("pk").values()) == before
    assert Change.objects.filter(kind="ClaimTicket").count() == 1


def test_whoever_signs_in_finds_what_they_asked_as_a_guest_whose_link_was_used(
    desk: Desk, grace: User, account: User, ben: User
) -> None:
    one, other = desk.ask(grace), desk.ask(grace, "Another question")
    people.verify(grace)
    elsewhere = people.new_guest("grace@EXAMPLE.com")
    third = desk.ask(elsewhere)
    people.verify(elsewhere)

    signs_in(Client(), account)
    desk.drain()

    assert owners(one, other, third) == [account] * 3
    claimed, opened = timeline(SupportTicket.objects.get(pk=one.pk), one.changes.select_related("user"), {})
    assert (opened.names["who"], claimed.names["who"]) == ("Grace", "Grace")
    assert str(claimed.sentence) == "{who} signed in: this conversation is in their account now"


def test_a_guests_own_browser_that_signs_in_is_proof_without_the_link(
    desk: Desk, grace: User, account: User
) -> None:
    ticket = desk.ask(grace)
    client = browser_of(grace)

    signs_in(client, account)
    desk.drain()

    assert owners(ticket) == [account]
    grace.refresh_from_db()
    assert grace.address_verified_at is not None


def test_who_signs_up_in_the_guests_browser_finds_it_once_the_address_is_confirmed(
    desk: Desk, grace: User
) -> None:
    ticket = desk.ask(grace)
    client = browser_of(grace)
    form = {"email": "grace@example.com", "username": "grace", "password1": "correct horse 14"}
    assert client.post("/accounts/signup/", form | {"password2": form["password1"]}).status_code == 302
    desk.drain()
    assert owners(ticket) == [grace]

    confirm(client, EmailAddress.objects.get())
    desk.drain()

    assert owners(ticket) == [User.objects.get(email="grace@example.com")]


def confirm(client: Client, address: EmailAddress) -> None:
    key = EmailConfirmationHMAC(address).key
    assert client.post(f"/accounts/confirm-email/{key}/").status_code == 302
    address.refresh_from_db()
    assert address.verified


def test_mail_that_waits_goes_to_the_account(desk: Desk, grace: User, account: User, ben: User) -> None:
    ticket = desk.ask(grace)
    desk.say(ben, ticket, "Try it again.")
    people.verify(grace)
    before = Delivery.objects.filter(recipient=grace).count()
    assert before > 0

    claims(desk, account, ticket, grace)

    assert Delivery.objects.filter(recipient=grace).count() == 0
    assert Delivery.objects.filter(recipient=account).count() == before
    [reply] = Delivery.objects.filter(notice="ticket_reply", transport="email", recipient=account)
    assert reply.state == "planned"


def test_mails_that_a_guest_stopped_stay_stopped_and_their_link_stops_them_from_then_on_too(
    desk: Desk, grace: User, account: User, dora: User
) -> None:
    ticket, at = desk.ask(grace), desk.now
    for switch in ("ticket_update:email", "ticket_reply:email"):
        delivery_intake.mute_notice(grace, switch)
    Preference.objects.create(
        user=account, muted=["unread:email"], sound=True, changed_at=at - timedelta(days=9)
    )
    people.verify(grace)
    claims(desk, account, ticket, grace)
    assert muted(account) == ["ticket_reply:email", "ticket_update:email", "unread:email"]
    assert Preference.objects.get(user=account).sound is True

    another = desk.ask(grace)
    wanted = {"muted": [], "changed_at": timezone.now()}  # the owner wants them after all
    Preference.objects.filter(user=account).update(**wanted)
    claims(desk, account, another, grace)
    assert muted(account) == []

    delivery_intake.mute_notice(grace, "unread:email")
    desk.drain()
    assert (muted(account), muted(grace)) == (
        ["unread:email"],
        ["ticket_reply:email", "ticket_update:email", "unread:email"],
    )
    assert not Preference.objects.filter(user=dora).exists()


def test_a_guests_link_stops_no_mail_of_an_account_that_was_not_joined(
    desk: Desk, grace: User, account: User
) -> None:
    desk.ask(grace)
    delivery_intake.mute_notice(grace, "ticket_reply:email")
    desk.drain()
    assert (muted(grace), Preference.objects.filter(user=account).exists()) == (["ticket_reply:email"], False)


def muted(person: User) -> list[str]:
    return list(Preference.objects.get(user=person).muted)


def test_the_mailed_link_leads_to_the_ticket_of_the_account_from_then_on(
    desk: Desk, grace: User, account: User, dora: User
) -> None:
    ticket = desk.ask(grace)
    people.verify(grace)
    claims(desk, account, ticket, grace)
    link, page = links.path(grace, ticket.pk), f"/support-tickets/{ticket.pk}"

    assert Client().get(link)["Location"] == page
    assert Client().post(link)["Location"] == page
    assert Client().get(page)["Location"].startswith(LOGIN)
    assert browser_of(dora).get(page).status_code == 404
    assert browser_of(account).get(page).status_code == 200


def claims(desk: Desk, user: User, ticket: SupportTicket, guest: User) -> str:
    """The command itself, as if a face had let it through; what became of it."""
    accepted = desk.do(user, commands.ClaimTicket, ticket_id=ticket.pk, guest_id=guest.pk)
    known = receipts.look_up(accepted)
    if known is not None:
        return known.code
    return "" if Change.objects.filter(pk=accepted).exists() else "not-found"


# --- Live chats ---


def chat_of(desk: Desk, user: User) -> SupportTicket:
    """The person's `general`, begun."""
    ticket_id, exists = selectors.live_chat_of(user)
    assert not exists
    desk.do(
        user,
        commands.StartChat,
        ticket_id=ticket_id,
        session_id=ids.derive(ticket_id, "session"),
        subject="Hi",
    )
    return SupportTicket.objects.get(pk=ticket_id)


def test_a_live_chat_goes_on_in_the_account_as_its_general(desk: Desk, grace: User, account: User) -> None:
    earlier = chat_of(desk, account)
    hers = chat_of(desk, grace)
    desk.do(account, commands.EndChat, ticket_id=earlier.pk, session_id=earlier.sessions.get().pk)
    people.verify(grace)

    assert claims(desk, account, hers, grace) == ""

    assert selectors.live_chat_of(account) == (hers.pk, True)
    assert ChatSession.objects.get(ticket=hers).requester == account
    desk.do(account, commands.EndChat, ticket_id=hers.pk, session_id=hers.sessions.get().pk)
    ended = ChatSession.objects.get(ticket=hers)
    assert (ended.state, ended.end_cause, ended.ended_by) == (SessionState.ENDED, "left", account)


def test_two_live_chats_do_not_meet_in_one_account_until_one_is_over(
    desk: Desk, grace: User, account: User
) -> None:
    own, hers = chat_of(desk, account), chat_of(desk, grace)
    people.verify(grace)

    claims(desk, account, hers, grace)
    assert (owners(hers), ChatSession.objects.get(ticket=hers).requester) == ([grace], grace)

    desk.do(account, commands.EndChat, ticket_id=own.pk, session_id=own.sessions.get().pk)
    joining.join_all(account)
    desk.drain()
    assert owners(hers) == [account]


def test_a_chat_begun_while_another_joined_is_a_ticket_and_no_word_is_lost(
    desk: Desk, grace: User, account: User
) -> None:
    hers = chat_of(desk, grace)
    ticket_id, _exists = selectors.live_chat_of(account)  # what the open page goes by
    people.verify(grace)
    claims(desk, account, hers, grace)

    desk.do(
        account,
        commands.StartChat,
        ticket_id=ticket_id,
        session_id=ids.derive(ticket_id, "session"),
        subject="Hi",
    )
    desk.do(account, commands.PostMessage, ticket_id=ticket_id, body="Hello?")

    assert list(ChatSession.objects.values_list("ticket_id", flat=True)) == [hers.pk]
    message = ChatMessage.objects.get(ticket_id=ticket_id)
    assert (message.body, message.ticket.requester) == ("Hello?", account)


# --- Without proof ---


def test_typing_an_accounts_address_brings_nothing_into_it(desk: Desk, grace: User, account: User) -> None:
    """The link mailed to the address was never used: who wrote may be anybody."""
    ticket = desk.ask(grace)

    signs_in(Client(), account)
    desk.drain()
    refused = claims(desk, account, ticket, grace)

    assert (owners(ticket), refused) == ([grace], "not-found")
    assert browser_of(grace).get(f"/support-tickets/{ticket.pk}").status_code == 200


def test_an_account_whose_address_is_not_verified_gets_nothing(
    desk: Desk, grace: User, person: Callable[..., User]
) -> None:
    """Signing up under somebody's address opens nothing of theirs, by signing in, by their link, or by asking."""
    ticket = desk.ask(grace)
    people.verify(grace)
    thief = proven(person("thief"), verified=False)
    User.objects.filter(pk=thief.pk).update(email="grace@example.com")
    EmailAddress.objects.update(email="grace@example.com")
    thief.refresh_from_db()
    client = Client()

    answer = client.post(LOGIN, {"login": "thief", "password": "testpass123"})
    assert answer["Location"] == "/accounts/confirm-email/"
    client.force_login(thief)  # signed in since before addresses had to be confirmed
    desk.drain()
    page = client.get(links.path(grace, ticket.pk)).content.decode()

    assert "Add to my account" not in page
    assert claims(desk, thief, ticket, grace) == "not-found"
    assert owners(ticket) == [grace]
    assert client.get(f"/support-tickets/{ticket.pk}").status_code == 404


def test_anothers_link_adds_nothing_to_an_account(desk: Desk, grace: User, dora: User) -> None:
    """It opens what it always opened: the conversation, as its guest, on that device."""
    ticket = desk.ask(grace)
    proven(dora)
    client, link = browser_of(dora), links.path(grace, ticket.pk)

    assert "Add to my account" not in client.get(link).content.decode()
    client.post(link)
    desk.drain()

    assert owners(ticket) == [grace]
    assert client.session["_auth_user_id"] == str(grace.pk)
    assert claims(desk, dora, ticket, grace) == "not-found"
    assert owners(ticket) == [grace]


def test_a_guests_browser_in_which_somebody_else_signs_in_is_no_proof(
    desk: Desk, grace: User, dora: User, account: User
) -> None:
    ticket = desk.ask(grace)
    client = browser_of(grace)

    signs_in(client, proven(dora))
    desk.drain()
    signs_in(Client(), account)
    desk.drain()

    assert owners(ticket) == [grace]
    grace.refresh_from_db()
    assert grace.address_verified_at is None


def test_confirming_an_address_elsewhere_is_no_proof_for_the_guest_of_another_browser(
    desk: Desk, grace: User, dora: User, person: Callable[..., User]
) -> None:
    """Dora sits at the browser of Grace's conversation when a link of another account's is opened in it."""
    ticket = desk.ask(grace)
    late = proven(person("grace"), verified=False)
    client = browser_of(grace)
    signs_in(client, proven(dora))

    confirm(client, EmailAddress.objects.get(user=late))
    desk.drain()

    assert owners(ticket) == [grace]


@pytest.mark.parametrize(
    "flaw",
    [
        "agent",
        "guest",
        "inactive account",
        "inactive guest",
        "revoked",
        "another guest",
        "an account's",
        "none",
    ],
)
def test_the_service_believes_no_face(flaw: str, desk: Desk, grace: User, account: User, dora: User) -> None:
    """The same command, proof and all, with one thing that is not so; with none of them it is done."""
    ticket, claimed_from, claimer = desk.ask(grace), grace, account
    people.verify(grace)
    match flaw:
        case "agent":
            User.objects.filter(pk=account.pk).update(is_staff=True)
        case "guest":
            claimer = people.new_guest("grace@example.com")
        case "inactive account":
            User.objects.filter(pk=account.pk).update(is_active=False)
        case "inactive guest":
            User.objects.filter(pk=grace.pk).update(is_active=False)
        case "revoked":
            grace.revoke()
        case "another guest":
            claimed_from = people.new_guest("grace@example.com")
            people.verify(claimed_from)
        case "an account's":
            ticket, claimed_from = desk.ask(dora), dora
    before = owners(ticket)

    claims(desk, claimer, ticket, claimed_from)

    assert owners(ticket) == ([account] if flaw == "none" else before)
    assert Change.objects.filter(kind="ClaimTicket").count() == (1 if flaw == "none" else 0)


def test_a_log_that_is_away_keeps_nobody_from_signing_in(
    desk: Desk,
    grace: User,
    account: User,
    settings: Any,
    caplog: pytest.LogCaptureFixture,
) -> None:
    ticket = desk.ask(grace)
    people.verify(grace)
    there, settings.COMMAND_LOG_URL = settings.COMMAND_LOG_URL, "unix:///nonexistent/durable.sock"
    signs_in(Client(), account)
    assert "has not joined" in caplog.text
    assert owners(ticket) == [grace]

    settings.COMMAND_LOG_URL = there
    signs_in(Client(), account)
    desk.drain()
    assert owners(ticket) == [account]
