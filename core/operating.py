"""Settings of what operators look at: where Flower is.

Called by `core.settings` only.
"""

from typing import Any

from core import env


def read(*, debug: bool) -> dict[str, Any]:
    """The settings, by name."""
    here = f"http://127.0.0.1:{env.port('FLOWER_PORT', default=5555)}" if debug else ""
    return {
        # Where the pages of operations link to; empty: tasks are named without a link.
        "FLOWER_URL": env.url("FLOWER_URL", default=here, schemes=("http", "https")).rstrip("/"),
    }
