"""One simulated pair as the product sees it: features, labels and regimes, with the truth beside them."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from auriga.candles import close_times, resample_candles
from auriga.datasets import SimulatedMarket, simulate_market
from auriga.features import basic_features, calendar_features, period_features
from auriga.labels import direction
from auriga.regimes import (
    MovingAverageRule,
    PriceChangeRule,
    VolatilityRule,
    carry_regimes,
    detect_regimes,
)
from auriga.typing import BoolArray, FloatArray, IntArray, RegimeArray

DAY = 288
HISTORY_DAYS, TRAIN_DAYS, TEST_DAYS = 210, 180, 60
SLOW_TIMEFRAMES = ("15m", "1h", "4h")


@dataclass(frozen=True)
class Pair:
    """All candles of one pair; `train` and `test` are positions of complete rows, ascending."""

    dates: pd.Series
    features: npt.NDArray[np.float32]
    up: BoolArray
    best: FloatArray
    regimes: dict[str, RegimeArray]
    train: IntArray
    test: IntArray


def simulate_pair(market: str, seed: int, *, train_days: int = TRAIN_DAYS) -> Pair:
    """Simulate enough history for the slowest rule, then the days of training and test."""
    first, last = HISTORY_DAYS * DAY, (HISTORY_DAYS + train_days) * DAY
    simulated = simulate_market(last + TEST_DAYS * DAY, market=market, seed=seed)
    features = feature_matrix(simulated.candles)
    label = direction(simulated.candles, horizon=simulated.horizon)
    complete = (features.notna().all(axis=1) & label.notna()).to_numpy(bool)
    rows = np.arange(len(features))
    return Pair(
        dates=simulated.candles["date"],
        features=features.to_numpy(np.float32),
        up=(label == "up").to_numpy(bool),
        best=simulated.probability,
        regimes={"detected": detected_regimes(simulated), "true": simulated.regimes},
        train=np.flatnonzero(complete & (rows >= first) & (rows < last - simulated.horizon)),
        test=np.flatnonzero(complete & (rows >= last)),
    )


def feature_matrix(candles: pd.DataFrame) -> pd.DataFrame:
    """Features of each 5m candle and of the last closed candle of each slower timeframe."""
    asked = pd.DataFrame({"known_at": close_times(candles["date"], "5m")})
    parts = [_timeframe_features(candles), calendar_features(candles["date"])]
    for timeframe in SLOW_TIMEFRAMES:
        slow = resample_candles(candles, timeframe)
        computed = _timeframe_features(slow).add_suffix(f"_{timeframe}")
        computed = computed.assign(known_at=close_times(slow["date"], timeframe))
        merged = pd.merge_asof(asked, computed, on="known_at").drop(columns="known_at")
        parts.append(merged.set_index(candles.index))
    return pd.concat(parts, axis=1)


def _timeframe_features(candles: pd.DataFrame) -> pd.DataFrame:
    return pd.concat([basic_features(candles), period_features(candles, period=14)], axis=1)


def detected_regimes(market: SimulatedMarket) -> RegimeArray:
    """Regimes as a user gets them: the default rules on daily candles, carried when known."""
    daily = resample_candles(market.candles, "1d")
    slow = detect_regimes(daily, [MovingAverageRule(), PriceChangeRule(), VolatilityRule()])
    carried = carry_regimes(slow, "1d", market.candles["date"], "5m")
    return carried["regime"].to_numpy(np.int8)
