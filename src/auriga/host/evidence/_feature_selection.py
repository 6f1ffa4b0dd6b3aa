"""Train the shipped models on several windows before a date, to see which features they use."""

import contextlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from freqtrade.configuration import TimeRange
from freqtrade.exceptions import FreqtradeException

from auriga.columns import plain_feature
from auriga.errors import HostError
from auriga.host.freqai import RegimeFreqaiModel
from auriga.host.reload import offline_config, strategy_and_model
from auriga.host.rows import Market, TrainingTable
from auriga.host.seals import DAY
from auriga.host.setup import DataProvider, download_command, listed_pairs
from auriga.models import split_importance
from auriga.typing import FloatArray, Regime

_SAMPLE_ROWS = 20_000
"""Rows that correlations come from; a rank correlation of 0.95 is then known to 0.001."""

MODELS = (Regime.UNKNOWN, *Regime.known())
"""Models of a window, the base first."""

Span = tuple[int, int]
"""First moment of a training span and the one after its last candle, in ms."""


@dataclass(frozen=True)
class FeatureEvidence:
    """What trained models say of the features.

    Attributes
    ----------
    names : tuple of str
        Plain names, as `regime.features.keep` has them.
    gains : array of shape (n_windows, n_models, n_features)
        Importance in each of `MODELS`; NaN for a model that a window does not have. Where every pair has
        models of its own, each pair's window counts as one.
    values : float32 array of shape (n_samples, n_features)
        Complete rows of the training windows, evenly spread.
    spans : tuple of (int, int)
        The windows' training spans in ms.
    failed : tuple of str
        Which windows could not be trained, and why.
    """

    names: tuple[str, ...]
    gains: FloatArray
    values: npt.NDArray[np.float32]
    spans: tuple[Span, ...]
    failed: tuple[str, ...]


def selection_end(until: str | None, timerange: str | None) -> pd.Timestamp:
    """Moment before which features are selected: `until`, else the start of the timerange.

    Raises
    ------
    HostError
        If neither is given, or they cannot be read.
    """
    text = until or (timerange or "").split("-")[0]
    if not text:
        raise HostError("give --until YYYYMMDD, or the --timerange that is to be backtested afterwards")
    start = None
    with contextlib.suppress(FreqtradeException):
        start = TimeRange.parse_timerange(f"{text.replace('-', '')}-").startdt
    if start is None:
        raise HostError(f"{text!r} is not a day; write it as 20250301")
    return pd.Timestamp(start)


def feature_evidence(
    config: Mapping[str, Any],
    *,
    until: pd.Timestamp,
    windows: int = 4,
    step_days: int | None = None,
    train_days: int | None = None,
    on_window: Callable[[int, int], None] = lambda number, of: None,
) -> FeatureEvidence:
    """Train the configured model on windows that end at `until` and earlier, and ask what it used.

    Features, labels, purging and training are those of a backtest. No candle that opens at `until` or later
    is loaded, so nothing is selected on rows that are to be tested on.

    Parameters
    ----------
    config : mapping
        Freqtrade's configuration, as `load_config` reads it. Not changed.
    until : Timestamp
        End of the last training window, in UTC.
    windows : int
        How many windows.
    step_days : int, optional
        Days from one window's end to the next; by default a share of the training period, so that all
        windows together look back less than two of them.
    train_days : int, optional
        Instead of `freqai.train_period_days`.
    on_window : callable
        Told the number of windows that are done, and of all.

    Raises
    ------
    HostError
        If candles are missing or too short, no window could be trained, or Freqtrade refuses the settings.
    """
    try:
        return _evidence(config, until, windows, step_days, train_days, on_window)
    except FreqtradeException as error:
        raise HostError(str(error)) from None


