"""The demo's estate, started once for the tests of clients."""

import asyncio
from collections.abc import Iterator

import pytest

from tests.conftest import replicas_caught_up
from tests.support.demo_estate import DemoEstate, start_demo_estate
from vminer.stack.stack import Stack


@pytest.fixture(scope="package")
def demo_estate(stack: Stack) -> Iterator[DemoEstate]:
    """A gateway over the estate; nothing changes there any more."""
    estate = start_demo_estate(stack)
    asyncio.run(replicas_caught_up(stack))
    yield estate
    estate.system.stop()
