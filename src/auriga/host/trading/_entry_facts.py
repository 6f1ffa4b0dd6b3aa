"""What was known when a trade was opened: read from its signal candle, frozen in its custom data."""

import logging
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from math import isfinite, nan
from typing import Any, cast

import pandas as pd
from freqtrade.persistence import Trade

from auriga.candles import timeframe_delta
from auriga.columns import (
    ATR_FRAC,
    EXPERT,
    LONG_THRESHOLD,
    PROBABILITY,
    REGIME,
    SHORT_THRESHOLD,
    VOLATILITY,
)
from auriga.errors import RiskError, clause
from auriga.host.setup import Strategy
from auriga.host.trading._protocols import OpenTrade
from auriga.risk import confidence
from auriga.typing import Regime

logger = logging.getLogger(__name__)

NEEDED = (REGIME, PROBABILITY, LONG_THRESHOLD, SHORT_THRESHOLD, ATR_FRAC)
DECIMALS = 6  # of what is frozen, so that a restart reads exactly what memory held


@dataclass(frozen=True)
class Candle:
    """What the analysed frame says of one closed candle; NaN where there is no prediction.

    Attributes
    ----------
    regime, expert : str
        Name of the regime and of the regime whose expert predicted; "fallback" for the fallback.
    probability, threshold : float
        Probability of a rise and the threshold of the side that is asked for.
    atr_frac : float
        ATR as a fraction of the close.
    volatility : float
        Annual volatility as a fraction; NaN where it is unknown, or no stake follows it.
    """

    regime: str
    expert: str
    probability: float
    threshold: float
    atr_frac: float
    volatility: float = nan

    def confidence(self, side: str) -> float:
        """How far the probability is beyond the threshold, 0 to 1; 0 where there is none."""
        if not (isfinite(self.probability) and isfinite(self.threshold)):
            return 0.0
        return confidence(self.probability, self.threshold, side)


@dataclass(frozen=True)
class EntryFacts:
    """What a trade keeps until it ends; the names are those of `/list_custom_data`.

    Attributes
    ----------
    regime, expert : str
        As `Candle` has them.
    probability, threshold, confidence : float
        As fractions; NaN where a trade was forced without a prediction.
    atr : float
        ATR as a fraction of the price.
    stop, take_profit : float
        Distance from the entry as a fraction of the price; a `take_profit` of 0 is none.
    """

    regime: str
    probability: float
    threshold: float
    expert: str
    confidence: float
    atr: float
    stop: float
    take_profit: float

    @staticmethod
    def read(values: Mapping[str, Any]) -> "EntryFacts | None":
        """Facts from custom data; None when one is missing."""
        names = [field.name for field in fields(EntryFacts)]
        if any(values.get(name) is None for name in names):
            return None
        return EntryFacts(**{name: values[name] for name in names})


Judge = Callable[[Candle, str, float], EntryFacts]
"""Makes facts of a candle, for a side and a leverage."""


def signal_row(frame: pd.DataFrame, at: datetime, timeframe: str) -> int | None:
    """Position of the last candle that had closed at a time; None when the frame has none.

    A backtest opens trades at the open of the candle after the signal, a bot some seconds later: both find
    the candle of the signal.
    """
    if frame.empty:
        return None
    opened = pd.Timestamp(at) - timeframe_delta(timeframe)
    dates = frame["date"]
    if cast("pd.Timestamp", dates.iat[-1]) <= opened:  # nearly always, and cheaper than a search
        return len(dates) - 1
    position = int(dates.searchsorted(opened, side="right")) - 1
    return position if position >= 0 else None


