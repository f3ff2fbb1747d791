"""The domain's past, for the tests of budgets."""

from tests.support.conftest import desk

__all__ = ["desk"]
