"""Listen keys: names of user data streams that only their owner knows."""

import secrets

from auriga_exchange.wire import Refusal, RequestError

LIFETIME = 60 * 60 * 1000
_BYTES = 32


class ListenKeys:
    """The listen key of one account, valid for an hour after it was last asked for.

    A restart of the exchange forgets it, as clients have to expect anyway.

    Examples
    --------
    >>> keys = ListenKeys()
    >>> key = keys.create(0)
    >>> keys.create(1) == key, keys.is_valid(key, LIFETIME), keys.is_valid(key, 1 + LIFETIME)
    (True, True, False)
    """

    def __init__(self) -> None:
        self._key = ""
        self._ends_at = 0

    def create(self, now: int) -> str:
        """Return the key that is valid at `now` (ms), extended by an hour, or a new one."""
        if not self._key or now >= self._ends_at:
            self._key = secrets.token_hex(_BYTES)
        self._ends_at = now + LIFETIME
        return self._key

    def is_valid(self, key: str, now: int) -> bool:
        """Whether a key may be listened to at `now` (ms)."""
        return (
            bool(self._key)
            and secrets.compare_digest(key.encode(), self._key.encode())
            and now < self._ends_at
        )

    def extend(self, key: str | None, now: int) -> str:
        """Let a key live an hour from `now` on; None means the one there is. Refused with -1125."""
        key = self._key if key is None else key
        if not self.is_valid(key, now):
            raise RequestError(Refusal.INVALID_LISTEN_KEY)
        self._ends_at = now + LIFETIME
        return key

    def close(self, key: str | None, now: int) -> None:
        """End a key; refused with -1125 when it is not valid."""
        self.extend(key, now)
        self._key = ""
