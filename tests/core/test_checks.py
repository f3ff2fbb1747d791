"""System checks: outside DEBUG every unsafe setting or service has a name, and the process does not start."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.checks import run_checks

from core import checks, env, valkey
from core.models import User

pytestmark = pytest.mark.django_db
SECRET = "a-long-secret-that-was-made-for-nothing-else"


@pytest.fixture
def production(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """A safe installation."""
    settings.DEBUG = False
    settings.SECRET_KEY = SECRET
    settings.ALLOWED_HOSTS = ["support.example.com"]
    settings.CSRF_TRUSTED_ORIGINS = ["https://support.example.com"]
    monkeypatch.setenv("FLOWER_BASIC_AUTH", "ops:secret")
    return settings


def found() -> list[str]:
    return [fault.id or "" for fault in (*checks.check_settings(), *checks.check_services())]


def test_a_safe_installation_starts(production: Any) -> None:
    assert found() == []
    checks.refuse_to_start()


def test_development_is_left_alone(settings: Any) -> None:
    settings.DEBUG = True
    settings.ALLOWED_HOSTS = ["*"]

    assert found() == []


def _layer(settings: Any) -> None:
    settings.CHANNEL_LAYERS = {"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}}


def _broker(settings: Any) -> None:
    settings.CELERY_BROKER_TRANSPORT_OPTIONS = {"socket_connect_timeout": 1}


def _cache(settings: Any) -> None:
    settings.CACHES = {"default": {**settings.CACHES["default"], "OPTIONS": {"socket_timeout": 2}}}


@pytest.mark.parametrize(
    ("spoil", "fault"),
    [
        (_layer, "core.E001"),
        (lambda s: setattr(s, "ALLOWED_HOSTS", ["*"]), "core.E002"),
        (lambda s: setattr(s, "CSRF_TRUSTED_ORIGINS", ["https://*.example.com"]), "core.E003"),
        (lambda s: setattr(s, "SECRET_KEY", "only-for-development-never-deployed"), "core.E004"),
        (lambda s: setattr(s, "SECRET_KEY", "short"), "core.E004"),
        (lambda s: setattr(s, "CELERY_ACCEPT_CONTENT", ["json", "pickle"]), "core.E005"),
        (lambda s: setattr(s, "CELERY_TASK_SERIALIZER", "yaml"), "core.E005"),
        (lambda s: setattr(s, "BRAND_LOGO", "support/img/gone.svg"), "core.E011"),
        (lambda s: setattr(s, "FAIL_POINTS", "orders"), "core.E012"),
        (_broker, "core.E007"),
        (_cache, "core.E007"),
    ],
)
def test_each_unsafe_setting_stops_the_start(
    production: Any, spoil: Callable[[Any], None], fault: str, capsys: pytest.CaptureFixture[str]
) -> None:
    spoil(production)

    assert found() == [fault]
    with pytest.raises(env.BadEnvironment) as stopped:
        checks.refuse_to_start()
    assert stopped.value.code == 2
    assert capsys.readouterr().err.startswith(f"{fault}: ")


def test_flower_without_credentials(production: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("FLOWER_BASIC_AUTH")

    assert found() == ["core.E006"]


@pytest.mark.parametrize(
    ("name", "value", "safe"),
    [("appendfsync", "everysec", "always"), ("maxmemory-policy", "allkeys-lru", "noeviction")],
)
def test_a_command_log_that_may_forget(production: Any, name: str, value: str, safe: str) -> None:
    valkey.durable().config_set(name, value)
    try:
        faults = checks.check_services()
    finally:
        valkey.durable().config_set(name, safe)

    assert [(fault.id, fault.msg) for fault in faults] == [
        ("core.E008", f"The command log has {name} {value}.")
    ]


def test_a_server_that_keeps_nothing_is_no_command_log(production: Any) -> None:
    production.COMMAND_LOG_URL = production.REDIS_URL

    assert {fault.id for fault in checks.check_services()} == {"core.E008"}


def test_demo_accounts_are_named_and_stop_the_start(
    production: Any, amira: User, ben: User, dora: User, capsys: pytest.CaptureFixture[str]
) -> None:
    dora.set_password("something else entirely")
    dora.save()
    User.objects.filter(pk=ben.pk).update(is_active=False)
    faults = checks.check_services()

    assert [(fault.id, fault.msg) for fault in faults] == [
        ("core.E009", "Demo accounts are in this database: amira.")
    ]
    with pytest.raises(env.BadEnvironment) as stopped:
        checks.refuse_to_start()
    assert stopped.value.code == 2
    assert capsys.readouterr().err.startswith("core.E009: Demo accounts are in this database: amira.")


def test_a_service_that_is_away_warns_and_does_not_stop_the_start(production: Any) -> None:
    production.COMMAND_LOG_URL = "unix:///nonexistent/durable.sock"

    assert found() == ["core.W002"]
    checks.refuse_to_start()


def test_django_knows_the_checks(production: Any) -> None:
    production.ALLOWED_HOSTS = ["*"]

    assert "core.E002" in {fault.id for fault in run_checks(tags=["security"])}
