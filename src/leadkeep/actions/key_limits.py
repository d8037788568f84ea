"""How often one key may ask."""

from limits import parse
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter

from leadkeep.actions.quota import Quota, quota_of


class KeyLimits:
    """Counted in this process: with several workers, each allows as much. The rate reads like `30/minute`."""

    def __init__(self, per_key: str) -> None:
        self._per_key = parse(per_key)
        # In windows that do not slide: it costs half, and every request with a key pays.
        self._limiter = FixedWindowRateLimiter(MemoryStorage())

    def count(self, key_id: str) -> Quota:
        """What is left after this request."""
        allowed = self._limiter.hit(self._per_key, "key", key_id)
        return quota_of(self._limiter, self._per_key, "key", key_id)._replace(exceeded=not allowed)
