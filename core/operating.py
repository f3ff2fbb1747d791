"""Settings of what operators look at: where Flower is, whom the self-probe mails, how long its history is kept.

Called by `core.settings` only.
"""

from typing import Any

from core import env


def read(*, debug: bool) -> dict[str, Any]:
    """The settings, by name."""
    here = f"http://127.0.0.1:{env.port('FLOWER_PORT', default=5555)}" if debug else ""
    return {
        # Where the self-probe mails to; empty: it sends no mail, and says so.
        "PROBE_EMAIL": env.text("PROBE_EMAIL", default="probe@example.com" if debug else ""),
        "PROBE_KEPT_DAYS": env.integer("PROBE_KEPT_DAYS", default=92, least=8),
        # Where the pages of operations link to; empty: tasks are named without a link.
        "FLOWER_URL": env.url("FLOWER_URL", default=here, schemes=("http", "https")).rstrip("/"),
    }
