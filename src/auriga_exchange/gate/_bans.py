"""Bans of clients that go on after 429."""

from dataclasses import dataclass

KNOCKS_ALLOWED = 10
SHORTEST_BAN = 2 * 60_000
LONGEST_BAN = 3 * 24 * 60 * 60_000


@dataclass
class Conduct:
    """How one IP address behaves.

    Binance bans addresses that do not back off, from 2 minutes to 3 days, longer each time, but does not
    say when. Here it takes more than ten refused requests in one minute, and three days without a ban are
    forgiven.

    Examples
    --------
    >>> conduct = Conduct()
    >>> [conduct.knock(now=0) for _ in range(11)][-2:], conduct.banned_until
    ([False, True], 120000)
    """

    banned_until: int = 0
    _bans: int = 0
    _minute: int = -1
    _knocks: int = 0

    def knock(self, now: int) -> bool:
        """Count a request beyond the limit at `now` (ms); returns whether it led to a ban."""
        if now // 60_000 != self._minute:
            self._minute, self._knocks = now // 60_000, 0
        self._knocks += 1
        if self._knocks <= KNOCKS_ALLOWED:
            return False
        self._ban(now)
        return True

    def _ban(self, now: int) -> None:
        if now > self.banned_until + LONGEST_BAN:
            self._bans = 0
        self.banned_until = now + min(SHORTEST_BAN * 2 ** min(self._bans, 16), LONGEST_BAN)
        self._bans += 1
        self._knocks = 0
