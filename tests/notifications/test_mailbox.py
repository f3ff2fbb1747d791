"""The development mailbox: whole files, harmless pages, and nothing of it outside DEBUG."""

import stat
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.mail import EmailMultiAlternatives
from django.test import Client
from pytest_django import Settings

from notifications import mailbox

HTML = '<html><head><title>x</title></head><body><script>alert(1)</script><a href="https://x.example">Go</a></body></html>'
pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.notifications.development_urls")]


@pytest.fixture(autouse=True)
def development(settings: Settings, tmp_path: Path) -> None:
    settings.DEBUG = True
    settings.MAILBOX_DIR = tmp_path / "mailbox"
    settings.EMAIL_BACKEND = "notifications.mailbox.MailboxBackend"


def send(subject: str = "Grüße", *, html: str = HTML) -> mailbox.StoredMail:
    message = EmailMultiAlternatives(
        subject, "See https://x.example/reset", "a@x.example", ["amira@example.com"]
    )
    if html:
        message.attach_alternative(html, "text/html")
    assert message.send() == 1
    return mailbox.stored()[0]


def test_a_sent_mail_is_one_private_file_that_reads_back_whole(settings: Settings) -> None:
    mail = send()

    (path,) = Path(settings.MAILBOX_DIR).iterdir()
    assert path.name == f"{mail.name}.eml"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert (mail.subject, mail.sender, mail.to) == ("Grüße", "a@x.example", "amira@example.com")
    assert mail.text.strip() == "See https://x.example/reset"
    assert mail.html.strip() == HTML


def test_the_newest_mail_comes_first() -> None:
    for subject in ("one", "two", "three"):
        send(subject)

    assert [mail.subject for mail in mailbox.stored()] == ["three", "two", "one"]
    assert [mail.subject for mail in mailbox.stored(limit=2)] == ["three", "two"]


def test_outside_debug_the_backend_refuses(settings: Settings) -> None:
    settings.DEBUG = False

    with pytest.raises(ImproperlyConfigured, match="EMAIL_URL"):
        EmailMultiAlternatives("x", "x", "a@x.example", ["b@x.example"]).send()
    assert mailbox.stored() == []


def test_an_empty_mailbox_says_so(client: Client) -> None:
    assert "No mail yet." in client.get("/dev/mailbox/").content.decode()


def test_the_list_and_the_mail_are_shown(client: Client) -> None:
    mail = send()

    listed = client.get("/dev/mailbox/").content.decode()
    shown = client.get(f"/dev/mailbox/{mail.name}/").content.decode()

    assert f'href="/dev/mailbox/{mail.name}/"' in listed
    assert "<strong>See https://x.example/reset</strong>" in listed
    assert "To amira@example.com: Grüße" in listed
    assert f'<iframe src="/dev/mailbox/{mail.name}/html/"' in shown
    assert '<a href="https://x.example/reset" rel="nofollow">https://x.example/reset</a>' in shown
    assert "<dt>Message-ID</dt>" in shown
    assert "alert(1)" not in shown


def test_a_mail_without_html_shows_its_text_at_once(client: Client) -> None:
    shown = client.get(f"/dev/mailbox/{send(html='').name}/").content.decode()

    assert "<iframe" not in shown
    assert '<details class="card" open><summary>Text</summary>' in shown


def test_a_mails_html_is_sandboxed_and_only_framed_by_ourselves(client: Client) -> None:
    response = client.get(f"/dev/mailbox/{send().name}/html/")

    assert response["Content-Security-Policy"] == (
        "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; "
        "frame-ancestors 'self'; sandbox allow-top-navigation-by-user-activation"
    )
    assert response["X-Frame-Options"] == "SAMEORIGIN"
    assert '<head><base target="_top">' in response.content.decode()


@pytest.mark.parametrize(
    "path", ["", "nothing-of-that-name/", "nothing-of-that-name/html/", "../../etc/passwd/"]
)
def test_outside_debug_and_for_unknown_names_it_is_not_found(
    client: Client, settings: Settings, path: str
) -> None:
    settings.DEBUG = path != ""

    assert client.get(f"/dev/mailbox/{path}").status_code == 404


def test_it_is_for_looking_only(client: Client) -> None:
    assert client.post("/dev/mailbox/").status_code == 405
