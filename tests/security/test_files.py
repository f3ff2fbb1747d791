"""Files of strangers: whatever they are called and claim to be, a browser stores them and shows or runs none."""

from pathlib import Path
from typing import Any

import pytest
from pytest_django import Settings

from core import kept
from support.downloads import as_download

SHOWN_BY_BROWSERS = (
    *("text/html", "image/svg+xml", "application/xhtml+xml"),
    *("text/xml", "application/xml", "text/javascript"),
)
NAMES = (
    *("../../etc/passwd", "a\r\nSet-Cookie: x=1", 'a"; filename="b.html'),
    *("b\u202egnp.exe", "C:\\x\\y.html", "\u00fc\0.html"),
)


@pytest.fixture
def place(settings: Settings, tmp_path: Path) -> Path:
    settings.KEPT_DIR = str(tmp_path)
    return kept.path(kept.put(b"<script>window.ran=1</script>"))


def answer(place: Path, name: str, content_type: str) -> Any:
    found: Any = as_download(place, name, content_type)
    assert b"".join(found.streaming_content) == place.read_bytes()
    found.file_to_stream.close()
    return found


@pytest.mark.parametrize(
    "claims", [*SHOWN_BY_BROWSERS, "application/zip", "application/x-msdownload", "", "nonsense"]
)
def test_whatever_a_file_claims_to_be_it_is_stored_and_never_shown(place: Path, claims: str) -> None:
    found = answer(place, "week14.html", claims)
    assert found["Content-Type"] == "application/octet-stream"
    assert found["Content-Disposition"] == 'attachment; filename="week14.html"'
    assert found["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert found["X-Content-Type-Options"] == "nosniff"
    assert found["Cross-Origin-Resource-Policy"] == "same-origin"


@pytest.mark.parametrize("claims", ["image/png", "text/plain", "application/pdf"])
def test_what_no_browser_runs_keeps_its_type_and_is_stored_all_the_same(place: Path, claims: str) -> None:
    found = answer(place, "week14", claims)
    assert found["Content-Type"] == claims
    assert found["Content-Disposition"].startswith("attachment")


@pytest.mark.parametrize("name", NAMES)
def test_a_name_cannot_leave_its_header(place: Path, name: str) -> None:
    header = answer(place, name, "text/plain")["Content-Disposition"]
    assert header.startswith("attachment; filename")
    assert not set("\r\n\0") & set(header)
    assert '; filename="b.html' not in header


@pytest.mark.parametrize("digest", ["../../etc/passwd", "a" * 63 + "/", "A" * 64, "", "a" * 65])
def test_a_name_never_becomes_a_place(place: Path, digest: str) -> None:
    with pytest.raises(FileNotFoundError):
        kept.path(digest)
