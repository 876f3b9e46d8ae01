"""What of a host is too much to read in every sync (HEAVY): network, storage, time, services."""

from cryptography import x509

from sync_agent.collector import host_network, host_storage, value
from sync_agent.collector.fill import hashed, identifiers, withheld
from sync_agent.collector.host_network import HostNetwork
from sync_agent.collector.host_storage import HostStorage
from sync_agent.collector.inventory import DEGRADED_HOST, text_of
from sync_agent.collector.part import (
    EMPTY,
    Part,
    Structure,
    flag,
    number,
    ordered,
    structure,
    structures,
    text,
    texts,
    within,
)
from sync_agent.collector.reply import Element, RawObject
from sync_agent.records import DetailRecord

DNS = "config.network.dnsConfig"
ROUTE = "config.network.ipRouteConfig"
TIME = "config.dateTimeInfo"
SERVICES = "config.service.service"
CERTIFICATE = "config.certificate"
STATE = "runtime.connectionState"
PATHS = (
    *host_network.PATHS,
    *host_storage.PATHS,
    DNS,
    ROUTE,
    TIME,
    SERVICES,
    CERTIFICATE,
    STATE,
)
NTP_DAEMON = "ntpd"
PEM = b"-----BEGIN"
CERTIFIED = (
    "certificate_subject",
    "certificate_issuer",
    "certificate_not_before",
    "certificate_not_after",
)
NOTHING_SAID = (None,) * len(CERTIFIED)


def host_hardware(raw: RawObject) -> DetailRecord | None:
    """Return the hardware of a host; None where vCenter cannot tell: what is stored is kept then.

    A host that is disconnected leaves most of it out.
    """
    is_degraded = text_of(raw, STATE) in DEGRADED_HOST
    if is_degraded or withheld(raw.missing) or host_network.PNICS not in raw.properties:
        return None
    network, storage = HostNetwork.of(raw.properties), HostStorage.of(raw.properties)
    nics, vmks = host_network.physical_nics(network), host_network.vmkernel_adapters(network)
    services = [_service(each) for each in structures(raw.properties.get(SERVICES))]
    columns: dict[str, object] = {
        "physical_nics": ordered(nics, "device"),
        "vmkernel_adapters": ordered(vmks, "device"),
        "standard_switches": ordered(host_network.standard_switches(network), "name"),
        "standard_port_groups": ordered(
            host_network.standard_port_groups(network), "switch_name", "name"
        ),
        "proxy_switches": ordered(host_network.proxy_switches(network), "name", "uuid"),
        "bus_adapters": ordered(host_storage.bus_adapters(storage), "device"),
        "luns": ordered(host_storage.luns(storage), "canonical_name", "uuid"),
        "lun_count": len(storage.luns),
        "dead_path_count": host_storage.dead_paths(storage),
        "services": ordered(services, "key"),
        "ntpd_running": any(each["key"] == NTP_DAEMON and each["running"] for each in services),
        **_names(_held(raw, DNS), _held(raw, ROUTE)),
        **_time(_held(raw, TIME)),
        **_certificate(raw.properties.get(CERTIFICATE)),
    }
    found = identifiers(MAC=[nic["mac_address"] for nic in (*nics, *vmks)])
    return DetailRecord(raw.moid, columns, hashed(columns, found=found), found)


def _held(raw: RawObject, path: str) -> Structure:
    node = raw.properties.get(path)
    return structure(node) if node is not None else EMPTY


def _service(service: Structure) -> Part:
    return {
        "key": text(service, "key"),
        "label": text(service, "label"),
        "running": flag(service, "running"),
        "policy": text(service, "policy"),
        "required": flag(service, "required"),
    }


def _names(dns: Structure, route: Structure) -> Part:
    return {
        "dns_host_name": text(dns, "hostName"),
        "dns_domain": text(dns, "domainName"),
        "dns_servers": texts(dns, "address"),
        "dns_search_domains": texts(dns, "searchDomain"),
        "dns_from_dhcp": flag(dns, "dhcp"),
        "default_gateway": value.parse_address(text(route, "defaultGateway")),
        "default_gateway_ipv6": value.parse_address(text(route, "ipV6DefaultGateway")),
    }


def _time(time: Structure) -> Part:
    zone = within(time, "timeZone")
    return {
        "ntp_servers": texts(within(time, "ntpConfig"), "server"),
        "time_zone": text(zone, "key"),
        "time_zone_name": text(zone, "name"),
        "gmt_offset_seconds": number(zone, "gmtOffset"),
    }


def _certificate(node: Element | None) -> Part:
    """Return what the certificate says; one that cannot be read says nothing."""
    said: tuple[object, ...] = NOTHING_SAID
    if node is not None:
        try:
            said = _said(_octets(node))
        except (ValueError, x509.InvalidVersion):
            said = NOTHING_SAID
    return dict(zip(CERTIFIED, said, strict=True))


def _said(content: bytes) -> tuple[object, ...]:
    """Return what a PEM text (which ESXi keeps) or DER bytes certify, in the order of CERTIFIED.

    The parser is lazy: a name or a date that is malformed raises only when it is asked for.

    Raises:
        ValueError: it is no certificate.
        x509.InvalidVersion: it is one of a version nobody uses.
    """
    read = x509.load_pem_x509_certificate if PEM in content else x509.load_der_x509_certificate
    found = read(content)
    return (
        found.subject.rfc4514_string(),
        found.issuer.rfc4514_string(),
        found.not_valid_before_utc,
        found.not_valid_after_utc,
    )


def _octets(node: Element) -> bytes:
    """Return an array of bytes: vSphere writes an element for each, signed."""
    return bytes(int(each.text or 0) % 256 for each in node)
