"""Chats over HTTP: ended, rated and mailed, by whom it may be, and once."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone

from core import command_log
from core.ids import new_id
from core.models import User
from notifications.models import Delivery
from support import chat_commands
from support.models import Change, ChatSession, SupportTicket
from tests.support.calling import Caller
from tests.support.conftest import Desk

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("draining")]


@pytest.fixture
def chat(desk: Desk, amira: User, ben: User) -> SupportTicket:
    """Amira asked, Ben answered, a moment ago."""
    desk.now = timezone.now() - timedelta(minutes=5)
    ticket = desk.chat(amira)
    desk.say(ben, ticket, "Good morning, Amira.")
    return ticket


def at(ticket: SupportTicket, what: str) -> str:
    return f"tickets/{ticket.pk}/chat/{what}/"


def test_a_chat_is_ended_rated_and_mailed(
    calling: Callable[..., Caller], chat: SupportTicket, amira: User
) -> None:
    api = calling(amira)
    ended = api.post(at(chat, "end"))
    rated = api.post(at(chat, "rating"), {"score": 4, "comment": "Quick and kind."})
    sent = api.post(at(chat, "transcript"))

    assert [answer.status_code for answer in (ended, rated, sent)] == [200, 200, 200]
    assert ended.json()["message"] == "This chat has ended. We’ve kept it with your tickets."
    assert (ended.json()["state"], ended.json()["ended_by"]["first_name"]) == ("ended", "Amira")
    assert (rated.json()["rating"], rated.json()["rating_comment"]) == (4, "Quick and kind.")
    assert rated.json()["message"] == "Thank you. This helps us do better."
    assert sent.json()["message"] == "We’ll send the transcript to amira@example.com."
    assert Delivery.objects.filter(notice="chat_transcript", address="amira@example.com").count() == 1


@pytest.mark.parametrize("what", ["end", "rating", "transcript"])
def test_a_repeat_under_one_key_happens_once(
    calling: Callable[..., Caller], chat: SupportTicket, amira: User, what: str
) -> None:
    api = calling(amira)
    if what == "rating":
        api.post(at(chat, "end"))
    before = Change.objects.count()
    answers = [api.post(at(chat, what), {"score": 5}, Idempotency_Key="once") for _ in range(2)]

    assert [answer.status_code for answer in answers] == [200, 200]
    assert answers[0].json() == answers[1].json()
    assert Change.objects.count() == before + 1


def test_ending_twice_without_a_key_is_answered_alike(
    calling: Callable[..., Caller], chat: SupportTicket, amira: User, ben: User
) -> None:
    answers = [calling(person).post(at(chat, "end")) for person in (ben, amira)]

    assert [answer.json()["ended_by"]["first_name"] for answer in answers] == ["Ben", "Ben"]
    assert Change.objects.filter(kind="EndChat").count() == 1


@pytest.mark.parametrize(
    ("body", "field", "sentence"),
    [
        ({"score": 0}, "score", "Send a whole number from 1 to 5."),
        ({"score": 6}, "score", "Send a whole number from 1 to 5."),
        ({}, "score", "Send a whole number from 1 to 5."),
        ({"score": 5, "comment": "x" * 1001}, "comment", "Shorten this to 1,000 characters."),
    ],
)
def test_a_rating_is_one_to_five_and_a_short_word(
    calling: Callable[..., Caller],
    chat: SupportTicket,
    amira: User,
    body: dict[str, object],
    field: str,
    sentence: str,
) -> None:
    answer = calling(amira).post(at(chat, "rating"), body)

    assert (answer.status_code, answer.json()["errors"]) == (422, {field: [sentence]})


@pytest.mark.parametrize(
    ("what", "who", "status"),
    [
        ("end", "dora", 404),
        ("rating", "dora", 404),
        ("transcript", "dora", 404),
        ("rating", "ben", 403),
        ("transcript", "ben", 403),
    ],
)
def test_nobody_else_may(
    calling: Callable[..., Caller], chat: SupportTicket, dora: User, what: str, who: str, status: int
) -> None:
    answer = calling(User.objects.get(username=who)).post(at(chat, what), {"score": 5})

    assert answer.status_code == status
    assert ChatSession.objects.get().state == "active"


def test_a_chat_that_goes_on_is_not_rated(
    calling: Callable[..., Caller], chat: SupportTicket, amira: User
) -> None:
    answer = calling(amira).post(at(chat, "rating"), {"score": 5})

    assert (answer.status_code, answer.json()["code"]) == (409, "transition")
    assert answer.json()["detail"] == "You can rate this chat once it has ended."


def test_a_second_transcript_has_to_wait(
    calling: Callable[..., Caller], chat: SupportTicket, amira: User
) -> None:
    answers = [calling(amira).post(at(chat, "transcript")) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [200, 429]
    assert answers[1].json()["code"] == "too-fast"


def test_a_ticket_without_a_chat_has_none_to_end(
    calling: Callable[..., Caller], desk: Desk, amira: User
) -> None:
    answer = calling(amira).post(at(desk.ask(amira), "end"))

    assert (answer.status_code, answer.json()["detail"]) == (404, "There’s no chat on this ticket.")


@pytest.fixture
def offered(desk: Desk, amira: User, ben: User) -> SupportTicket:
    """Amira's chat, offered to Ben."""
    desk.declare(ben, "online")
    ticket = desk.chat(amira)
    offer = chat_commands.OfferChat(
        id=new_id(),
        actor="system:support",
        at=desk.now,
        ticket_id=ticket.pk,
        session_id=ChatSession.objects.get(ticket=ticket).pk,
        user_id=ben.pk,
        number=1,
    )
    command_log.append([offer])
    desk.drain()
    assert ChatSession.objects.get(ticket=ticket).offered_to == ben
    return ticket


