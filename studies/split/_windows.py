"""Which rows train and which test, window by window."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from auriga.models import BinnedFeatures
from auriga.typing import BoolArray, IntArray, RegimeArray
from studies.split._data import Float32Array, LabelledPair, PairData, feature_rows
from studies.split._settings import Study

FeatureRows = Callable[[Any, list[Any], IntArray], Float32Array]
"""Features of some rows of a pair, given the leaders."""


@dataclass(frozen=True)
class Rows:
    """Rows of all pairs of one window, pair after pair, as arrays of equal length."""

    X: Float32Array
    dates: IntArray  # nanoseconds, opening time
    pair: RegimeArray
    up: BoolArray
    regimes: dict[str, RegimeArray]

    def __len__(self) -> int:
        return len(self.up)


@dataclass(frozen=True)
class Window:
    """Training and test rows, the training features in bins, and the rows that models of all pairs see."""

    study: Study
    train: Rows
    test: Rows
    pairs: tuple[str, ...]
    binned: BinnedFeatures
    thinned: IntArray


def window_starts(study: Study) -> list[pd.Timestamp]:
    """First days of the test windows: whole weeks apart, evenly spread, never overlapping.

    Raises
    ------
    ValueError
        If so many windows do not fit side by side.
    """
    first, end = pd.Timestamp(study.first_at, tz="UTC"), pd.Timestamp(study.end_at, tz="UTC")
    weeks = (end - first).days // 7 - study.test_days // 7
    offsets = np.linspace(0, weeks, study.n_windows).round().astype(int)
    if study.n_windows > 1 and np.diff(offsets).min() * 7 < study.test_days:
        raise ValueError(f"{study.n_windows} windows of {study.test_days} days overlap within {weeks} weeks")
    return [first + pd.Timedelta(weeks=int(offset)) for offset in offsets]


def train_and_test(dates: pd.Series, start: pd.Timestamp, study: Study) -> tuple[IntArray, IntArray]:
    """Row positions of training and test.

    The last `horizon` candles before the first test candle are purged: their label is known only from
    candles of the test window.
    """
    first_train, first_test, end = (
        int(dates.searchsorted(start + pd.Timedelta(days=days)))
        for days in (-study.train_days, 0, study.test_days)
    )
    return np.arange(first_train, max(first_train, first_test - study.horizon)), np.arange(first_test, end)


def _part(
    pairs: Mapping[str, LabelledPair], positions: dict[str, IntArray], study: Study, features: FeatureRows
) -> Rows:
    """Stack the usable rows of pairs: all features and the label known."""
    leaders = [pairs[name] for name in study.leaders]
    parts = []
    for name, rows in positions.items():
        data = pairs[name]
        X = features(data, leaders, rows)
        usable = ~np.isnan(X).any(axis=1) & data.labelled[rows]
        parts.append((study.pairs.index(name), data, rows[usable], X[usable]))
    return Rows(
        X=np.concatenate([X for *_, X in parts]),
        dates=np.concatenate([_nanoseconds(data.dates.iloc[rows]) for _, data, rows, _ in parts]),
        pair=np.concatenate([np.full(len(rows), number, dtype=np.int8) for number, _, rows, _ in parts]),
        up=np.concatenate([data.up[rows] for _, data, rows, _ in parts]),
        regimes={
            series: np.concatenate([data.regimes[series][rows] for _, data, rows, _ in parts])
            for series in pairs[study.leaders[0]].regimes
        },
    )


def _nanoseconds(dates: pd.Series) -> IntArray:
    return dates.to_numpy(dtype="datetime64[ns]").astype(np.int64)


def thin(dates: IntArray, every: int) -> IntArray:
    """Positions of every n-th 5m candle by the clock, so that all pairs keep the same candles."""
    return np.flatnonzero(dates // (300 * 10**9) % every == 0)


def split_rows(
    pairs: Mapping[str, LabelledPair],
    start: pd.Timestamp,
    study: Study,
    *,
    features: FeatureRows = feature_rows,
    every: int = 1,
) -> tuple[Rows, Rows, tuple[str, ...]]:
    """Training rows (every n-th candle), test rows, and which pairs have enough days to train on."""
    train, test = {}, {}
    for name, data in pairs.items():
        fit, predict = train_and_test(data.dates, start, study)
        if len(fit) >= study.least_train_days * 288 and len(predict):
            train[name], test[name] = fit[thin(_nanoseconds(data.dates.iloc[fit]), every)], predict
    parts = [_part(pairs, positions, study, features) for positions in (train, test)]
    return parts[0], parts[1], tuple(train)


def make_window(pairs: Mapping[str, PairData], start: pd.Timestamp, study: Study) -> Window:
    """Rows of one window and their bins."""
    return binned_window(*split_rows(pairs, start, study), study)


def binned_window(train: Rows, test: Rows, pairs: tuple[str, ...], study: Study) -> Window:
    """Sort training rows into bins: edges from them alone, for the test window's range is the future."""
    binned = BinnedFeatures([train.X], params=study.trees)
    return Window(study, train, test, pairs, binned, thin(train.dates, study.every))
