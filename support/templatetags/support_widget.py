"""What the floating chat is made of beside its words: who is there, the topics, when support is back, how to rate.

Called by templates/support/widget.html only. Reads through selectors, once per page.
"""

from dataclasses import dataclass

from django import template
from django.conf import settings
from django.utils.timezone import localtime

from core.models import User
from support import selectors, times, waits
from support.hours import business_hours
from support.look import RATINGS
from support.models import ChatSession

register = template.Library()
# More faces than this are a crowd.
FACES = 3


@dataclass(frozen=True, kw_only=True)
class Widget:
    """The facts of one page's chat."""

    team: list[User]
    topics: tuple[str, ...]
    back_at: str
    ratings: list[tuple[int, str]]


@register.simple_tag
def chat_widget() -> Widget:
    """Everything at once."""
    return Widget(
        team=selectors.agents_online()[:FACES],
        topics=settings.CHAT_TOPICS,
        back_at=_back_at(),
        ratings=list(enumerate(map(str, RATINGS), start=1)),
    )


@register.simple_tag
def queue_words(chat: ChatSession, availability: str, promise: str) -> str:
    """Where a waiting chat stands; nothing of one that has just been taken."""
    return waits.queue_words(chat.place, availability, promise) if chat.place else ""


def _back_at() -> str:
    """The next opening, in the reader's zone; nothing while support is open and only nobody is at their desk."""
    now = localtime()
    opens = business_hours().next_opening(now).astimezone(now.tzinfo)
    return times.by_words(opens, now) if opens > now else ""
