"""The five people of the demo. Their password is published, so they exist under DEBUG only (`core.checks`)."""

import uuid
from dataclasses import dataclass

from core.ids import derive

PASSWORD = "testpass123"  # noqa: S105  (published in the README; production refuses a database that holds it)
# Everything in the demo has an id derived from this one. Chosen so that the five avatars differ in colour.
DEMO = uuid.UUID("0195f000-0000-4000-8000-000000000001")


@dataclass(frozen=True, kw_only=True)
class Account:
    """One person, as `core.User` keeps them."""

    username: str
    email: str
    first_name: str
    last_name: str
    timezone: str
    is_staff: bool = False
    is_superuser: bool = False

    @property
    def id(self) -> uuid.UUID:
        return derive(DEMO, "account", self.username)


ACCOUNTS = (
    Account(
        username="admin",
        email="admin@psychpath.com.au",
        first_name="Robin",
        last_name="Taylor",
        timezone="Australia/Melbourne",
        is_staff=True,
        is_superuser=True,
    ),
    Account(
        username="ben",
        email="ben@example.com",
        first_name="Ben",
        last_name="Okafor",
        timezone="Australia/Melbourne",
        is_staff=True,
    ),
    Account(
        username="chen",
        email="chen@example.com",
        first_name="Chen",
        last_name="Wu",
        timezone="Australia/Perth",
        is_staff=True,
    ),
    Account(
        username="amira",
        email="amira@example.com",
        first_name="Amira",
        last_name="Haddad",
        timezone="Australia/Sydney",
    ),
    Account(
        username="dora",
        email="dora@example.com",
        first_name="Dora",
        last_name="Lindqvist",
        timezone="Australia/Brisbane",
    ),
)
