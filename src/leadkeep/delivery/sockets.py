"""Connections to endpoints, for addresses that the rules allow."""

import socket
from typing import Any

from leadkeep.domain.addresses import AddressRules


class BlockedAddressError(OSError):
    """The endpoint is at an address that nothing is delivered to."""

    def __init__(self) -> None:
        # The same whatever the address: aiohttp then reports one error for all addresses of a host.
        super().__init__("blocked address")


def open_socket(rules: AddressRules, info: tuple[Any, ...]) -> socket.socket:
    """For a connection to one address out of `getaddrinfo`. Raises BlockedAddressError.

    Here, and not where the name is resolved: what is checked is the address that is connected to.
    """
    family, kind, protocol, _, address = info
    if not rules.allows(address[0]):
        raise BlockedAddressError
    return socket.socket(family, kind, protocol)
