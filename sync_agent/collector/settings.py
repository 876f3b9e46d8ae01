"""How vCenters are read: waits, page sizes, limits."""

from typing import Annotated

from pydantic import Field, field_validator
from pydantic_settings import NoDecode

from models.enums import InventoryType
from runtime.settings import Settings
from sync_agent.collector.allow_list import AllowList


class CollectorSettings(Settings):
    """Reading one vCenter."""

    collector_connect_timeout_seconds: float = Field(default=10.0, gt=0)
    """Seconds to wait for a connection to a vCenter."""

    collector_read_timeout_seconds: float = Field(default=120.0, gt=0)
    """Seconds to wait for a vCenter to go on with an answer."""

    collector_logout_timeout_seconds: float = Field(default=5.0, gt=0)
    """Seconds to spend on logging out, whatever happened before."""

    collector_allowed_addresses: Annotated[tuple[str, ...], NoDecode] = ()
    """Hosts, domains (.example.org) and networks (10.1.0.0/16) that agents may connect to, comma
    separated; empty: any but link-local, multicast and unspecified addresses."""

    collector_page_size: int = Field(default=100, ge=1, le=1000)
    """Objects asked for in one page; vCenter gives 100 at most by default."""

    collector_detail_page_size: int = Field(default=100, ge=1, le=500)
    """VMs whose devices, or guests, are asked for in one call."""

    collector_host_page_size: int = Field(default=10, ge=1, le=100)
    """Hosts whose hardware is asked for in one call: each may see hundreds of disks."""

    collector_max_reply_bytes: int = Field(default=64 * 1024 * 1024, ge=1024 * 1024)
    """Largest answer that is read, in bytes, unpacked."""

    def detail_page_size(self, type_: InventoryType) -> int:
        """Return how many objects of a type a slower tier asks for in one call."""
        is_host = type_ is InventoryType.Host
        return self.collector_host_page_size if is_host else self.collector_detail_page_size

    @field_validator("collector_allowed_addresses", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        if isinstance(value, str):
            return tuple(part.strip() for part in value.split(",") if part.strip())
        return value

    @field_validator("collector_allowed_addresses")
    @classmethod
    def _readable(cls, entries: tuple[str, ...]) -> tuple[str, ...]:
        AllowList.of(entries)
        return entries
