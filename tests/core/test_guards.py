"""Guards: code of the web that writes a table of the domain is stopped in tests, and reported in production."""

import logging
from collections.abc import Callable

import pytest
from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from pytest_django import Settings

from core.guards import WebNeverWrites, WebWroteDomain, web_never_writes
from core.models import User
from notifications.models import Delivery
from support.models import ChatMessage, SupportTicket, SupportUserStatus

Write = Callable[[User], object]
WRITES: dict[str, Write] = {
    "create": lambda user: SupportTicket.objects.create(requester=user, number=1),
    "save": lambda user: SupportUserStatus(user=user, changed_at=user.date_joined).save(),
    "update": lambda user: SupportTicket.objects.update(status="CLOSED"),
    "delete": lambda user: ChatMessage.objects.all()._raw_delete("default"),
    "bulk_create": lambda user: Delivery.objects.bulk_create([Delivery(recipient=user)]),
    "raw": lambda user: connection.cursor().execute(" delete from support_chatmessage"),
    "truncate": lambda user: connection.cursor().execute('TRUNCATE "support_chatmessage" CASCADE'),
}


@pytest.mark.parametrize("write", WRITES.values(), ids=WRITES)
def test_a_write_to_the_domain_is_refused(write: Write, amira: User) -> None:
    refused = pytest.raises(WebWroteDomain, match="the web must not write the domain")
    with web_never_writes(), refused, transaction.atomic():
        write(amira)
    assert SupportTicket.objects.count() == 0


def test_reading_locking_and_writing_users_is_allowed(amira: User) -> None:
    with web_never_writes():
        assert list(SupportTicket.objects.select_for_update()) == []
        amira.theme = "dark"
        amira.save()
    assert User.objects.get().theme == "dark"


def test_afterwards_writing_is_allowed_again(amira: User) -> None:
    with web_never_writes():
        pass
    SupportUserStatus.objects.create(user=amira, changed_at=amira.date_joined)

    assert SupportUserStatus.objects.count() == 1


def test_production_reports_it_and_goes_on(
    amira: User, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    """A person's request is not failed for our mistake."""
    settings.DEBUG, settings.TESTING = False, False
    with caplog.at_level(logging.ERROR), web_never_writes():
        SupportTicket.everything.update(status="CLOSED")

    assert [record.message for record in caplog.records] == [
        'the web must not write the domain: UPDATE "support_supportticket" SET "status" = %s'
    ]


def test_every_request_is_guarded(amira: User) -> None:
    def view(_request: HttpRequest) -> HttpResponse:
        SupportTicket.objects.update(status="CLOSED")
        return HttpResponse()

    with pytest.raises(WebWroteDomain):
        WebNeverWrites(view)(RequestFactory().get("/"))
