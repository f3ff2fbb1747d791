"""X3: every route, method and frame is tried as every kind of person, and answers as its table says, nobody else.

The routes come from the URL conf and the frames from the parser: what is added without a line in `permissions.txt` or
`frames.txt` fails here. To write a line, read what the failure shows and decide whether it is right.
"""

import json
import re
from typing import Any

import pytest
from anymail import urls as anymail_urls
from django.db import transaction
from pytest_django import Settings

from core import command_log, ids, valkey
from core.models import User
from tests.faults.table import measured
from tests.security import table
from tests.security.bodies import BODIES
from tests.security.cast import KINDS, MAY_READ, MAY_READ_NOTES, PUBLIC, STAFF_ONLY, Cast, make_cast
from tests.security.routes import addresses, filled, places, routes
from tests.support.conftest import Desk

pytestmark = [pytest.mark.faults, pytest.mark.short, pytest.mark.django_db]
API = "support/api/"
# Pages of Django and allauth answer any method as they answer GET or POST; ours know only what they are for.
NOT_OURS = ("admin/", "accounts/")
WEBHOOKS = "anymail/"  # have a test of their own, provider by provider
OTHER_METHODS = ("PUT", "PATCH", "DELETE")
REFUSED = {"login", "401", "403", "404", "405"}
NO_SUCH_METHOD = {"405", "401", "403", "login"}
# A reference to quote, a CSRF token: new with every answer.
OF_ONE_ANSWER = re.compile(r"[0-9A-Z]{4}-[0-9A-Z]{4}\b|\b[0-9A-Za-z]{64}\b")
UUID = re.compile(r"[0-9a-f-]{36}")
# An entry so old that nobody waits for the drain: what is let in is answered as accepted at once.
HEAD = "1-1"


@pytest.fixture
def cast(desk: Desk, amira: User, dora: User, ben: User, admin: User, settings: Settings) -> Cast:
    settings.OPS_ADDRESSES = []  # nobody here is an operator
    made = make_cast(desk, amira, dora, ben, admin)
    valkey.durable().delete(command_log.key(0))  # it remembers its last id, empty or not
    valkey.durable().xadd(command_log.key(0), {"i": "", "c": "", "r": ""}, id=HEAD)
    return made


class Asked:
    """One request of one person, undone afterwards."""

    def __init__(self, cast: Cast, kind: str, route: str, method: str, **others: str) -> None:
        self.browser, self.method = cast.browsers[kind], method
        values = cast.values_for(kind, route) | others
        self.path, self._values = filled(route, values), [values[place] for place in places(route)]
        valkey.ephemeral().flushdb()  # nothing was too fast
        cookies = dict(self.browser.cookies)
        with transaction.atomic():
            answer = self._send(BODIES.get(route, {}), in_json=route.startswith(API))
            self.body = (answer.getvalue() if answer.streaming else answer.content).decode("utf-8", "replace")
            transaction.set_rollback(True)
        self.browser.cookies.clear()
        self.browser.cookies.update(cookies)
        self.cell = _status(answer) + "+" * _accepted()

    def without_what_was_asked_for(self) -> str:
        """A search that finds nothing repeats what it was asked for."""
        body: str = self.body.replace(self.path, "")
        for value in filter(UUID.fullmatch, self._values):
            body = body.replace(value, "")
        return body

    def _send(self, body: dict[str, Any], *, in_json: bool) -> Any:
        if self.method != "POST":
            return self.browser.generic(self.method, self.path)
        if in_json:
            return self.browser.post(self.path, json.dumps(body), content_type="application/json")
        return self.browser.post(self.path, body)


def _status(answer: Any) -> str:
    to_sign_in = answer.get("Location", "").startswith(("/accounts/login/", "/admin/login/"))
    return "login" if to_sign_in else str(answer.status_code)


def _accepted() -> int:
    """How many commands that was; they are taken out again."""
    rows: Any = valkey.durable().xrange(command_log.key(0), min=f"({HEAD}")
    for entry, _ in rows:
        valkey.durable().xdel(command_log.key(0), entry)
    return len(rows)


