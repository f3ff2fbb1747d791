"""One running system for flows and faults, one a file for browsers; every test brings a ticket of its own."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.system.processes import System

for chatty in ("httpx", "mail.log", "faker"):
    logging.getLogger(chatty).setLevel(logging.WARNING)


@contextmanager
def running_system(**environment: str) -> Iterator[System]:
    """Web, workers, beat and Flower as processes, on servers of their own."""
    running = System(**environment)
    try:
        running.start()
        yield running
    finally:
        running.stop()


@pytest.fixture(scope="session")
def system() -> Iterator[System]:
    with running_system() as running:
        yield running
