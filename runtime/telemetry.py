"""Traces and metrics through the OpenTelemetry SDK. One call per process.

Metrics are scraped in Prometheus' format, one process per port; spans are sent over OTLP/HTTP where
an endpoint is set and are otherwise kept only as long as they are open, for the ids in log lines.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass

from opentelemetry import metrics, trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.exporter.prometheus import PrometheusMetricReader
from opentelemetry.metrics import CallbackOptions, Observation
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import SpanProcessor, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.sdk.trace.sampling import ParentBasedTraceIdRatio
from opentelemetry.trace import Span
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    generate_latest,
    start_http_server,
)
from prometheus_client import REGISTRY as GLOBAL_REGISTRY
from pydantic import Field

from runtime.settings import Settings

tracer = trace.get_tracer("vminer")
meter = metrics.get_meter("vminer")


class Tally:
    """A counter that costs next to nothing to add to: it is read when metrics are scraped."""

    def __init__(self, name: str, description: str) -> None:
        self._counts: Counter[tuple[tuple[str, str], ...]] = Counter()
        observe = meter.create_observable_counter  # the name is literal where a tally is made
        observe(name, [self._observe], description=description)

    def add(self, amount: int, attributes: Mapping[str, str]) -> None:
        """Count so many more of this kind."""
        self._counts[tuple(attributes.items())] += amount

    def _observe(self, options: CallbackOptions) -> Iterable[Observation]:
        del options
        return [Observation(count, dict(kind)) for kind, count in list(self._counts.items())]


def span(name: str) -> AbstractContextManager[Span]:
    """Begin a span inside of a request or a sync; none in one that is not sampled."""
    current = trace.get_current_span()
    if current.get_span_context().is_valid and not current.is_recording():
        return nullcontext(current)
    return tracer.start_as_current_span(name)


METRICS_CONTENT_TYPE = CONTENT_TYPE_LATEST


class TelemetrySettings(Settings):
    """Where spans go and where metrics are scraped."""

    otlp_endpoint: str | None = None
    """URL that receives spans over OTLP/HTTP, as http://collector:4318/v1/traces; empty: none."""

    trace_sample_ratio: float = Field(default=0.1, ge=0, le=1)
    """Share of requests and syncs that are traced to the endpoint."""

    metrics_host: str = "127.0.0.1"
    """Address on which agents and the scheduler serve /metrics."""

    metrics_port: int | None = None
    """First port on which agents and the scheduler serve /metrics; workers count up from it."""


@dataclass(frozen=True, slots=True)
class Telemetry:
    """What `configure_telemetry` opened."""

    registry: CollectorRegistry
    traces: TracerProvider

    def render(self) -> bytes:
        """Return the metrics in Prometheus' text format."""
        return generate_latest(self.registry)

    def serve(self, host: str, port: int) -> None:
        """Serve the metrics on a port of their own, in a daemon thread."""
        start_http_server(port, addr=host, registry=self.registry)

    def close(self) -> None:
        """Send what is still to be sent."""
        self.traces.shutdown()


def configure_telemetry(
    service: str, settings: TelemetrySettings, *, processors: tuple[SpanProcessor, ...] = ()
) -> Telemetry:
    """Install this process's tracer and meter providers; `processors` receive every span."""
    resource = Resource.create({"service.name": service})
    sampler = ParentBasedTraceIdRatio(1.0 if processors else settings.trace_sample_ratio)
    traces = TracerProvider(resource=resource, sampler=sampler)
    for processor in processors:
        traces.add_span_processor(processor)
    if settings.otlp_endpoint:
        exporter = OTLPSpanExporter(endpoint=settings.otlp_endpoint, timeout=5)
        traces.add_span_processor(BatchSpanProcessor(exporter))
    trace.set_tracer_provider(traces)
    reader = PrometheusMetricReader()
    metrics.set_meter_provider(MeterProvider(resource=resource, metric_readers=[reader]))
    return Telemetry(registry=GLOBAL_REGISTRY, traces=traces)
