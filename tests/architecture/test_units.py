"""The systemd units say the same as the Procfile and docker-compose.yml; systemd itself is asked where it is."""

import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from core.supervisor import read
from tests.architecture.tree import ROOT
from tests.system import compose

FOLDER = ROOT / "deploy" / "systemd"
PROGRAMS = "/srv/psychpath-support/.venv/bin/"
COMMANDS = {
    "sockets" if entry.name == "web" else entry.name: entry.command for entry in read(ROOT / "Procfile")
}
NAMES = ["web", *COMMANDS]
SERVERS = ["durable", "ephemeral"]


def unit(name: str) -> str:
    return (FOLDER / f"psychpath-{name}.service").read_text()


def values(name: str, key: str) -> list[str]:
    return re.findall(rf"^{key}=(.*)$", unit(name), re.MULTILINE)


def command(name: str) -> list[str]:
    """The unit's command as the Procfile writes it: systemd has braces, and two percent signs for one."""
    (line,) = values(name, "ExecStart")
    plain = re.sub(r"\$\{(\w+)\}", r"$\1", line).replace("%%", "%")
    return shlex.split(plain.removeprefix(PROGRAMS))


def test_there_is_a_unit_for_each_process_and_the_target_wants_them_all() -> None:
    assert {path.name for path in FOLDER.iterdir()} == {
        "psychpath-support.target",
        *(f"psychpath-{name}.service" for name in [*NAMES, *SERVERS]),
    }
    wanted = re.findall(r"psychpath-(\w+)\.service", (FOLDER / "psychpath-support.target").read_text())
    assert sorted(wanted) == sorted([*NAMES, *SERVERS])


@pytest.mark.parametrize("name", COMMANDS)
def test_a_unit_runs_the_command_of_the_procfile(name: str) -> None:
    assert command(name) == shlex.split(COMMANDS[name])


def test_pages_are_served_as_in_the_container() -> None:
    (_, _, line) = compose.services({})["web"]["command"]
    assert command("web") == shlex.split(line.removeprefix("exec "))


@pytest.mark.parametrize("name", NAMES)
def test_a_process_that_fails_is_started_again_and_may_do_little(name: str) -> None:
    """The second half of every unit is the same."""
    # A deaf sockets process ends by uvicorn's SIGTERM, which systemd counts as a clean end.
    restart = "always" if name == "sockets" else "on-failure"
    assert values(name, "Restart") == [restart]
    ours, webs = (unit(each).partition("# What every process")[2] for each in (name, "web"))
    assert ours.replace(f"Restart={restart}", "Restart=on-failure") == webs
    for key in ("NoNewPrivileges", "PrivateTmp", "PrivateDevices", "ProtectHome"):
        assert values(name, key) == ["yes"]
    assert values(name, "ProtectSystem") == ["strict"]
    assert values(name, "User") == ["psychpath"]


def test_the_valkeys_start_as_in_the_containers_and_before_ours() -> None:
    for name, port in zip(SERVERS, (6379, 6380), strict=True):
        ours = [*shlex.split(values(name, "ExecStart")[0])[1:]]
        here = ["--bind", "127.0.0.1", "--port", str(port), "--dir", f"/var/lib/psychpath-{name}"]
        assert ours[: len(here)] == here
        assert ours[len(here) :] == shlex.split(compose.services({})[name]["command"])[1:]
        assert values(name, "StateDirectory") == [f"psychpath-{name}"]
        assert values(name, "NoNewPrivileges") == ["yes"]
    first = {f"psychpath-{name}.service" for name in SERVERS}
    assert [name for name in NAMES if not first <= {*values(name, "After")[0].split()}] == []


@pytest.mark.parametrize("name", [*NAMES, *SERVERS])
def test_systemd_understands_the_unit(name: str, tmp_path: Path) -> None:
    """Where systemd is; elsewhere every key is at least one that some unit of the same section may have."""
    here = unit(name).replace(PROGRAMS, f"{Path(sys.executable).parent}/")
    here = here.replace("/usr/bin/valkey-server", sys.executable)  # which may not be here
    copy = tmp_path / f"psychpath-{name}.service"
    copy.write_text(here.replace("WantedBy=psychpath-support.target", "WantedBy=multi-user.target"))
    if program := shutil.which("systemd-analyze"):
        done = subprocess.run([program, "verify", copy], capture_output=True, text=True, check=False)
        assert (done.returncode, done.stdout + done.stderr) == (0, "")
    lines = [line for line in here.splitlines() if line and not line.startswith("#")]
    assert [
        line for line in lines if not re.match(r"^(\[(Unit|Service|Install)\]|[A-Z][A-Za-z]+=)", line)
    ] == []
