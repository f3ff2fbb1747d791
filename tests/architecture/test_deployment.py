"""docker-compose.yml and the Dockerfile say the same as the Procfile; no container engine is needed to know that."""

import re
from typing import Any

import pytest
import yaml

from core.supervisor import Entry, read
from tests.architecture.tree import ROOT

COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES: dict[str, Any] = COMPOSE["services"]
ENTRIES = read(ROOT / "Procfile")
REQUIRED = ("SECRET_KEY", "SITE_URL", "DATABASE_URL", "REDIS_URL", "COMMAND_LOG_URL", "FLOWER_BASIC_AUTH")


def test_the_procfile_holds_the_six_processes() -> None:
    assert [entry.name for entry in ENTRIES] == ["web", "drain", "quick", "patient", "beat", "flower"]


def test_compose_holds_the_same_processes_and_their_servers() -> None:
    assert set(SERVICES) == {entry.name for entry in ENTRIES} | {
        "postgres",
        "durable",
        "ephemeral",
        "migrate",
    }


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.name)
def test_a_container_runs_the_command_of_the_procfile(entry: Entry) -> None:
    assert SERVICES[entry.name]["command"] == ["sh", "-c", "exec " + entry.command.replace("$", "$$")]


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.name)
def test_a_container_has_the_environment_it_cannot_start_without(entry: Entry) -> None:
    environment = SERVICES[entry.name]["environment"]
    assert [name for name in REQUIRED if not environment.get(name)] == []
    assert "DEBUG" not in environment


def test_secrets_have_no_default() -> None:
    text = (ROOT / "docker-compose.yml").read_text()
    for name in ("SECRET_KEY", "POSTGRES_PASSWORD", "FLOWER_BASIC_AUTH"):
        assert re.findall(rf"\${{{name}[^?}}]*}}", text) == []
        assert f"${{{name}:?" in text


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


def test_nothing_is_published_beyond_loopback() -> None:
    ports = {name: service["ports"] for name, service in SERVICES.items() if "ports" in service}
    assert set(ports) == {"web", "flower"}
    assert [
        port for published in ports.values() for port in published if not port.startswith("127.0.0.1:")
    ] == []


def test_the_processes_wait_for_the_migrated_database() -> None:
    for entry in ENTRIES:
        assert SERVICES[entry.name]["depends_on"]["migrate"] == {
            "condition": "service_completed_successfully"
        }


def test_the_image_runs_as_nobody_special() -> None:
    lines = (ROOT / "Dockerfile").read_text().splitlines()
    assert [line for line in lines if line.startswith("USER ")] == ["USER app"]
    assert sum(line.startswith("FROM ") for line in lines) == 2
    assert any("--require-hashes" in line for line in lines)
