"""The self-probe on the page of operations: asked for by the button, watched hop by hop, cancelled, remembered."""

import re
import time
import uuid
from datetime import UTC, datetime

import msgspec
import pytest
from django.test import Client

from core import ids, probes, valkey
from core.models import User
from core.probes import Run, Step
from support.models import ProbeRun
from tests.system.waiting import until

pytestmark = pytest.mark.django_db
PATH = "/support/operations/probe"
QUEUE = "housekeeping"


@pytest.fixture
def as_admin(client: Client, admin: User) -> Client:
    client.force_login(admin)
    return client


def text_of(client: Client) -> str:
    page = client.get(PATH).content.decode()
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def begun(**more: object) -> Run:
    """One that a worker has taken up, and is at its third hop."""
    run = probes.ask(ids.new_id(), None)
    assert run is not None
    steps = (Step("accept", "ok", 3), Step("store", "late", 5_120))
    run = msgspec.structs.replace(run, began=time.time(), steps=steps, **more)
    probes.show(run)
    return run


def asked() -> Run:
    run = probes.current()
    assert run is not None
    return run


def test_the_button_asks_for_a_run_and_rings_for_whoever_takes_it_up(as_admin: Client, admin: User) -> None:
    answer = as_admin.post(f"{PATH}/start")

    assert (answer.status_code, answer["Location"]) == (302, "/support/operations/")
    assert (asked().by, asked().began, asked().is_over) == (admin.pk, None, False)
    until(lambda: valkey.ephemeral().llen(QUEUE) == 1, what="the doorbell is in its queue")
    [task] = valkey.ephemeral().lrange(QUEUE, 0, -1)
    assert msgspec.json.decode(task)["headers"]["task"] == "housekeeping.probe"
    assert str(asked().id) in msgspec.json.decode(task)["headers"]["kwargsrepr"]
    assert "Cancel the probe Under way…" in text_of(as_admin)


def test_script_is_given_the_part_that_changed(as_admin: Client) -> None:
    page = as_admin.post(f"{PATH}/start", headers={"HX-Request": "true"}).content.decode()

    assert page.startswith('<section id="probe"')
    assert 'hx-trigger="every 1s"' in page
    assert f'action="{PATH}/{asked().id}/cancel"' in page


def test_a_second_one_waits_for_the_first(as_admin: Client) -> None:
    run = begun()
    page = as_admin.post(f"{PATH}/start", follow=True).content.decode()

    assert "A probe is under way already." in page
    assert asked() == run
    assert valkey.ephemeral().llen(QUEUE) == 0


def test_each_hop_is_shown_as_it_passes_with_what_to_do_about_it(as_admin: Client) -> None:
    begun()
    page = text_of(as_admin)

    assert "Accepted In time 3 ms –" in page
    assert "Stored Late 5120 ms Nobody stored it. See whether a drain worker runs" in page
    assert "Announced Under way – –" in page
    assert page.count("Not yet") == 3


def test_cancelling_stops_it_before_its_next_hop(as_admin: Client) -> None:
    run = begun()
    assert not probes.is_cancelled(run)
    assert as_admin.post(f"{PATH}/{uuid.uuid4()}/cancel").status_code == 302
    assert not probes.is_cancelled(run)  # that was another one
    answer = as_admin.post(f"{PATH}/{run.id}/cancel", headers={"HX-Request": "true"})

    assert answer.content.decode().startswith('<section id="probe"')
    assert probes.is_cancelled(run)


def test_one_that_nobody_takes_up_and_one_that_was_cut_short_say_so(as_admin: Client) -> None:
    run = probes.ask(ids.new_id(), None)
    assert run is not None
    probes.show(msgspec.structs.replace(run, asked=time.time() - 6))
    assert "No patient worker has begun it yet." in text_of(as_admin)
    begun_run = msgspec.structs.replace(run, began=time.time())
    probes.show(begun_run)
    probes.release()
    page = text_of(as_admin)

    assert "Probe now The last one was cut short: its worker is gone. The next one tidies up." in page


def test_the_last_runs_say_who_asked_and_where_they_failed(as_admin: Client, admin: User) -> None:
    at = datetime.now(UTC)
    facts = {"began_at": at, "ended_at": at}
    ProbeRun.objects.create(
        id=ids.new_id(),
        outcome="failed",
        hop="store",
        steps=[["store", "failed", 8000]],
        asked_by=admin,
        **facts,
    )
    page = text_of(as_admin)

    assert f"Failed Stored 8000 ms {admin.display_name}" in page


def test_without_the_ephemeral_valkey_it_says_that_nothing_can_be_begun(
    as_admin: Client, settings: object
) -> None:
    settings.REDIS_URL = "unix:///nonexistent/valkey.sock"  # type: ignore[attr-defined]
    assert "The ephemeral Valkey is away, so no probe can be begun or watched." in text_of(as_admin)
