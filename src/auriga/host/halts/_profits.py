"""What a bot has won and lost at the close of a candle, from its closed and its open trades."""

import math
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pandas as pd
from freqtrade.persistence import LocalTrade, Trade
from sqlalchemy import select

from auriga.host.halts._locks import as_ms
from auriga.host.halts._protocols import ValuedTrade
from auriga.typing import FloatArray, IntArray


class ClosedTrades:
    """Closed trades in order of closing: when closed and opened (ms UTC), profit after fees (stake currency).

    Live they are read anew each time, because profits are corrected when fees arrive; a backtest's list only
    grows, so each trade is read once.
    """

    def __init__(self) -> None:
        self._source: list[LocalTrade] | None = None
        self._begin()

    def _begin(self) -> None:
        self.rows: list[tuple[int, int, float]] = []
        self.profit = self._peak = 0.0

    def is_another_backtest(self) -> bool:
        """Whether Freqtrade has begun a new list since they were read, as before each epoch of hyperopt."""
        return not Trade.use_db and LocalTrade.bt_trades is not self._source

    def read(self) -> None:
        """Take in what has been closed."""
        if Trade.use_db:
            self._begin()
            columns = (Trade.close_date, Trade.open_date, Trade.close_profit_abs)
            query = select(*columns).where(Trade.is_open.is_(False)).order_by(Trade.close_date, Trade.id)
            self._take(Trade.session.execute(query))
            return
        if self.is_another_backtest():
            self._begin()
            self._source = LocalTrade.bt_trades
        fresh = LocalTrade.bt_trades[len(self.rows) :]
        self._take((trade.close_date, trade.open_date, trade.close_profit_abs) for trade in fresh)

    def _take(self, trades: Iterable[Any]) -> None:
        for closed_at, opened_at, profit in trades:
            self.rows.append((as_ms(closed_at), as_ms(opened_at), profit or 0.0))
            self.profit += profit or 0.0
            self._peak = max(self._peak, self.profit)

    def peak(self) -> float:
        """Highest sum of profits so far, at least 0."""
        return self._peak

    def peak_since(self, since: int, start: float, still_open: Sequence[ValuedTrade]) -> float:
        """Highest since a moment (ms UTC), from a profit that then had open trades in it.

        What was on paper then stays in the sum until the last of those trades is closed; after that only
        closed trades count. Otherwise the first small gain would bring back a loss that is forgiven.
        """
        on_paper = start - self.before(since)
        closings = [closed for closed, opened, _ in self.rows if opened < since <= closed]
        if any(as_ms(trade.open_date) < since for trade in still_open):
            settled_at = math.inf
        else:
            settled_at = max(closings, default=since)
        highest, total = start, self.before(since)
        for closed, _, profit in self.rows:
            if closed >= since:
                total += profit
                highest = max(highest, total if closed >= settled_at else total + on_paper)
        return highest

    def before(self, at: int) -> float:
        """Sum of the profits of trades closed before a moment, ms UTC."""
        return sum(profit for closed, _, profit in self.rows if closed < at)

    def last(self, count: int, since: int) -> list[float]:
        """Profits of at most so many trades, those closed last, none before a moment (ms UTC)."""
        return [profit for closed, _, profit in self.rows[-count:] if closed >= since]


class Marks:
    """Closes of all pairs, to say what open trades are worth at the close of a candle.

    Parameters
    ----------
    step : int
        Length of a base candle in ms.
    """

    def __init__(self, step: int) -> None:
        self.step = step
        self._closes: dict[str, tuple[IntArray, FloatArray]] = {}

    def remember(self, pair: str, frame: pd.DataFrame) -> None:
        """Keep the closes of an analysed frame; a backtest's holds candles to come, which nobody asks for."""
        dates = frame["date"].to_numpy(dtype="datetime64[ms]").astype(np.int64)
        self._closes[pair] = (dates, frame["close"].to_numpy(dtype=np.float64))

    def close(self, pair: str, at: int) -> float | None:
        """Close of the last candle that was over at a moment (ms UTC), None if there is none."""
        index = self._index(pair, at)
        return None if index < 0 else float(self._closes[pair][1][index])

    def _index(self, pair: str, at: int) -> int:
        if pair not in self._closes:
            return -1
        return int(self._closes[pair][0].searchsorted(at - self.step, side="right")) - 1

    def complete(self, pairs: Iterable[str], at: int) -> bool:
        """Whether the candle that has just closed at this moment is there for every pair."""
        return all(
            (index := self._index(pair, at)) >= 0 and self._closes[pair][0][index] == at - self.step
            for pair in pairs
        )

    def profit(self, trades: Sequence[ValuedTrade], at: int) -> float:
        """Profit of trades, had they been left at the last close, with fees and funding, in stake currency.

        A trade of a pair without candles counts at its entry price.
        """
        return sum(
            profit_at_rate(trade, trade.open_rate if (close := self.close(trade.pair, at)) is None else close)
            for trade in trades
        )


def profit_at_rate(trade: ValuedTrade, rate: float) -> float:
    """Profit of a trade if it were (or had been) left at this price, with what parts of it have realised.

    As `Trade.calculate_profit(rate).total_profit`, without its decimal arithmetic, which would cost more
    than the rest of a backtest's candle.
    """
    realised = (trade.realized_profit or 0.0) if trade.is_open else 0.0
    if not trade.amount:
        return float(realised)
    value, fee = trade.amount * rate, trade.fee_close or 0.0
    funding = (trade.funding_fees or 0.0) if trade.trading_mode == "futures" else 0.0
    if trade.is_short:
        return float(realised + trade.open_trade_value - value * (1 + fee) + funding)
    return float(realised + value * (1 - fee) + funding - trade.open_trade_value)


def books_are_open() -> bool:
    """Whether there are trades to read: a bot's database or a backtest's list; a plot has neither."""
    return not Trade.use_db or hasattr(Trade, "session")


def open_trades() -> list[ValuedTrade]:
    """Trades that are open now, in backtest and live."""
    return list(Trade.get_trades_proxy(is_open=True))


def trades_open_at(at: int) -> list[ValuedTrade]:
    """Trades that were open at a moment (ms UTC), whether they still are or not."""
    moment = datetime.fromtimestamp((at - 1) / 1000, UTC)
    closed_since = Trade.get_trades_proxy(is_open=False, close_date=moment)
    return [trade for trade in [*closed_since, *open_trades()] if as_ms(trade.open_date) < at]
