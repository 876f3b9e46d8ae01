"""The messages that travel through RabbitMQ: versioned JSON, read strictly.

A message only wakes an agent; what is to be done stands in `sync_runs`. One that cannot be read is
poison: the consumer sends it to the dead letters.
"""

from datetime import datetime
from typing import Literal, NamedTuple, Self
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, ValidationError

from models.enums import RequestClass, SyncKind
from runtime.errors import InvalidArgumentError


class SyncRequested(BaseModel):
    """A sync run waits for an agent."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    version: Literal[1]
    run_id: UUID
    vcenter_id: int
    kind: SyncKind
    requested_at: AwareDatetime

    @classmethod
    def about(cls, run_id: UUID, vcenter_id: int, kind: str, requested_at: datetime) -> Self:
        """Return the message of a run, from the columns of its row."""
        return cls(
            version=1,
            run_id=run_id,
            vcenter_id=vcenter_id,
            kind=SyncKind(kind),
            requested_at=requested_at,
        )

    @classmethod
    def parse(cls, body: bytes) -> Self:
        """Read a message body.

        Raises:
            InvalidArgumentError: it is not a message of this shape and version.
        """
        try:
            return cls.model_validate_json(body, strict=True)
        except ValidationError as error:
            problems = "; ".join(
                f"{'.'.join(str(part) for part in item['loc']) or 'body'}: {item['msg']}"
                for item in error.errors(include_url=False, include_input=False)
            )
            raise InvalidArgumentError(f"not a SyncRequested message: {problems}") from error

    def body(self) -> bytes:
        """Return the message as JSON."""
        return self.model_dump_json().encode()


class Wake(NamedTuple):
    """A message and the class whose queue it goes to: routing, so no part of the message."""

    message: SyncRequested
    request_class: RequestClass
    version: str = ""
    """Of the run's row when it was read: a run that moved on meanwhile is not marked published."""
