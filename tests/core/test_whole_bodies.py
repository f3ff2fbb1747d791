"""What a WSGI server hands over of a body is all of it, or reading it fails."""

from io import BytesIO

import pytest
from django.core.exceptions import BadRequest

from core.whole_bodies import WholeBody, with_whole_bodies


def test_a_whole_body_is_read_in_any_way() -> None:
    content = b"one\ntwo\nthree"
    pieces, lines = WholeBody(BytesIO(content), 13), WholeBody(BytesIO(content), 13)

    assert WholeBody(BytesIO(content + b"the next request"), 13).read() == content
    assert [pieces.read(5), pieces.read(50), pieces.read(5)] == [b"one\nt", b"wo\nthree", b""]
    assert [lines.readline(), lines.readline(2), *(lines.readline() for _ in range(3))] == [
        b"one\n",
        b"tw",
        b"o\n",
        b"three",
        b"",
    ]


class Broken(BytesIO):
    """A line that breaks."""

    def read(self, size: int | None = -1) -> bytes:
        raise ConnectionResetError


def test_a_body_that_was_cut_fails_where_it_ends() -> None:
    body = WholeBody(BytesIO(b"one\ntw"), 8)
    assert body.readline() == b"one\n"
    for read in (body.readline, body.read, WholeBody(BytesIO(b"half"), 8).read, WholeBody(Broken(), 8).read):
        with pytest.raises(BadRequest):
            read()


@pytest.mark.parametrize(("announced", "seen"), [("4", WholeBody), ("", BytesIO)])
def test_a_length_that_was_not_announced_is_not_waited_for(announced: str, seen: type) -> None:
    application = with_whole_bodies(lambda environ, _: [type(environ["wsgi.input"]).__name__.encode()])
    environ = {"CONTENT_LENGTH": announced, "wsgi.input": BytesIO(b"1234")}
    assert application(environ, None) == [seen.__name__.encode()]
