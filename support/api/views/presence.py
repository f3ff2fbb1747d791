"""Presence over HTTP: is support there, and an agent's own switch."""

from datetime import UTC

from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from support import frames, intake, promise_words, selectors
from support.api import documents, schema, shapes
from support.api.preferences import key_of
from support.api.serializers import NewAvailability, checked
from support.api.views.base import AgentView
from support.api.writes import answer
from support.pins import pinned_until
from support.workflow import Availability
from support.zones import zone_or_ours

SENTENCES = {
    Availability.ONLINE: _("You’re online."),
    Availability.AWAY: _("You’re away for a moment."),
    Availability.OFFLINE: _("You’re offline."),
}


class OnlineStatus(APIView):
    """`chat/online-status/`, for everybody: no session is read."""

    authentication_classes = []
    permission_classes = [AllowAny]

    @extend_schema(
        operation_id="online_status",
        summary="Is support there?",
        auth=[],
        parameters=[OpenApiParameter("timezone", str, description="IANA zone of the reader, for `promise`.")],
        responses=schema.read(shapes.Online, public=True),
    )
    def get(self, request: Request) -> Response:
        """For everybody, signed in or not; `timezone` is the zone of the reader, for the sentence."""
        found = selectors.online_status()
        now = localtime(timezone=zone_or_ours(request.query_params.get("timezone", "")))
        promise = selectors.promise_for(found.availability, selectors.figures(), now)
        return Response(
            {
                "is_online": found.is_online,
                "availability": found.availability,
                "support_name": found.support_name,
                "promise": promise_words.sentence(promise, now),
                "replies_in": promise.seconds,
                "replies_by": frames.moment(promise.due_at.astimezone(UTC)),
                "promise_is_default": promise.is_default,
            },
            headers={"Cache-Control": "no-store"},
        )


class ToggleStatus(AgentView):
    """`status/toggle/`"""

    @schema.write(
        "set_availability", "Be online, away or offline", takes=NewAvailability, answers=shapes.Toggled
    )
    def post(self, request: Request) -> Response:
        """For agents; send one of the two members."""
        asked = checked(NewAvailability, request.data)
        accepted = intake.set_availability(
            self.user,
            asked["availability"],
            pinned_until=pinned_until(asked["pin"], localtime()),
            idempotency_key=key_of(request),
        )
        return answer(request, accepted, self._represent)

    def _represent(self) -> documents.Document:
        availability = selectors.availability_of(self.user)
        return {
            "is_online": availability == Availability.ONLINE,
            "availability": availability,
            "message": SENTENCES[Availability(availability)],
        }
