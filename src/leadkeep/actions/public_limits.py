"""How often strangers may leave a lead: by address, and by bot."""

import ipaddress
from collections.abc import Callable

from limits import RateLimitItem, parse
from limits.storage import MemoryStorage
from limits.strategies import SlidingWindowCounterRateLimiter

from leadkeep.actions.quota import Quota, quota_of
from leadkeep.domain.errors import TooManyError


class PublicLimits:
    """Counted in this process: with several workers, each allows as much. Rates read like `30/minute`."""

    def __init__(self, per_address: str, per_bot: str) -> None:
        self._per_address = parse(per_address)
        self._per_bot = parse(per_bot)
        self._limiter = SlidingWindowCounterRateLimiter(MemoryStorage())

    def count(self, address: str, bot_id: str) -> None:
        """Raises TooManyError, saying when to come back."""
        # Asked first: at a bot that takes no more, no address need be remembered. Counted last: who comes too
        # often must not use up what is there for the others.
        self._check(self._limiter.test, self._per_bot, "bot", bot_id)
        self._check(self._limiter.hit, self._per_address, "address", network_of(address))
        self._check(self._limiter.hit, self._per_bot, "bot", bot_id)

    def quota(self, address: str) -> Quota:
        """What is left to an address. What is left of a bot's rate would tell how many leads others leave."""
        return quota_of(self._limiter, self._per_address, "address", network_of(address))

    def _check(self, ask: Callable[..., bool], rate: RateLimitItem, kind: str, who: str) -> None:
        if not ask(rate, kind, who):
            reset = quota_of(self._limiter, rate, kind, who).reset
            raise TooManyError("Too many leads in a short time", reset)


def network_of(address: str) -> str:
    """One household has a whole IPv6 /64 to send from, so that is what is counted."""
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return address
    if ip.version == 4:
        return str(ip)
    # What a socket for both families calls an IPv4 address.
    if ip.ipv4_mapped:
        return str(ip.ipv4_mapped)
    return str(ipaddress.ip_network(f"{ip}/64", strict=False))
