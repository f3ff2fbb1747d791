"""Connections: what a URL of the environment becomes, by role; nothing hangs for ever."""

import socket
import ssl
from typing import Any, cast
from uuid import UUID

import pytest
from django.db import connection, connections
from kombu import Connection

from core.connections import broker, database, email, layers
from core.postgresql.base import DatabaseWrapper

URL = "postgresql://support:p%40ss@db.example:5433/psychpath"
# Asked of the server, for clients that vanish without a word: a worker may hold locks.
GIVES_UP_SOON = {
    "tcp_keepalives_idle": "1",
    "tcp_keepalives_interval": "1",
    "tcp_keepalives_count": "2",
    "tcp_user_timeout": "3000",
}
GIVES_UP = {
    "tcp_keepalives_idle": "5",
    "tcp_keepalives_interval": "2",
    "tcp_keepalives_count": "3",
    "tcp_user_timeout": "10000",
}


def limits(role: str) -> dict[str, str]:
    options = database(URL, role)["OPTIONS"].get("options", "")
    return dict(part.split("=") for part in options.replace("-c ", "").split())


def test_a_url_becomes_djangos_parts() -> None:
    parts = database(URL, "manage")

    assert {name: parts[name] for name in ("ENGINE", "NAME", "USER", "PASSWORD", "HOST", "PORT")} == {
        "ENGINE": "core.postgresql",
        "NAME": "psychpath",
        "USER": "support",
        "PASSWORD": "p@ss",
        "HOST": "db.example",
        "PORT": "5433",
    }


def test_a_unix_socket_is_a_host_too() -> None:
    parts = database("postgresql:///support?host=/run/postgres&user=me", "manage")

    assert (parts["HOST"], parts["PORT"], parts["USER"], parts["NAME"]) == (
        "/run/postgres",
        "",
        "me",
        "support",
    )


@pytest.mark.parametrize(
    ("role", "expected"),
    [
        (
            "worker",
            {
                "statement_timeout": "5000",
                "lock_timeout": "2000",
                "idle_in_transaction_session_timeout": "2000",
                "client_connection_check_interval": "500",
                "plan_cache_mode": "force_generic_plan",
                **GIVES_UP_SOON,
            },
        ),
        (
            "asgi",
            {
                "statement_timeout": "10000",
                "lock_timeout": "2000",
                "idle_in_transaction_session_timeout": "10000",
                **GIVES_UP,
            },
        ),
        (
            "wsgi",
            {
                "statement_timeout": "10000",
                "lock_timeout": "2000",
                "idle_in_transaction_session_timeout": "10000",
                **GIVES_UP,
            },
        ),
        ("manage", {}),
        ("beat", {}),
    ],
)
def test_each_role_has_its_limits_and_workers_plan_once(role: str, expected: dict[str, str]) -> None:
    """A migration may take its time; a frozen drain loses its locks in two seconds, one that is cut off in three."""
    assert limits(role) == expected


@pytest.mark.parametrize(
    ("role", "kept", "pooled"), [("asgi", 0, True), ("wsgi", 600, False), ("worker", 600, False)]
)
def test_only_asgi_pools(role: str, kept: int, pooled: bool) -> None:
    """Each request runs in a thread of its own there, and a kept connection would leak with it."""
    parts = database(URL, role)

    assert (parts["CONN_MAX_AGE"], "pool" in parts["OPTIONS"]) == (kept, pooled)
    assert parts["CONN_HEALTH_CHECKS"] is True


@pytest.mark.parametrize("role", ["asgi", "wsgi", "worker", "beat", "manage"])
def test_every_role_notices_a_server_that_is_gone(role: str) -> None:
    options = database(URL, role)["OPTIONS"]

    assert (options["connect_timeout"], options["keepalives"], options["keepalives_idle"]) == (3, 1, 5)
    assert options["tcp_user_timeout"] == 10_000, "keepalive asks nothing while something is unanswered"


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        (
            "redis://cache.example:6379/0",
            {socket.TCP_KEEPIDLE: 5, socket.TCP_KEEPINTVL: 2, socket.TCP_KEEPCNT: 3},
        ),
        ("unix:///run/valkey.sock", {}),
    ],
)
def test_groups_are_listened_to_on_a_line_that_is_given_up_after_ten_seconds(
    url: str, expected: dict[int, int]
) -> None:
    """A Unix socket has no such options, and redis-py refuses them for it."""
    host = layers(url, "psychpath")["default"]["CONFIG"]["hosts"][0]
    options = host.get("socket_keepalive_options", {})

    assert expected.items() <= options.items()
    assert ("socket_keepalive" in host) == bool(expected)


