"""The addresses of the synchronous peer (`tests.benchmarks.insert`): its one view in front of the product's own."""

import json

from django.db import connection
from django.urls import path
from rest_framework.request import Request
from rest_framework.response import Response

from core import ids, urls
from support.api.serializers import NewTicket, checked
from support.api.views.base import View

INSERT = """
INSERT INTO benchmark_ticket (id, requester_id, subject, description, priority, ticket_type, tags)
VALUES (%s, %s, %s, %s, %s, %s, %s) RETURNING number, created_at
"""


class InsertTicket(View):
    """Checked as the product checks it, then stored here and now."""

    def post(self, request: Request) -> Response:
        asked = checked(NewTicket, request.data)
        ticket_id = ids.new_id()
        values = [asked[name] for name in ("subject", "description", "priority", "ticket_type")]
        with connection.cursor() as cursor:
            cursor.execute(INSERT, [ticket_id, self.user.pk, *values, json.dumps(asked["tags"])])
            number, created_at = cursor.fetchone()
        return Response({**asked, "id": ticket_id, "number": number, "created_at": created_at}, status=201)


urlpatterns = [path("benchmark/tickets/", InsertTicket.as_view()), *urls.urlpatterns]
