"""What is checked once for each pair, before anything is computed from its candles."""

import logging
from collections.abc import Mapping
from typing import Any

import pandas as pd
from freqtrade.configuration import TimeRange
from freqtrade.enums import OPTIMIZE_MODES
from freqtrade.exceptions import OperationalException

from auriga.candles import COLUMNS, inspect_candles, timeframe_delta
from auriga.host.checks._funding import check_funding
from auriga.host.pairs import none_left
from auriga.host.rows import PairSourceError, market_regimes, regime_candles, regime_pair
from auriga.host.setup import DataProvider, Strategy, download_command, traded_pairs_of
from auriga.settings import RegimeSettings
from auriga.typing import Regime, RegimeStatus
from auriga.wording import counted

logger = logging.getLogger(__name__)

_DAY = pd.Timedelta(days=1)
_STALE = 2
"""Slow candles without a newer one after which a regime is no answer any more (see `carry_regimes`)."""


def check_pairs(
    strategy: Strategy, pair: str, frame: pd.DataFrame, settings: RegimeSettings
) -> dict[str, str]:
    """Look at the candles of a pair, in a backtest of all pairs at once, before anything is trained.

    Parameters
    ----------
    strategy : IStrategy
        With its data provider.
    pair : str
        The one whose turn it is.
    frame : DataFrame
        Its base candles.
    settings : RegimeSettings

    Returns
    -------
    dict of str to str
        Pairs that were looked at, and why one of them must not be traded; empty for those that may.

    Raises
    ------
    OperationalException
        In a backtest in which no pair can be traded, with the reason and the remedy for each.
    """
    config, provider = strategy.config, strategy.dp
    frames = {pair: frame}
    if config.get("runmode") in OPTIMIZE_MODES:
        others = [name for name in sorted(traded_pairs_of(provider, config)) if name != pair]
        frames |= {name: provider.get_pair_dataframe(name, config["timeframe"]) for name in others}
    complaints = {
        name: check_pair(candles, name, provider, config, settings)
        for name, candles in sorted(frames.items())
        if len(candles)  # a pair without any is named when those of every timeframe are looked at
    }
    _refuse_late_start(frames, provider, config, settings)
    untraded = {name: why for name, why in complaints.items() if why}
    if config.get("runmode") in OPTIMIZE_MODES and untraded and len(untraded) == len(complaints):
        raise OperationalException(none_left(untraded))
    for name, why in untraded.items():
        logger.warning("%s: its rows get do_predict 0, nothing is traded: %s", name, why)
    return dict.fromkeys(frames, "") | complaints


def _refuse_late_start(
    frames: Mapping[str, pd.DataFrame],
    provider: DataProvider,
    config: Mapping[str, Any],
    settings: RegimeSettings,
) -> None:
    """Refuse a backtest on whose first candle no pair has a regime for want of slow candles.

    It would be flat for months without a word, and look safe. One young pair is told alone: where others
    know their regime, the download was right.

    Raises
    ------
    OperationalException
        With how many candles there are and are needed, and the remedy of each pair.
    """
    start = _backtest_start(config)
    if start is None or config.get("runmode") not in OPTIMIZE_MODES:
        return
    late: dict[str, str] = {}
    for pair, frame in sorted(frames.items()):
        asked = frame[frame["date"] >= start] if len(frame) else frame
        if not len(asked) or asked["date"].iloc[0] > start:
            continue  # it has ended or is younger: told with the other pairs that are
        slow, first = regime_candles(pair, provider, settings, config), asked["date"].iloc[0]
        regimes = market_regimes(slow, asked["date"].iloc[:1], settings, config["timeframe"])
        if regimes["regime_status"].iloc[0] != RegimeStatus.WARM_UP:
            return
        late[pair] = _history_remedy(pair, frame, slow, config, settings, first)
    if late:
        raise OperationalException(
            f"No pair has a regime on {start:%Y-%m-%d}, so nothing would be traded until there are enough "
            "slow candles:\n" + "\n".join(f"{pair}: {remedy}" for pair, remedy in late.items())
        )