def test_a_request_waits_three_seconds_for_one_of_the_pool() -> None:
    """As long as for a connection of its own."""
    assert database(URL, "asgi")["OPTIONS"]["pool"]["timeout"] == 3


@pytest.mark.django_db
def test_a_workers_limits_hold_on_the_server_which_plans_for_any_values() -> None:
    """The options arrive as PostgreSQL spells them."""
    worker = database(URL, "worker")["OPTIONS"]
    ours = cast(DatabaseWrapper, connections["default"].copy())
    ours.settings_dict = {**connection.settings_dict, "OPTIONS": worker}
    for number in range(3):
        with ours.prepared_cursor() as cursor:
            cursor.execute("SELECT username FROM core_user WHERE id = ANY(%s)", [[UUID(int=number)]])
    with ours.cursor() as cursor:
        cursor.execute(
            "SELECT generic_plans, custom_plans FROM pg_prepared_statements WHERE statement LIKE '%username%'"
        )
        planned = cursor.fetchall()
        cursor.execute(
            "SELECT current_setting('statement_timeout'), current_setting('lock_timeout'),"
            " current_setting('idle_in_transaction_session_timeout'),"
            " current_setting('client_connection_check_interval')"
        )
        found = cursor.fetchone()
    ours.close()

    assert found == ("5s", "2s", "2s", "500ms")
    assert planned == [(3, 0)]


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("redis://cache.example:6379/2", "redis://cache.example:6379/2"),
        ("rediss://:secret@cache.example/0", "rediss://:secret@cache.example/0?ssl_cert_reqs=required"),
        (
            "rediss://cache.example/0?ssl_ca_certs=/ca.pem",
            "rediss://cache.example/0?ssl_ca_certs=/ca.pem&ssl_cert_reqs=required",
        ),
        ("rediss://cache.example/0?ssl_cert_reqs=none", "rediss://cache.example/0?ssl_cert_reqs=none"),
        ("unix:///run/valkey.sock", "redis+socket:///run/valkey.sock?virtual_host=0"),
        ("unix:///run/valkey.sock?db=3", "redis+socket:///run/valkey.sock?virtual_host=3"),
    ],
)
def test_celery_spells_a_unix_socket_differently(url: str, expected: str) -> None:
    assert broker(url) == expected


def test_a_brokers_certificate_is_checked() -> None:
    assert Connection(broker("rediss://cache.example/0")).ssl == {"ssl_cert_reqs": ssl.CERT_REQUIRED}


def test_further_parameters_of_a_databases_url_are_libpqs() -> None:
    options = database(f"{URL}?sslmode=verify-full&sslrootcert=%2Fca.pem&connect_timeout=60", "worker")[
        "OPTIONS"
    ]

    assert (options["sslmode"], options["sslrootcert"], options["connect_timeout"]) == (
        "verify-full",
        "/ca.pem",
        3,
    )
    assert not {"dbname", "user", "password", "host", "port"} & options.keys()


@pytest.mark.parametrize(
    ("url", "host", "port", "tls", "starttls"),
    [
        ("smtp://mail.example", "mail.example", 25, False, False),
        ("smtp://mail.example:2525", "mail.example", 2525, False, False),
        ("smtps://mail.example", "mail.example", 465, True, False),
        ("smtp+tls://mail.example:587", "mail.example", 587, False, True),
    ],
)
def test_a_mail_url(url: str, host: str, port: int, tls: bool, starttls: bool) -> None:
    assert email(url) == {
        "EMAIL_HOST": host,
        "EMAIL_PORT": port,
        "EMAIL_HOST_USER": "",
        "EMAIL_HOST_PASSWORD": "",
        "EMAIL_USE_SSL": tls,
        "EMAIL_USE_TLS": starttls,
    }


def test_a_mail_urls_password_may_hold_anything() -> None:
    parts: dict[str, Any] = email("smtp://support%40psychpath:p%40ss%2F%3A@mail.example")

    assert (parts["EMAIL_HOST_USER"], parts["EMAIL_HOST_PASSWORD"]) == ("support@psychpath", "p@ss/:")


@pytest.mark.parametrize("url", ["http://mail.example", "smtp://", "mail.example"])
def test_anything_else_is_no_mail_url(url: str) -> None:
    with pytest.raises(ValueError, match="EMAIL_URL must look like smtp://"):
        email(url)
