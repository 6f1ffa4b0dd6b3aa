"""Kill switches: when no new trade is opened any more."""

import logging
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import cast

import pandas as pd
from freqtrade.enums import MarketDirection, RunMode
from freqtrade.exchange import timeframe_to_msecs
from freqtrade.persistence import PairLocks

from auriga.errors import named
from auriga.host.halts._locks import FOREVER, Halt, HaltKind, as_ms, halt, halts, measure_anew
from auriga.host.halts._profits import ClosedTrades, Marks, books_are_open, open_trades, trades_open_at
from auriga.host.halts._protocols import HaltedStrategy, StartingBalance
from auriga.risk import consecutive_losses, drawdown_frac
from auriga.settings import HaltSettings

logger = logging.getLogger(__name__)

_DAY = 86_400_000
_LEVELS = {RunMode.LIVE: logging.WARNING, RunMode.DRY_RUN: logging.WARNING, RunMode.BACKTEST: logging.INFO}
_AGAINST = {MarketDirection.LONG: "short", MarketDirection.SHORT: "long"}


class Halts:
    """Drawdowns of the day and in all, and losses in a row; a halt is a lock of Freqtrade's own.

    Capital is measured once a candle, at its close: what the bot began with, the profits of its closed
    trades and those of open ones at that close. It follows from trades and candles alone, so that a
    backtest, a live bot and the same bot after a restart halt at the same candle.

    Parameters
    ----------
    strategy : IStrategy
        With `wallets`, as in `bot_start`.
    settings : HaltSettings
    tell : callable, optional
        Is given the halts that last, in each loop of the bot.
    """

    def __init__(
        self,
        strategy: HaltedStrategy,
        settings: HaltSettings,
        tell: Callable[[Sequence[Halt]], None] | None = None,
    ) -> None:
        self._strategy, self._settings, self._tell = strategy, settings, tell
        self._step = int(timeframe_to_msecs(strategy.timeframe))
        self._marks, self._closed = Marks(self._step), ClosedTrades()
        self._said: dict[str, str] = {}
        mode = strategy.config.get("runmode", RunMode.OTHER)
        self._level = _LEVELS.get(mode, logging.DEBUG)  # hyperopt: thousands
        self._begin()

    def _begin(self) -> None:
        self._measured = -1
        self._day, self._day_profit = -1, 0.0
        self._capital: float | None = None
        self._halts: list[Halt] | None = None
        self._counted = -1

    def remember(self, pair: str, frame: pd.DataFrame) -> None:
        """Take the closes of an analysed frame; one without dates, of predictions alone, has none."""
        if "date" in frame:
            self._marks.remember(pair, frame)

    def watch(self, now: datetime) -> None:
        """Look whether a rule is broken; called once in each loop of the bot, and before a plot."""
        if not books_are_open():
            return
        try:
            self._measure(now, waiting=True)
            if self._tell and PairLocks.use_db:
                self._tell([each for each in self._all() if each.lasts(now)])
            self._said.pop("watch", None)
        except Exception as error:
            self._say("watch", f"halts could not be checked: {named(error)}")

    def allows(self, pair: str, side: str, now: datetime) -> bool:
        """Whether a new trade may be opened: no halt, and not against the user's `/marketdir`.

        Never raises: Freqtrade takes an exception in `confirm_trade_entry` for a yes.
        """
        try:
            self._measure(now)
            reason = self._against(side, now)
        except Exception as error:
            reason = f"halts could not be checked: {named(error)}"
        if not reason:
            self._said.pop(pair, None)
            return True
        self._say(pair, f"{pair}: no {side}: {reason}")
        return False

    def _say(self, about: str, text: str) -> None:
        """Log once what holds for many loops."""
        if self._said.get(about) != text:
            self._said[about] = text
            logger.warning("%s", text)

    def _against(self, side: str, now: datetime) -> str:
        direction = self._strategy.market_direction
        if _AGAINST.get(direction) == side:
            return f"/marketdir is {direction}"
        return "; ".join(each.reason for each in self._all() if each.lasts(now))

    def _all(self) -> list[Halt]:
        """Halts as they are now; a backtest's change only where this class changes them."""
        if self._halts is None or PairLocks.use_db:
            self._halts = halts()
        return self._halts

    # --- measuring --------------------------------------------------------------------------------

    def _measure(self, now: datetime, *, waiting: bool = False) -> None:
        """Halt where the last closed candle breaks a rule.

        `waiting`: give the candles half a candle's time to come, when it is not about an entry.
        """
        if self._closed.is_another_backtest():
            self._begin()
        at = as_ms(now) // self._step * self._step
        if at == self._measured or not any(self._limits().values()):
            return
        trades = open_trades()
        pairs = {trade.pair for trade in trades}
        settled = not PairLocks.use_db or self._marks.complete(pairs, at)
        if waiting and not settled and as_ms(now) - at < self._step // 2:
            return
        self._closed.read()
        if self._capital is None or PairLocks.use_db:
            wallets = cast(StartingBalance, self._strategy.wallets)  # whatever loops has them
            self._capital = wallets.get_starting_balance()
        self._apply(at, now, self._closed.profit + self._marks.profit(trades, at))
        if settled:
            self._measured = at
        else:
            self._day = -1  # midnight, too, was measured with what there was

    def _limits(self) -> dict[HaltKind, float | None]:
        settings = self._settings
        return {
            HaltKind.DAILY: settings.max_daily_drawdown_frac,
            HaltKind.TOTAL: settings.max_drawdown_frac,
            HaltKind.LOSSES: settings.max_consecutive_losses,
        }

    def _apply(self, at: int, now: datetime, profit: float) -> None:
        self._note_unlocked(now, profit)
        newest = {each.kind: each for each in self._all()}
        checks = {
            HaltKind.DAILY: self._daily,
            HaltKind.TOTAL: self._total,
            HaltKind.LOSSES: self._losses,
        }
        for kind, limit in self._limits().items():
            last = newest.get(kind)
            found = checks[kind](at, profit, limit, last) if limit is not None else None
            if found and not (last and last.lasts(now)):
                halt(kind, *found, now)
                logger.log(self._level, "%s: no new trades, %s: %s", now, kind, found[1])
                self._halts = None

    def _note_unlocked(self, now: datetime, profit: float) -> None:
        """After an unlock by hand measure anew, or the same loss would halt again at once."""
        for each in self._all():
            if each.by_hand and each.anew is None and each.number is not None:
                measure_anew(each, profit, as_ms(now))

    def _daily(self, at: int, profit: float, limit: float, last: Halt | None) -> tuple[datetime, str] | None:
        day = at // _DAY * _DAY
        start = self._day_start(day, at, profit)
        if last and last.at >= day and last.anew is not None:
            start = last.anew
        lost = self._drawdown(profit, start)
        if lost < limit:
            return None
        return _moment(day + _DAY), f"{lost:.1%} since 00:00 UTC, limit {limit:.1%}"

    def _day_start(self, day: int, at: int, profit: float) -> float:
        """Profit at midnight; worked out from candles where this bot did not see it."""
        if self._day != day:
            missed = at != day
            spanning = trades_open_at(day) if missed else []
            start = self._closed.before(day) + self._marks.profit(spanning, day) if missed else profit
            self._day, self._day_profit = day, start
        return self._day_profit

    def _total(self, at: int, profit: float, limit: float, last: Halt | None) -> tuple[datetime, str] | None:
        if last and last.anew is not None and last.anew_at is not None:
            peak = self._closed.peak_since(last.anew_at, last.anew, open_trades())
        else:
            peak = self._closed.peak()
        lost = self._drawdown(profit, peak)
        return (FOREVER, f"{lost:.1%} below the highest, limit {limit:.1%}") if lost >= limit else None

    def _losses(self, at: int, profit: float, limit: float, last: Halt | None) -> tuple[datetime, str] | None:
        count, closed = int(limit), len(self._closed.rows)
        if closed == self._counted and not PairLocks.use_db:
            return None
        self._counted = closed
        since = 0 if last is None else last.until if last.anew_at is None else last.anew_at
        profits = self._closed.last(count, since)
        if consecutive_losses(profits) < count:
            return None
        return _moment(at + self._settings.pause_candles * self._step), f"{count}"

    def _drawdown(self, profit: float, start: float) -> float:
        capital = self._capital or 0.0
        return drawdown_frac(capital + profit, capital + start)


def _moment(at: int) -> datetime:
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=at)
