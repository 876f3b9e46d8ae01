"""Traces and metrics through the OpenTelemetry SDK. One call per process.

Metrics are scraped in Prometheus' format, one process per port; spans are sent over OTLP/HTTP where
an endpoint is set and are otherwise kept only as long as they are open, for the ids in log lines.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager, nullcontext
from contextvars import ContextVar
from dataclasses import dataclass, field
from itertools import accumulate
from random import getrandbits, random
from time import monotonic
from typing import TypeAlias

from opentelemetry import metrics, propagate, trace
from opentelemetry.context import attach, detach
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.exporter.prometheus import PrometheusMetricReader
from opentelemetry.metrics import CallbackOptions, Observation
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import SpanProcessor, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.sdk.trace.sampling import ALWAYS_ON, ParentBasedTraceIdRatio
from opentelemetry.trace import NonRecordingSpan, Span, SpanContext, SpanKind, Tracer
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    generate_latest,
    start_http_server,
)
from prometheus_client import REGISTRY as GLOBAL_REGISTRY
from prometheus_client.core import HistogramMetricFamily, Metric
from prometheus_client.registry import Collector
from pydantic import Field

from runtime.settings import Settings

SCOPE = "vminer"
_CALLERS = frozenset(propagate.get_global_textmap().fields)
"""Headers that tell of a trace that a request is part of."""
tracer = trace.get_tracer(SCOPE)
meter = metrics.get_meter(SCOPE)


class Tally:
    """A counter that costs next to nothing to add to: it is read when metrics are scraped."""

    def __init__(self, name: str, description: str) -> None:
        self._counts: Counter[tuple[tuple[str, str], ...]] = Counter()
        observe = meter.create_observable_counter  # the name is literal where a tally is made
        observe(name, [self._observe], description=description)

    def add(self, amount: int, attributes: Mapping[str, str]) -> None:
        """Count so many more of this kind."""
        self._counts[tuple(attributes.items())] += amount

    def count(self, kind: "Kind") -> None:
        """Count one more of a kind whose attributes were put in a tuple beforehand."""
        self._counts[kind] += 1

    def _observe(self, options: CallbackOptions) -> Iterable[Observation]:
        del options
        return [Observation(count, dict(kind)) for kind, count in list(self._counts.items())]


Kind: TypeAlias = tuple[tuple[str, str], ...]
"""The attributes of what is counted."""


class Durations(Collector):
    """A histogram that costs next to nothing to add to: a tenth of OpenTelemetry's."""

    BOUNDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)

    def __init__(self, name: str, description: str, label: str) -> None:
        self._name = name
        self._description = description
        self._label = label
        self._counts: dict[str, list[int]] = {}
        self._sums: Counter[str] = Counter()
        GLOBAL_REGISTRY.register(self)

    def record(self, seconds: float, of: str) -> None:
        """Add one duration, with the value of the label."""
        counts = self._counts.get(of)
        if counts is None:
            counts = self._counts[of] = [0] * (len(self.BOUNDS) + 1)
        counts[bisect_left(self.BOUNDS, seconds)] += 1
        self._sums[of] += seconds  # type: ignore[assignment]

    def collect(self) -> Iterable[Metric]:
        """Return it as Prometheus reads it, with the label that tells our metrics from others."""
        labels = [self._label, "otel_scope_name"]
        found = HistogramMetricFamily(self._name, self._description, labels=labels)
        bounds = [*map(str, self.BOUNDS), "+Inf"]
        for of, counts in list(self._counts.items()):
            buckets = list(zip(bounds, map(float, accumulate(counts)), strict=True))
            found.add_metric([of, SCOPE], buckets, self._sums[of])
        return [found]


class _Unsampled(AbstractContextManager[Span]):
    """A trace that is sent nowhere; log lines have its id. A quarter of what the SDK takes for it.

    `span` sees it by a variable of ours: to ask for the current span each time would cost again.
    """

    __slots__ = ("_context", "_is_inside")

    def __enter__(self) -> Span:
        ids = SpanContext(getrandbits(128), getrandbits(64), is_remote=False)
        found = NonRecordingSpan(ids)
        self._is_inside = _unsampled.set(found)
        self._context = attach(trace.set_span_in_context(found))
        return found

    def __exit__(self, *error: object) -> None:
        detach(self._context)
        _unsampled.reset(self._is_inside)