class SignalCandles:
    """Reads candles of the frames that the strategy analysed; the same in backtest and live.

    Parameters
    ----------
    strategy : IStrategy
        With `dp` and `timeframe`.
    """

    def __init__(self, strategy: Strategy) -> None:
        self._strategy = strategy

    def frame(self, pair: str) -> pd.DataFrame:
        """Analysed frame of a pair; in a backtest it ends with the last closed candle. Empty without one."""
        frame: pd.DataFrame = self._strategy.dp.get_analyzed_dataframe(pair, self._strategy.timeframe)[0]
        return frame

    def at(self, pair: str, time: datetime, side: str) -> Candle | None:
        """Last candle that had closed at `time`; None without predictions or an ATR."""
        frame = self.frame(pair)
        row = signal_row(frame, time, self._strategy.timeframe)
        if row is None or any(name not in frame for name in NEEDED):
            return None
        known = {name: float(frame[name].iloc[row]) for name in NEEDED}
        if not isfinite(known[ATR_FRAC]):
            return None
        expert = float(frame[EXPERT].iloc[row]) if EXPERT in frame else float(Regime.UNKNOWN)
        return Candle(
            regime=_regime_of(known[REGIME]).label,
            expert=_regime_of(expert).expert,
            probability=known[PROBABILITY],
            threshold=known[LONG_THRESHOLD if side == "long" else SHORT_THRESHOLD],
            atr_frac=known[ATR_FRAC],
            volatility=float(frame[VOLATILITY].iloc[row]) if VOLATILITY in frame else nan,
        )


class FrozenFacts:
    """The facts of open trades: in memory, in custom data, or once more from the candle.

    In a backtest nobody reads custom data (no result exports it) and Freqtrade keeps it in one list that is
    searched from the start, so there it stays in memory. Trades come as copies and hyperopt counts them from
    1 in every epoch, so a pair remembers its newest trade, and each first fill replaces what was there.

    Parameters
    ----------
    candles : SignalCandles
    judge : callable
        `(candle, side, leverage) -> EntryFacts`.
    """

    def __init__(self, candles: SignalCandles, judge: Judge) -> None:
        self._candles, self._judge = candles, judge
        self._newest: dict[str, tuple[tuple[Any, ...], EntryFacts]] = {}

    def of(self, trade: OpenTrade) -> EntryFacts | None:
        """Facts of a trade; None when its candle is unknown: opened before there were predictions."""
        known = self._newest.get(trade.pair)
        if known is not None and known[0] == _key(trade):
            return known[1]
        facts = _stored(trade)
        return self.freeze(trade) if facts is None else self._remember(trade, facts)

    def freeze(self, trade: OpenTrade) -> EntryFacts | None:
        """Take the facts from the signal candle and keep them, instead of any kept before."""
        side = trade.trade_direction
        candle = self._candles.at(trade.pair, trade.open_date_utc, side)
        if candle is None:
            return None
        try:
            facts = _rounded(self._judge(candle, side, trade.leverage or 1.0))
        except RiskError as error:
            logger.error(f"Nothing can be frozen for trade {trade.id} of {trade.pair}: {clause(error)}")
            return None
        if Trade.use_db:
            for name, value in asdict(facts).items():
                trade.set_custom_data(key=name, value=value)
        return self._remember(trade, facts)

    def _remember(self, trade: OpenTrade, facts: EntryFacts) -> EntryFacts:
        self._newest[trade.pair] = (_key(trade), facts)
        return facts


def _stored(trade: OpenTrade) -> EntryFacts | None:
    if not Trade.use_db:
        return None
    return EntryFacts.read({entry.cd_key: entry.value for entry in trade.get_all_custom_data()})


def _key(trade: OpenTrade) -> tuple[Any, ...]:
    return (trade.id, trade.pair, trade.open_date_utc)


def _rounded(facts: EntryFacts) -> EntryFacts:
    values: dict[str, Any] = asdict(facts)
    numbers = {name: round(value, DECIMALS) for name, value in values.items() if isinstance(value, float)}
    return EntryFacts(**(values | numbers))


def _regime_of(code: float) -> Regime:
    return Regime(int(code)) if isfinite(code) else Regime.UNKNOWN
