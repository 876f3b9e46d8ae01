"""How vCenters are read: waits, page sizes, limits."""

from pydantic import Field

from runtime.settings import Settings


class CollectorSettings(Settings):
    """Reading one vCenter."""

    collector_connect_timeout_seconds: float = Field(default=10.0, gt=0)
    """Seconds to wait for a connection to a vCenter."""

    collector_read_timeout_seconds: float = Field(default=120.0, gt=0)
    """Seconds to wait for a vCenter to go on with an answer."""

    collector_logout_timeout_seconds: float = Field(default=5.0, gt=0)
    """Seconds to spend on logging out, whatever happened before."""

    collector_page_size: int = Field(default=100, ge=1, le=1000)
    """Objects asked for in one page; vCenter gives 100 at most by default."""

    collector_hardware_page_size: int = Field(default=100, ge=1, le=500)
    """VMs whose devices are asked for in one call."""

    collector_max_reply_bytes: int = Field(default=64 * 1024 * 1024, ge=1024 * 1024)
    """Largest answer that is read, in bytes, unpacked."""
