"""Traces: one way through request, log, drain and reactions; nothing of ours is imported where nobody asked."""

import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest
from celery.worker.request import Request
from django.test import Client
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from core import checks, command_log, dispatch, env, otel, tracing, valkey
from core.celery import app
from core.models import User
from tests.architecture.tree import ROOT
from workers import traced, unread
from workers.persistence import drain

pytestmark = pytest.mark.django_db(transaction=True)
assert traced.begin.__module__ == "workers.traced"  # connected, as in a worker
EVERYTHING = "import core.wsgi, workers.celery, sys; print('core.otel' in sys.modules)"
SECRET_WORDS = "Week 14 is missing."


@pytest.fixture
def spans(monkeypatch: pytest.MonkeyPatch) -> InMemorySpanExporter:
    """What is exported, at once."""
    kept = InMemorySpanExporter()
    tracer = otel.Tracer(SimpleSpanProcessor(kept))
    monkeypatch.setattr(tracing, "_tracer", lambda: tracer)
    return kept


def named(spans: InMemorySpanExporter, name: str) -> ReadableSpan:
    [span] = [span for span in spans.get_finished_spans() if span.name == name]
    return span


def parent_of(span: ReadableSpan) -> int | None:
    return span.parent.span_id if span.parent else None


def id_of(span: ReadableSpan) -> int:
    context = span.get_span_context()
    assert context is not None
    return context.span_id


def take(queue: str) -> None:
    """Run the oldest task of a queue as a worker does: from its message."""
    with app.connection_for_read() as connection:
        message = connection.SimpleQueue(app.amqp.queues[queue]).get(timeout=5)
        Request(message, app=app, task=app.tasks[message.headers["task"]]).execute()


def test_a_ticket_over_http_is_one_way_from_request_to_reaction(
    spans: InMemorySpanExporter, client: Client, amira: User
) -> None:
    client.force_login(amira)
    body = {"subject": "Export", "description": SECRET_WORDS}
    answer = client.post(
        "/support/api/tickets/create/", body, "application/json", headers={"Prefer": "wait=0"}
    )
    assert answer.status_code == 202
    drain(0)
    take("unread")
    request, accept, drained = (named(spans, name) for name in ("POST", "accept", "drain"))
    reaction = named(spans, unread.refresh.name)

    assert parent_of(request) is None
    assert dict(request.attributes or {}) == {
        "request_id": answer.headers["X-Request-ID"],
        "status": 202,
        "route": "support/api/tickets/create/",
    }
    assert parent_of(accept) == id_of(request)
    assert parent_of(drained) is None
    assert [link.context.span_id for link in drained.links] == [id_of(accept)]
    assert parent_of(reaction) == id_of(drained)
    assert SECRET_WORDS not in "".join(span.to_json() for span in spans.get_finished_spans())


def test_a_batch_without_traces_has_no_span(spans: InMemorySpanExporter, client: Client, amira: User) -> None:
    client.force_login(amira)
    body = {"subject": "Export", "description": SECRET_WORDS}
    client.post("/support/api/tickets/create/", body, "application/json", headers={"Prefer": "wait=0"})
    [entry] = command_log.read(0, count=10)
    valkey.durable().delete(command_log.key(0))
    valkey.durable().xadd(command_log.key(0), {"i": entry.command_id, "c": entry.payload, "r": ""})
    drain(0)

    assert entry.trace.startswith("00-")
    assert "drain" not in {span.name for span in spans.get_finished_spans()}


def test_where_nobody_asked_nothing_is_imported_noted_or_sent(client: Client) -> None:
    assert tracing.here() == ""
    with tracing.span("accept") as note:
        note(count=1)
    dispatch.publish("unread.refresh", events=[])
    message = json.loads(valkey.ephemeral().lindex("unread", 0) or "")
    assert "traceparent" not in message["headers"]
    asked = subprocess.run(
        [sys.executable, "-c", EVERYTHING], cwd=ROOT, check=True, capture_output=True, text=True
    )

    assert asked.stdout.strip() == "False"


def test_a_process_that_cannot_trace_does_not_start(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.TRACES_TO = "http://127.0.0.1:4318"
    settings.DEBUG = True
    checks.refuse_to_start()
    monkeypatch.setattr(checks, "find_spec", lambda name: None)

    with pytest.raises(env.BadEnvironment, match=r"core\.E013: OTEL_EXPORTER_OTLP_ENDPOINT is set"):
        checks.refuse_to_start()


class Collector(BaseHTTPRequestHandler):
    """Takes what is posted."""

    taken: list[tuple[str, bytes]] = []

    def do_POST(self) -> None:
        length = int(self.headers["Content-Length"])
        self.taken.append((self.path, self.rfile.read(length)))
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        """Says nothing."""


@pytest.fixture
def collector() -> Iterator[str]:
    server = HTTPServer(("127.0.0.1", 0), Collector)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()


def test_spans_arrive_at_a_collector(collector: str) -> None:
    tracer = otel.exporting_to(collector)
    with tracer.span("accept", "", (), {"kind": "OpenTicket"}):
        assert tracer.here().startswith("00-")
    tracer._provider.shutdown()

    [(path, body)] = Collector.taken
    assert path == "/v1/traces"
    for word in (b"accept", b"OpenTicket", b"psychpath-support"):
        assert word in body
