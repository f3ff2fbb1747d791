"""The post between installations: what one hands to its mail server is brought to whoever the address belongs to.

A thread walks from mail server to mail server. `hands` says for each address, whatever follows its plus sign, how its
mail is handed over (a webhook, a mailbox). `strip` are headers that are lost on the way, as at gateways that know
better. `robots` answer for an address; their mails are brought to where the mail they answer asks for it.
"""

import re
import threading
from collections import Counter
from collections.abc import Callable, Collection
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import parseaddr

from tests.system.mail import Sink

Hand = Callable[[bytes, str], object]
Robot = Callable[[EmailMessage], bytes]
_DETAIL = re.compile(r"\+[^@]*")
EVERY = 0.1


class Exchange:
    """`brought` counts what was handed over to each address; nothing is left to bring when `is_idle`."""

    def __init__(self, sinks: Collection[Sink], hands: dict[str, Hand]) -> None:
        self.hands = hands
        self.robots: dict[str, Robot] = {}
        self.strip: frozenset[str] = frozenset()
        self.brought: Counter[str] = Counter()
        self._places = dict.fromkeys(sinks, 0)
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._walk, daemon=True)
        self.trouble: list[Exception] = []

    def __enter__(self) -> "Exchange":
        self._thread.start()
        return self

    def __exit__(self, *problem: object) -> None:
        self._stopped.set()
        self._thread.join(30)
        assert self.trouble == []

    @property
    def is_idle(self) -> bool:
        return all(len(sink.messages) == place for sink, place in self._places.items())

    def _walk(self) -> None:
        while not self._stopped.wait(EVERY):
            try:
                for sink, place in self._places.items():
                    for mail in sink.messages[place:]:
                        self._take(mail)
                        self._places[sink] += 1
            except Exception as error:  # noqa: BLE001 - shown by who waits for the mail
                self.trouble.append(error)
                return

    def _take(self, mail: EmailMessage) -> None:
        address = str(mail["X-Rcpt-To"])
        if robot := self.robots.get(address):
            self.bring(robot(mail), str(mail["Reply-To"] or mail["From"]))
        else:
            self.bring(self._as_it_arrives(mail), address)

    def bring(self, raw: bytes, address: str) -> None:
        """Hand it over, if anybody here is called that."""
        name = _DETAIL.sub("", parseaddr(address)[1])
        if hand := self.hands.get(name):
            self.brought[name] += 1  # before, so that nobody looks in between and finds nothing on its way
            hand(raw, address)

    def _as_it_arrives(self, mail: EmailMessage) -> bytes:
        arrives = message_from_bytes(mail.as_bytes(), policy=policy.default)
        for name in ("X-Rcpt-To", *self.strip):
            del arrives[name]
        return arrives.as_bytes()
