"""kill -9 of any process during a stream of messages: all stored once, in order; an open page ends complete."""

import signal
from collections.abc import Callable, Iterator

import pytest

from tests.faults.clients import Reader, Writer
from tests.system.people import Person
from tests.system.processes import System
from tests.system.waiting import until

pytestmark = pytest.mark.faults
COUNT = 200


def _process(name: str) -> Callable[[System], None]:
    def kill(system: System) -> None:
        system.kill(name)
        system.run(name)

    return kill


def _server(name: str) -> Callable[[System], None]:
    def kill(system: System) -> None:
        server = getattr(system.fleet, name)
        server.kill()
        server.start()

    return kill


VICTIMS: dict[str, Callable[[System], None]] = {
    **{name: _process(name) for name in ("drain", "quick", "patient", "beat", "web")},
    **{name: _server(name) for name in ("durable", "ephemeral", "postgres")},
}


@pytest.fixture
def healed(system: System) -> Iterator[System]:
    """Whatever a test killed runs again for the next one."""
    yield system
    for name in system.commands:
        if name not in system.processes or system.processes[name].poll() is not None:
            system.run(name)
    system.wait_until_ready()


@pytest.mark.parametrize("victim", VICTIMS)
def test_nothing_accepted_is_lost_doubled_or_reordered(
    victim: str, healed: System, amira: Person, ben: Person
) -> None:
    ticket = amira.open_ticket(f"While {victim} is killed")["id"]
    writer, reader = Writer(amira, ticket, COUNT), Reader(ben, ticket, COUNT)
    reader.start()
    writer.start()
    for moment in (40, 110):
        writer.wait_for(moment)
        VICTIMS[victim](healed)

    writer.result(90)
    reader.result(90)

    stored = healed.rows(
        "SELECT id::text, public_sequence, staff_sequence FROM support_chatmessage"
        " WHERE ticket_id = %s ORDER BY staff_sequence",
        ticket,
    )
    expected = [(message_id, number, number) for number, (message_id, _) in enumerate(writer.outbox, 1)]
    assert stored == expected
    assert reader.conflicts == []
    assert [reader.shown[number] for number in range(1, COUNT + 1)] == [row[0] for row in expected]
    assert healed.rows("SELECT count(*) FROM support_deadletter") == [(0,)]


def test_two_drains_race_on_one_shard(healed: System, amira: Person, ben: Person) -> None:
    healed.run("drain", alias="drain2")
    until(lambda: " ready." in healed.log("drain2"), 60, what="the second drain is ready")
    tickets = [amira.open_ticket(f"Race {number}")["id"] for number in range(10)]
    writers = [Writer(amira, ticket, 300) for ticket in tickets]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.result(120)

    def stored() -> list[tuple[str, str]]:
        return healed.rows(
            "SELECT ticket_id::text, id::text FROM support_chatmessage WHERE ticket_id = ANY(%s::uuid[])"
            " ORDER BY ticket_id, public_sequence",
            tickets,
        )

    until(lambda: len(stored()) == 3000, 60, what="3,000 messages stored")
    expected = [
        (writer.ticket_id, message_id)
        for writer in sorted(writers, key=lambda writer: writer.ticket_id)
        for message_id, _ in writer.outbox
    ]
    assert stored() == expected
    healed.kill("drain2", signal.SIGTERM)


def test_a_worker_asked_to_stop_finishes_within_ten_seconds(healed: System, amira: Person) -> None:
    ticket = amira.open_ticket("Rolling restart")["id"]
    writer = Writer(amira, ticket, COUNT)
    writer.start()
    for name in ("drain", "quick", "patient", "beat"):
        process = healed.processes[name]
        healed.kill(name, signal.SIGTERM)
        assert process.returncode == 0, healed.log(name)[-2000:]
        healed.run(name)
    writer.result(90)

    until(
        lambda: (
            healed.rows("SELECT count(*) FROM support_chatmessage WHERE ticket_id = %s", ticket) == [(COUNT,)]
        )
    )
