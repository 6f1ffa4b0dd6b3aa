"""What is checked once for each pair, before anything is computed from its candles."""

import logging
from collections.abc import Mapping
from typing import Any

import pandas as pd
from freqtrade.configuration import TimeRange  # type: ignore[import-untyped]
from freqtrade.exceptions import OperationalException  # type: ignore[import-untyped]

from auriga.candles import COLUMNS, inspect_candles, timeframe_delta
from auriga.host._funding_checks import check_funding
from auriga.host._regimes import market_regimes, regime_candles, regime_pair
from auriga.settings import RegimeSettings
from auriga.typing import Regime, RegimeStatus
from auriga.wording import counted

logger = logging.getLogger(__name__)


def check_pair(
    frame: pd.DataFrame, pair: str, data_provider: Any, config: Mapping[str, Any], settings: RegimeSettings
) -> None:
    """Log what is wrong with a pair's candles, and refuse a backtest whose regime is never known.

    Freqtrade fills holes with silent candles before a strategy sees them, so a hole in the download
    shows up here as candles without volume.

    Parameters
    ----------
    frame : DataFrame
        Base candles of the pair.
    pair : str
    data_provider : DataProvider
        Source of the slow candles.
    config : mapping
        Freqtrade's configuration; its `timerange` tells a backtest from a live bot.
    settings : RegimeSettings

    Raises
    ------
    OperationalException
        With the history that is there, the history that is needed, and the command that gets it.
    """
    _report_candles(frame, pair, config["timeframe"])
    start = _backtest_start(config)
    asked = frame[frame["date"] >= start] if start is not None else frame.tail(1)
    if start is not None and len(asked):
        check_funding(pair, data_provider, config, asked["date"].iloc[0], asked["date"].iloc[-1])
    slow = regime_candles(pair, data_provider, settings)
    regimes = market_regimes(slow, asked["date"], settings, config["timeframe"])
    doubtful = (
        regimes["regime_status"] == RegimeStatus.LOW_CONFIDENCE
    )  # as asked for, not for want of candles
    unknown = (regimes["regime"] == Regime.UNKNOWN) & ~doubtful
    first = asked["date"].iloc[0]
    if unknown.any():
        remedy = _history_remedy(regime_pair(pair, settings), slow, settings, first, live=start is None)
        if unknown.all() and start is not None:
            raise OperationalException(f"{pair}: the regime is never known in this timerange. {remedy}")
        logger.warning(
            "%s: no regime for %d of %d candles, nothing is traded there. %s",
            pair, unknown.sum(), len(asked), remedy,
        )  # fmt: skip
    elif unlabelled := _unlabelled_training_days(slow, settings, first, config):
        logger.warning(
            "%s: the regime of the first %d of %d training days is unknown; experts learn from fewer rows. "
            "There are %d %s candles from %s.",
            pair, unlabelled, config["freqai"]["train_period_days"],
            len(slow), settings.timeframe, f"{slow['date'].iloc[0]:%Y-%m-%d}",
        )  # fmt: skip


def _report_candles(frame: pd.DataFrame, pair: str, timeframe: str) -> None:
    report = inspect_candles(frame[list(COLUMNS)], timeframe)
    if report.findings:
        logger.warning(
            "%s %s: %s. Freqtrade fills holes with silent candles; nothing is traded on them.",
            pair, timeframe, report,
        )  # fmt: skip


def _backtest_start(config: Mapping[str, Any]) -> pd.Timestamp | None:
    """First candle of the backtest; None for a live bot, which has no timerange."""
    timerange = TimeRange.parse_timerange(config.get("timerange"))
    return pd.Timestamp(timerange.startdt) if timerange.startdt else None


def _unlabelled_training_days(
    slow: pd.DataFrame, settings: RegimeSettings, start: pd.Timestamp, config: Mapping[str, Any]
) -> int:
    """Days at the start of the first training window that have no regime.

    Live, the exchange gives about 1000 slow candles: plenty of days at 1d, but 166 days at 4h.
    """
    first_training = start - pd.Timedelta(days=config["freqai"]["train_period_days"])
    first_known = slow["date"].iloc[0] + settings.warmup_candles * timeframe_delta(settings.timeframe)
    return max(0, int((first_known - first_training) / pd.Timedelta(days=1)))


def _history_remedy(
    source: str, slow: pd.DataFrame, settings: RegimeSettings, start: pd.Timestamp, *, live: bool
) -> str:
    """What is there, what is needed, and what to do about it."""
    timeframe = settings.timeframe
    have = f"{counted(len(slow), f'{timeframe} candle')}" + (
        f" from {slow['date'].iloc[0]:%Y-%m-%d}" if len(slow) else ""
    )
    who = "the slowest rule" if settings.detector == "rules" else f"the detector '{settings.detector}'"
    needed = start - settings.warmup_candles * timeframe_delta(timeframe)
    there = f"There are {have}, but {who} needs {settings.warmup_candles} of them before {start:%Y-%m-%d}: "
    if live:
        knobs = "periods" if settings.detector == "rules" else f"regime.{settings.detector}.fit_candles"
        return (
            f"{there}the exchange gives no more at once. Lower {knobs}, or set startup_candle_count (in the "
            f"config or strategy) to {settings.warmup_candles}: Freqtrade then asks more than once."
        )
    return (
        f"{there}freqtrade download-data -c config.json --pairs {source} --timeframes {timeframe} "
        f"--prepend --timerange {needed:%Y%m%d}-"
    )
