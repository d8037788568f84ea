"""Which addresses endpoints may have: nobody is to reach into the operator's network by naming one."""

import ipaddress
from collections.abc import Iterable

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network

# Not in the registries as such, or only in newer ones: clouds answer there to whoever asks from within.
_BLOCKED = tuple(
    ipaddress.ip_network(network) for network in ("168.63.129.16/32", "192.0.0.0/24", "fec0::/10")
)
# Addresses that have one of IPv4 in them: NAT64 (RFC 6052).
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")


class AddressRules:
    """`allowed`: names of hosts, addresses and networks that may be private."""

    def __init__(self, allowed: Iterable[str]) -> None:
        self._hosts: set[str] = set()
        self._networks: list[Network] = []
        for one in allowed:
            try:
                self._networks.append(ipaddress.ip_network(one, strict=False))
            except ValueError:
                self._hosts.add(one.lower().rstrip("."))

    def allows_host(self, host: str) -> bool:
        """Whatever address it has."""
        return host.lower().rstrip(".") in self._hosts

    def allows(self, address: str) -> bool:
        # A link-local address may come with the name of an interface.
        ip = ipaddress.ip_address(address.partition("%")[0])
        return any(ip in network for network in self._networks) or all(_is_public(one) for one in _forms(ip))

    def refuses_host(self, host: str) -> bool:
        """Whether its name alone tells that nothing is delivered there; most have to be looked up first."""
        name = host.lower().rstrip(".")
        if self.allows_host(name):
            return False
        try:
            return not self.allows("127.0.0.1" if name == "localhost" else name)
        except ValueError:
            return False


def _forms(ip: Address) -> list[Address]:
    """The address, and those of IPv4 that a packet to it may end up at."""
    if isinstance(ip, ipaddress.IPv4Address):
        return [ip]
    inner = [ip.ipv4_mapped, ip.sixtofour, *(ip.teredo or ())]
    if ip in _NAT64:
        inner.append(ipaddress.IPv4Address(int(ip) & 0xFFFF_FFFF))
    found: list[Address] = [one for one in inner if one is not None]
    # What is only another way to write an address of IPv4 is judged as that.
    return found if ip.ipv4_mapped else [ip, *found]


def _is_public(ip: Address) -> bool:
    blocked = any(ip in network for network in _BLOCKED if network.version == ip.version)
    return ip.is_global and not ip.is_multicast and not blocked
