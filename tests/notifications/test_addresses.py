"""Addresses: derived from ids, signed per recipient, safe in a header."""

import uuid

import pytest
from pytest_django import Settings

from notifications import addresses

TICKET = uuid.UUID("0195740a-1042-7000-8000-000000000001")
AMIRA = uuid.UUID("0195740a-0000-7000-8000-00000000000a")
DORA = uuid.UUID("0195740a-0000-7000-8000-00000000000d")


@pytest.fixture(autouse=True)
def own_domain(settings: Settings) -> None:
    settings.SUPPORT_EMAIL = "support@psychpath.example"
    settings.DEFAULT_FROM_EMAIL = "PsychPATH Support <support@psychpath.example>"
    settings.SECRET_KEY = "the-first-key-of-these-tests-long-enough"


def test_a_reply_address_names_the_ticket_and_holds_for_its_recipient_alone() -> None:
    address = addresses.reply_address(TICKET, AMIRA)

    token = addresses.read_reply_address(address)

    assert address.startswith("support+")
    assert address.endswith("@psychpath.example")
    assert token is not None
    assert token.ticket_id == TICKET
    assert token.issued_to(AMIRA) is True
    assert token.issued_to(DORA) is False


def test_a_reply_address_fits_into_a_local_part_and_survives_another_case() -> None:
    address = addresses.reply_address(TICKET, AMIRA)

    token = addresses.read_reply_address(address.upper())

    assert len(address.partition("@")[0]) == 50
    assert token is not None
    assert (token.ticket_id, token.issued_to(AMIRA)) == (TICKET, True)


def test_a_reply_address_is_read_from_a_header_with_a_name() -> None:
    token = addresses.read_reply_address(f"Support <{addresses.reply_address(TICKET, AMIRA)}>")

    assert token is not None
    assert token.ticket_id == TICKET


def test_the_reply_address_of_a_bare_address_holds_in_any_case_of_it() -> None:
    token = addresses.read_reply_address(addresses.reply_address(TICKET, "Team@psychpath.example"))

    assert token is not None
    assert token.issued_to("team@PSYCHPATH.example") is True


def test_a_changed_token_is_read_but_was_issued_to_nobody() -> None:
    local, _, rest = addresses.reply_address(TICKET, AMIRA).partition("@")
    forged = local[:-1] + ("a" if local[-1] != "a" else "b")

    token = addresses.read_reply_address(f"{forged}@{rest}")

    assert token is not None
    assert token.issued_to(AMIRA) is False


@pytest.mark.parametrize(
    "address",
    [
        "",
        "support@psychpath.example",
        "support+short@psychpath.example",
        f"support+{'1' * 42}@x.example",
        "+@",
        "@",
    ],
)
def test_other_addresses_hold_no_token(address: str) -> None:
    assert addresses.read_reply_address(address) is None


def test_an_address_signed_with_an_older_key_holds_while_that_key_is_a_fallback(
    settings: Settings,
) -> None:
    token = addresses.read_reply_address(addresses.reply_address(TICKET, AMIRA))
    assert token is not None

    settings.SECRET_KEY = "another-key-of-these-tests-long-enough"
    assert token.issued_to(AMIRA) is False
    settings.SECRET_KEY_FALLBACKS = ["the-first-key-of-these-tests-long-enough"]
    assert token.issued_to(AMIRA) is True


def test_the_sender_is_never_a_persons_own_address() -> None:
    assert addresses.sender("Ben") == "Ben at PsychPATH <support@psychpath.example>"
    assert addresses.sender("Amira", staff=False) == "Amira via PsychPATH <support@psychpath.example>"
    assert addresses.sender() == "PsychPATH Support <support@psychpath.example>"


@pytest.mark.parametrize(
    "name", ["Ben\r\nBcc: all@x.example", "Ben\n", "Ben\x00", "Ben\x85", "Ben\u2028x", "\x0b"]
)
def test_a_name_with_a_line_break_or_control_character_is_refused(name: str) -> None:
    with pytest.raises(addresses.UnsafeHeader):
        addresses.sender(name)


@pytest.mark.parametrize("name", ["Zoë", "李", "O'Neill", "Ben, the agent", "a\u200db"])
def test_other_names_are_not(name: str) -> None:
    assert addresses.header(name) == name


def test_every_mail_of_a_ticket_refers_to_the_same_root() -> None:
    assert addresses.thread_headers("<one@psychpath.example>", TICKET) == {
        "Message-ID": "<one@psychpath.example>",
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "All",
        "In-Reply-To": f"<ticket-{TICKET}@psychpath.example>",
        "References": f"<ticket-{TICKET}@psychpath.example>",
        "List-Id": "PsychPATH Support <tickets.psychpath.example>",
    }
    second = addresses.thread_headers("<two@psychpath.example>", TICKET)
    assert second["References"] == f"<ticket-{TICKET}@psychpath.example>"


def test_the_message_id_of_a_delivery_is_the_same_for_ever() -> None:
    assert (
        addresses.message_id(uuid.UUID(int=1)) == "<00000000-0000-0000-0000-000000000001@psychpath.example>"
    )


def test_a_mail_about_no_ticket_has_no_thread() -> None:
    assert addresses.thread_headers("<one@psychpath.example>", None) == {
        "Message-ID": "<one@psychpath.example>",
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "All",
    }


def test_a_mail_stands_below_what_its_reader_wrote_unless_that_has_no_proper_name() -> None:
    root, theirs = addresses.root_id(TICKET), "<CAF+x=1@mail.example>"

    below = addresses.thread_headers("<one@psychpath.example>", TICKET, theirs)
    assert (below["In-Reply-To"], below["References"]) == (theirs, f"{root} {theirs}")
    long, injected = f"<{'x' * 300}@y>", "<a>\r\nBcc: <b@c.example>"
    for odd in ("", "no brackets", injected, "<a b@c>", "<a@b> <c@d>", long, "<ä@b>"):
        alone = addresses.thread_headers("<one@psychpath.example>", TICKET, odd)
        assert (alone["In-Reply-To"], alone["References"]) == (root, root)
