"""Blame: whose fault it is that a batch failed: a command's, or that of something which passes. Pure.

Asked by `workers.applying`, which sets the culprit apart, and by `workers.poison`, which counts deaths. What is no
command's fault leaves the log as it is, however long it lasts: a lock, no space, no database, a column that this
release does not find, a right that the role lacks.
"""

from typing import Final

import redis
from django.db import (
    DatabaseError,
    DataError,
    IntegrityError,
    InterfaceError,
    InternalError,
    OperationalError,
)

# What PostgreSQL refuses because of the values it was given: 21 twice the same row, 22 no such value, 23 a constraint,
# 54 a value beyond its limits. By their SQLSTATE's class.
_VALUES: Final = frozenset({"21", "22", "23", "54"})
# Cancelled, and too long a transaction: a command that always takes too long must not block its shard for ever.
_SLOW: Final = frozenset({"57014", "25P04"})


def sqlstate(error: BaseException) -> str:
    """What PostgreSQL said, however often that was wrapped; "" when it said nothing."""
    cause: BaseException | None = error
    while cause is not None:
        if said := getattr(cause, "sqlstate", None):
            return str(said)
        cause = cause.__cause__
    return ""


def passes(error: BaseException) -> bool:
    """Whether it may go well the next time, with the same commands."""
    if isinstance(error, redis.RedisError):
        return True
    if not isinstance(error, DatabaseError | InterfaceError) or isinstance(error, DataError | IntegrityError):
        return False
    if said := sqlstate(error):
        return said[:2] not in _VALUES
    return isinstance(error, OperationalError | InterfaceError | InternalError)


def is_slow(error: BaseException) -> bool:
    """Whether it was given up because it took too long."""
    return sqlstate(error) in _SLOW
