"""Health: alive without asking anybody, ready hop by hop; for operators only."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client

from core import canaries, valkey
from core.command_log import key

pytestmark = pytest.mark.django_db
AWAY = "unix:///nonexistent/valkey.sock"


def hops(answer: Any) -> dict[str, tuple[bool, str]]:
    return {hop["name"]: (hop["ok"], hop["sentence"]) for hop in answer.json()["hops"]}


SERVERS = {
    "database": (True, "The database answers."),
    "command log": (True, "The command log answers."),
    "ephemeral valkey": (True, "The ephemeral Valkey answers."),
    "drains": (True, "Nothing waits in the command log."),
}
BEHIND_THE_EPHEMERAL_ONE = {
    "live updates": (True, "Live updates reach the web."),
    "quick workers": (True, "Quick workers take what is rung for."),
    "patient workers": (True, "Patient workers take what is rung for."),
    "beat": (True, "Beat rings."),
}
WELL = SERVERS | BEHIND_THE_EPHEMERAL_ONE


class TestLive:
    def test_it_asks_nothing_of_anybody(
        self, client: Client, settings: Any, django_assert_num_queries: Any
    ) -> None:
        settings.REDIS_URL = settings.COMMAND_LOG_URL = AWAY
        with django_assert_num_queries(0):
            answer = client.get("/health/live")

        assert (answer.status_code, answer.json()) == (200, {"live": True})
        assert "no-store" in answer["Cache-Control"]

    def test_it_is_for_everybody(self, client: Client) -> None:
        assert client.get("/health/live", REMOTE_ADDR="203.0.113.9").status_code == 200


class TestReady:
    def test_everything_is_well(self, client: Client) -> None:
        answer = client.get("/health/ready")

        assert (answer.status_code, answer.json()["ready"]) == (200, True)
        assert hops(answer) == WELL

    def test_the_command_log_is_away(self, client: Client, settings: Any) -> None:
        settings.COMMAND_LOG_URL = AWAY
        answer = client.get("/health/ready")

        assert (answer.status_code, answer.json()["ready"]) == (503, False)
        assert hops(answer) == WELL | {
            "command log": (False, "Command log: ConnectionError, no answer."),
        }

    def test_the_ephemeral_one_is_away(self, client: Client, settings: Any) -> None:
        settings.REDIS_URL = AWAY
        answer = client.get("/health/ready")

        assert answer.status_code == 503
        assert hops(answer) == SERVERS | {
            "ephemeral valkey": (False, "Ephemeral Valkey: ConnectionError, no answer.")
        }

    def test_a_late_hop_is_named_with_the_moment_since_when(self, client: Client) -> None:
        valkey.ephemeral().hset(canaries.OUT, "email", 1000.0)
        answer = client.get("/health/ready")

        [late] = [hop for hop in answer.json()["hops"] if not hop["ok"]]
        assert answer.status_code == 503
        assert (late["name"], late["since"]) == ("patient workers", 1000.0)
        assert late["sentence"].startswith("Patient workers: what is in email has waited for ")

    def test_what_nobody_works_off_is_not_well(self, client: Client) -> None:
        valkey.durable().xadd(key(0), {"i": "x"}, id="1-1")
        answer = client.get("/health/ready")

        assert answer.status_code == 503
        ok, sentence = hops(answer)["drains"]
        assert not ok
        assert sentence.startswith("Drains: the oldest command has waited for ")

    def test_what_just_came_in_is_well(self, client: Client) -> None:
        valkey.durable().xadd(key(0), {"i": "x"})
        ok, sentence = hops(client.get("/health/ready"))["drains"]

        assert ok
        assert sentence.startswith("The oldest command has waited for 0.")


@pytest.mark.django_db(transaction=True)
def test_the_database_is_away(client: Client) -> None:
    kept = dict(connection.settings_dict)
    connection.close()
    connection.settings_dict["HOST"] = "/nonexistent"
    try:
        answer = client.get("/health/ready")
    finally:
        connection.close()
        connection.settings_dict.update(kept)

    assert answer.status_code == 503
    assert hops(answer) == WELL | {"database": (False, "Database: OperationalError, no answer.")}


class TestWho:
    @pytest.mark.parametrize("path", ["/health/ready", "/metrics"])
    @pytest.mark.parametrize(
        ("more", "status"),
        [
            ({}, 200),
            ({"REMOTE_ADDR": "203.0.113.9"}, 403),
            ({"REMOTE_ADDR": ""}, 403),
            ({"HTTP_X_FORWARDED_FOR": "127.0.0.1"}, 403),
            ({"HTTP_FORWARDED": "for=127.0.0.1"}, 403),
            ({"REMOTE_ADDR": "203.0.113.9", "HTTP_AUTHORIZATION": "Bearer very-secret"}, 200),
            ({"HTTP_X_FORWARDED_FOR": "203.0.113.9", "HTTP_AUTHORIZATION": "bearer very-secret"}, 200),
            ({"REMOTE_ADDR": "203.0.113.9", "HTTP_AUTHORIZATION": "Bearer wrong"}, 403),
            ({"REMOTE_ADDR": "203.0.113.9", "HTTP_AUTHORIZATION": "Basic very-secret"}, 403),
            ({"REMOTE_ADDR": "203.0.113.9", "HTTP_AUTHORIZATION": "Bearer größe"}, 403),
        ],
        ids=str,
    )
    def test_operators_only(
        self, client: Client, settings: Any, path: str, more: dict[str, str], status: int
    ) -> None:
        settings.OPS_TOKEN = "very-secret"
        answer = client.get(path, **more)  # type: ignore[arg-type]

        assert answer.status_code == status

    def test_no_token_set_lets_no_token_in(self, client: Client, settings: Any) -> None:
        settings.OPS_TOKEN = ""
        answer = client.get("/health/ready", REMOTE_ADDR="203.0.113.9", HTTP_AUTHORIZATION="Bearer ")

        assert answer.status_code == 403

    @pytest.mark.parametrize("path", ["/health/live", "/health/ready", "/metrics"])
    def test_they_only_tell(self, client: Client, path: str) -> None:
        assert client.post(path).status_code == 405
