"""At pages: of the people whom something concerns, those who have a page open. Nothing is counted or said for nobody.

Called by the reactions that tell people what their pages count; a page that opens a moment later asks for itself. It
writes nothing.
"""

import uuid
from collections.abc import Iterable

from core import layer
from core.models import User
from support import groups


def at_pages(ids: Iterable[uuid.UUID]) -> list[User]:
    """Those of them, in one round trip and one query; raises RedisError."""
    by_group = {groups.person(person_id): person_id for person_id in ids}
    here = [by_group[group] for group in layer.listened(by_group)]
    return list(User.objects.filter(pk__in=here)) if here else []
