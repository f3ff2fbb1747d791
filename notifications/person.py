"""Somebody who might be told: plain data, as planning read it. Pure; known to audience, plan and transports."""

import uuid
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Person:
    """Somebody who might be told; `id` is None for a bare address."""

    id: uuid.UUID | None = None
    address: str = ""
    is_active: bool = True
    is_guest: bool = False
    muted: frozenset[str] = frozenset()  # their switches that are off, as "notice:transport"

    @property
    def key(self) -> str:
        """What tells one recipient from another within an event."""
        return str(self.id or self.address.lower())
