"""What a host believes about names, time and itself: DNS, NTP, services, certificate."""

from datetime import timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from vminer.simulator.inventory.dice import BASE_TIME, roll

if TYPE_CHECKING:
    from vminer.simulator.inventory.host import Host


class Service(NamedTuple):
    """A daemon of ESXi."""

    key: str
    label: str
    running: bool
    policy: str
    required: bool = False


class Dns(NamedTuple):
    """How a host resolves names."""

    host_name: str
    domain: str
    servers: tuple[str, ...]
    search: tuple[str, ...]
    dhcp: bool


class Zone(NamedTuple):
    """A time zone; ESXi itself knows UTC only."""

    key: str
    name: str
    description: str
    offset_seconds: int


UTC_ZONE = Zone("UTC", "UTC", "UTC", 0)


def dns(host: "Host") -> Dns:
    """One site in a vCenter; a host in forty has no DNS at all."""
    name, _, domain = host.name.partition(".")
    servers = ("10.0.0.53", "10.0.1.53") if host.index % 40 != 18 else ()
    return Dns(name, domain, servers, (domain, "example.com"), dhcp=host.index % 30 == 4)


def ntp_servers(host: "Host") -> tuple[str, ...]:
    """A host in twenty has none."""
    if host.index % 20 == 13:
        return ()
    return tuple(f"ntp{n}.{host.frame.identity.site}.example.com" for n in (1, 2))


def services(host: "Host") -> tuple[Service, ...]:
    """SSH was left on here and there."""
    has_time = bool(ntp_servers(host)) and host.index % 17 != 2
    return (
        Service("DCUI", "Direct Console UI", running=True, policy="on"),
        Service("TSM-SSH", "SSH", running=host.index % 6 == 1, policy="off"),
        Service("ntpd", "NTP Daemon", running=has_time, policy="on"),
        Service("vpxa", "VMware vCenter Agent", running=True, policy="on", required=True),
    )


def certificate(host: "Host") -> bytes:
    """PEM, as ESXi keeps it; some have run out."""
    return _certificate(host.dice, host.name, host.frame.identity.name, host.index % 25 == 8)


@lru_cache(maxsize=4096)
def _certificate(dice: bytes, name: str, issuer: str, has_expired: bool) -> bytes:
    """Ed25519 signs without chance, so the same host always has the same certificate."""
    key = Ed25519PrivateKey.from_private_bytes(roll(dice, "key")[:32])
    begin = BASE_TIME - timedelta(days=1800 if has_expired else 400 + dice[35])
    names = {
        "subject": (NameOID.COMMON_NAME, name),
        "issuer": (NameOID.COMMON_NAME, f"CA of {issuer}"),
    }
    subject, authority = (
        x509.Name(
            [
                x509.NameAttribute(*names[each]),
                x509.NameAttribute(NameOID.ORGANIZATION_NAME, "vMiner"),
            ]
        )
        for each in ("subject", "issuer")
    )
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(authority)
        .public_key(key.public_key())
        .serial_number(int.from_bytes(roll(dice, "serial")[:15]) + 1)
        .not_valid_before(begin)
        .not_valid_after(begin + timedelta(days=1825 if not has_expired else 1780))
        .sign(key, None)
    )
    return made.public_bytes(Encoding.PEM)
