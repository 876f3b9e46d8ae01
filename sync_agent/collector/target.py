"""Where a vCenter is, how it is trusted, and who logs in."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Target:
    """One vCenter to be read."""

    host: str
    port: int
    username: str
    password: str = field(repr=False)
    ca_certificates: str | None = field(default=None, repr=False)
    """PEM of the CAs that may have signed its certificate; None: the system's."""
    pinned_certificate: str | None = field(default=None, repr=False)
    """PEM of the one certificate it may present, whoever signed it; None: any trusted one."""

    @property
    def address(self) -> str:
        """Host and port, as error messages name them."""
        return f"{self.host}:{self.port}"
