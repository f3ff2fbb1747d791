"""A live chat on its ticket's page, without script: ended, rated, mailed, and only what is possible is offered."""

from datetime import timedelta
from html import unescape

import pytest
from django.test import Client
from django.utils import timezone

from core.models import User
from support.models import ChatSession, SupportTicket
from support.models.sessions import RATABLE_FOR
from tests.support.conftest import Desk

pytestmark = pytest.mark.django_db


@pytest.fixture
def chat(desk: Desk, amira: User, ben: User) -> SupportTicket:
    """Amira asked, Ben answered."""
    ticket = desk.chat(amira)
    desk.say(amira, ticket, "Is somebody there?")
    desk.say(ben, ticket, "Good morning, Amira.")
    return ticket


@pytest.fixture
def hers(amira: User) -> Client:
    client = Client()
    client.force_login(amira)
    return client


def shown(client: Client, ticket: SupportTicket) -> str:
    return " ".join(unescape(client.get(f"/support-tickets/{ticket.pk}?view=full").content.decode()).split())


def offered(page: str) -> list[str]:
    return [what for what in ("end", "rating", "transcript") if f'/chat/{what}?view=full"' in page]


def test_a_chat_is_ended_rated_and_mailed_without_script(
    hers: Client, chat: SupportTicket, draining: None
) -> None:
    address = f"/support-tickets/{chat.pk}"
    assert offered(shown(hers, chat)) == ["end", "transcript"]

    ended = hers.post(f"{address}/chat/end?view=full")
    assert ended["Location"] == f"{address}?view=full#latest"
    page = shown(hers, chat)
    assert offered(page) == ["rating", "transcript"]
    assert "This chat has ended. We’ve kept it with your tickets." in page

    hers.post(f"{address}/chat/rating", {"score": "4", "comment": "Quick and kind."})
    assert ChatSession.objects.values_list("rating", "rating_comment").get() == (4, "Quick and kind.")
    page = shown(hers, chat)
    assert "You gave this chat 4 of 5. Thank you." in page
    assert 'value="4" required aria-label="4 of 5, Good" checked' in page

    hers.post(f"{address}/chat/transcript")
    assert "We’ll send the transcript to amira@example.com." in shown(hers, chat)
    assert ChatSession.objects.get().transcript_at is not None


def test_whoever_waits_may_stop_without_script(
    hers: Client, desk: Desk, amira: User, ben: User, draining: None
) -> None:
    waiting = desk.chat(amira)
    desk.declare(ben, "online")
    page = shown(hers, waiting)
    assert ("Stop waiting" in page, "End chat" in page, offered(page)) == (True, False, ["end", "transcript"])
    assert "You’re next." in page

    hers.post(f"/support-tickets/{waiting.pk}/chat/end")
    assert ChatSession.objects.values_list("state", "end_cause").get() == ("ended", "left")
    page = shown(hers, waiting)
    assert "You stopped waiting. We’ll reply here and by email." in page
    assert "This chat has ended" not in page


def test_nobody_without_an_address_is_told_that_a_transcript_is_on_its_way(
    hers: Client, chat: SupportTicket, amira: User, draining: None
) -> None:
    User.objects.filter(pk=amira.pk).update(email="")
    assert offered(shown(hers, chat)) == ["end"]
    answer = hers.post(f"/support-tickets/{chat.pk}/chat/transcript")
    assert answer.status_code == 422
    assert "Add an email address to your account first" in unescape(answer.content.decode())
    assert ChatSession.objects.get().transcript_at is None


@pytest.mark.parametrize("score", ["", "0", "6", "many"])
def test_a_rating_says_how_it_was(hers: Client, chat: SupportTicket, draining: None, score: str) -> None:
    hers.post(f"/support-tickets/{chat.pk}/chat/end")
    answer = hers.post(f"/support-tickets/{chat.pk}/chat/rating", {"score": score})
    assert answer.status_code == 422
    assert "Choose how we did, from Poor to Great." in answer.content.decode()
    assert ChatSession.objects.get().rating is None


def test_a_rating_that_is_refused_comes_back_as_it_was_written(
    hers: Client, chat: SupportTicket, draining: None
) -> None:
    hers.post(f"/support-tickets/{chat.pk}/chat/end")
    hers.post(f"/support-tickets/{chat.pk}/chat/rating", {"score": "2", "comment": "Slow."})
    longer = "Slow, then kind. " * 60
    answer = hers.post(f"/support-tickets/{chat.pk}/chat/rating", {"score": "4", "comment": longer})

    page = unescape(answer.content.decode())
    assert answer.status_code == 422
    assert longer in page
    assert 'value="4" required aria-label="4 of 5, Good" checked' in page
    assert page.count(" checked>") == 1
    assert "<details open>" in page
    assert ChatSession.objects.values_list("rating", "rating_comment").get() == (2, "Slow.")


def test_what_is_too_early_or_too_late_is_refused_on_the_page(
    hers: Client, chat: SupportTicket, draining: None
) -> None:
    early = hers.post(f"/support-tickets/{chat.pk}/chat/rating", {"score": "5"})
    assert (early.status_code, "You can rate this chat once it has ended." in early.content.decode()) == (
        409,
        True,
    )

    hers.post(f"/support-tickets/{chat.pk}/chat/end")
    long_ago = timezone.now() - RATABLE_FOR - timedelta(seconds=1)
    ChatSession.objects.update(ended_at=long_ago)
    assert offered(shown(hers, chat)) == ["transcript"]


@pytest.mark.parametrize("what", ["end", "rating", "transcript"])
def test_a_chat_of_somebody_else_is_not_found(chat: SupportTicket, dora: User, what: str) -> None:
    stranger = Client()
    stranger.force_login(dora)
    assert stranger.post(f"/support-tickets/{chat.pk}/chat/{what}", {"score": "5"}).status_code == 404
    assert ChatSession.objects.values_list("state", "rating", "transcript_at").get() == ("active", None, None)


def test_a_ticket_that_never_was_a_chat_offers_nothing(hers: Client, desk: Desk, amira: User) -> None:
    ticket = desk.ask(amira)
    assert "Live chat" not in shown(hers, ticket)
    assert hers.post(f"/support-tickets/{ticket.pk}/chat/end").status_code == 404