def check_pair(
    frame: pd.DataFrame,
    pair: str,
    data_provider: DataProvider,
    config: Mapping[str, Any],
    settings: RegimeSettings,
) -> str:
    """Log what is wrong with a pair's candles, and say why a backtest could not trade it at all.

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

    Returns
    -------
    str
        Why nothing of it can be traded in the timerange, and the remedy; empty if something may be.
    """
    _report_candles(frame, pair, config["timeframe"])
    start = _backtest_start(config)
    asked = frame[frame["date"] >= start] if start is not None else frame.tail(1)
    if not len(asked):
        return ""  # it has ended: told with the other pairs that have
    if start is not None:
        try:
            check_funding(pair, data_provider, config, asked["date"].iloc[0], asked["date"].iloc[-1])
        except PairSourceError as error:
            return error.reason
    slow = regime_candles(pair, data_provider, settings, config)
    regimes = market_regimes(slow, asked["date"], settings, config["timeframe"])
    doubtful = (
        regimes["regime_status"] == RegimeStatus.LOW_CONFIDENCE
    )  # as asked for, not for want of candles
    unknown = (regimes["regime"] == Regime.UNKNOWN) & ~doubtful
    first = asked["date"].iloc[0]
    if unknown.any():
        remedy = _history_remedy(pair, frame, slow, config, settings, first)
        if unknown.all() and start is not None:
            return f"the regime is never known in this timerange. {remedy}"
        logger.warning(
            "%s: no regime for %d of %d candles, nothing is traded there. %s",
            pair, unknown.sum(), len(asked), remedy,
        )  # fmt: skip
    elif settings.signals.model and (unlabelled := _unlabelled_training_days(slow, settings, first, config)):
        logger.warning(
            "%s: the regime of the first %d of %d training days is unknown; experts learn from fewer rows. "
            "There are %d %s candles from %s.",
            pair, unlabelled, _training_days(config, settings),
            len(slow), settings.timeframe, f"{slow['date'].iloc[0]:%Y-%m-%d}",
        )  # fmt: skip
    return ""


def _training_days(config: Mapping[str, Any], settings: RegimeSettings) -> int:
    """Days that models learn from before the first candle; none where rules trade alone."""
    return int(config.get("freqai", {}).get("train_period_days", 0)) if settings.signals.model else 0


def _report_candles(frame: pd.DataFrame, pair: str, timeframe: str) -> None:
    report = inspect_candles(frame[list(COLUMNS)], timeframe)
    if report.findings:
        logger.warning(
            "%s %s: %s. Freqtrade fills holes with silent candles; nothing is traded on them, nor learned "
            "from a pause that is longer than a label looks ahead.",
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
    first_training = start - pd.Timedelta(days=_training_days(config, settings))
    first_known = slow["date"].iloc[0] + settings.warmup_candles * timeframe_delta(settings.timeframe)
    return max(0, int((first_known - first_training) / pd.Timedelta(days=1)))


def _history_remedy(
    pair: str,
    frame: pd.DataFrame,
    slow: pd.DataFrame,
    config: Mapping[str, Any],
    settings: RegimeSettings,
    first: pd.Timestamp,
) -> str:
    """What is there, what is needed, and what to do about it."""
    timeframe, source = settings.timeframe, regime_pair(pair, settings)
    have = f"{counted(len(slow), f'{timeframe} candle')}" + (
        f" from {slow['date'].iloc[0]:%Y-%m-%d}" if len(slow) else ""
    )
    who = "the slowest rule" if settings.detector == "rules" else f"the detector '{settings.detector}'"
    warmup = settings.warmup_candles * timeframe_delta(timeframe)
    needed = first - warmup - pd.Timedelta(days=_training_days(config, settings))
    there = f"There are {have}, but {who} needs {settings.warmup_candles} of them before {first:%Y-%m-%d}: "
    if _backtest_start(config) is None:
        knobs = "periods" if settings.detector == "rules" else f"regime.{settings.detector}.fit_candles"
        return (
            f"{there}the exchange gives no more at once. Lower {knobs}, or set startup_candle_count (in the "
            f"config or strategy) to {settings.warmup_candles}: Freqtrade then asks more than once."
        )
    if len(slow) and slow["date"].iloc[-1] + _STALE * timeframe_delta(timeframe) <= first:
        newer = download_command(source, timeframe, needed, config=config)
        return f"The {timeframe} candles end on {slow['date'].iloc[-1]:%Y-%m-%d}; get them: {newer}"
    if _is_young(frame, slow, config, settings) and source == pair:
        return (
            f"{there}it is younger than that. Take it out of exchange.pair_whitelist, or start the timerange "
            f"on {slow['date'].iloc[0] + warmup:%Y-%m-%d} or later"
        )
    return there + download_command(source, timeframe, needed, None, "--prepend", config=config)


def _is_young(
    frame: pd.DataFrame, slow: pd.DataFrame, config: Mapping[str, Any], settings: RegimeSettings
) -> bool:
    """Whether base and slow candles begin together, within what is loaded of the base candles."""
    start = _backtest_start(config)
    if start is None or not len(slow) or not len(frame):
        return False
    asked_from = start - pd.Timedelta(days=_training_days(config, settings))
    begin = frame["date"].iloc[0]
    return bool(begin > asked_from + _DAY and abs(slow["date"].iloc[0] - begin) <= 2 * _DAY)
