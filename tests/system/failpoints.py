"""Orders for the fail points of a running system (core/failpoints.py), given and taken back while it runs."""

from pathlib import Path

from core.failpoints import ACTIONS, POINTS


class FailPoints:
    """`folder` is what FAIL_POINTS names. An order with a `turn` is carried out once, by whichever process it meets."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        self.folder = folder

    def arm(self, point: str, action: str = "kill", *, turn: int = 1, about: object = "") -> None:
        """From now on; `turn` 0 is every time, `about` is the only thing it is about."""
        assert point in POINTS
        assert action in ACTIONS
        (self.folder / f"{point}.reached").unlink(missing_ok=True)
        order = self.folder / f".{point}"
        order.write_text(f"{action} {turn} {about}")
        order.replace(self.folder / point)

    def disarm(self) -> None:
        """No orders any more."""
        for point in POINTS:
            (self.folder / point).unlink(missing_ok=True)

    def reached(self, point: str) -> int:
        """How often processes came by since it was armed, for what it is about."""
        counter = self.folder / f"{point}.reached"
        return counter.stat().st_size if counter.exists() else 0
