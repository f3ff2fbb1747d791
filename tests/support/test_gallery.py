"""`/dev/components/`: whole, valid enough to be read by machines, from the product's own parts, in development only."""

import re
from collections import Counter
from typing import Any, Final

import pytest
from django.test import Client

from support.look import DELIVERY, PRIORITY, STATUS
from support.views.gallery import GROUPS
from tests.architecture.tree import ROOT

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.notifications.development_urls")]
PAGE: Final = "/dev/components/"
TEMPLATES: Final = ROOT / "templates"


@pytest.fixture
def page(client: Client, settings: Any) -> str:
    settings.DEBUG = True
    return client.get(PAGE).content.decode()


def test_it_is_there_in_development_only(client: Client, settings: Any) -> None:
    settings.DEBUG = False

    assert client.get(PAGE).status_code == 404


def test_the_database_is_asked_only_who_is_there_and_who_is_mailed(
    client: Client, settings: Any, django_assert_num_queries: Any
) -> None:
    """The widget's faces, and the line above each of the two desk composers."""
    settings.DEBUG = True
    with django_assert_num_queries(3):
        assert client.get(PAGE).status_code == 200


def test_a_section_has_a_page_of_its_own(client: Client, settings: Any) -> None:
    settings.DEBUG = True
    page = client.get(f"{PAGE}buttons/").content.decode()

    assert re.findall(r'<section id="([\w-]+)" class="gallery-group"', page) == ["buttons"]
    assert client.get(f"{PAGE}unicorns/").status_code == 404


def test_every_group_is_there_in_both_themes(page: str) -> None:
    assert re.findall(r'<section id="([\w-]+)" class="gallery-group"', page) == [
        group.name for group in GROUPS
    ]
    for theme in ("light", "dark"):
        assert page.count(f'<div class="theme" data-theme="{theme}">') == len(GROUPS) - 1


def test_every_id_is_there_once_and_everything_that_points_leads_somewhere(page: str) -> None:
    live = re.sub(r"<template\b.*?</template>", "", page, flags=re.DOTALL)
    ids = Counter(re.findall(r'(?<![\w-])id="([^"]+)"', live))
    pointed = {
        word
        for found in re.findall(r'\b(?:for|aria-\w+by|aria-controls|popovertarget)="([^"]+)"', live)
        for word in found.split()
    }

    assert [name for name, count in ids.items() if count > 1] == []
    assert pointed - set(ids) == set()


def test_every_value_of_the_product_has_its_look(page: str) -> None:
    for look in (*STATUS.values(), *PRIORITY.values(), *DELIVERY.values()):
        assert str(look.label) in page
        assert f"#i-{look.icon}" in page


def test_every_view_of_the_widgets_template_is_shown(page: str) -> None:
    markup = (TEMPLATES / "support" / "widget.html").read_text(encoding="utf-8")
    views = {view for line in re.findall(r'data-views="([^"]+)"', markup) for view in line.split()}
    shown = re.findall(r"<div><h3>(\w+)</h3>", page)

    assert {name.lower() for name in shown} == views
    assert len(views) >= 5


def test_what_is_not_built_costs_no_product_page_anything() -> None:
    product = [path for path in TEMPLATES.rglob("*.html") if "dev" not in path.relative_to(TEMPLATES).parts]

    assert len(product) > 50
    assert [
        path.name for path in product if "planned.css" in path.read_text() or "gallery" in path.read_text()
    ] == []


class TestIcons:
    def named(self, folder: str) -> set[str]:
        texts = [path.read_text() for path in (TEMPLATES / folder).rglob("*.html")]
        return {
            name
            for text in texts
            for name in re.findall(r'\{% icon "([\w-]+)"|#i-([\w-]+)', text)
            for name in name
            if name
        }

    def sprite(self, name: str) -> set[str]:
        return set(re.findall(r'id="i-([\w-]+)"', (TEMPLATES / name).read_text()))

    def test_no_page_inlines_an_icon_that_nobody_uses(self) -> None:
        words = "".join(
            path.read_text()
            for folder in ("templates", "support", "notifications", "core")
            for path in (ROOT / folder).rglob("*")
            if path.suffix in {".html", ".py", ".js"} and "dev" not in path.relative_to(ROOT).parts
        )

        assert [
            name
            for name in sorted(self.sprite("support/icons.svg"))
            if not re.search(rf"[\"#-]{name}\"", words)
        ] == []

    def test_an_icon_is_in_one_sprite_only(self) -> None:
        product, rest = self.sprite("support/icons.svg"), self.sprite("dev/icons.svg")

        assert product & rest == set()
        assert self.named("dev") <= product | rest
