"""docker-compose.yml, deploy/Caddyfile and deploy/make-secrets are run as they stand, without containers: a ticket is
stored and a message broadcast through the proxy, with TLS, as people would have it in production."""

import json
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


def told(composed: Composed, name: str, command_id: str) -> list[dict[str, str]]:
    """The lines of this process that are about the command."""
    lines = (json.loads(line) for line in composed.log(name).splitlines() if line.startswith("{"))
    return [line for line in lines if command_id in str(line.get("command_id")).split()]


@pytest.mark.flows
def test_one_id_leads_through_the_logs_of_every_process(composed: Composed) -> None:
    """From the request that opened a ticket through drain and reactions to the mails; the request's own id joins in."""
    with Visitor(composed, "amira") as amira:
        answer = amira.post("tickets/create/", {"subject": "Export", "description": "Week 14 is missing."})
    assert answer.status_code == 201
    query = "SELECT DISTINCT command_id::text FROM notifications_delivery WHERE ticket_id = %s"
    [(command_id,)] = composed.rows(query, answer.json()["id"])

    def messages(name: str) -> list[str]:
        return [line["message"] for line in told(composed, name, command_id)]

    until(
        lambda: len([m for m in messages("patient") if m.endswith(" by email: sent")]) == 3,
        60,
        what="three mails",
    )
    [accepted] = told(composed, "web", command_id)
    assert accepted["request_id"] == answer.headers["X-Request-ID"]
    assert accepted["message"].startswith("accepted OpenTicket of user:")
    assert any(message.startswith("drained OpenTicket 1") for message in messages("drain"))
    until(lambda: {"reacted by unread.refresh", "reacted by notify.release"} <= set(messages("quick")), 60)
    in_app = [message for message in messages("quick") if " by in_app: " in message]
    assert in_app


@pytest.mark.flows
def test_a_message_over_a_socket_is_followed_by_its_own_id(composed: Composed) -> None:
    with Visitor(composed, "amira") as amira:
        ticket = amira.open_ticket()
        with amira.chat(ticket["id"]) as asking:
            asking.next("chat_history")
            sent = asking.send("Week 14 is there again.")
            asking.next("message")

    for name, beginning in (("sockets", "accepted "), ("drain", "drained "), ("quick", "reacted by ")):
        until(lambda name=name: told(composed, name, sent), 60, what=name)  # type: ignore[misc]
        assert any(line["message"].startswith(beginning) for line in told(composed, name, sent))
