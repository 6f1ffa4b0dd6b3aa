"""A halt is a lock of Freqtrade on all pairs: kept with the trades, seen and ended with its commands."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from freqtrade.persistence import PairLocks
from freqtrade.persistence.models import PairLock
from sqlalchemy import select, update

FOREVER = datetime(2100, 1, 1, tzinfo=UTC)
"""Until when a halt lasts that only ends by hand: a lock needs an end."""

_ALL = "*"
_ANEW = re.compile(r"; anew from (-?\d+\.\d+) at (\d+)$")


class HaltKind(StrEnum):
    """The rules; the names stand in reasons of locks, so they tell locks of ours from all others."""

    DAILY = "daily drawdown"
    TOTAL = "total drawdown"
    LOSSES = "losses in a row"


@dataclass(frozen=True)
class Halt:
    """One halt, over or not.

    Attributes
    ----------
    kind : HaltKind
    at, until : int
        Begin and end, ms UTC; after an unlock by hand `until` is its moment.
    reason : str
        What `/locks` shows.
    by_hand : bool
        Whether it was unlocked.
    anew, anew_at : float and int, or None
        Profit in stake currency, and moment in ms UTC, that the rule measures from after an unlock; None
        until noted.
    number : int or None
        What `/unlock` takes; None in backtests.
    """

    kind: HaltKind
    at: int
    until: int
    reason: str
    by_hand: bool = False
    anew: float | None = None
    anew_at: int | None = None
    number: int | None = None

    def lasts(self, now: datetime) -> bool:
        """Whether entries are halted at this moment."""
        return not self.by_hand and self.until > as_ms(now)


def halts() -> list[Halt]:
    """Every halt there ever was, oldest first; read from the trades database, or of this backtest."""
    return sorted(_halts(), key=lambda halt: halt.at)


_Row = tuple[int, datetime, datetime, str | None, bool]


def _halts() -> Iterator[Halt]:
    if PairLocks.use_db:
        # Columns, not objects: those of this session could be older than an unlock in Telegram's thread.
        columns = select(
            PairLock.id, PairLock.lock_time, PairLock.lock_end_time, PairLock.reason, PairLock.active
        )
        ours = columns.where(PairLock.pair == _ALL, PairLock.reason.like("Halt, %"))
        rows: Iterable[_Row] = PairLock.session.execute(ours).all()
    else:
        rows = [
            (lock.id, lock.lock_time, lock.lock_end_time, lock.reason, lock.active)
            for lock in PairLocks.get_all_locks()
            if lock.pair == _ALL
        ]
    for number, at, until, noted, active in rows:
        reason = noted or ""
        kind = next((each for each in HaltKind if reason.startswith(f"Halt, {each}:")), None)
        if kind is not None:
            anew = _ANEW.search(reason)
            profit, moment = (float(anew[1]), int(anew[2])) if anew else (None, None)
            yield Halt(kind, as_ms(at), as_ms(until), reason, not active, profit, moment, number)


def halt(kind: HaltKind, until: datetime, what: str, now: datetime) -> None:
    """Lock all pairs until a moment that a candle opens at."""
    end = until - timedelta(seconds=1)  # Freqtrade ends a lock with the next candle, even one that fits
    PairLocks.lock_pair(_ALL, end, f"Halt, {kind}: {what}", now=now, side=_ALL)


def measure_anew(unlocked: Halt, profit: float, at: int) -> None:
    """Note in an unlocked halt of the database what its rule measures from now on."""
    reason = f"{unlocked.reason}; anew from {profit:.8f} at {at}"
    PairLock.session.execute(update(PairLock).where(PairLock.id == unlocked.number).values(reason=reason))
    PairLock.session.commit()


def as_ms(moment: datetime) -> int:
    """UTC milliseconds; Freqtrade's database gives UTC without saying so."""
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return round(aware.timestamp() * 1000)
