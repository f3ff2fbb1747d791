"""What a system says of its hops: to machines, and to support admins on the page of operations."""

import re

import httpx

from tests.system.people import Person
from tests.system.processes import System
from tests.system.waiting import until


def late(system: System) -> dict[str, str]:
    """The hops that are not well, with their sentences."""
    answer = httpx.get(f"{system.url}/health/ready", timeout=10).json()
    return {hop["name"]: hop["sentence"] for hop in answer["hops"] if not hop["ok"]}


def shown_as_late(admin: Person) -> set[str]:
    """The hops that the page of operations calls late, amber above; empty while it is green. It lives on PostgreSQL."""
    asked = {"headers": {"HX-Request": "true"}, "params": {"part": "hops"}}
    answer = admin.http.get("/support/operations/", **asked)  # type: ignore[arg-type]
    if answer.status_code == 503:
        return {"database"}
    page = answer.text
    tone = re.findall(r'class="banner" data-tone="(\w+)" role="status"', page)
    rows = re.findall(r'<th scope="row">([^<]+)</th>\s*<td><span class="pill" data-tone="warning">', page)
    assert tone == (["warning"] if rows else ["success"])
    return {name.lower() for name in rows}


def until_well(system: System, slowed: float) -> None:
    """Whatever ended meanwhile is started again, as a supervisor does."""

    def is_well() -> bool:
        for name in system.commands:
            if name not in system.processes or system.processes[name].poll() is not None:
                system.run(name)
        return not late(system)

    until(is_well, 60 * slowed, what="every hop is well again", every=0.5)
