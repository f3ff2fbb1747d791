"""People of made-up tickets: requesters and agents who can be written to nowhere, and sign in only if asked for.

Called by `support.volume.loading`. Their addresses end in `.invalid`, which no mail server knows.
"""

from datetime import datetime
from random import Random
from typing import Final

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password

from core.models import User
from support.volume.identifiers import identifier

PREFIX: Final = "volume-"
DOMAIN: Final = "volume.invalid"
FIRST: Final = ("Ava", "Noah", "Mia", "Leo", "Isla", "Kai", "Priya", "Omar", "Wei", "Tess", "Jonas", "Ruby")
LAST: Final = ("Nguyen", "Smith", "Haddad", "Wong", "Okafor", "Rossi", "Patel", "Jansen", "Silva", "Brown")
AT_ONCE: Final = 5000


def are_there() -> bool:
    """Whether made-up people were loaded before."""
    return User.objects.filter(username__startswith=PREFIX).exists()


def create(random: Random, count: int, *, are_staff: bool, joined: datetime, password: str) -> list[User]:
    """So many, each with a confirmed address; without a password nobody can sign in as one of them."""
    role, hashed = "agent" if are_staff else "requester", make_password(password or None)
    people = [
        User(
            id=identifier(random, joined),
            username=f"{PREFIX}{role}-{number}",
            email=f"{role}-{number}@{DOMAIN}",
            password=hashed,
            first_name=random.choice(FIRST),
            last_name=random.choice(LAST),
            is_staff=are_staff,
            date_joined=joined,
        )
        for number in range(1, count + 1)
    ]
    User.objects.bulk_create(people, batch_size=AT_ONCE)
    addresses = (EmailAddress(user=user, email=user.email, verified=True, primary=True) for user in people)
    EmailAddress.objects.bulk_create(addresses, batch_size=AT_ONCE)
    return people
