"""What a person may paste to find a machine, in the spelling the identifiers table keeps.

>>> spellings("00-50-56-AB-CD-EF")[0]
('MAC', '00:50:56:ab:cd:ef')
>>> spellings("2001:DB8:0::1")
(('IP', '2001:db8::1'),)
"""

import re
from ipaddress import IPv6Address, ip_address
from uuid import UUID

from models.enums import IdentifierKind
from runtime.errors import InvalidArgumentError

Pairs = tuple[tuple[str, str], ...]

MAC = re.compile(
    r"(?:[0-9a-f]{2}([:-]?))(?:[0-9a-f]{2}\1){4}[0-9a-f]{2}|(?:[0-9a-f]{4}\.){2}[0-9a-f]{4}"
)
VMWARE_SERIAL = re.compile(r"vmware-([0-9a-f -]+)")
NOT_HEX = re.compile(r"[^0-9a-f]")
LONGEST = 300


def spellings(text: str) -> Pairs:
    """Return the (kind, value) pairs that a text may stand for.

    Raises:
        InvalidArgumentError: it cannot be an identifier.
    """
    wanted = text.strip().lower()
    if not wanted or "\0" in wanted or len(wanted) > LONGEST:
        raise InvalidArgumentError("identifier takes an IP, MAC, UUID, serial number or host name.")
    if address := _address(wanted):
        return ((IdentifierKind.IP.value, address),)
    pairs = []
    if MAC.fullmatch(wanted):
        digits = NOT_HEX.sub("", wanted)
        pairs.append((IdentifierKind.MAC.value, ":".join(re.findall("..", digits))))
    if uuid := _uuid(wanted):
        pairs += [(IdentifierKind.BIOS_UUID.value, each) for each in either_way(uuid)]
        pairs.append((IdentifierKind.INSTANCE_UUID.value, str(uuid)))
    pairs.append((IdentifierKind.SERIAL.value, wanted))
    pairs.append((IdentifierKind.FQDN.value, wanted.rstrip(".")))
    return tuple(pairs)


def either_way(uuid: UUID) -> tuple[str, ...]:
    """Return a BIOS UUID in both byte orders: guests and vSphere do not agree on one.

    What dmidecode or Windows prints of a VM has the bytes of the first three groups reversed since
    virtual hardware 13 (SMBIOS 2.6 and later keep them little-endian).

    >>> either_way(UUID("4237909a-6c1e-0a3b-9f0e-0025b5a10a1f"))
    ('4237909a-6c1e-0a3b-9f0e-0025b5a10a1f', '9a903742-1e6c-3b0a-9f0e-0025b5a10a1f')
    """
    return tuple(dict.fromkeys((str(uuid), str(UUID(bytes=uuid.bytes_le)))))


def _address(text: str) -> str | None:
    try:
        address = ip_address(text.strip("[]").split("%")[0])
    except ValueError:
        return None
    if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
        return str(address.ipv4_mapped)
    return str(address)


def _uuid(text: str) -> UUID | None:
    """Any spelling Python takes, and the one VMware derives a VM's serial number from."""
    if serial := VMWARE_SERIAL.fullmatch(text):
        text = NOT_HEX.sub("", serial.group(1))
    try:
        return UUID(text)
    except ValueError:
        return None
