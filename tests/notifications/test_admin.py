"""The admin of the ledger: support admins look, nobody changes, secrets stay away."""

import pytest
from django.test import Client

from core import ids
from core.models import User
from notifications.models import AccountMail
from support.models import SupportTicket
from tests.notifications.conftest import opened, planned

pytestmark = pytest.mark.django_db


def test_a_support_admin_sees_every_delivery(client: Client, ticket: SupportTicket, admin: User) -> None:
    (row,) = planned(opened(ticket))
    client.force_login(admin)

    listed = client.get("/admin/notifications/delivery/?q=admin@example").content.decode()
    shown = client.get(f"/admin/notifications/delivery/{row.id}/change/")

    assert "admin@example.com" in listed
    assert shown.status_code == 200
    assert (
        client.post(f"/admin/notifications/delivery/{row.id}/change/", {"state": "sent"}).status_code == 403
    )
    assert client.post(f"/admin/notifications/delivery/{row.id}/delete/", {"post": "yes"}).status_code == 403
    assert client.get("/admin/notifications/delivery/add/").status_code == 403


def test_the_text_of_an_account_mail_is_not_shown(client: Client, admin: User) -> None:
    mail = AccountMail.objects.create(
        id=ids.new_id(), template="t", to="amira@example.com", subject="s3cret", text="s3cret", html="s3cret"
    )
    client.force_login(admin)

    page = client.get(f"/admin/notifications/accountmail/{mail.id}/change/")

    assert page.status_code == 200
    assert b"s3cret" not in page.content


def test_an_agent_is_no_support_admin(client: Client, ben: User) -> None:
    client.force_login(ben)

    assert client.get("/admin/notifications/delivery/").status_code in {302, 403}
