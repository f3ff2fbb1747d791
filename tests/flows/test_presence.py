"""Presence: declared by a click, borne out by a lease, ended by beat."""

import pytest

from core.problems import CATALOGUE
from tests.system.people import Person
from tests.system.processes import System
from tests.system.waiting import until

pytestmark = pytest.mark.flows


def test_an_agent_goes_online_and_is_offline_when_their_lease_is_gone(
    system: System, amira: Person, ben: Person
) -> None:
    with Person(system, "chen") as chen:
        for agent in (ben, chen):
            agent.post("status/toggle/", {"availability": "offline"}, Prefer="wait=10")
    assert amira.get("chat/online-status/").json()["is_online"] is False
    with amira.page() as page:
        assert page.next("presence")["is_online"] is False
        answer = ben.post("status/toggle/", {"is_online": True}, Prefer="wait=10")
        assert (answer.status_code, answer.json()["is_online"]) == (200, True)
        assert page.next("presence", is_online=True)["support_name"] == "Ben"
        assert amira.get("chat/online-status/").json()["support_name"] == "Ben"

        system.forget_leases()
        assert page.next("presence", is_online=False, seconds=30)["availability"] == "offline"
    until(lambda: amira.get("chat/online-status/").json()["is_online"] is False)


def test_a_click_repeated_three_times_is_one_change(system: System, ben: Person) -> None:
    before = system.rows("SELECT count(*) FROM support_change WHERE kind = 'SetAvailability'")[0][0]
    for _ in range(3):
        ben.post(
            "status/toggle/", {"availability": "away"}, **{"Idempotency-Key": "away", "Prefer": "wait=10"}
        )

    after = system.rows("SELECT count(*) FROM support_change WHERE kind = 'SetAvailability'")[0][0]
    assert after == before + 1
    ben.post("status/toggle/", {"availability": "offline"}, Prefer="wait=10")


def test_a_requester_may_not_declare_support_online(amira: Person) -> None:
    answer = amira.post("status/toggle/", {"is_online": True})
    assert (answer.status_code, answer.json()["error"]) == (403, CATALOGUE["forbidden"].sentence)
