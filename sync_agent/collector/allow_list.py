"""Which addresses agents may connect to: a host is an operator's input, and agents stand inside.

Link-local addresses (cloud metadata services live there), multicast and the unspecified address are
never allowed.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_network

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network


@dataclass(frozen=True, slots=True)
class AllowList:
    """What may be connected to; both empty: everything that is not refused outright."""

    suffixes: tuple[str, ...] = ()
    """Domains with all their hosts, or single hosts, in lower case."""
    networks: tuple[Network, ...] = ()

    @classmethod
    def of(cls, entries: Iterable[str]) -> "AllowList":
        """Read entries: `10.1.0.0/16`, `vc.example.org`, `.example.org`.

        >>> AllowList.of(["10.1.0.0/16", ".Example.org"])
        AllowList(suffixes=('.example.org',), networks=(IPv4Network('10.1.0.0/16'),))
        """
        suffixes: list[str] = []
        networks: list[Network] = []
        for entry in entries:
            try:
                networks.append(ip_network(entry))
            except ValueError:
                if "/" in entry:
                    raise
                suffixes.append(entry.lower())
        return cls(tuple(suffixes), tuple(networks))

    def admits(self, host: str, addresses: Sequence[Address]) -> bool:
        """Tell whether a host with these addresses may be connected to.

        A host that is named is admitted with whatever it resolves to; any other needs every one of
        its addresses in a network, lest one of several lead elsewhere.

        >>> from ipaddress import ip_address
        >>> allowed = AllowList.of(["10.1.0.0/16", ".example.org"])
        >>> inside, outside = ip_address("10.1.2.3"), ip_address("192.0.2.1")
        >>> allowed.admits("vc.example.org", [outside]), allowed.admits("vc", [inside, outside])
        (True, False)
        """
        if any(is_refused(address) for address in addresses):
            return False
        if not self.suffixes and not self.networks:
            return True
        name = host.lower().rstrip(".")
        if any(_is_named(name, suffix) for suffix in self.suffixes):
            return True
        return bool(addresses) and all(
            any(address in network for network in self.networks) for address in addresses
        )


def is_refused(address: Address) -> bool:
    """Tell whether nobody may ever connect there.

    >>> from ipaddress import ip_address
    >>> [is_refused(ip_address(text)) for text in ("169.254.169.254", "fe80::1", "10.0.0.1")]
    [True, True, False]
    """
    mapped = getattr(address, "ipv4_mapped", None)
    real = mapped or address
    return bool(real.is_link_local or real.is_multicast or real.is_unspecified)


def _is_named(name: str, suffix: str) -> bool:
    return name.endswith(suffix) if suffix.startswith(".") else name == suffix
