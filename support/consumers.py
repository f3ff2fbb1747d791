"""The two sockets of the contract, by the names that routing knows. They live in `support.sockets`."""

from support.sockets.chat import ChatConsumer
from support.sockets.inbox import NotificationsConsumer

__all__ = ["ChatConsumer", "NotificationsConsumer"]
