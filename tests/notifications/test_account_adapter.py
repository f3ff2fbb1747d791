"""allauth's mails: rendered here, appended as a command, sent by a worker; secrets in the log and nowhere else."""

import logging
import re

import pytest
from django.test import Client
from pytest_django import Settings

from core import command_log, valkey
from core.contracts import decode
from core.models import User
from core.problems import Refused
from notifications.account_adapter import AccountAdapter
from support import commands, intake

pytestmark = pytest.mark.django_db


def appended() -> list[commands.SendAccountMail]:
    entries = command_log.read(0, count=100)
    found = [decode(entry.payload) for entry in entries]
    return [command for command in found if isinstance(command, commands.SendAccountMail)]


def test_a_forgotten_password_becomes_one_command_with_text_and_html(client: Client, amira: User) -> None:
    response = client.post("/accounts/password/reset/", {"email": "amira@example.com"})

    assert response.status_code == 302
    (command,) = appended()
    link = re.search(r"http://\S+", command.text)
    assert link is not None
    assert (command.template, command.to, command.subject, command.actor) == (
        "account/email/password_reset_key",
        "amira@example.com",
        "Choose a new password",
        "system:accounts",
    )
    assert command.text.startswith("Somebody asked to choose a new password for your account.")
    assert command.text.endswith("\n--\nPsychPATH Support\n")
    assert f'<a href="{link[0]}" style="' in command.html
    assert "Choose a new password</a>" in command.html


def test_a_stranger_gets_an_answer_that_looks_alike_on_the_page(client: Client, amira: User) -> None:
    known = client.post("/accounts/password/reset/", {"email": "amira@example.com"})
    unknown = client.post("/accounts/password/reset/", {"email": "nobody@example.com"})

    assert (known.status_code, known["Location"]) == (unknown.status_code, unknown["Location"])
    assert [command.template for command in appended()] == [
        "account/email/password_reset_key",
        "account/email/unknown_account",
    ]


def _away(**_: str) -> None:
    raise Refused("log-unavailable")


def test_a_mail_somebody_waits_for_is_refused_when_the_log_is_away(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(intake, "send_account_mail", _away)

    with pytest.raises(Refused):
        AccountAdapter().send_mail(
            "account/email/password_reset_key",
            "amira@example.com",
            {"password_reset_url": "https://x.example/s3cret"},
        )


def test_a_mail_that_only_accompanies_does_not_undo_what_has_happened(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(intake, "send_account_mail", _away)

    with caplog.at_level(logging.WARNING):
        AccountAdapter().send_mail(
            "account/email/email_confirmation_signup", "amira@example.com", {"key": "s3cret"}
        )

    assert caplog.messages == ["account/email/email_confirmation_signup was not accepted (log-unavailable)"]


@pytest.mark.parametrize(
    ("template", "context"),
    [
        ("account/email/account_already_exists", {"signup_url": "u", "password_reset_url": "u"}),
        ("account/email/email_changed", {"from_email": "a@x.example", "to_email": "b@x.example"}),
        ("account/email/email_confirm", {}),
        ("account/email/email_confirmation", {"activate_url": "u"}),
        ("account/email/email_confirmation", {"code": "AB12"}),
        ("account/email/email_confirmation_signup", {"activate_url": "u"}),
        ("account/email/email_deleted", {"deleted_email": "a@x.example"}),
        ("account/email/login_code", {"code": "AB12"}),
        ("account/email/password_changed", {}),
        ("account/email/password_reset", {}),
        ("account/email/password_reset_code", {"code": "AB12"}),
        ("account/email/password_reset_key", {"password_reset_url": "u", "username": "amira"}),
        ("account/email/password_set", {}),
        ("account/email/unknown_account", {"signup_url": "u"}),
        ("mfa/email/recovery_codes_generated", {}),
        ("mfa/email/totp_activated", {}),
        ("mfa/email/totp_deactivated", {}),
    ],
)
def test_every_account_mail_has_our_words_and_every_value(template: str, context: dict[str, str]) -> None:
    values = {name: f"https://x.example/{name}" if value == "u" else value for name, value in context.items()}
    where = {"ip": "192.0.2.7", "user_agent": "Firefox", "timestamp": None}

    AccountAdapter().send_mail(template, "amira@example.com", values | where)

    (command,) = appended()
    assert command.subject
    assert "\n" not in command.subject
    assert "{{" not in command.text + command.html
    assert "Hello from" not in command.text
    shown = {
        value
        for name, value in values.items()
        if name != "signup_url" or template.endswith("unknown_account")
    }
    assert {value for value in shown if value not in command.text} == set()
    assert {value for value in shown if value not in command.html} == set()


def test_the_brand_is_the_settings_own(settings: Settings) -> None:
    settings.BRAND_NAME = "Acme"

    AccountAdapter().send_mail("account/email/login_code", "amira@example.com", {"code": "AB12"})

    (command,) = appended()
    assert command.text.endswith("\n--\nAcme Support\n")
    assert valkey.durable().xlen("commands:0") == 1
