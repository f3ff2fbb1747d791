"""Every mail of the product: its two faces say the same, it can be read in either scheme, and it can be previewed."""

import re
from html import unescape

import pytest
from django.test import Client
from django.utils.html import strip_tags
from pytest_django import Settings

from notifications import previews
from tests.notifications.seen import HEX, words_of

every_mail = pytest.mark.parametrize("name", previews.names())
PALETTE = set(
    HEX.findall(
        """
        #faf9f6 #5b6363 #05605f #ffffff #182525 #4d5555 #e6e4df #0b5a5a #e6f4f4 #fdf1d8 #6f4a08 #e2f6e6
        #175c2d #f1f0ed #454b4b #f4f3f0 #2f8f4e #121a1a #1b2525 #2e3a3a #e9eeee #b4bebe #253131 #334040
        #7cc9c7 #0c2222 #9adcda #173c3c #a6e3e1 #43330f #f5d592 #163a22 #a5e5b7 #303c3c #d3dbdb
        """
    )
)


def found(name: str, language: str = "") -> previews.Preview:
    mail = previews.preview(name, language)
    assert mail is not None
    return mail


@every_mail
def test_the_text_carries_the_links_of_the_html(name: str) -> None:
    mail = found(name)
    links = {unescape(link) for link in re.findall(r'href="([^"]+)"', mail.html)}
    assert {link for link in links if link not in mail.text and not link.startswith("mailto:")} == set()


@every_mail
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_every_word_can_be_read_in_either_scheme(name: str, dark: bool) -> None:
    words = words_of(found(name).html, dark=dark)
    assert len(words) >= 5
    assert [(word, round(word.contrast, 2)) for word in words if word.contrast < 4.5] == []


@every_mail
def test_only_colours_of_the_palette_are_used_and_nothing_is_fetched(name: str) -> None:
    html = found(name).html
    assert set(HEX.findall(html.lower())) - PALETTE == set()
    assert (
        re.findall(r"(?:src|background)=\"|url\(|@import|<(?:img|link|script|iframe|object|form)\b", html)
        == []
    )


@every_mail
def test_every_mail_is_as_wide_as_designed_and_names_its_language(name: str) -> None:
    assert "max-width: 580px" in found(name).html
    assert '<html lang="en-AU" dir="ltr"' in found(name).html
    assert re.search(
        r'<html lang="ar-XB" dir="rtl".*<body class="bg" dir="rtl"', found(name, "ar-xb").html, re.DOTALL
    )


@every_mail
def test_nothing_of_a_mail_is_left_in_english(name: str) -> None:
    """In the invented language every sentence is marked; what people of the examples wrote stays as it is."""
    mail, english = found(name, "en-xa"), found(name)
    said = {line for text in (english.text, strip_tags(english.html)) for line in _lines(text)}
    kept = {line for text in (mail.text, strip_tags(mail.html)) for line in _lines(text)} & said
    assert {
        line for line in kept if re.sub(r"^PP-\d+  ", "", line) not in WRITTEN and not line.startswith("http")
    } == set()


# What people wrote, ids, names and codes.
WRITTEN = {
    "Logbook export is missing week 14 supervision",
    "Logbook export is missing week 14",
    "Can’t sign in after changing phone",
    "Invite my second supervisor",
    "Professional development hours counted twice",
    "Export for AHPRA as one file",
}


def _lines(text: str) -> set[str]:
    body = text.partition("@media")[0] if "@media" in text else text
    lines = {unescape(line).strip() for line in body.splitlines() if not line.startswith("  ")}
    return {line for line in lines if re.search(r"[a-z]{3,} [a-z]{2,}", line)}


@every_mail
def test_a_subject_is_one_line(name: str) -> None:
    mail = found(name)
    assert mail.subject == " ".join(mail.subject.split())
    assert dict(mail.headers)["Message-ID"] == "<0195740a-0000-7000-8000-000000000001@psychpath.com.au>"


def test_a_mail_nobody_knows_has_no_preview() -> None:
    assert previews.preview("marketing") is None


# --- The pages -----------------------------------------------------------------------------------------------------

pages = [pytest.mark.django_db, pytest.mark.urls("tests.notifications.development_urls")]


class TestPages:
    pytestmark = pages

    def test_all_mails_are_listed(self, client: Client, settings: Settings) -> None:
        settings.DEBUG = True
        page = client.get("/dev/emails/").content.decode()
        assert [name for name in previews.names() if f"/dev/emails/{name}/?" not in page] == []

    def test_one_shows_both_widths_text_and_headers(self, client: Client, settings: Settings) -> None:
        settings.DEBUG = True
        page = client.get("/dev/emails/ticket_reply/?scheme=dark").content.decode()
        assert page.count("/dev/emails/ticket_reply/html/?language=en-au&amp;scheme=dark") == 2
        assert "Priya replied to your ticket PP-1042" in page
        assert "<dt>In-Reply-To</dt>" in page

    @pytest.mark.parametrize(("scheme", "query"), [("dark", "@media all {"), ("light", "@media not all {")])
    def test_the_html_is_in_the_scheme_that_is_asked_for_and_harmless(
        self, client: Client, settings: Settings, scheme: str, query: str
    ) -> None:
        settings.DEBUG = True
        answer = client.get(f"/dev/emails/ticket_reply/html/?scheme={scheme}")
        assert previews.DARK not in answer.content.decode()
        assert answer.content.decode().count("@media all {") == (2 if scheme == "dark" else 1)
        assert query in answer.content.decode()
        assert "default-src 'none'" in answer["Content-Security-Policy"]
        assert "sandbox" in answer["Content-Security-Policy"]

    @pytest.mark.parametrize("path", ["", "ticket_reply/", "ticket_reply/html/"])
    def test_outside_development_there_is_nothing(self, client: Client, path: str) -> None:
        assert client.get(f"/dev/emails/{path}").status_code == 404

    def test_an_unknown_mail_is_not_found(self, client: Client, settings: Settings) -> None:
        settings.DEBUG = True
        assert client.get("/dev/emails/marketing/").status_code == 404
