"""The wire format of every command and event: what is in a log or a queue is understood after an upgrade too."""

import uuid

import msgspec
import pytest

from core.contracts import Command, Contract, Event, catalogue, decode, encode, kind_of
from tests.contracts.examples import COMMANDS, EVENTS, EXAMPLES, GOLDEN, golden_path, readable

every_contract = pytest.mark.parametrize("example", EXAMPLES.values(), ids=kind_of)


def test_every_kind_has_its_golden_file_and_every_file_its_kind() -> None:
    assert {path.stem for path in GOLDEN.glob("*.json")} == set(catalogue())
    assert set(EXAMPLES) == set(catalogue())
    assert len(EXAMPLES) == len(COMMANDS) + len(EVENTS)


@every_contract
def test_a_contract_looks_as_it_always_did(example: Contract) -> None:
    assert readable(example) == golden_path(kind_of(example)).read_text(encoding="utf-8")


@every_contract
def test_a_golden_file_is_understood(example: Contract) -> None:
    assert decode(golden_path(kind_of(example)).read_bytes()) == example


@every_contract
def test_nothing_is_lost_on_the_way(example: Contract) -> None:
    assert decode(encode(example)) == example


@every_contract
def test_a_field_nobody_knows_is_refused(example: Contract) -> None:
    known = msgspec.json.decode(encode(example))

    with pytest.raises(msgspec.ValidationError, match="unknown field `colour`"):
        decode(msgspec.json.encode({**known, "colour": "green"}))


@every_contract
def test_a_missing_id_is_refused(example: Contract) -> None:
    known = msgspec.json.decode(encode(example))
    del known["id"]

    with pytest.raises(msgspec.ValidationError, match="missing required field `id`"):
        decode(msgspec.json.encode(known))


@every_contract
def test_an_example_fills_every_field(example: Contract) -> None:
    """A default is left out of nothing: an example that leaves one alone would not notice it change."""
    kept_back = {
        field.name
        for field in msgspec.structs.fields(example)
        if not field.required and getattr(example, field.name) == field.default
    }

    assert kept_back == set()


@pytest.mark.parametrize("example", COMMANDS, ids=kind_of)
def test_a_command_is_told_from_another_by_what_it_asks(example: Command) -> None:
    """The same fingerprint on both sides of the log, whatever the id and the time."""
    other_id, later = uuid.UUID(int=example.id.int + 1), example.at.replace(year=2027)
    travelled, repeated = decode(encode(example)), msgspec.structs.replace(example, id=other_id, at=later)
    by_another = msgspec.structs.replace(example, actor="system:other")

    assert isinstance(travelled, Command)
    assert travelled.fingerprint() == repeated.fingerprint() == example.fingerprint()
    assert by_another.fingerprint() != example.fingerprint()


def test_two_tabs_start_the_same_chat_with_different_words() -> None:
    start = EXAMPLES["StartChat"]
    other_tab = msgspec.structs.replace(start, subject="Hello?", first_message_id=uuid.UUID(int=1))
    assert isinstance(start, Command)
    assert isinstance(other_tab, Command)

    assert other_tab.fingerprint() == start.fingerprint()
    before_it_named_its_first_message = "5c7289c52b6b9de800400c0f7da37ed5"
    assert start.fingerprint() == before_it_named_its_first_message


def test_what_people_wrote_is_in_no_event() -> None:
    """Events travel through the broker and Flower: ids and words of the workflow only."""
    texts = {"subject", "description", "body", "message", "text", "html", "to", "tags"}

    assert {kind_of(e) for e in EVENTS if texts & {f.name for f in msgspec.structs.fields(e)}} == set()
    assert all(isinstance(event, Event) for event in EVENTS)
