"""Reach: a reply is mailed to whoever is there, has an address and has not switched it off."""

import pytest

from core.models import User
from notifications.models import EMAIL, IN_APP, NoticeKind, Preference
from notifications.reach import hears_by_mail, wants
from tests.notifications.conftest import AT

pytestmark = pytest.mark.django_db


def test_everybody_is_mailed_until_they_say_otherwise(amira: User) -> None:
    assert hears_by_mail(amira)

    muted = ["ticket_reply:in_app", "ticket_update:email"]
    wishes = Preference.objects.create(user=amira, muted=muted, changed_at=AT)
    assert hears_by_mail(amira)
    assert wants(None, NoticeKind.TICKET_REPLY, IN_APP)
    assert not wants(wishes, NoticeKind.TICKET_REPLY, IN_APP)
    assert wants(wishes, NoticeKind.TICKET_REPLY, EMAIL)

    Preference.objects.update(muted=["ticket_reply:email"])
    assert not hears_by_mail(amira)


def test_a_guest_is_mailed_where_they_are_written_to() -> None:
    assert hears_by_mail(User(is_guest=True, guest_address="gale@example.com"))


@pytest.mark.parametrize("missing", [{"is_active": False}, {"email": ""}])
def test_nobody_is_mailed_who_has_no_account_or_no_address_any_more(
    amira: User, missing: dict[str, object]
) -> None:
    for name, value in missing.items():
        setattr(amira, name, value)

    assert not hears_by_mail(amira)
