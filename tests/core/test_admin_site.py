"""The admin's door: support admins only, in by the product's own sign-in."""

import pytest
from django.test import Client

from core.models import User

pytestmark = pytest.mark.django_db


def test_a_stranger_is_sent_to_sign_in_and_brought_back(client: Client) -> None:
    first = client.get("/admin/support/supportticket/")
    second = client.get(first["Location"])

    assert first["Location"] == "/admin/login/?next=/admin/support/supportticket/"
    assert second["Location"] == "/accounts/login/?next=/admin/support/supportticket/"


@pytest.mark.parametrize("who", ["amira", "ben"])
def test_neither_requesters_nor_agents_come_in(
    client: Client, who: str, request: pytest.FixtureRequest
) -> None:
    client.force_login(request.getfixturevalue(who))
    answer = client.get("/admin/", follow=True)

    assert answer.status_code == 403


def test_a_support_admin_does(client: Client, admin: User) -> None:
    client.force_login(admin)

    assert client.get("/admin/").status_code == 200
    assert client.get("/admin/login/")["Location"] == "/admin/"


def test_people_are_edited_and_never_deleted(client: Client, admin: User, amira: User) -> None:
    client.force_login(admin)
    page = client.get(f"/admin/core/user/{amira.pk}/change/").content.decode()

    assert 'name="is_staff"' in page
    assert 'name="timezone"' in page
    assert client.get(f"/admin/core/user/{amira.pk}/delete/").status_code == 403


def test_a_new_account_has_an_address(client: Client, admin: User) -> None:
    client.force_login(admin)
    new = {
        "username": "chen",
        "email": "chen@example.com",
        "first_name": "Chen",
        "usable_password": "true",
        "password1": "a decent passphrase",
        "password2": "a decent passphrase",
    }
    answer = client.post("/admin/core/user/add/", new)

    assert answer.status_code == 302
    assert User.objects.get(username="chen").email == "chen@example.com"
