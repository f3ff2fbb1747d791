"""Answers over HTTP: the status is known and the body read, whichever way its length is told."""

import asyncio

import pytest

from tests.benchmarks.http import _answer

pytestmark = pytest.mark.asyncio


async def statuses(data: bytes, count: int) -> list[int]:
    reader = asyncio.StreamReader()
    reader.feed_data(data)
    return [await _answer(reader) for _ in range(count)]


async def test_an_answer_ends_where_its_length_says() -> None:
    first = b"HTTP/1.1 201 Created\r\nContent-Length: 5\r\nVary: Cookie\r\n\r\nhello"
    assert await statuses(first + b"HTTP/1.1 202 Accepted\r\ncontent-length: 0\r\n\r\n", 2) == [201, 202]


async def test_an_answer_in_chunks_ends_with_the_empty_one() -> None:
    head = b"HTTP/1.1 503 Service Unavailable\r\nTransfer-Encoding: chunked\r\n\r\n"
    first = head + b"5\r\nhello\r\na\r\n0123456789\r\n0\r\n\r\n"
    assert await statuses(first + b"HTTP/1.1 201 Created\r\nContent-Length: 1\r\n\r\nx", 2) == [503, 201]


async def test_an_answer_without_an_end_is_an_error() -> None:
    with pytest.raises(ValueError, match="without a length"):
        await statuses(b"HTTP/1.1 200 OK\r\nServer: x\r\n\r\n", 1)
