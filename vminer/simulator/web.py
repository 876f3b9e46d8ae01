"""HTTP requests and answers, as plain values."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Request:
    """A complete request; header names in lower case."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes
    peer: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """What is to be sent, when, and whether all of it."""

    status: int
    body: bytes
    content_type: str = "text/xml; charset=utf-8"
    headers: Mapping[str, str] = field(default_factory=dict)
    delay_seconds: float = 0.0
    sent_share: float | None = None
    """Send this share of the answer and cut the connection; None: send it all."""


Respond = Callable[[Request], Answer]
