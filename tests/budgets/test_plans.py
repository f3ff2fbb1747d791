"""At volume every hot query takes an index and touches few rows: the plan is asked, not the clock.

`make test` loads a little, `make plans` ten times as much (PLAN_TICKETS): what holds at both does not hang on chance. A
new question that is asked often, or by a clock, is a line of `questions.py`.
"""

import logging
import os
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.db import connection

from support.volume import loading
from support.volume.draws import Size
from tests.budgets.plans import ways
from tests.budgets.questions import looks

logger = logging.getLogger(__name__)
pytestmark = pytest.mark.django_db
TICKETS = int(os.environ.get("PLAN_TICKETS", "2000"))
SIZE = Size(tickets=TICKETS, messages=10 * TICKETS)


@pytest.fixture
def now(db: None) -> datetime:
    """An installation with years behind it; what moment it is there."""
    loading.load(SIZE, told=lambda *_: None)
    with connection.cursor() as cursor:
        cursor.execute(Path(__file__).with_name("ledger.sql").read_text(encoding="utf-8"))
    return datetime.now(UTC)


def test_every_hot_query_takes_an_index_and_touches_few_rows(now: datetime) -> None:
    asked, prepared, far = 0, set[str](), []
    for look in looks(now):
        for way in ways(look.ask):
            asked += 1
            prepared |= {way.sql} if way.is_prepared else set()
            if way.scanned or way.touched > look.most:
                far.append(f"{look.name}: {way.touched} rows of {look.most}, end to end {way.scanned}")
                logger.error("%s: %s", far[-1], way.sql)
    assert far == []
    assert asked > 150
    assert len(prepared) >= 16, "what a batch reads and writes"
