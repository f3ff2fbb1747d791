"""Contracts in general: one kind, one class; anything else is refused. The golden files hold each kind to its bytes."""

import uuid
from datetime import UTC, datetime

import msgspec
import pytest

from core import contracts
from core.contracts import Command, Event, contract, decode, encode, kind_of

AT = datetime(2026, 3, 10, 10, 24, tzinfo=UTC)
BEN = uuid.UUID("0195f000-0000-7000-8000-000000000002")
TICKET = uuid.UUID("0195f000-0000-7000-8000-000000000010")


class WaterPlant(Command, frozen=True, kw_only=True):
    """A command nobody else has."""

    ticket_id: uuid.UUID | None = None
    litres: int = 1


class PlantWatered(Event, frozen=True, kw_only=True):
    """Its event."""


@pytest.fixture(autouse=True)
def own_catalogue(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is entered here is forgotten afterwards."""
    monkeypatch.setattr(contracts, "_catalogue", {})
    monkeypatch.setattr(contracts, "_decoders", {})
    contract(WaterPlant)
    contract(PlantWatered)


def watering(**more: object) -> WaterPlant:
    stamp = {"id": BEN, "actor": f"user:{BEN}", "at": AT}
    return WaterPlant(**{**stamp, **more})  # type: ignore[arg-type]


def test_the_catalogue_knows_each_kind_by_its_class_name() -> None:
    assert contracts.catalogue() == {"WaterPlant": WaterPlant, "PlantWatered": PlantWatered}
    assert kind_of(WaterPlant) == kind_of(watering()) == "WaterPlant"


def test_a_kind_exists_once() -> None:
    with pytest.raises(ValueError, match="two contracts are called WaterPlant"):
        contract(WaterPlant)


def test_the_kind_comes_first_so_that_a_reader_can_stop_there() -> None:
    assert encode(watering()).startswith(b'{"kind":"WaterPlant","id":"')


@pytest.mark.parametrize(
    "payload",
    [
        b"",
        b"null",
        b"[]",
        b"{}",
        b'{"kind":1}',
        b'{"kind":"Nobody"}',
        b'{"kind":"WaterPlant"',
        b'{"kind":"WaterPlant","id":"not one","actor":"user:x","at":"2026-03-10T10:24:00Z"}',
        b'{"kind":"PlantWatered","id":"0195f000-0000-7000-8000-000000000002","actor":"x","at":"2026-03-10T10:24:00Z"}',
        b'{"kind":"WaterPlant","id":"0195f000-0000-7000-8000-000000000002","actor":"x","at":"10:24"}',
        b'{"kind":"\xff\xfe"}',
    ],
)
def test_anything_else_is_a_decode_error(payload: bytes) -> None:
    with pytest.raises(msgspec.DecodeError):
        decode(payload)


def test_a_field_that_came_later_has_its_default_for_older_entries() -> None:
    older = msgspec.json.decode(encode(watering(litres=3)))
    del older["litres"]

    assert decode(msgspec.json.encode(older)) == watering(litres=1)


def test_a_contract_cannot_be_changed() -> None:
    with pytest.raises(AttributeError, match="immutable"):
        watering().litres = 2  # type: ignore[misc]


@pytest.mark.parametrize(
    ("command", "aggregate"),
    [(watering(ticket_id=TICKET), str(TICKET)), (watering(), f"user:{BEN}")],
    ids=["its ticket", "else its actor"],
)
def test_order_matters_to(command: Command, aggregate: str) -> None:
    assert command.aggregate == aggregate


def test_the_actor_is_a_person_or_the_system() -> None:
    assert watering().actor_id == BEN
    assert watering(actor="system:presence").actor_id is None


@pytest.mark.parametrize(
    ("change", "same"),
    [
        ({"id": TICKET}, True),
        ({"at": AT.replace(year=2027)}, True),
        ({"litres": 2}, False),
        ({"ticket_id": TICKET}, False),
        ({"actor": "user:0195f000-0000-7000-8000-000000000003"}, False),
    ],
)
def test_a_fingerprint_says_what_was_asked_and_by_whom(change: dict[str, object], same: bool) -> None:
    assert (watering(**change).fingerprint() == watering().fingerprint()) is same
