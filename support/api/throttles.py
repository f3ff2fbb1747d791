"""The API's throttle: a class for the framework. What is counted is `support.write_limits`."""

from typing import cast

from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle
from rest_framework.views import APIView

from core.models import User
from support.write_limits import require_write


class Writes(BaseThrottle):
    """Lets reading pass; raises Refused too-fast for a write that comes too fast."""

    def allow_request(self, request: Request, view: APIView) -> bool:
        if request.method not in SAFE_METHODS:
            require_write(cast(User, request.user), request)
        return True
