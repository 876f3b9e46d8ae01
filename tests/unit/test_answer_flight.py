"""One flight for each key, whatever becomes of those who wait and of the one who executes."""

import asyncio
from contextlib import suppress

from graphql_api.answers.flight import Flights


class Execution:
    """Executes when it is told to, and counts how often."""

    def __init__(self, shared: str | None = "shared") -> None:
        self.count = 0
        self.go_on = asyncio.Event()
        self.shared = shared
        self.failure: Exception | None = None

    async def __call__(self) -> tuple[str | None, object]:
        self.count += 1
        await self.go_on.wait()
        if self.failure is not None:
            failure, self.failure = self.failure, None
            raise failure
        return self.shared, f"own {self.count}"


async def ask(flights: Flights[str], execution: Execution) -> object:
    """Ask as a request does."""
    landed = await flights.landed("key")
    return landed or await flights.lead("key", execution)


async def turn() -> None:
    """Let all others come to where they wait."""
    for _ in range(5):
        await asyncio.sleep(0)


async def test_a_thousand_equal_requests_execute_once() -> None:
    flights, execution = Flights[str](), Execution()
    async with asyncio.TaskGroup() as group:
        asking = [group.create_task(ask(flights, execution)) for _ in range(1000)]
        await turn()
        execution.go_on.set()

    assert execution.count == 1
    assert [task.result() for task in asking] == ["own 1", *["shared"] * 999]
    assert len(flights) == 0


async def test_others_go_on_where_the_one_that_executes_is_cancelled() -> None:
    flights, execution = Flights[str](), Execution()
    async with asyncio.TaskGroup() as group:
        first = group.create_task(ask(flights, execution))
        await turn()
        others = [group.create_task(ask(flights, execution)) for _ in range(3)]
        await turn()
        first.cancel()
        await turn()
        execution.go_on.set()

    assert first.cancelled()
    assert execution.count == 2
    assert [task.result() for task in others] == ["own 2", "shared", "shared"]


async def test_others_go_on_where_the_one_that_executes_fails() -> None:
    flights, execution = Flights[str](), Execution()
    execution.failure = ValueError("no")

    async def failing() -> None:
        with suppress(ValueError):
            await ask(flights, execution)

    async with asyncio.TaskGroup() as group:
        group.create_task(failing())
        await turn()
        other = group.create_task(ask(flights, execution))
        await turn()
        execution.go_on.set()

    assert other.result() == "own 2"


async def test_whoever_waits_can_be_cancelled_without_harm_to_the_rest() -> None:
    flights, execution = Flights[str](), Execution()
    async with asyncio.TaskGroup() as group:
        first = group.create_task(ask(flights, execution))
        await turn()
        waiting = [group.create_task(ask(flights, execution)) for _ in range(3)]
        await turn()
        waiting[0].cancel()
        await turn()
        execution.go_on.set()

    assert first.result() == "own 1"
    assert waiting[0].cancelled()
    assert [task.result() for task in waiting[1:]] == ["shared", "shared"]
    assert execution.count == 1


async def test_each_executes_for_itself_where_nothing_can_be_shared() -> None:
    flights, execution = Flights[str](), Execution(shared=None)
    async with asyncio.TaskGroup() as group:
        asking = [group.create_task(ask(flights, execution)) for _ in range(4)]
        await turn()
        assert execution.count == 1
        execution.go_on.set()

    assert execution.count == 4
    assert all(str(task.result()).startswith("own") for task in asking)
    assert len(flights) == 0


async def test_a_deadline_of_one_who_waits_is_its_own() -> None:
    flights, execution = Flights[str](), Execution()
    async with asyncio.TaskGroup() as group:
        first = group.create_task(ask(flights, execution))
        await turn()
        is_over = False
        try:
            async with asyncio.timeout(0.01):
                await ask(flights, execution)
        except TimeoutError:
            is_over = True
        execution.go_on.set()

    assert is_over
    assert first.result() == "own 1"