def test_a_declined_offer_waits_for_the_next_and_says_so(
    calling: Callable[..., Caller], offered: SupportTicket, ben: User
) -> None:
    answer = calling(ben).post(at(offered, "decline"))
    document = answer.json()

    assert (answer.status_code, document["message"]) == (200, "We’ll offer this chat to somebody else.")
    assert (document["state"], document["offer"], document["agent"], document["position"]) == (
        "waiting",
        None,
        None,
        1,
    )
    assert list(ChatSession.objects.get().passes) == [str(ben.pk)]


def test_an_offer_to_a_colleague_is_not_ones_own_to_decline(
    calling: Callable[..., Caller], offered: SupportTicket, ben: User, chen: User
) -> None:
    document = calling(chen).post(at(offered, "decline")).json()

    assert (document["state"], document["offer"]["agent"]["first_name"]) == ("waiting", "Ben")
    assert ChatSession.objects.get().offered_to == ben
    assert not Change.objects.filter(kind="DeclineChat").exists()


def test_declining_twice_or_under_one_key_passes_it_on_once(
    calling: Callable[..., Caller], offered: SupportTicket, ben: User
) -> None:
    api = calling(ben)
    answers = [api.post(at(offered, "decline"), Idempotency_Key="once") for _ in range(2)]
    answers.append(api.post(at(offered, "decline")))

    assert [answer.status_code for answer in answers] == [200] * 3
    assert Change.objects.filter(kind="DeclineChat").count() == 1


def test_what_was_accepted_meanwhile_is_not_let_pass(
    calling: Callable[..., Caller], offered: SupportTicket, ben: User, chen: User
) -> None:
    assert calling(chen).post(at(offered, "accept")).status_code == 200
    document = calling(ben).post(at(offered, "decline")).json()

    assert (document["state"], document["agent"]["first_name"]) == ("active", "Chen")


def test_accepting_and_declining_are_for_agents_alone(
    calling: Callable[..., Caller], offered: SupportTicket, amira: User, dora: User
) -> None:
    tries = [(person, what) for person in (amira, dora, None) for what in ("accept", "decline")]
    codes = [calling(person).post(at(offered, what)).status_code for person, what in tries]

    assert codes == [403, 403, 403, 403, 401, 401]
    assert ChatSession.objects.get().state == "offered"


def test_a_ticket_without_a_chat_has_none_to_decline(
    desk: Desk, calling: Callable[..., Caller], amira: User, ben: User
) -> None:
    answer = calling(ben).post(at(desk.ask(amira), "decline"))

    assert (answer.status_code, answer.json()["error"]) == (404, "There’s no chat on this ticket.")
