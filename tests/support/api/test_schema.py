"""The API describes itself: every address, nothing ambiguous, browsable without leaving this host."""

import io
import re
from contextlib import redirect_stderr
from typing import Any

import pytest
from django.test import Client
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.validation import validate_schema

from support.api import urls

pytestmark = pytest.mark.django_db
UNDESCRIBED = {"schema/", "docs/"}


@pytest.fixture(scope="module")
def described() -> dict[str, Any]:
    """The generated document; a warning on the way is a fault."""
    complaints = io.StringIO()
    with redirect_stderr(complaints):
        document: dict[str, Any] = SchemaGenerator().get_schema(request=None, public=True)  # type: ignore[no-untyped-call]
    assert complaints.getvalue() == ""
    return document


def test_it_is_valid_openapi(described: dict[str, Any]) -> None:
    validate_schema(described)  # type: ignore[no-untyped-call]


def test_every_address_is_described(described: dict[str, Any]) -> None:
    known = {re.sub(r"<uuid:(\w+)>", r"{\1}", str(url.pattern)) for url in urls.urlpatterns}

    assert set(described["paths"]) == {f"/support/api/{path}" for path in known - UNDESCRIBED}


def test_every_operation_has_a_name_a_sentence_and_its_problems(described: dict[str, Any]) -> None:
    operations = {
        operation["operationId"]: operation
        for methods in described["paths"].values()
        for operation in methods.values()
    }

    assert len(operations) == sum(len(methods) for methods in described["paths"].values())
    for operation in operations.values():
        assert operation["summary"]
        assert operation["description"]
        assert {"503", "409"} & set(operation["responses"])


def test_a_write_is_described_with_its_headers_and_every_answer(described: dict[str, Any]) -> None:
    create = described["paths"]["/support/api/tickets/create/"]["post"]

    assert [parameter["name"] for parameter in create["parameters"]] == ["Idempotency-Key", "Prefer"]
    assert sorted(create["responses"]) == [
        "201",
        "202",
        "400",
        "401",
        "403",
        "404",
        "409",
        "413",
        "415",
        "422",
        "429",
        "503",
    ]
    assert list(create["responses"]["422"]["content"]) == ["application/problem+json"]


def test_the_pages_that_show_it_are_from_here_and_without_inline_code(client: Client) -> None:
    page = client.get("/support/api/docs/")
    script = client.get("/support/api/docs/?script=")
    text = page.content.decode()

    assert (page.status_code, script.status_code) == (200, 200)
    assert script["Content-Type"].startswith("application/javascript")
    assert "<style" not in text
    assert re.findall(r"<script(?! src=)", text) == []
    assert re.findall(r'(?:src|href)="(?!/)', text) == []
    assert client.get("/support/api/schema/").status_code == 200


def test_every_address_has_a_name() -> None:
    names = [pattern.name for pattern in urls.urlpatterns]

    assert len(set(names)) == len(names)
    assert None not in names
