"""Alert rules: every metric they name is exported, with the labels they use; each tells a person what to do."""

import re
from typing import Any

import pytest
import yaml
from django.test import Client
from prometheus_client.parser import text_string_to_metric_families

from core import measures
from core.measures import Tally
from tests.architecture.tree import ROOT

pytestmark = pytest.mark.django_db
[GROUP] = yaml.safe_load((ROOT / "deploy" / "alerts.yml").read_text(encoding="utf-8"))["groups"]
RULES: dict[str, dict[str, Any]] = {rule["alert"]: rule for rule in GROUP["rules"]}
HANDBOOK = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
# What PromQL has itself, and the words of its grammar.
NAMED = re.compile(r"\b(support_\w+)(?:\{([^}]*)\})?")
LABELS = re.compile(r'(\w+)\s*(?:=~|!~|=|!=)\s*"([^"]*)"')


@pytest.fixture
def exported(client: Client) -> dict[str, set[tuple[str, str]]]:
    """The names of all samples, with their labels; what only a running beat says is said here."""
    beat = Tally()
    beat.say(measures.BEAT_DRIFT, 0.1)
    beat.write()
    text = client.get("/metrics").content.decode()
    found: dict[str, set[tuple[str, str]]] = {}
    for sample in (sample for family in text_string_to_metric_families(text) for sample in family.samples):
        found.setdefault(sample.name, set()).update(sample.labels.items())
    return found


def test_no_two_have_one_name() -> None:
    assert len(RULES) == len(GROUP["rules"]) == 14


@pytest.mark.parametrize("alert", RULES)
def test_what_it_asks_for_is_exported(alert: str, exported: dict[str, set[tuple[str, str]]]) -> None:
    named = NAMED.findall(RULES[alert]["expr"])

    assert named
    for name, conditions in named:
        assert name in exported
        for label, values in LABELS.findall(conditions):
            for value in values.split("|"):
                assert (label, value) in exported[name]


@pytest.mark.parametrize("alert", RULES)
def test_it_leads_to_what_a_person_does(alert: str) -> None:
    rule = RULES[alert]
    anchor = rule["annotations"]["runbook"].removeprefix("docs/operations.md#")
    titles = re.findall(r"^#+ (.+)$", HANDBOOK, re.MULTILINE)

    assert rule["labels"]["severity"] in {"page", "ticket"}
    assert anchor in {re.sub(r"[^\w -]", "", title).lower().replace(" ", "-") for title in titles}
    assert f"`{alert}`" in HANDBOOK or f"#### {alert}\n" in HANDBOOK


def test_every_metric_that_is_exported_is_explained(exported: dict[str, set[tuple[str, str]]]) -> None:
    names = {re.sub(r"_(bucket|count|sum)$", "", name) if "_to_" in name else name for name in exported}

    assert {name for name in names if f"`{name}" not in HANDBOOK} == set()