def _evidence(
    config: Mapping[str, Any],
    until: pd.Timestamp,
    windows: int,
    step_days: int | None,
    train_days: int | None,
    on_window: Callable[[int, int], None],
) -> FeatureEvidence:
    used = offline_config(config, train_days)
    days = int(used["freqai"]["train_period_days"])
    step = (step_days or max(1, days // windows)) * DAY
    end = int(until.timestamp()) * 1000
    with TemporaryDirectory(prefix="auriga-features-") as scratch:
        last_stops = [end - number * step for number in reversed(range(windows))]
        # Freqtrade loads train_period_days and the warm-up before the start, and what opens at the end.
        used["timerange"] = f"{last_stops[0] // 1000}-{end // 1000 - 1}"
        strategy, glue = strategy_and_model(used, Path(scratch))
        days = int(used["freqai"]["train_period_days"])  # longer where experts look back further
        spans = tuple((stop - days * DAY, stop) for stop in last_stops)
        market = Market(strategy, used, glue.settings, glue.label, strategy.dp.get_pair_dataframe)
        pairs = _pairs_with_candles(used, strategy.dp, spans)
        market.require_horizon(pairs[0], spans[0][1])
        table = glue.collect_rows(
            market,
            pairs,
            start=spans[0][0],
            stop=glue.learn_stop(spans[-1][1]),
            bins_stop=glue.learn_stop(spans[0][1]),
        )
        names = tuple(plain_feature(name) for name in market.feature_names(pairs[0]))
        owners = [None] if glue.settings.trains_on_all_pairs else pairs
        gains, failed = [], []
        for number, span in enumerate(spans, start=1):
            for owner in owners:
                model = _fitted(glue, table, span, owner)
                gains.append(_gains(model, len(names)))
                if reason := getattr(model, "reason", ""):
                    failed.append(f"{owner or 'all pairs'} until {_day(span[1])}: {reason}")
            on_window(number, windows)
        if len(failed) == len(gains):
            raise HostError(f"no window could be trained: {failed[0]}")
        return FeatureEvidence(names, np.array(gains), _sample(market, pairs, spans), spans, tuple(failed))


def _day(moment: int) -> str:
    return f"{pd.Timestamp(moment, unit='ms'):%Y-%m-%d}"


def _download(config: Mapping[str, Any], first: pd.Timestamp, last: pd.Timestamp) -> str:
    frames = [config["timeframe"], *config["freqai"]["feature_parameters"]["include_timeframes"]]
    return download_command((), dict.fromkeys(frames), first, last, "--prepend", config=config)


def _pairs_with_candles(
    config: Mapping[str, Any], provider: DataProvider, spans: tuple[Span, ...]
) -> list[str]:
    """Whitelisted pairs that have candles; some must cover the windows."""
    timeframe = config["timeframe"]
    dates = {
        pair: provider.get_pair_dataframe(pair, timeframe)["date"] for pair in sorted(listed_pairs(config))
    }
    known = {pair: values for pair, values in dates.items() if len(values)}
    first, last = (pd.Timestamp(moment, unit="ms", tz="UTC") for moment in (spans[0][0], spans[-1][1]))
    remedy = (
        "use fewer windows (--windows), a smaller --step-days or --train-days, or another --until; or get "
        f"them, and earlier ones for the warm-up: {_download(config, first, last)}"
    )
    if not known:
        raise HostError(f"no {timeframe} candles before {last:%Y-%m-%d} in {config['datadir']}; {remedy}")
    start, end = min(d.iloc[0] for d in known.values()), max(d.iloc[-1] for d in known.values())
    if start > first or end < last - pd.Timedelta(days=1):
        raise HostError(
            f"candles in {config['datadir']} reach from {start:%Y-%m-%d} to {end:%Y-%m-%d}, but the windows "
            f"from {first:%Y-%m-%d} to {last:%Y-%m-%d}; {remedy}"
        )
    return list(known)


def _fitted(glue: RegimeFreqaiModel, table: TrainingTable | None, span: Span, owner: str | None) -> Any:
    stop = glue.learn_stop(span[1])
    rows = None if table is None else table.within(span[0], stop, owner)
    return glue.fit_window(rows, glue.base_start(*span), stop, "no complete rows with a label")


def _gains(model: Any, n_features: int) -> FloatArray:
    gains = np.full((len(MODELS), n_features), np.nan)
    if not getattr(model, "reason", ""):
        for regime, importance in split_importance(model).items():
            gains[MODELS.index(regime)] = importance
    return gains


def _sample(market: Market, pairs: list[str], spans: tuple[Span, ...]) -> npt.NDArray[np.float32]:
    """Complete rows of all windows, evenly spread over pairs and time."""
    parts = []
    for pair in pairs:
        rows = market.rows(pair)
        times = rows.features.times
        usable = np.flatnonzero(rows.complete & (times >= spans[0][0]) & (times < spans[-1][1]))
        step = max(1, -(-len(usable) * len(pairs) // _SAMPLE_ROWS))
        parts.append(rows.columns.rows(usable[::step]))
    return np.concatenate(parts)
