"""What stands behind the bell: one's own, newest first, page by page, only of tickets one may still see."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from pytest_django import DjangoAssertNumQueries

from core.models import User
from core.problems import Refused
from notifications import bell
from notifications.models import Delivery, Preference
from support import events
from support.models import SupportTicket
from tests.notifications.conftest import AT, moved, opened, planned

pytestmark = pytest.mark.django_db


@pytest.fixture
def told(ticket: SupportTicket, ben: User) -> list[Delivery]:
    """45 changes of status, each told to Amira, a minute apart."""
    rows = []
    for minute in range(45):
        (row,) = planned(moved(ticket, ben, "OPEN", "RESOLVED"), transport="in_app")
        Delivery.objects.filter(pk=row.pk).update(state="sent", created_at=AT + timedelta(minutes=minute))
        rows.append(row)
    return rows[::-1]


def test_the_list_comes_in_pages_without_gap_or_repeat(told: list[Delivery], amira: User) -> None:
    seen, cursor, sizes = [], None, []
    while True:
        page = bell.notices_of(amira, cursor=cursor)
        seen += [row.id for row in page.items]
        sizes.append(len(page.items))
        if (cursor := page.next) is None:
            break

    assert sizes == [20, 20, 5]
    assert seen == [row.id for row in told]


def test_notices_of_one_moment_are_neither_lost_nor_shown_twice(told: list[Delivery], amira: User) -> None:
    Delivery.objects.update(created_at=AT)
    first = bell.notices_of(amira)
    second = bell.notices_of(amira, cursor=first.next)
    third = bell.notices_of(amira, cursor=second.next)

    found = [row.id for page in (first, second, third) for row in page.items]
    assert sorted(found) == sorted(row.id for row in told)


def test_a_cursor_that_we_did_not_give_out_is_refused(amira: User) -> None:
    with pytest.raises(Refused):
        bell.notices_of(amira, cursor="2026-03-10")


def test_a_page_costs_two_queries_however_many_lines(
    told: list[Delivery], amira: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(2):
        entries = bell.entries(amira, bell.notices_of(amira).items)

    assert {entry.notice.title for entry in entries} == {"PP-1042 is resolved"}
    assert {entry.notice.who for entry in entries} == {"Ben"}


def test_nobody_sees_somebody_elses(told: list[Delivery], dora: User, ben: User) -> None:
    for other in (dora, ben):
        assert bell.notices_of(other).items == []
        assert bell.unseen_of([other]) == {other.pk: {}}
        assert bell.notice_of(other, told[0].id) is None


def test_new_ones_are_counted_by_ticket(
    told: list[Delivery],
    ticket: SupportTicket,
    amira: User,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    Delivery.objects.filter(pk=told[0].pk).update(seen_at=AT)

    with django_assert_num_queries(1):
        texts = bell.unseen_texts_of([amira])
    assert texts == {amira.pk: f'{{"type":"unseen","total":44,"tickets":{{"{ticket.id}":44}}}}'}


def test_many_readers_are_counted_in_one_query_each_as_for_themselves(
    told: list[Delivery],
    ticket: SupportTicket,
    say: Callable[..., events.MessagePosted],
    amira: User,
    ben: User,
    chen: User,
    dora: User,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    planned(opened(ticket), transport="in_app")
    planned(say(ben, "He must not know.", "staff"), transport="in_app")
    Delivery.objects.filter(state="planned").update(state="sent")
    chen.is_staff = False  # what was for the team is not theirs any more
    chen.save()
    everybody = [amira, ben, chen, dora]

    with django_assert_num_queries(1):
        found = bell.unseen_of(everybody)

    assert found == {person.pk: bell.unseen_of([person])[person.pk] for person in everybody}
    listed = {person.pk: bell.bell_of(person).unseen for person in everybody}
    assert {person: sum(tickets.values()) for person, tickets in found.items()} == listed
    assert [listed[person.pk] for person in everybody] == [45, 1, 0, 0]


@pytest.mark.parametrize(
    ("state", "shown"),
    [("sent", 1), ("uncertain", 1), ("planned", 0), ("queued", 0), ("withheld", 0), ("failed", 0)],
)
def test_only_what_was_told_is_listed(
    state: str, shown: int, ticket: SupportTicket, amira: User, ben: User
) -> None:
    planned(moved(ticket, ben, "OPEN", "RESOLVED"), transport="in_app")
    Delivery.objects.update(state=state)

    assert len(bell.notices_of(amira).items) == shown


def test_who_is_no_agent_any_more_sees_nothing_of_others_tickets_nor_notes_on_their_own(
    ticket: SupportTicket, say: Callable[..., events.MessagePosted], ben: User, chen: User
) -> None:
    planned(opened(ticket), transport="in_app")
    own = SupportTicket.objects.create(
        number=7, requester=ben, assigned_to=ben, subject="x", created_at=AT, updated_at=AT
    )
    ticket.requester = ticket.assigned_to = ben
    ticket.save()
    planned(say(chen, "He must not know.", "staff"), transport="in_app")
    planned(moved(own, chen, "OPEN", "RESOLVED"), transport="in_app")
    Delivery.objects.update(state="sent", reason="")
    assert len(bell.notices_of(ben).items) == 3
    ticket.requester = chen
    ticket.save()

    ben.is_staff = False
    ben.save()

    assert [row.ticket_id for row in bell.notices_of(ben).items] == [own.id]
    assert bell.unseen_of([ben]) == {ben.pk: {str(own.id): 1}}


def test_what_every_page_shows_costs_one_query(
    told: list[Delivery], amira: User, dora: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    Preference.objects.create(user=amira, sound=True, changed_at=AT)

    with django_assert_num_queries(2):
        assert bell.bell_of(amira) == bell.Bell(unseen=45, browser=False, sound=True)
        assert bell.bell_of(dora) == bell.Bell()
