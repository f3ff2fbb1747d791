"""OpenTelemetry behind `core.tracing`. Imported only where traces are wanted; requirements-otel.txt has its packages.

Spans leave in batches from a thread of the exporter's own; a collector that is away costs them, and nothing else.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from django.conf import settings
from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import SpanProcessor, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from core.tracing import Fact, Note

_propagator = TraceContextTextMapPropagator()


class Tracer:
    """Makes spans; `processor` says what becomes of them."""

    def __init__(self, processor: SpanProcessor) -> None:
        resource = Resource.create(
            {"service.name": "psychpath-support", "service.role": settings.PROCESS_ROLE}
        )
        self._provider = TracerProvider(resource=resource)
        self._provider.add_span_processor(processor)
        self._tracer = self._provider.get_tracer("psychpath-support")

    @contextmanager
    def span(self, name: str, parent: str, links: Iterable[str], facts: dict[str, Fact]) -> Iterator[Note]:
        """A root, a child of the current one, or of what another process named."""
        context = _propagator.extract({"traceparent": parent}) if parent else None
        linked = [trace.Link(_context_of(each)) for each in dict.fromkeys(links) if each]
        with self._tracer.start_as_current_span(name, context, links=linked, attributes=facts) as span:
            yield lambda **more: span.set_attributes(more)

    def here(self) -> str:
        """Its traceparent."""
        carrier: dict[str, str] = {}
        _propagator.inject(carrier)
        return carrier.get("traceparent", "")


def _context_of(traceparent: str) -> trace.SpanContext:
    return trace.get_current_span(_propagator.extract({"traceparent": traceparent})).get_span_context()


def exporting_to(endpoint: str) -> Tracer:
    """To a collector that speaks OTLP over HTTP."""
    return Tracer(BatchSpanProcessor(OTLPSpanExporter(endpoint=f"{endpoint.rstrip('/')}/v1/traces")))
