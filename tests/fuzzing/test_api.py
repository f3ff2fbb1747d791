"""schemathesis reads the API's description and says what the running system does otherwise: nothing.

Every check is on and nothing is excluded; what its generator cannot know is in `hooks`. Each case it thinks of from the
description alone, the same ones every time, is tried as a requester and as an agent; `make fuzz` (FUZZ_EXAMPLES) adds
that many random ones for each address and sequences of calls.
"""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.faults.oracle import unhandled
from tests.fuzzing.conftest import MORE
from tests.system.people import Person
from tests.system.processes import ROOT, System

pytestmark = [pytest.mark.flows, pytest.mark.slow]
PROGRAM = Path(sys.executable).parent / "st"
HOW = ["--phases", "coverage,fuzzing,stateful", "-n", MORE] if MORE else ["--phases", "coverage"]
LEAST = 1000
CONFIGURATION = """
[auth.openapi.session]
api_key = "{session}"
[auth.openapi.csrfCookie]
api_key = "{csrf}"
[auth.openapi.csrfToken]
api_key = "{token}"
[[operations]]
include-path-regex = "/tickets/[^/]+/chat/"
parameters = {{ "path.ticket_id" = "{chat}" }}
[[operations]]
include-path-regex = "/receipts/"
parameters = {{ "path.command_id" = "{receipt}" }}
"""


def configured(person: Person, home: Path) -> Path:
    """Who they are, and something that exists: a live chat, and the receipt of a write that waited for nothing."""
    said = person.post("chat/message/", {"message": "Is anybody there?"}, Prefer="wait=10")
    later = person.post(
        "tickets/create/", {"subject": "Later", "description": "Later."}, Prefer="respond-async"
    )
    assert (said.status_code, later.status_code) == (201, 202)
    cookies = {name.rstrip("0123456789"): value for name, value in person.http.cookies.items()}
    values = {"token": person.token, "chat": said.json()["ticket_id"], "receipt": later.json()["id"]}
    path = home / f"{person.username}.toml"
    path.write_text(CONFIGURATION.format(**cookies, **values))
    return path


def fuzz(person: Person, agent: Person, home: Path) -> subprocess.CompletedProcess[str]:
    address = f"{person.system.url}/support/api/schema/"
    surroundings = os.environ | {
        "SCHEMATHESIS_HOOKS": "tests.fuzzing.hooks",
        "FUZZING_AGENT": agent.id,
        "PYTHONPATH": str(ROOT),
    }
    words = [str(PROGRAM), "--config-file", str(configured(person, home)), "run", address, "--checks", "all"]
    how = ["--continue-on-failure", "--no-color", *HOW, *([] if MORE else ["--generation-deterministic"])]
    return subprocess.run(
        [*words, *how], cwd=home, env=surroundings, capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize("username", ["amira", "ben"])
def test_every_answer_is_one_that_the_description_promises(
    username: str, fuzzed: System, people: dict[str, Person], tmp_path: Path
) -> None:
    done = fuzz(people[username], people["ben"], tmp_path)

    assert done.returncode == 0, done.stdout[-20_000:] + done.stderr
    found = re.search(r"(\d+) generated, (\d+) passed", done.stdout)
    assert found, done.stdout[-5000:]
    assert int(found[1]) == int(found[2]) >= LEAST
    assert [name for name in fuzzed.logs if unhandled(fuzzed.log(name))] == []
