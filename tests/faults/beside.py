"""Beside: what goes on next to an experiment for as long as its block lasts, in the same event loop."""

import asyncio
from abc import ABC, abstractmethod
from contextlib import suppress
from types import TracebackType
from typing import Self


class Beside(ABC):
    """`_go_on` is begun with the block and given up at its end."""

    async def __aenter__(self) -> Self:
        self._life = asyncio.create_task(self._go_on())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._life.cancel()
        with suppress(asyncio.CancelledError):
            await self._life

    @abstractmethod
    async def _go_on(self) -> None:
        """For ever."""
