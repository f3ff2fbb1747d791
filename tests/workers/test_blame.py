"""Blame: what is a command's fault, and what passes."""

import psycopg
import pytest
import redis
from django import db
from psycopg import errors

from workers import blame


def as_django_says(error: psycopg.Error) -> Exception:
    """Wrapped, as whatever asks the database hears it."""
    try:
        with db.connection.wrap_database_errors:
            raise error
    except db.Error as wrapped:
        return wrapped


@pytest.mark.parametrize(
    "error",
    [
        errors.NumericValueOutOfRange(),
        errors.UniqueViolation(),
        errors.CardinalityViolation(),
        errors.ProgramLimitExceeded(),
        psycopg.DataError("PostgreSQL text fields cannot contain NUL (0x00) bytes"),
        psycopg.ProgrammingError("cannot adapt type 'set'"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_a_value_that_postgresql_refuses_is_its_commands_fault(error: psycopg.Error) -> None:
    assert not blame.passes(as_django_says(error))


@pytest.mark.parametrize(
    "error",
    [
        errors.LockNotAvailable(),
        errors.DeadlockDetected(),
        errors.DiskFull(),
        errors.AdminShutdown(),
        errors.QueryCanceled(),
        errors.UndefinedColumn(),
        errors.InsufficientPrivilege(),
        errors.FeatureNotSupported(),
        errors.IdleInTransactionSessionTimeout(),
        errors.InternalError_(),
        psycopg.OperationalError("the connection is lost"),
        psycopg.InterfaceError("the connection is closed"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_whatever_else_goes_wrong_with_it_passes(error: psycopg.Error) -> None:
    assert blame.passes(as_django_says(error))


def test_what_a_service_raises_is_its_commands_fault_and_a_valkey_that_is_away_nobodys() -> None:
    assert not blame.passes(ZeroDivisionError())
    assert not blame.passes(db.transaction.TransactionManagementError())
    assert blame.passes(redis.ConnectionError())


def test_what_took_too_long_is_known_however_it_is_wrapped() -> None:
    def wrapped(error: psycopg.Error) -> Exception:
        outer = db.OperationalError()
        outer.__cause__ = as_django_says(error)
        return outer

    named = [
        errors.QueryCanceled(),
        errors.TransactionTimeout(),
        errors.LockNotAvailable(),
        errors.DiskFull(),
    ]
    assert [blame.is_slow(wrapped(error)) for error in named] == [True, True, False, False]
