"""Records of what of a host is read rarely (HEAVY tier): see `models.host_hardware`."""

from cryptography import x509

from sync_agent.collector import field, host_network, host_storage, value
from sync_agent.collector.fill import hashed, identifiers
from sync_agent.collector.reply import Element, RawObject
from sync_agent.records import HardwareRecord

DNS = "config.network.dnsConfig"
ROUTE = "config.network.ipRouteConfig"
TIME = "config.dateTimeInfo"
SERVICES = "config.service.service"
CERTIFICATE = "config.certificate"
PATHS = (
    *host_network.PATHS,
    *host_storage.PATHS,
    DNS,
    ROUTE,
    TIME,
    SERVICES,
    CERTIFICATE,
)
UNKNOWN_HERE = "InvalidProperty"
"""A property that this build does not have hides nothing."""
NTP_DAEMON = "ntpd"
PEM = b"-----BEGIN"
Columns = dict[str, object]


def host_hardware(raw: RawObject) -> HardwareRecord | None:
    """Return the hardware of a host; None where vCenter cannot tell: what is stored is kept then.

    A host that is disconnected leaves all of it out.
    """
    is_hidden = any(fault != UNKNOWN_HERE for fault in raw.missing.values())
    if is_hidden or host_network.PNICS not in raw.properties:
        return None
    nics, vmks = host_network.physical_nics(raw), host_network.vmkernel_adapters(raw)
    disks, services = host_storage.luns(raw), _services(raw)
    columns: Columns = {
        "physical_nics": nics,
        "vmkernel_adapters": vmks,
        "standard_switches": host_network.standard_switches(raw),
        "standard_port_groups": host_network.standard_port_groups(raw),
        "distributed_switches": host_network.distributed_switches(raw),
        "bus_adapters": host_storage.bus_adapters(raw),
        "luns": disks,
        "lun_count": len(disks),
        "dead_path_count": host_storage.dead_paths(disks),
        "services": services,
        "ntpd_running": any(each["key"] == NTP_DAEMON and each["running"] for each in services),
        **_names(raw),
        **_time(raw.properties.get(TIME)),
        **_certificate(raw.properties.get(CERTIFICATE)),
    }
    found = identifiers(MAC=[nic["mac_address"] for nic in (*nics, *vmks)])
    return HardwareRecord(raw.moid, columns, hashed(columns, found=found), found)


def _services(raw: RawObject) -> list[Columns]:
    return [
        {
            "key": field.text(service, "key"),
            "label": field.text(service, "label"),
            "running": field.flag(service, "running"),
            "policy": field.text(service, "policy"),
            "required": field.flag(service, "required"),
        }
        for service in raw.properties.get(SERVICES, ())
    ]


def _names(raw: RawObject) -> Columns:
    dns, route = raw.properties.get(DNS), raw.properties.get(ROUTE)
    return {
        "dns_host_name": field.text(dns, "hostName"),
        "dns_domain": field.text(dns, "domainName"),
        "dns_servers": field.texts(dns, "address"),
        "dns_search_domains": field.texts(dns, "searchDomain"),
        "dns_from_dhcp": field.flag(dns, "dhcp"),
        "default_gateway": value.parse_address(field.text(route, "defaultGateway")),
        "default_gateway_ipv6": value.parse_address(field.text(route, "ipV6DefaultGateway")),
    }


def _time(time: Element | None) -> Columns:
    return {
        "ntp_servers": field.texts(field.child(time, "ntpConfig"), "server"),
        "time_zone": field.text(time, "timeZone", "key"),
        "time_zone_name": field.text(time, "timeZone", "name"),
        "gmt_offset_seconds": field.number(time, "timeZone", "gmtOffset"),
    }


def _certificate(node: Element | None) -> Columns:
    """Return what the certificate says; one that cannot be read says nothing."""
    found = _parsed(_octets(node)) if node is not None else None
    return {
        "certificate_subject": found.subject.rfc4514_string() if found else None,
        "certificate_issuer": found.issuer.rfc4514_string() if found else None,
        "certificate_not_before": found.not_valid_before_utc if found else None,
        "certificate_not_after": found.not_valid_after_utc if found else None,
    }


def _parsed(content: bytes) -> x509.Certificate | None:
    """Return the certificate of a PEM text (which ESXi keeps) or of DER bytes; None: it is none."""
    read = x509.load_pem_x509_certificate if PEM in content else x509.load_der_x509_certificate
    try:
        return read(content)
    except ValueError:
        return None


def _octets(node: Element) -> bytes:
    """Return an array of bytes: vSphere writes an element for each, signed."""
    return bytes(int(each.text or 0) % 256 for each in node)
