"""Who asks: what a request may see and do."""

from dataclasses import dataclass

from loaders.api_key import LiveKey
from loaders.scope import EVERYTHING, Scope
from models.enums import ApiOperation
from resolvers import context


@dataclass(frozen=True, slots=True)
class Caller:
    """Whoever sent a request, as far as it matters."""

    name: str
    """As runs and approvals remember who asked for them."""
    scope: Scope
    may_sync: bool

    @classmethod
    def of(cls, key: LiveKey) -> "Caller":
        """Return the caller who shows a key."""
        return cls(f"API:{key.name}", key.scope, ApiOperation.SYNC in key.operations)


ANYBODY = Caller(context.ANYBODY, EVERYTHING, may_sync=True)
"""Without a key, where none is required: whoever reaches this machine's loopback."""
