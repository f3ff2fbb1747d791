"""The domain's past, and pages with sockets, for the tests of abuse."""

from tests.support.conftest import calling, desk, draining
from tests.support.sockets.conftest import clock_stands_still, loop_left_clean, open_page

__all__ = ["calling", "clock_stands_still", "desk", "draining", "loop_left_clean", "open_page"]
