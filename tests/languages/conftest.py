"""Tickets with a past, as the tests of support make them."""

from tests.support.conftest import desk

__all__ = ["desk"]
