"""The profile: what is kept, what is refused with a sentence, and that nobody changes anybody else's."""

from datetime import UTC, datetime

import pytest
from django.test import Client

from core.models import User
from support import zones

pytestmark = pytest.mark.django_db
GOOD = {"first_name": "Mira", "timezone": "Europe/Berlin", "theme": "dark", "language": "", "shortcuts": "on"}


def of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def kept(user: User) -> tuple[str, str, str, str, bool]:
    user.refresh_from_db()
    return user.first_name, user.timezone, user.theme, user.language, user.shortcuts


def test_a_stranger_is_asked_to_sign_in() -> None:
    assert Client().get("/accounts/profile/")["Location"] == "/accounts/login/?next=/accounts/profile/"


def test_everything_is_kept_and_confirmed(ben: User, chen: User) -> None:
    before, client = kept(chen), of(ben)
    answer = client.post("/accounts/profile/", {**GOOD, "language": "de"})

    assert (answer.status_code, answer["Location"]) == (302, "/accounts/profile/")
    assert kept(ben) == ("Mira", "Europe/Berlin", "dark", "de", True)
    assert kept(chen) == before
    page = client.get("/accounts/profile/").content.decode()
    assert 'value="Europe/Berlin" selected' in page
    assert '<html lang="de" dir="ltr" data-theme="dark"' in page
    assert "data-passing" in page


def test_everybody_can_turn_off_single_keys_and_reads_what_theirs_do(amira: User, ben: User) -> None:
    off = {name: value for name, value in GOOD.items() if name != "shortcuts"}
    of(ben).post("/accounts/profile/", off)
    of(amira).post("/accounts/profile/", off)

    assert (kept(ben)[4], kept(amira)[4]) == (False, False)
    assert "On the support desk a single key" in of(ben).get("/accounts/profile/").content.decode()
    assert "Among your tickets the key /" in of(amira).get("/accounts/profile/").content.decode()


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"timezone": "Mars/Olympus"}, "Choose a time zone from the list."),
        ({"timezone": "../../etc/passwd"}, "Choose a time zone from the list."),
        ({"theme": "pink"}, "Choose automatic, light or dark."),
        ({"language": "xx"}, "Choose a language from the list."),
        ({"first_name": "x" * 151}, "Shorten your name to 150 characters."),
        ({"first_name": "two\nlines"}, "This has to be one line, without control characters."),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_kept(wrong: dict[str, str], sentence: str, amira: User) -> None:
    before = kept(amira)
    answer = of(amira).post("/accounts/profile/", {**GOOD, **wrong})
    page = answer.content.decode()

    assert answer.status_code == 422
    assert page.count(sentence) == 2  # in the summary and at the field
    assert "One thing needs a look before we can save this" in page
    assert kept(amira) == before


def test_nothing_else_of_a_person_can_be_changed(amira: User) -> None:
    of(amira).post(
        "/accounts/profile/", {**GOOD, "is_staff": "on", "email": "x@example.com", "username": "x"}
    )

    amira.refresh_from_db()
    assert (amira.is_staff, amira.email, amira.username) == (False, "amira@example.com", "amira")


def test_every_zone_of_this_machine_can_be_chosen_by_its_city() -> None:
    groups = dict(zones.by_region(datetime(2026, 1, 15, tzinfo=UTC)))
    offered = {name: label for group in groups.values() for name, label in group}

    assert set(offered) == zones.names()
    assert offered["Australia/Melbourne"] == "Melbourne (UTC+11:00)"
    assert offered["America/Argentina/Buenos_Aires"] == "Buenos Aires, Argentina (UTC-03:00)"
    assert ("Asia/Kolkata", "Kolkata (UTC+05:30)") in groups["Asia"]
    assert [label for _name, label in groups["Europe"]] == sorted(label for _name, label in groups["Europe"])
    assert "UTC" in {name for name, _label in groups["Other"]}
