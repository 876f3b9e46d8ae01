"""Which requests are traced: a share, so many of a second, and what a caller's trace asks for."""

import logging
from typing import Any

import pytest
from opentelemetry import trace
from prometheus_client import CollectorRegistry

from runtime.logs import JsonFormatter
from runtime.telemetry import Draw, Telemetry, span
from tests.support.answers import Clock

OF_OTHERS = {"traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"}


def untraced() -> Telemetry:
    no_provider: Any = None
    return Telemetry(CollectorRegistry(), no_provider)


@pytest.mark.parametrize(("share", "drawn"), [(0.0, 0), (1.0, 1000)])
def test_none_and_all_are_drawn_for_certain(share: float, drawn: int) -> None:
    draw = Draw(share)

    assert sum(draw() for _ in range(1000)) == drawn


def test_a_share_is_drawn() -> None:
    draw = Draw(0.1)

    assert 800 < sum(draw() for _ in range(10_000)) < 1200


def test_no_more_than_so_many_of_a_second_are_drawn() -> None:
    clock = Clock()
    draw = Draw(1.0, 20, clock=clock)

    assert [draw() for _ in range(50)] == [True] * 20 + [False] * 30
    clock.now += 0.9
    assert not draw()
    clock.now += 0.2
    assert [draw() for _ in range(50)] == [True] * 20 + [False] * 30


def test_a_request_that_is_not_traced_has_an_id_for_its_log_lines() -> None:
    with untraced().request("POST /graphql", {"host": "x"}) as begun:
        record = logging.LogRecord("x", logging.INFO, "x", 1, "words", (), None)
        line = JsonFormatter("x").format(record)
        with span("execute") as inner:
            assert inner is begun
        assert not begun.is_recording()
        assert trace.format_trace_id(begun.get_span_context().trace_id) in line

    assert not trace.get_current_span().get_span_context().is_valid
    with untraced().request("POST /graphql", {}) as other:
        assert other.get_span_context() != begun.get_span_context()


def test_spans_after_one_that_is_not_traced_are_their_own() -> None:
    with untraced().request("POST /graphql", {}) as begun:
        pass
    with span("sync") as later:
        assert later is not begun


@pytest.mark.parametrize(
    "headers", [{"baggage": "a=b"}, {"tracestate": "a=b"}, {"traceparent": "rubbish"}], ids=str
)
def test_what_tells_of_no_trace_begins_none(headers: dict[str, str]) -> None:
    with untraced().request("POST /graphql", headers), span("execute") as inner:
        assert not inner.is_recording()
        assert span("other").__enter__() is inner


def test_a_caller_with_a_trace_of_his_own_goes_on_with_it() -> None:
    with untraced().request("POST /graphql", OF_OTHERS) as begun:
        found = trace.format_trace_id(begun.get_span_context().trace_id)

    assert found == "0af7651916cd43dd8448eb211c80319c"
