"""Links in mail are written out; here they are held against the URL conf."""

import uuid

from django.urls import resolve, reverse
from pytest_django import Settings

from notifications import links

TICKET = uuid.UUID("0195740a-1042-7000-8000-000000000001")


def test_a_requesters_link_is_their_ticket(settings: Settings) -> None:
    assert links.to_ticket(TICKET, staff=False) == settings.SITE_URL + reverse("ticket", args=[TICKET])


def test_an_agents_link_is_the_desk_with_the_ticket(settings: Settings) -> None:
    assert links.to_ticket(TICKET, staff=True) == f"{settings.SITE_URL}{reverse('desk')}?ticket={TICKET}"


def test_the_mailbox_has_no_address_outside_debug() -> None:
    assert resolve("/dev/mailbox/").url_name is None


def test_the_links_of_every_mail_lead_to_pages(settings: Settings) -> None:
    settings.SITE_URL = "https://psychpath.example"
    assert links.to_preferences() == f"https://psychpath.example{reverse('notice-preferences')}"
    assert links.to_desk() == f"https://psychpath.example{reverse('desk')}"
