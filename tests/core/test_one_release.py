"""While a new version is laid into the folder, processes of the old one go on as they began."""

from pathlib import Path

import pytest
from django.http import HttpResponse
from django.template import Context, Engine
from django.test import RequestFactory
from pytest_django import Settings

from core.one_release import read_templates
from core.static_serving import StaticFiles

OLD, NEW = "a page of this release", "a page of the next"


def test_a_page_that_nobody_has_asked_for_yet_is_of_the_release_that_was_started(tmp_path: Path) -> None:
    page = tmp_path / "desk" / "page.html"
    page.parent.mkdir()
    page.write_text(OLD)
    engine = Engine(dirs=[str(tmp_path)])

    assert read_templates(engine) == 1
    page.write_text(NEW)

    assert engine.get_template("desk/page.html").render(Context()) == OLD
    assert Engine(dirs=[str(tmp_path)]).get_template("desk/page.html").render(Context()) == NEW


def test_all_templates_of_ours_can_be_read_at_the_start() -> None:
    engine = Engine.get_default()

    assert read_templates(engine) > 200


@pytest.mark.django_db  # the end of a response looks whether the thread's connection is still good
def test_a_file_of_the_next_release_is_there_as_soon_as_it_was_collected(
    tmp_path: Path, settings: Settings
) -> None:
    settings.STATIC_ROOT = str(tmp_path / "static")
    settings.WHITENOISE_AUTOREFRESH = settings.WHITENOISE_USE_FINDERS = False
    (tmp_path / "static" / "js").mkdir(parents=True)
    (tmp_path / "secret").write_text("not below the folder")
    serve = StaticFiles(lambda _request: HttpResponse(status=404))

    def asked(path: str) -> int:
        response = serve(RequestFactory().get(path))
        response.close()
        return response.status_code

    assert asked("/static/js/desk.0123456789ab.js") == 404
    (tmp_path / "static" / "js" / "desk.0123456789ab.js").write_text("export {};")
    assert [
        asked(path)
        for path in (
            "/static/js/desk.0123456789ab.js",
            "/static/js",
            "/static/../secret",
            "/js/desk.0123456789ab.js",
        )
    ] == [200, 404, 404, 404]
