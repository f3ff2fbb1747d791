"""Tags worth offering: the words of a person's own tickets, and those that many people use lately.

Called by the requester's pages. Whose tickets a common word stands in is never told: it counts once it is shared by
enough people, because a tag may name somebody.
"""

from django.db.models import Count, F, Func, TextField

from core.models import User
from support.models import SupportTicket

SUGGESTED = 6
FILTERED_BY = 20
# How far back the installation's words are looked for: a bounded walk along an index, whatever the table's size.
LATELY = 500
SHARED_BY = 2


def own_tags(user: User, *, limit: int = FILTERED_BY) -> list[str]:
    """The tags of a person's own tickets, the most used first."""
    own = SupportTicket.objects.visible_to(user).filter(requester=user)
    counted = own.annotate(tag=_each_tag()).values("tag").annotate(uses=Count("pk"))
    return list(counted.order_by("-uses", "tag").values_list("tag", flat=True)[:limit])


def common_tags(*, limit: int = SUGGESTED) -> list[str]:
    """The tags that at least two people used in the newest tickets, the most used first."""
    newest = SupportTicket.objects.order_by("-updated_at", "-id").values("pk")[:LATELY]
    lately = SupportTicket.objects.filter(pk__in=newest).annotate(tag=_each_tag()).values("tag")
    shared = lately.annotate(uses=Count("pk"), people=Count("requester", distinct=True))
    found = shared.filter(people__gte=SHARED_BY).order_by("-uses", "tag")
    return list(found.values_list("tag", flat=True)[:limit])


def suggested_tags(own: list[str]) -> list[str]:
    """Half of them the person's own, the rest what others use; one query, `own` being known."""
    first = own[: SUGGESTED // 2]
    wanted = [*first, *common_tags(limit=SUGGESTED + len(first)), *own]
    return list(dict.fromkeys(wanted))[:SUGGESTED]


def _each_tag() -> Func:
    return Func(F("tags"), function="unnest", output_field=TextField())
