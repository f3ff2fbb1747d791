"""Hosts on one machine: each a network and a name of its own, on one switch, whose ports can go dead.

Promises: a process that `enter` starts sees its host's network only. `cut` lets every packet of a host disappear, both
ways, and tells nobody; `join` lets them through again. To be used within `tests.system.apart`, where addresses are
free; whoever made the switch is at GATEWAY. A host is gone when its last process is.
"""

import subprocess
from typing import Final

GATEWAY: Final = "10.77.0.1"
_SWITCH = "lan"


def make_switch() -> None:
    """This process, and whatever it starts outside of a host, is at GATEWAY."""
    _ip("link", "set", "lo", "up")
    _ip("link", "add", _SWITCH, "type", "bridge")
    _ip("address", "add", f"{GATEWAY}/24", "dev", _SWITCH)
    _ip("link", "set", _SWITCH, "up")


class Host:
    """`name` is what its processes take for the machine's."""

    def __init__(self, name: str, address: str) -> None:
        self.name, self.address = name, address
        # Ends with whoever started it, however that ends: then there is nobody to read from.
        self._holder = subprocess.Popen(
            ["unshare", "--net", "--uts", "--", "sh", "-c", f"hostname {name} && echo there && exec cat"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        assert self._holder.stdout
        assert self._holder.stdout.readline() == b"there\n"
        self._plug_in()

    def _plug_in(self) -> None:
        _ip("link", "add", self.name, "type", "veth", "peer", "eth0", "netns", str(self._holder.pid))
        _ip("link", "set", self.name, "master", _SWITCH, "up")
        for words in (
            ["address", "add", f"{self.address}/24", "dev", "eth0"],
            ["link", "set", "lo", "up"],
            ["link", "set", "eth0", "up"],
        ):
            subprocess.run(self.enter(["ip", *words]), check=True)

    def enter(self, words: list[str]) -> list[str]:
        """The command that runs these words there."""
        return ["nsenter", "--target", str(self._holder.pid), "--net", "--uts", "--", *words]

    def cut(self) -> None:
        """The port of the switch goes dead."""
        _ip("link", "set", self.name, "down")

    def join(self) -> None:
        """It works again."""
        _ip("link", "set", self.name, "up")

    def remove(self) -> None:
        self._holder.communicate(timeout=10)  # which begins by closing what it reads


def _ip(*words: str) -> None:
    subprocess.run(["ip", *words], check=True)
