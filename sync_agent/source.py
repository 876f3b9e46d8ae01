"""The seam between runner and collector: what a runner needs of a vCenter, real or simulated."""

from collections.abc import AsyncIterator, Callable, Collection, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Protocol

from models.commands.sync_run import Access
from models.enums import InventoryType, Tier
from sync_agent.records import About, Definitions, DetailPage, Page, Problem, Proof


class Source(Protocol):
    """One vCenter with an open session, read by one scan."""

    @property
    def about(self) -> About:
        """What it says of itself."""

    @property
    def complete(self) -> Collection[InventoryType]:
        """Types of which every page was read."""

    @property
    def problems(self) -> Mapping[Problem, int]:
        """Properties that could not be read, and of how many objects."""

    @property
    def attribute_definitions(self) -> Definitions | None:
        """The custom attributes that it knows; None: it does not tell. Known once begun."""

    async def begin(self) -> Mapping[InventoryType, int]:
        """Start the scan; return how many objects to expect."""

    def pages(self) -> AsyncIterator[Page]:
        """Read every object."""

    def details(
        self, type_: InventoryType, tier: Tier, moids: Sequence[str]
    ) -> AsyncIterator[DetailPage]:
        """Read a slower tier of these objects."""

    async def verify(self) -> Proof:
        """Make sure that the scan read what was there, and tell what it saw to that end.

        Raises ScanIncompleteError.
        """


OpenSource = Callable[[Access, str], AbstractAsyncContextManager[Source]]
"""Logs in with the opened password; logs out in every way out."""
