"""Presence over HTTP: is support there, and an agent's own switch."""

from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from support import intake, selectors
from support.api import documents, schema, shapes
from support.api.preferences import key_of
from support.api.serializers import NewAvailability, checked
from support.api.views.base import AgentView
from support.api.writes import answer
from support.pins import pinned_until
from support.workflow import Availability

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
        responses=schema.read(shapes.Online, public=True),
    )
    def get(self, _request: Request) -> Response:
        """For everybody, signed in or not."""
        found = selectors.online_status()
        return Response(
            {
                "is_online": found.is_online,
                "availability": found.availability,
                "support_name": found.support_name,
            },
            headers={"Cache-Control": "no-store"},
        )


class ToggleStatus(AgentView):
    """`status/toggle/`"""

    @extend_schema(
        operation_id="set_availability",
        summary="Be online, away or offline",
        request=NewAvailability,
        parameters=schema.WRITE,
        responses=schema.written(shapes.Toggled),
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
