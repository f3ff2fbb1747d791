"""The brand's mark: a URL, a path or a static file; pages may load it from where it is, and from nowhere else."""

from typing import Any

import pytest
from django.template.loader import render_to_string

from core import brand, csp_policy
from core.models import User


@pytest.mark.parametrize(
    ("logo", "address", "origins"),
    [
        ("", "", []),
        ("support/img/favicon.svg", "/static/support/img/favicon.svg", []),
        ("/media/logo.svg", "/media/logo.svg", []),
        (
            "https://img.example.com/a/logo.svg",
            "https://img.example.com/a/logo.svg",
            ["https://img.example.com"],
        ),
    ],
)
def test_where_a_logo_is(logo: str, address: str, origins: list[str]) -> None:
    assert brand.address(logo) == address
    assert brand.origins(logo) == origins


def test_pages_may_load_it_from_there() -> None:
    directives = csp_policy.policy(
        "https://support.example.com",
        pictures=brand.origins("https://img.example.com/logo.svg"),
        development=False,
    )["DIRECTIVES"]

    assert "https://img.example.com" in directives["img-src"]


@pytest.mark.parametrize("page", ["support/partials/brand.html", "support/desk/rail.html", "500.html"])
def test_every_mark_is_the_settings_own(settings: Any, page: str) -> None:
    settings.BRAND_LOGO = "/media/logo.svg"
    drawn = render_to_string(page, {"user": User(), "unread_total": 0})

    assert drawn.count('<img class="mark" src="/media/logo.svg" alt=""') == 1
    assert "<rect" not in drawn


def test_without_a_logo_it_is_the_built_in_path() -> None:
    drawn = render_to_string("support/partials/brand.html", {"brand": "PsychPATH"})

    assert '<svg class="mark"' in drawn
    assert "<img" not in drawn
