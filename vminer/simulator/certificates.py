"""One certificate authority for all simulated vCenters of a process; its key never leaves it."""

import ssl
from pathlib import Path

import trustme

NAMES = ("localhost", "127.0.0.1", "::1")


class Authority:
    """Issues server certificates for the loopback."""

    def __init__(self) -> None:
        self._ca = trustme.CA(organization_name="vMiner simulator")
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        """Shared by every listener: a thousand contexts would cost more than the inventory."""
        self.reissue()

    def reissue(self) -> None:
        """New connections are shown a new certificate, signed as the one before."""
        self._ca.issue_cert(*NAMES).configure_cert(self.context)

    @property
    def pem(self) -> str:
        """What clients must trust."""
        return self._ca.cert_pem.bytes().decode()

    def write(self, path: Path) -> None:
        """For clients in other processes."""
        path.write_text(self.pem)
