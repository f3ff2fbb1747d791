"""Problems: one catalogue of refusals, one sentence each, the same over HTTP and sockets."""

from http import HTTPStatus

import pytest
from django.utils import translation

from core.problems import CATALOGUE, ProblemType, Refused, document

every_problem = pytest.mark.parametrize(("code", "kind"), CATALOGUE.items(), ids=CATALOGUE)


def test_the_codes_clients_act_on_keep_their_statuses() -> None:
    """A code is never renamed: clients act on it."""
    assert {code: kind.status for code, kind in CATALOGUE.items()} == {
        "malformed": 400,
        "invalid": 422,
        "not-authenticated": 401,
        "forbidden": 403,
        "csrf": 403,
        "not-found": 404,
        "method": 405,
        "media-type": 415,
        "not-acceptable": 406,
        "stale": 409,
        "overtaken": 409,
        "taken": 409,
        "transition": 409,
        "closed": 409,
        "id-taken": 422,
        "too-large": 413,
        "too-fast": 429,
        "held": 202,
        "log-full": 503,
        "log-unavailable": 503,
        "database-unavailable": 503,
        "internal": 500,
    }


@every_problem
def test_a_problem_is_a_sentence_for_a_person(code: str, kind: ProblemType) -> None:
    assert kind.sentence[0].isupper()
    assert kind.sentence.endswith(".")
    assert not {"!", "'"} & {*kind.sentence}
    assert kind.title
    assert HTTPStatus(kind.status)


@every_problem
def test_what_may_be_repeated_says_when(code: str, kind: ProblemType) -> None:
    assert (kind.retry_after is not None) is (kind.status == HTTPStatus.SERVICE_UNAVAILABLE)


def test_the_document_of_a_refusal() -> None:
    refused = Refused("invalid", errors={"subject": ["Add a subject so the right person picks this up."]})

    assert document(refused) == {
        "type": "/support/problems/invalid",
        "title": "Something needs a look",
        "status": 422,
        "detail": "Some of this needs a look before we can send it.",
        "error": "Some of this needs a look before we can send it.",
        "code": "invalid",
        "errors": {"subject": ["Add a subject so the right person picks this up."]},
    }


def test_a_sentence_of_its_own_replaces_the_general_one() -> None:
    told = document(Refused("stale", "This ticket is resolved by now."))

    assert (told["detail"], told["error"]) == (2 * ("This ticket is resolved by now.",))
    assert "errors" not in told


def test_only_known_codes_can_be_raised() -> None:
    with pytest.raises(KeyError):
        Refused("because")


@pytest.mark.parametrize(("given", "told"), [(None, 5), (30, 30)], ids=["of the catalogue", "of its own"])
def test_a_pause_before_the_next_try(given: int | None, told: int) -> None:
    assert Refused("log-full", retry_after=given).retry_after == told


def test_a_refusal_becomes_words_where_it_is_told_and_its_words_for_values_too() -> None:
    refused = Refused(
        "stale", "This is “{status}” by now.", {"status": ["Look again."]}, values={"status": "Open"}
    )
    assert document(refused)["detail"] == "This is “Open” by now."
    with translation.override("en-xa"):
        told = document(refused)
    assert (told["title"], told["detail"]) == ("⟦Changed meanwhile⟧", "⟦This is “⟦Open⟧” by now.⟧")
    assert (told["code"], told["errors"]) == ("stale", {"status": ["⟦Look again.⟧"]})


def test_a_sentence_that_holds_braces_and_has_no_values_stays_as_it_is() -> None:
    assert Refused("invalid", "Leave out {these}.").sentence == "Leave out {these}."
