"""Public trades that explain the candles: four a candle, at its open, its extremes and its close."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import ROUND_DOWN, Decimal

import numpy as np

from auriga_exchange.markets._series import CandleSeries, candle_path
from auriga_exchange.markets._store import CandleStore

TRADES_A_CANDLE = 4
_STEP = Decimal("0.00000001")


@dataclass(frozen=True)
class PublicTrade:
    """One trade of the market.

    Parameters
    ----------
    number : int
        Position in the history of the symbol, from 1.
    at : int
        Time in ms.
    price, amount : Decimal
        In quote and base currency.
    is_sale : bool
        Whether the taker sold.
    """

    number: int
    at: int
    price: Decimal
    amount: Decimal
    is_sale: bool


class TradeTape:
    """Trades of one symbol, made from its finest candles; the volumes add up to theirs exactly.

    Parameters
    ----------
    store : CandleStore
        The candles.
    symbol : str
        Binance's symbol.

    Examples
    --------
    >>> from auriga.simulated import SimulationPlan, simulate_exchange
    >>> store = simulate_exchange(SimulationPlan(days=1))
    >>> candles = store.native("BTCUSDT")["5m"]
    >>> trades = TradeTape(store, "BTCUSDT").since(start=0, now=2**50, limit=4)
    >>> float(sum(trade.amount for trade in trades)) == float(candles.values[0, 4])
    True
    """

    def __init__(self, store: CandleStore, symbol: str) -> None:
        self._series = next(iter(store.native(symbol).values()))

    def numbered(self, first: int, *, now: int, limit: int) -> list[PublicTrade]:
        """Trades from a number on that have happened at `now` (ms), the oldest first."""
        index = max(first - 1, 0) // TRADES_A_CANDLE
        return self._collect(index, now, limit, first=first)

    def since(self, *, start: int, now: int, limit: int) -> list[PublicTrade]:
        """Trades from a time (ms) on that have happened at `now` (ms), the oldest first."""
        opens_at = self._series.opens_at
        index = int(np.searchsorted(opens_at, start - self._series.step, side="right"))
        return self._collect(index, now, limit, start=start)

    def latest(self, *, now: int, limit: int) -> list[PublicTrade]:
        """Return the last trades at `now` (ms), the oldest first."""
        opened = int(np.searchsorted(self._series.opens_at, now, side="right"))
        index = max(opened - limit // TRADES_A_CANDLE - 2, 0)
        return self._collect(index, now, limit + 3 * TRADES_A_CANDLE)[-limit:]

    def _collect(
        self, index: int, now: int, limit: int, *, first: int = 0, start: int = 0
    ) -> list[PublicTrade]:
        found: list[PublicTrade] = []
        while index < len(self._series.opens_at) and len(found) < limit:
            for trade in _candle_trades(self._series, index):
                if trade.at > now:
                    return found[:limit]
                if trade.number >= first and trade.at >= start:
                    found.append(trade)
            index += 1
        return found[:limit]


def _candle_trades(series: CandleSeries, index: int) -> Iterator[PublicTrade]:
    """Trades of one candle; none where nothing was traded."""
    candle, opened_at, third = series.values[index], int(series.opens_at[index]), series.step // 3
    prices = [Decimal(repr(float(price))) for price in candle_path(candle)]
    total = Decimal(repr(float(candle[4])))
    part = (total / TRADES_A_CANDLE).quantize(_STEP, ROUND_DOWN)
    amounts = [part, part, part, total - 3 * part]
    for i, (price, amount) in enumerate(zip(prices, amounts, strict=True)):
        if amount:
            at = opened_at + i * third - (i == TRADES_A_CANDLE - 1)
            is_sale = price < prices[max(i - 1, 0)]
            yield PublicTrade(index * TRADES_A_CANDLE + i + 1, at, price, amount, is_sale)
