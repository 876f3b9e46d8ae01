"""Stands for the publisher where a test needs no RabbitMQ: keeps what was published, or is away."""

from models.messages import SyncRequested
from runtime.errors import QueueUnavailableError


class Outbox:
    """The part of `Publisher` that requests use."""

    def __init__(self, *, is_away: bool = False) -> None:
        self.is_away = is_away
        self.messages: list[SyncRequested] = []

    async def publish(self, message: SyncRequested) -> None:
        if self.is_away:
            raise QueueUnavailableError
        self.messages.append(message)