def spilt(asked: Asked, kind: str) -> list[str]:
    """Words that this person must not read, in what they were answered."""
    canaries = ((PUBLIC, MAY_READ), (STAFF_ONLY, MAY_READ_NOTES))
    return [word for word, readers in canaries if kind not in readers and word in asked.body]


def test_x3_every_route_answers_every_kind_of_person_as_the_table_says(cast: Cast) -> None:
    expected, found, leaks = table.read(table.ROUTES), {}, []
    known = routes()
    for name, method in expected:
        cells = {}
        for kind in KINDS:
            asked = Asked(cast, kind, known[name], method)
            cells[kind] = asked.cell
            leaks += [(name, method, kind, word) for word in spilt(asked, kind)]
        found[name, method] = cells

    assert [*known] == [*dict.fromkeys(name for name, _ in expected)], (
        "a route without a line, or a line without"
    )
    assert table.lines(found) == table.lines(expected)
    assert leaks == []
    measured("X3", f"{len(found)} lines for {len(known)} routes × {len(KINDS)} kinds of person: 0 deviations")


def test_what_no_line_names_does_not_exist_for_anybody(cast: Cast) -> None:
    """Whoever may do most is told so: 405. Others are not told more than that."""
    expected, known, let_in = table.read(table.ROUTES), routes(), []
    for name, route in known.items():
        for method in ("GET", "POST", "OPTIONS", *OTHER_METHODS):
            if (name, method) in expected or route.startswith((*NOT_OURS, WEBHOOKS)):
                continue
            for kind, usual in (("amira", NO_SUCH_METHOD), ("admin", {"405"})):
                if (cell := Asked(cast, kind, route, method).cell) not in usual:
                    let_in.append((name, method, kind, cell))

    assert let_in == []


def test_pages_of_others_refuse_whomever_they_refuse_by_any_method(cast: Cast) -> None:
    expected, known, let_in = table.read(table.ROUTES), routes(), []
    for name, route in known.items():
        if not route.startswith(NOT_OURS):
            continue
        for kind in ("nobody", "dora"):
            usual = {expected.get((name, method), {kind: "405"})[kind] for method in ("GET", "POST")}
            if usual <= REFUSED:
                cells = {method: Asked(cast, kind, route, method).cell for method in OTHER_METHODS}
                let_in += [
                    (name, method, kind, cell) for method, cell in cells.items() if cell not in REFUSED
                ]

    assert let_in == []


@pytest.mark.filterwarnings("ignore::anymail.exceptions.AnymailWarning")  # of providers that it will drop
def test_no_webhook_of_any_provider_hears_whoever_has_no_secret(cast: Cast) -> None:
    expected, known, deviations = table.read(table.ROUTES), {*addresses()}, []
    webhooks = [(name, route) for name, route in known if route.startswith(WEBHOOKS)]
    for name, route in webhooks:
        for method in ("GET", "POST", *OTHER_METHODS):
            usual = expected.get((name, method), {"nobody": "405"})["nobody"]
            if (cell := Asked(cast, "nobody", route, method).cell) != usual:
                deviations.append((route, method, cell))

    assert deviations == []
    assert len(webhooks) == len(anymail_urls.urlpatterns)


def test_somebody_elses_looks_like_nothing_at_all(cast: Cast) -> None:
    """Byte for byte, once the address that was asked for, and what stood in it, is taken out."""
    told_apart, compared = [], 0
    for (name, method), cells in table.read(table.ROUTES).items():
        named = [place for place in places(name) if place.endswith("_id")]
        for kind in set(KINDS) - {"guest"}:  # he asks about a ticket of his own
            if cells[kind] != "404" or not named:
                continue
            missing = dict.fromkeys(named, str(ids.new_id()))
            answers = [Asked(cast, kind, name, method, **asked) for asked in ({}, missing)]
            said = {OF_ONE_ANSWER.sub("", asked.without_what_was_asked_for()) for asked in answers}
            compared += 1
            if len(said) > 1 or {asked.cell for asked in answers} != {"404"}:
                told_apart.append((name, method, kind))

    assert told_apart == []
    assert compared > 50
