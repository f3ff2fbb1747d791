"""docker-compose.yml, deploy/Caddyfile and deploy/make-secrets are run as they stand, without containers: a ticket is
stored and a message broadcast through the proxy, with TLS, as people would have it in production."""

import os
from collections.abc import Iterator

import httpx
import pytest

from tests.system.composed import Composed, Visitor
from tests.system.waiting import until


@pytest.fixture(scope="module")
def composed() -> Iterator[Composed]:
    running = Composed()
    try:
        running.start()
        yield running
    finally:
        running.stop()
        os.environ.pop("SSL_CERT_FILE", None)


@pytest.mark.flows
@pytest.mark.slow
def test_a_ticket_is_stored_and_a_message_broadcast_through_the_proxy(composed: Composed) -> None:
    with Visitor(composed, "amira") as amira, Visitor(composed, "ben") as ben:
        ticket = amira.open_ticket()
        with amira.chat(ticket["id"]) as asking, ben.chat(ticket["id"]) as helping:
            asking.next("chat_history")
            helping.next("chat_history")
            sent = helping.send("Week 14 is there again.")
            shown = asking.next("message")["message"]

    assert (shown["id"], shown["message"]) == (sent, "Week 14 is there again.")
    assert composed.rows("SELECT body FROM support_chatmessage WHERE id = %s", sent) == [
        ("Week 14 is there again.",)
    ]
    until(lambda: len(composed.sink.about(ticket["reference"])) == 3, 60, what="three agents have the mail")


@pytest.mark.flows
def test_what_is_for_operators_is_not_there_from_outside(composed: Composed) -> None:
    token = (composed.secrets / "ops_token").read_text().strip()
    headers = {"Authorization": f"Bearer {token}"}
    outside = [
        httpx.get(composed.url + path, headers=headers).status_code for path in ("/metrics", "/health/ready")
    ]
    inside = httpx.get(f"http://127.0.0.1:{composed.ports['web']}/health/ready", headers=headers)

    assert outside == [404, 404]
    assert (inside.status_code, inside.json()["ready"]) == (200, True)
