"""docker-compose.yml and the Dockerfile say the same as the Procfile; no container engine is needed to know that."""

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from core.supervisor import Entry, read
from tests.architecture.tree import ROOT
from tests.system import compose

SERVICES: dict[str, Any] = compose.document()["services"]
ENTRIES = read(ROOT / "Procfile")
# The Procfile's web has the sockets here; pages and API are gunicorn's.
CONTAINERS = {entry.name: "sockets" if entry.name == "web" else entry.name for entry in ENTRIES}
OURS = [*CONTAINERS.values(), "web"]
REQUIRED = (
    "SECRET_KEY_FILE",
    "SITE_URL",
    "DATABASE_URL_FILE",
    "REDIS_URL",
    "COMMAND_LOG_URL",
    "FLOWER_BASIC_AUTH_FILE",
)


def test_the_procfile_holds_the_six_processes() -> None:
    assert [entry.name for entry in ENTRIES] == ["web", "drain", "quick", "patient", "beat", "flower"]


def test_compose_holds_the_same_processes_and_their_servers() -> None:
    servers = {"proxy", "postgres", "durable", "ephemeral", "migrate", "mailpit"}
    assert set(SERVICES) == set(OURS) | servers


def test_compose_keeps_to_the_specification() -> None:
    command = ["check-jsonschema", "--builtin-schema", "vendor.compose-spec", "docker-compose.yml"]
    assert said_by(command) == (0, "ok -- validation done\n")


def test_the_dockerfile_has_no_fault_that_a_linter_knows() -> None:
    assert said_by(["hadolint", "Dockerfile"]) == (0, "")


def said_by(command: list[str]) -> tuple[int, str]:
    """How a linter ended, and what it printed."""
    program, *words = command
    command = [str(Path(sys.executable).parent / program), *words]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.name)
def test_a_container_runs_the_command_of_the_procfile(entry: Entry) -> None:
    command = SERVICES[CONTAINERS[entry.name]]["command"]
    assert command == ["sh", "-c", "exec " + entry.command.replace("$", "$$")]


def test_the_image_runs_the_command_of_the_procfile() -> None:
    (command,) = re.findall(r"^CMD (\[.*\])$", (ROOT / "Dockerfile").read_text(), re.MULTILINE)
    assert command == f'["sh", "-c", "exec {ENTRIES[0].command}"]'


@pytest.mark.parametrize("name", OURS)
def test_a_container_has_the_environment_it_cannot_start_without(name: str) -> None:
    environment = SERVICES[name]["environment"]
    assert [needed for needed in REQUIRED if not environment.get(needed)] == []
    assert "DEBUG" not in environment


@pytest.mark.parametrize("name", OURS)
def test_what_env_says_of_this_machine_is_not_the_containers(name: str) -> None:
    """`.env` is handed over as it stands, and may hold what it holds for the Procfile beside it."""
    environment = SERVICES[name]["environment"]
    image = dict(
        re.findall(
            r"\b(HOST|PORT|FLOWER_PORT|STATE_DIR|STATIC_ROOT)=(\S+)", (ROOT / "Dockerfile").read_text()
        )
    )
    assert {key: environment.get(key) for key in image} == image
    assert len(image) == 5


def test_mail_leaves_by_a_provider_when_no_server_is_named() -> None:
    chosen = [
        compose.services(given)["patient"]["environment"]["EMAIL_URL"] for given in ({}, {"EMAIL_URL": ""})
    ]
    assert chosen == ["smtp://mailpit:1025", ""]


def test_secrets_come_from_files() -> None:
    """Each file that a variable names is handed to the container, and made by deploy/make-secrets; none has a value."""
    made = re.findall(r"^keep (\w+)", (ROOT / "deploy" / "make-secrets").read_text(), re.MULTILINE)
    files = compose.document()["secrets"]
    assert files == {name: {"file": f"./deploy/secrets/{name}"} for name in made}
    for service in SERVICES.values():
        named = {value for key, value in service.get("environment", {}).items() if key.endswith("_FILE")}
        assert named == {f"/run/secrets/{name}" for name in service.get("secrets", [])}
    text = (ROOT / "docker-compose.yml").read_text()
    assert re.findall(r"(?:SECRET_KEY|PASSWORD|BASIC_AUTH|OPS_TOKEN|DATABASE_URL): ", text) == []


def test_the_command_log_syncs_every_append_and_evicts_nothing() -> None:
    words = SERVICES["durable"]["command"].split()
    assert words[words.index("--appendonly") + 1] == "yes"
    assert words[words.index("--appendfsync") + 1] == "always"
    assert words[words.index("--maxmemory-policy") + 1] == "noeviction"
    assert SERVICES["durable"]["volumes"] == ["durable:/data"]


def test_the_ephemeral_valkey_keeps_nothing() -> None:
    words = SERVICES["ephemeral"]["command"].split()
    assert words[words.index("--appendonly") + 1] == "no"
    assert words[words.index("--save") + 1] == '""'
    assert "volumes" not in SERVICES["ephemeral"]


def test_only_the_proxy_publishes_ports() -> None:
    """The site's to everybody, Flower's and the trial's mails on this machine; so everything else can be scaled."""
    assert [name for name, service in SERVICES.items() if "ports" in service] == ["proxy"]
    ports = SERVICES["proxy"]["ports"]
    assert [port for port in ports if not port.startswith("127.0.0.1:")] == [
        "80:80",
        "443:443",
        "443:443/udp",
    ]
    assert [name for name, service in SERVICES.items() if "container_name" in service] == []


def test_every_container_that_stays_is_asked_how_it_is() -> None:
    assert [name for name, service in SERVICES.items() if "healthcheck" not in service] == ["migrate"]
    families = {name: SERVICES[name]["healthcheck"]["test"] for name in OURS}
    assert families == {
        name: ["CMD", "python", "-m", "core.alive", "web" if name == "sockets" else name] for name in OURS
    }


@pytest.mark.parametrize("name", OURS)
def test_a_container_of_ours_can_do_nothing_but_its_work(name: str) -> None:
    service = SERVICES[name]
    assert service["read_only"]
    assert service["tmpfs"] == ["/tmp"]  # noqa: S108 - the container's own
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]


@pytest.mark.parametrize("name", OURS)
def test_the_processes_wait_for_the_migrated_database(name: str) -> None:
    assert SERVICES[name]["depends_on"]["migrate"] == {"condition": "service_completed_successfully"}


def test_the_image_runs_as_nobody_special() -> None:
    lines = (ROOT / "Dockerfile").read_text().splitlines()
    assert [line for line in lines if line.startswith("USER ")] == ["USER 10001"]
    assert sum(line.startswith("FROM ") for line in lines) == 2
    assert any("--require-hashes" in line for line in lines)
    assert any(line.startswith("HEALTHCHECK ") for line in lines)


def test_no_secret_is_in_the_image_or_the_repository() -> None:
    for name in (".dockerignore", ".gitignore"):
        assert "deploy/secrets" in (ROOT / name).read_text().replace("/\n", "\n").splitlines()
