"""The requester's forms: what passes, and the sentence for what does not."""

import uuid

import pytest

from support.forms import ReplyForm, StatusForm, TicketForm, key_of, summary_title

GOOD = {"subject": "Logbook export", "description": "Week 14 is missing."}


def test_two_fields_are_enough_for_a_ticket() -> None:
    form = TicketForm(GOOD)
    assert form.is_valid()
    assert form.cleaned_data == {
        "subject": "Logbook export",
        "description": "Week 14 is missing.",
        "ticket_type": "QUESTION",
        "priority": "MEDIUM",
        "tags": (),
        "current_url": "",
        "key": None,
    }


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("subject", "", "Add a subject so the right person picks this up."),
        ("subject", "   ", "Add a subject so the right person picks this up."),
        ("subject", "x" * 201, "Shorten the subject to 200 characters."),
        ("subject", "nul\0", "This holds a character we can’t store. Paste it as plain text."),
        ("subject", "lone \ud800", "This holds a character we can’t store. Paste it as plain text."),
        ("subject", "two\nlines", "This has to be one line, without control characters."),
        ("description", "", "Tell us what’s happening: what you tried, and what you saw."),
        ("description", "  \n ", "Tell us what’s happening: what you tried, and what you saw."),
        ("description", "x" * 10_001, "Shorten this to 10,000 characters. You can add the rest as a reply."),
        ("ticket_type", "WISH", "Choose one of the four kinds."),
        ("priority", "SOON", "Choose how urgent it is."),
        ("tags", ",".join(f"t{n}" for n in range(11)), "Use up to 10 tags."),
        ("tags", "x" * 41, "Shorten each tag to 40 characters."),
        ("key", "no-uuid", "This page is out of date. Reload it and try again."),
    ],
)
def test_a_bad_value_gets_a_sentence(field: str, value: str, sentence: str) -> None:
    form = TicketForm({**GOOD, field: value})
    assert dict(form.errors) == {field: [sentence]}


def test_limits_count_code_points_and_line_ends_once() -> None:
    longest = ("ü" * 9_998) + "\r\n" + "🙂"
    form = TicketForm({**GOOD, "description": longest})
    assert form.is_valid()
    assert len(form.cleaned_data["description"]) == 10_000


def test_tags_are_split_at_commas_and_kept_once_in_order() -> None:
    form = TicketForm({**GOOD, "tags": " logbook, AHPRA,,logbook , sign-off"})
    assert form.is_valid()
    assert form.cleaned_data["tags"] == ("logbook", "AHPRA", "sign-off")


@pytest.mark.parametrize("message", ["", " \r\n "])
def test_an_empty_reply_is_refused(message: str) -> None:
    assert dict(ReplyForm({"message": message}).errors) == {"message": ["Write something first."]}


def test_an_unknown_status_means_an_old_page() -> None:
    form = StatusForm({"status": "LOST"})
    assert dict(form.errors) == {"status": ["This page is out of date. Reload it and try again."]}


@pytest.mark.parametrize(
    ("data", "title"),
    [
        ({}, "Two things need a look before we can send this"),
        ({"subject": "Logbook"}, "One thing needs a look before we can send this"),
    ],
)
def test_the_summary_counts_in_words(data: dict[str, str], title: str) -> None:
    assert summary_title(TicketForm(data)) == title


def test_a_key_stays_while_the_form_is_mended_and_changes_when_it_is_taken() -> None:
    key = str(uuid.uuid4())
    form = TicketForm({**GOOD, "subject": "", "key": key})
    form.full_clean()
    assert key_of(form, "key") == key
    assert key_of(form, "key", taken=True) != key
