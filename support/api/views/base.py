"""What the views of the API share: who asks, which ticket, and that writes are limited."""

import uuid
from typing import Any, cast

from rest_framework.exceptions import MethodNotAllowed
from rest_framework.permissions import BasePermission, IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core.models import User
from core.receipts import Accepted
from support import selectors
from support.api.throttles import Writes
from support.policies import may


class Agents(BasePermission):
    """Active staff."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        return request.user.is_authenticated and may(request.user).help


class View(APIView):
    """For everybody who is signed in."""

    permission_classes = [IsAuthenticated]
    throttle_classes = [Writes]

    @property
    def user(self) -> User:
        """Who asks."""
        return cast(User, self.request.user)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """A method that nobody may use here is 405 with what may be used, whoever asks."""
        if str(request.method).lower() not in self.http_method_names or not hasattr(
            self, str(request.method).lower()
        ):
            raise MethodNotAllowed(str(request.method))
        super().initial(request, *args, **kwargs)

    def finalize_response(self, request: Request, response: Response, *args: Any, **kwargs: Any) -> Response:
        """What a person reads here is theirs: no proxy and no back button keeps it."""
        response.headers.setdefault("Cache-Control", "no-store")
        return super().finalize_response(request, response, *args, **kwargs)

    def ticket(self, ticket_id: uuid.UUID) -> Any:
        """A ticket the person may see, annotated for them; raises Refused("not-found")."""
        return selectors.ticket_for(self.user, ticket_id)

    def ticket_of(self, accepted: Accepted) -> Any:
        """The ticket that an accepted command is about, as it is now."""
        return self.ticket(cast(uuid.UUID, accepted.ticket_id))


class AgentView(View):
    """For agents."""

    permission_classes = [Agents]
