"""Stands for the publisher where a test needs no RabbitMQ: keeps what was published, or is away."""

from collections.abc import Sequence
from uuid import UUID

from models.enums import RequestClass
from models.messages import SyncRequested, Wake
from runtime.errors import QueueUnavailableError


class Outbox:
    """The part of `Publisher` that requests use."""

    def __init__(self, *, is_away: bool = False) -> None:
        self.is_away = is_away
        self.messages: list[SyncRequested] = []
        self.classes: list[RequestClass] = []

    async def publish(self, message: SyncRequested, request_class: RequestClass) -> None:
        if self.is_away:
            raise QueueUnavailableError
        self.messages.append(message)
        self.classes.append(request_class)

    async def retire_former_queue(self) -> int | None:
        return 0

    async def publish_all(self, wakes: Sequence[Wake]) -> list[UUID]:
        if self.is_away:
            return []
        for wake in wakes:
            await self.publish(wake.message, wake.request_class)
        return [wake.message.run_id for wake in wakes]