_unsampled: ContextVar[Span | None] = ContextVar("unsampled", default=None)


def span(name: str) -> AbstractContextManager[Span]:
    """Begin a span inside of a request or a sync; none in one that is not sampled."""
    if (unsampled := _unsampled.get()) is not None:
        return nullcontext(unsampled)
    current = trace.get_current_span()
    if current.get_span_context().is_valid and not current.is_recording():
        return nullcontext(current)
    return tracer.start_as_current_span(name)


class _OneOfEachName(Collector):
    """What a registry holds, where FastAPI's own metric of a name stands beside ours once."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._registry = registry

    def collect(self) -> Iterable[Metric]:
        """Return one metric of each name, with the samples of all."""
        found: dict[str, Metric] = {}
        for metric in self._registry.collect():
            if metric.name in found:
                found[metric.name].samples.extend(metric.samples)
            else:
                found[metric.name] = metric
        return found.values()


METRICS_CONTENT_TYPE = CONTENT_TYPE_LATEST


class TelemetrySettings(Settings):
    """Where spans go and where metrics are scraped."""

    otlp_endpoint: str | None = None
    """URL that receives spans over OTLP/HTTP, as http://collector:4318/v1/traces; empty: none."""

    trace_sample_ratio: float = Field(default=0.1, ge=0, le=1)
    """Share of requests and syncs that are traced to the endpoint."""

    trace_most_per_second: float = Field(default=20.0, ge=1)
    """Requests of each second that are traced at most, by each API process: a trace costs two."""

    metrics_host: str = "127.0.0.1"
    """Address on which agents and the scheduler serve /metrics."""

    metrics_port: int | None = None
    """First port on which agents and the scheduler serve /metrics; workers count up from it."""


class Draw:
    """Decides which requests begin a trace that is sent: a share of them, and not too many."""

    def __init__(
        self,
        share: float = 0.0,
        most_per_second: float = float("inf"),
        *,
        clock: Callable[[], float] = monotonic,
    ) -> None:
        self._share = share
        self._most = most_per_second
        self._clock = clock
        self._second = float("-inf")
        self._begun = 0

    def __call__(self) -> bool:
        """Draw for the next one."""
        if random() >= self._share:  # noqa: S311 - which traces are sent
            return False
        now = self._clock()
        if now - self._second >= 1.0:
            self._second, self._begun = now, 0
        self._begun += 1
        return self._begun <= self._most


@dataclass(frozen=True, slots=True)
class Telemetry:
    """What `configure_telemetry` opened."""

    registry: CollectorRegistry
    traces: TracerProvider
    is_drawn: Draw = field(default_factory=Draw)
    """Whether the next request begins a trace that is sent somewhere."""
    always: Tracer = tracer
    """Begins spans that are all sampled: for whoever has drawn the share himself."""

    def request(self, name: str, headers: Mapping[str, str]) -> AbstractContextManager[Span]:
        """Begin the span of a request: part of its caller's trace, or of one that may be sent."""
        if not _CALLERS.isdisjoint(headers):
            parent = propagate.extract(headers)
            if trace.get_current_span(parent).get_span_context().is_valid:
                return tracer.start_as_current_span(name, parent, kind=SpanKind.SERVER)
        if self.is_drawn():
            return self.always.start_as_current_span(name, kind=SpanKind.SERVER)
        return _Unsampled()

    def render(self) -> bytes:
        """Return the metrics in Prometheus' text format."""
        return generate_latest(_OneOfEachName(self.registry))

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
    sampled = TracerProvider(resource=resource, sampler=ALWAYS_ON)
    receivers = list(processors)
    if settings.otlp_endpoint:
        exporter = OTLPSpanExporter(endpoint=settings.otlp_endpoint, timeout=5)
        receivers.append(BatchSpanProcessor(exporter))
    for receiver in receivers:
        traces.add_span_processor(receiver)
        sampled.add_span_processor(receiver)
    trace.set_tracer_provider(traces)
    reader = PrometheusMetricReader()
    metrics.set_meter_provider(MeterProvider(resource=resource, metric_readers=[reader]))
    draw = Draw(settings.trace_sample_ratio, settings.trace_most_per_second)
    if processors or not receivers:
        draw = Draw(1.0 if processors else 0.0)
    return Telemetry(
        registry=GLOBAL_REGISTRY,
        traces=traces,
        is_drawn=draw,
        always=sampled.get_tracer(SCOPE),
    )
