"""Contracts: what travels through the command log and the queues, checked on both sides.

A contract is a frozen, keyword-only record of ids, strings, numbers and times. Unknown fields are refused, a new
field has a default, a kind is never renamed in place; `tests/contracts/` keeps one golden JSON per kind.
Commands and events derive from `Contract`; nothing here knows which of them exist.
"""

import hashlib
import uuid
from datetime import datetime
from typing import TypeVar

import msgspec


def person_of(actor: str) -> uuid.UUID | None:
    """The person an actor names, with an account or a guest; None when the system acts."""
    role, _, value = actor.partition(":")
    return uuid.UUID(value) if role in {"user", "guest"} else None


class Contract(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="kind", gc=False
):
    """Base of every command and event; the class name is its kind."""


class Command(Contract, frozen=True, kw_only=True):
    """Please do: `actor` ("user:<uuid>", "guest:<uuid>" or "system:<name>") asked at `at` (aware, UTC) under `id`."""

    id: uuid.UUID
    actor: str
    at: datetime

    @property
    def aggregate(self) -> str:
        """What the command's order matters to: its ticket, else its actor."""
        return str(getattr(self, "ticket_id", None) or self.actor)

    @property
    def actor_id(self) -> uuid.UUID | None:
        """The acting person, or None when the system acts."""
        return person_of(self.actor)

    def fingerprint(self) -> str:
        """Tells two commands under one id apart: a hash of all that was asked, without when and under which id."""
        asked = {k: v for k, v in msgspec.structs.asdict(self).items() if k not in {"id", "at"}}
        for name in ("files", "first_message_id"):  # a repeat may be older than these fields
            if not asked.get(name, True):
                del asked[name]
        payload = msgspec.json.encode([kind_of(self), asked])
        return hashlib.blake2b(payload, digest_size=16).hexdigest()


class Event(Contract, frozen=True, kw_only=True):
    """It has happened: caused by `command_id`, by `actor`, at `at`. Ids only, never what people wrote."""

    id: uuid.UUID
    command_id: uuid.UUID
    actor: str
    at: datetime


class _Peek(msgspec.Struct):
    kind: str


AnyContract = TypeVar("AnyContract", bound=Contract)
_catalogue: dict[str, type[Contract]] = {}
_encoder = msgspec.json.Encoder()
_decoders: dict[str, msgspec.json.Decoder[Contract]] = {}
_peek = msgspec.json.Decoder(_Peek)


def contract(cls: type[AnyContract]) -> type[AnyContract]:
    """Enter a command or event into the catalogue under its class name."""
    if cls.__name__ in _catalogue:
        raise ValueError(f"two contracts are called {cls.__name__}")
    _catalogue[cls.__name__] = cls
    _decoders[cls.__name__] = msgspec.json.Decoder(cls)
    return cls


def kind_of(instance: Contract | type[Contract]) -> str:
    """The name a contract travels under."""
    return instance.__name__ if isinstance(instance, type) else type(instance).__name__


def encode(instance: Contract) -> bytes:
    """The JSON of a contract, its kind first."""
    return _encoder.encode(instance)


def decode(payload: bytes | str) -> Contract:
    """The contract that `payload` is; raises `msgspec.DecodeError` on anything else, unknown kinds included."""
    try:
        kind = _peek.decode(payload).kind
        if kind not in _decoders:
            raise msgspec.ValidationError(f"unknown kind {kind!r}")
        return _decoders[kind].decode(payload)
    except UnicodeDecodeError as error:  # msgspec's own for bytes that are no UTF-8
        raise msgspec.DecodeError(str(error)) from error


def catalogue() -> dict[str, type[Contract]]:
    """Every kind and its class, as imported so far."""
    return dict(_catalogue)
