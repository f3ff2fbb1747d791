"""Each way in which a line goes wrong, between a client and a real Valkey."""

import socket
import time
from collections.abc import Iterator
from urllib.parse import unquote, urlsplit

import pytest

from tests.servers import fleet
from tests.system.proxy import Proxy

ASKED, ANSWERED = b"PING\r\n", b"+PONG\r\n"
SHORT = 0.3


@pytest.fixture
def proxy() -> Iterator[Proxy]:
    with Proxy(unquote(urlsplit(fleet().urls.redis).path)) as proxy:
        yield proxy


@pytest.fixture
def line(proxy: Proxy) -> Iterator[socket.socket]:
    """A connection on which one question was answered."""
    with connected(proxy) as line:
        assert asked(line) == ANSWERED
        yield line


def connected(proxy: Proxy) -> socket.socket:
    return socket.create_connection(("127.0.0.1", proxy.port), timeout=5)


def asked(line: socket.socket) -> bytes:
    line.sendall(ASKED)
    return line.recv(100)


def is_silent(line: socket.socket) -> bool:
    """Nothing comes for a while."""
    line.settimeout(SHORT)
    try:
        return not line.recv(100) and False
    except TimeoutError:
        return True
    finally:
        line.settimeout(5)


def test_a_delayed_answer_takes_as_much_longer_each_way(proxy: Proxy, line: socket.socket) -> None:
    proxy.delay(SHORT)
    began = time.monotonic()
    assert asked(line) == ANSWERED
    assert time.monotonic() - began >= 2 * SHORT


def test_what_was_stalled_arrives_afterwards(proxy: Proxy, line: socket.socket) -> None:
    proxy.stall()
    with connected(proxy) as later:
        for each in (line, later):
            each.sendall(ASKED)
            assert is_silent(each)
        proxy.pass_on()
        assert [each.recv(100) for each in (line, later)] == [ANSWERED, ANSWERED]


def test_a_reset_line_is_reset_and_so_is_a_new_one(proxy: Proxy, line: socket.socket) -> None:
    proxy.reset()
    with pytest.raises(ConnectionResetError):
        line.recv(100)
    with pytest.raises(ConnectionResetError), connected(proxy) as later:
        asked(later)
    proxy.pass_on()
    with connected(proxy) as later:
        assert asked(later) == ANSWERED


def test_what_was_sent_on_a_cut_line_is_lost_and_the_line_stays_dead(
    proxy: Proxy, line: socket.socket
) -> None:
    proxy.cut()
    line.sendall(ASKED)
    assert is_silent(line)
    proxy.pass_on()
    assert is_silent(line)
    with pytest.raises(ConnectionResetError):
        asked(line)
    with connected(proxy) as later:
        assert asked(later) == ANSWERED


def test_an_end_is_passed_on_with_all_that_was_said_before(proxy: Proxy, line: socket.socket) -> None:
    line.sendall(1000 * ASKED)
    line.shutdown(socket.SHUT_WR)
    with line.makefile("rb") as answers:
        assert answers.read() == 1000 * ANSWERED


def test_where_nobody_listens_a_connection_is_reset() -> None:
    with Proxy("/nonexistent/socket") as proxy, pytest.raises(ConnectionResetError), connected(proxy) as line:
        asked(line)
