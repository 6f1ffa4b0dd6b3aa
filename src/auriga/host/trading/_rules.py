"""Stake, leverage, stop, take-profit and time limit of each trade: the strategy's hooks of a few lines."""

import logging
from datetime import datetime

import pandas as pd
from freqtrade.exchange import timeframe_to_seconds
from freqtrade.strategy import stoploss_from_absolute

from auriga.candles import timeframe_delta
from auriga.errors import RiskError, clause
from auriga.host.trading._entry_facts import Candle, EntryFacts, FrozenFacts, SignalCandles, signal_row
from auriga.host.trading._leverage import trade_leverage
from auriga.host.trading._protocols import OpenTrade, Order, RiskStrategy
from auriga.host.trading._stake import StakeRules
from auriga.host.trading._trim import Trims
from auriga.risk import stop_distance, stop_price, take_profit_frac
from auriga.settings import RegimeSettings

logger = logging.getLogger(__name__)

TIME_LIMIT = "time_limit"
"""Exit reason of a trade whose time is up."""

PASSED = 1e-12  # a stop at the current rate: Freqtrade takes 0 for no answer at all
SAME_PRICE = 1e-9  # closer than this (as a fraction) is the stop that stands already, in other rounding
MOST_TAKE_PROFIT = 0.99  # a short cannot gain more than its whole value


