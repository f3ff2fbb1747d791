"""The mailed link: for one purpose, one ticket and one guest; for a while; until it is revoked."""

import uuid
from types import SimpleNamespace
from typing import Any

import pytest
from django.core import signing
from django.urls import resolve

from core.ids import new_id
from core.models import User
from support.guests import links, people

pytestmark = pytest.mark.django_db
TICKET = uuid.UUID("0195f000-0000-7000-8000-000000000010")


@pytest.fixture
def grace() -> User:
    return people.new_guest("grace@example.com", "Grace")


def test_a_link_says_whose_it_is_and_which_ticket_it_opens(grace: User) -> None:
    claim = links.read(links.token(grace, TICKET))

    assert claim is not None
    assert (claim.guest_id, claim.ticket_id, claim.is_of(grace)) == (grace.pk, TICKET, True)


def test_its_path_is_the_page_that_takes_it(grace: User) -> None:
    path = links.path(grace, TICKET)
    match = resolve(path)

    assert match.url_name == "guest-return"
    assert path == f"/support-tickets/guest/return/{match.kwargs['token']}"


def test_it_is_good_for_thirty_days(grace: User, monkeypatch: pytest.MonkeyPatch) -> None:
    made = 1_773_138_240.0

    def at(moment: float) -> None:
        monkeypatch.setattr(signing, "time", SimpleNamespace(time=lambda: moment))

    at(made)
    token = links.token(grace, TICKET)
    at(made + 30 * 24 * 3600)
    assert links.read(token) is not None
    at(made + 30 * 24 * 3600 + 1)
    assert links.read(token) is None


def test_a_letter_changed_anywhere_makes_it_nothing(grace: User) -> None:
    token = links.token(grace, TICKET)
    for place in range(len(token)):
        other = "A" if token[place] != "A" else "B"
        assert links.read(token[:place] + other + token[place + 1 :]) is None


@pytest.mark.parametrize(
    "said", [[], ["x"], ["x", "y", "z"], "text", 7, None, {"a": 1}, [None, None, None], [1, 2, 3]]
)
def test_what_is_well_signed_but_says_something_else_is_nothing(said: Any) -> None:
    assert links.read(signing.dumps(said, salt="support.guests.links")) is None


def test_a_token_for_another_purpose_is_nothing(grace: User) -> None:
    claim = [grace.pk.hex, TICKET.hex, "0" * 16]
    for salt in ("django.core.signing", "support.guests.limits", "account", ""):
        assert links.read(signing.dumps(claim, salt=salt)) is None


def test_it_is_not_of_another_guest_with_the_same_address(grace: User) -> None:
    stranger = people.new_guest("grace@example.com")
    claim = links.read(links.token(grace, TICKET))

    assert claim is not None
    assert claim.is_of(grace)
    assert not claim.is_of(stranger)


def test_a_person_with_an_account_is_never_meant(grace: User, amira: User) -> None:
    forged = links.Claim(guest_id=amira.pk, ticket_id=TICKET, mark=links._mark(amira))

    assert not forged.is_of(amira)


def test_revoking_ends_every_link_made_before_and_none_made_after(grace: User) -> None:
    before = links.read(links.token(grace, TICKET))
    grace.revoke()
    after = links.read(links.token(grace, TICKET))

    assert before is not None
    assert after is not None
    assert (before.is_of(grace), after.is_of(grace)) == (False, True)


def test_two_guests_may_give_one_address_and_nobody_of_them_is_an_account(grace: User) -> None:
    other = people.new_guest("grace@example.com")

    assert other.pk != grace.pk
    assert (grace.email, grace.has_usable_password(), grace.display_name) == ("", False, "Grace")
    assert (other.display_name, other.initials, other.mail_address) == ("grace", "GR", "grace@example.com")
    assert (grace.actor, User(pk=new_id()).actor[:5]) == (f"guest:{grace.pk}", "user:")
