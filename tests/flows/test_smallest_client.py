"""The smallest client of docs/websocket.md, as it stands there, in a process of its own."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.system.people import PASSWORD, Person
from tests.system.processes import ROOT, System
from tests.system.waiting import until

pytestmark = pytest.mark.flows
START = "import sys\nlisten(sys.argv[1], sign_in(*sys.argv[1:4]), sys.argv[4])\n"


def test_it_signs_in_says_hello_and_prints_what_is_written_once_and_in_order(
    system: System, ben: Person, amira: Person, tmp_path: Path
) -> None:
    ticket = str(amira.open_ticket("The smallest client")["id"])
    (block,) = re.findall(
        r"^```python\n(.*?)^```$",
        (ROOT / "docs" / "websocket.md").read_text("utf-8"),
        re.MULTILINE | re.DOTALL,
    )
    said = tmp_path / "said.txt"
    command = [sys.executable, "-c", block + START, system.url, "amira", PASSWORD, ticket]
    with said.open("w", encoding="utf-8") as out:
        client = subprocess.Popen(command, stdout=out, stderr=subprocess.STDOUT)
    try:
        until(lambda: said.read_text("utf-8") == "Amira Hello\n", what="it has said hello")
        for number in range(60):
            ben.post(f"tickets/{ticket}/message/", {"message": f"Line {number}."})
        expected = "".join(["Amira Hello\n", *(f"Ben Line {number}.\n" for number in range(60))])
        until(lambda: said.read_text("utf-8") == expected, 30, what="all is printed")
    finally:
        client.kill()
        client.wait()
