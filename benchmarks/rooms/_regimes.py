"""What regimes cost: each rule, all rules carried to base candles, and the statistical detectors cold."""

import time
import warnings
from collections.abc import Callable, Iterator
from functools import partial

import numpy as np
import pandas as pd

from auriga.candles import resample_candles
from auriga.datasets import simulate_market
from auriga.regimes import (
    RULES,
    Detector,
    HmmDetector,
    JumpDetector,
    RuleVote,
    StateDetector,
    carry_regimes,
    detect_regimes,
)
from auriga.regimes import _state_detector as state_detector
from auriga.regimes._fit_cache import FitCache
from benchmarks.rooms._rows import Row

_RULES_TARGET, _FITS_TARGET = 0.5, 10.0
_RUNS = 3


def measure(candles_5m: pd.DataFrame) -> list[Row]:
    """Time regimes of a year of 5m candles.

    Slow candles are resampled from these; those that a fit or an average needs before them are simulated.

    Parameters
    ----------
    candles_5m : DataFrame of shape (n, 6)
        105,120 candles for a year.
    """
    return [
        row
        for timeframe in ("1d", "1h")
        for row in _timeframe_rows(candles_5m, timeframe, resample_candles(candles_5m, timeframe))
    ]


def _timeframe_rows(candles_5m: pd.DataFrame, timeframe: str, slow: pd.DataFrame) -> Iterator[Row]:
    rules = [rule() for rule in RULES.values()]
    statistical: tuple[StateDetector, ...] = (JumpDetector(timeframe), HmmDetector(timeframe))
    longest = max(detector.warmup_candles for detector in statistical)
    history = with_history(slow, timeframe, longest)
    what = f"{len(slow):,} {timeframe} candles"
    for name, rule in zip(RULES, rules, strict=True):
        yield _row(name, what, partial(detect_regimes, history, rule), _RULES_TARGET)

    vote = RuleVote(tuple(rules))
    carried = f"{what} carried to {len(candles_5m):,} 5m candles"
    yield _row("all rules", carried, lambda: _carried(history, vote, timeframe, candles_5m), _RULES_TARGET)
    for name, detector in zip(("jump", "hmm"), statistical, strict=True):
        detector.evidence(history.iloc[-detector.warmup_candles :])  # imports and compilation
        cold = f"{what}, all refits, carried to {len(candles_5m):,} 5m candles"
        yield _row(
            name,
            cold,
            partial(_carried, history, detector, timeframe, candles_5m),
            _FITS_TARGET,
        )
        live = history.iloc[-1000:]
        detect_regimes(live.iloc[:-1], detector)
        yield _row(
            f"{name}, one more candle",
            f"1,000 {timeframe} candles, fits known",
            partial(detect_regimes, live, detector),
            None,
            forget=False,
        )


def with_history(slow: pd.DataFrame, timeframe: str, n_candles: int) -> pd.DataFrame:
    """Simulated candles before the given ones, ending at their first price."""
    step = slow["date"].iloc[1] - slow["date"].iloc[0]
    start = slow["date"].iloc[0] - n_candles * step
    horizon = min(12, pd.Timedelta(days=1) // step)
    past = simulate_market(
        n_candles, market="easy", seed=1, start=start, timeframe=timeframe, horizon=horizon
    ).candles
    prices = ["open", "high", "low", "close"]
    past[prices] *= slow["open"].iloc[0] / past["close"].iloc[-1]
    past["date"] = past["date"].astype(slow["date"].dtype)
    return pd.concat([past, slow], ignore_index=True)


def _carried(
    slow: pd.DataFrame, detector: Detector, timeframe: str, candles_5m: pd.DataFrame
) -> pd.DataFrame:
    return carry_regimes(detect_regimes(slow, detector), timeframe, candles_5m["date"], "5m")


def _row(
    name: str, what: str, work: Callable[[], object], target: float | None, *, forget: bool = True
) -> Row:
    return Row("regimes", name, what, _best_seconds(work, forget=forget), target)


def _best_seconds(work: Callable[[], object], *, forget: bool) -> float:
    """Best of several runs, each with no fit known if `forget`."""
    seconds = []
    for _ in range(_RUNS):
        if forget:
            state_detector.FITS = FitCache()  # type: ignore[attr-defined]
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            started = time.perf_counter()
            work()
            seconds.append(time.perf_counter() - started)
    return float(np.min(seconds))