class TradeRules:
    """What the strategy asks before and during a trade; the same in backtest, dry-run and live.

    Parameters
    ----------
    strategy : IStrategy
        With `dp`, `wallets` and its parameters of the space `risk`.
    settings : RegimeSettings
    """

    def __init__(self, strategy: RiskStrategy, settings: RegimeSettings) -> None:
        self._strategy, self._settings = strategy, settings
        self._candles = SignalCandles(strategy)
        self._facts = FrozenFacts(self._candles, self.facts)
        self._stakes = StakeRules(strategy, settings.stake, self._candles)
        self._trims = Trims(strategy, settings.stake, self._candles, self._stakes)

    def stake(
        self, pair: str, now: datetime, rate: float, proposed: float, *,
        min_stake: float | None, max_stake: float, leverage: float, side: str,
    ) -> float:  # fmt: skip
        """Stake of a new trade in stake currency; 0 when there is none."""
        return self._stakes.stake(
            pair, now, proposed, min_stake=min_stake, max_stake=max_stake, leverage=leverage, side=side
        )

    def trim(self, trade: OpenTrade, now: datetime, rate: float) -> tuple[float, str] | None:
        """What is sold of a position that has outgrown its goal, below 0 with its tag; None for nothing."""
        try:
            return self._trims.stake_change(trade, now, rate)
        except RiskError as error:
            logger.error(f"Trade {trade.id} of {trade.pair} is not trimmed: {clause(error)}")
            return None

    def leverage(self, pair: str, now: datetime, rate: float, *, max_leverage: float, side: str) -> float:
        """Leverage of a new futures trade, at least 1."""
        candle = self._candles.at(pair, now, side)
        if candle is None:
            return 1.0
        stop_frac = self.facts(candle, side, 1.0).stop
        return trade_leverage(
            self._strategy, self._settings, candle, stop_frac=stop_frac, pair=pair, max_leverage=max_leverage
        )

    def order_filled(self, trade: OpenTrade, order: Order, now: datetime) -> None:
        """Freeze what was known when the trade was opened in its custom data."""
        if order.ft_order_side == trade.entry_side and trade.nr_of_successful_entries <= 1:
            self._facts.freeze(trade)

    def stop(self, trade: OpenTrade, now: datetime, rate: float) -> float | None:
        """Stop as Freqtrade wants it: a fraction below (short: above) the current rate, times the leverage.

        None leaves it where it is: when it would not become tighter. In a backtest `rate` is the best price
        of the candle that is about to be checked (see `docs/trading.md`), live the price now.
        """
        try:
            price = self.stop_rate(trade, rate)
        except RiskError as error:
            logger.error(f"The stop of trade {trade.id} of {trade.pair} stays where it is: {clause(error)}")
            return None
        sign = -1 if trade.is_short else 1
        if trade.stop_loss and sign * (price - trade.stop_loss) <= SAME_PRICE * price:
            return None
        relative = stoploss_from_absolute(price, rate, trade.is_short, trade.leverage or 1.0)
        return max(float(relative), PASSED)

    def stop_rate(self, trade: OpenTrade, rate: float) -> float:
        """Price of the stop: the tightest of the frozen one, break-even and trailing, given the best rate.

        Raises
        ------
        RiskError
            When the trade has no price.
        """
        facts, strategy = self._facts.of(trade), self._strategy
        best = min(trade.min_rate or rate, rate) if trade.is_short else max(trade.max_rate or rate, rate)
        return stop_price(
            open_rate=trade.open_rate,
            best_rate=best,
            side=trade.trade_direction,
            distance_frac=self._fixed_stop(trade.leverage or 1.0) if facts is None else facts.stop,
            atr=0.0 if facts is None else facts.atr * trade.open_rate,
            break_even_atr=0.0 if facts is None else strategy.break_even_atr.value,
            trailing_start_atr=0.0 if facts is None else strategy.trailing_start_atr.value,
            trailing_atr=strategy.trailing_atr.value,
            cost_frac=self._settings.costs.round_trip_frac,
        )

    def take_profit(self, trade: OpenTrade, now: datetime) -> float | None:
        """Profit (a fraction of the stake) at which the trade is closed; None for none.

        The profit after fees, funding and leverage that the trade has at its target price.
        """
        facts = self._facts.of(trade)
        if facts is None or not facts.take_profit:
            return None
        sign = -1 if trade.is_short else 1
        target = trade.open_rate * (1 + sign * min(facts.take_profit, MOST_TAKE_PROFIT))
        return float(trade.calc_profit_ratio(target))

    def exit_reason(self, trade: OpenTrade, now: datetime, rate: float, profit: float) -> str | None:
        """Why a trade has to end now, beside signals and stops; None when it has not.

        `time_limit` once `regime.signals.max_candles` candles have passed since that of the entry, unless the
        newest candle signals the same side: the trade would be entered again at once, for a round trip of
        costs. Live, the candle that has just closed is waited for, but no longer than until the next.
        """
        if not self._overdue(trade, now):
            return None
        frame = self._candles.frame(trade.pair)
        row = signal_row(frame, now, self._strategy.timeframe)
        candle = timeframe_delta(self._strategy.timeframe)
        age = 2 * candle if row is None else now - (frame["date"].iloc[row] + candle)
        if row is None or age >= 2 * candle:
            return TIME_LIMIT
        return None if age >= candle or _signals(frame, row, trade) else TIME_LIMIT

    def _overdue(self, trade: OpenTrade, now: datetime) -> bool:
        """Whether the candles of the time limit have passed since the beginning of the entry's candle."""
        limit = self._settings.signals.max_candles
        limit = self._settings.label.horizon if limit is None else limit
        seconds = timeframe_to_seconds(self._strategy.timeframe)
        entered = int((trade.date_entry_fill_utc or trade.open_date_utc).timestamp())
        return limit > 0 and now.timestamp() >= entered - entered % seconds + limit * seconds

    def facts(self, candle: Candle, side: str, leverage: float) -> EntryFacts:
        """What a trade that is opened after this candle keeps; today's values of the parameters count."""
        stops, strategy = self._settings.stops, self._strategy
        distance = stop_distance(
            kind=stops.kind,
            atr_frac=candle.atr_frac,
            stop_atr=strategy.stop_atr.value,
            fixed_frac=stops.fixed_frac,
            factor=float(getattr(stops.regime_factors, candle.regime, 1.0)),
        )
        multiple = strategy.take_profit_atr.value
        return EntryFacts(
            regime=candle.regime,
            probability=candle.probability,
            threshold=candle.threshold,
            expert=candle.expert,
            confidence=candle.confidence(side),
            atr=candle.atr_frac,
            stop=min(distance, self._largest_stop(leverage)),
            take_profit=take_profit_frac(candle.atr_frac, multiple) if multiple else 0.0,
        )

    def _fixed_stop(self, leverage: float) -> float:
        """Stop of a trade of which nothing is known."""
        return min(self._settings.stops.fixed_frac, self._largest_stop(leverage))

    def _largest_stop(self, leverage: float) -> float:
        """No stop lets a trade lose more of its stake than the strategy's `stoploss` says."""
        return abs(float(self._strategy.stoploss)) / leverage


def _signals(frame: pd.DataFrame, row: int, trade: OpenTrade) -> bool:
    """Whether the candle would open the trade's side, as Freqtrade reads the columns."""
    side = trade.trade_direction
    enter, leave = f"enter_{side}", f"exit_{side}"
    wanted = enter in frame and frame[enter].iat[row] == 1
    return bool(wanted and not (leave in frame and frame[leave].iat[row] == 1))
