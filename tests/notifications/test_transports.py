"""The registry of transports, and the smallest of them."""

import logging
import uuid

import pytest

from notifications.models import Delivery
from notifications.transports.base import Verdict
from notifications.transports.registry import TRANSPORTS


def test_every_transport_is_found_under_its_own_name() -> None:
    assert {name: transport.name for name, transport in TRANSPORTS.items()} == {
        "email": "email",
        "in_app": "in_app",
        "log": "log",
    }


def test_the_log_transport_says_which_delivery_and_nothing_of_its_words(
    caplog: pytest.LogCaptureFixture,
) -> None:
    delivery = Delivery(id=uuid.UUID(int=7), notice="ticket_reply", address="amira@example.com")

    with caplog.at_level(logging.INFO), TRANSPORTS["log"].session() as send:
        outcome = send(delivery)

    assert (outcome.verdict, outcome.provider_id) == (Verdict.SENT, str(delivery.id))
    assert caplog.messages == [f"notice ticket_reply for delivery {delivery.id}"]
