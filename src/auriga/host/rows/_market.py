"""Every whitelisted pair's rows: features once, labels once, put together into one training table."""

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import lightgbm as lgb
import numpy as np
import numpy.typing as npt
import pandas as pd
from freqtrade.exceptions import OperationalException

from auriga.candles import timeframe_delta
from auriga.columns import REGIME
from auriga.host.rows._expected_move import label_units
from auriga.host.rows._flat_moves import warn_of_flat_moves
from auriga.host.rows._label_checks import require_reach
from auriga.host.rows._labels import LabelSpans, label_spans, required_label
from auriga.host.rows._model_columns import ModelColumns
from auriga.host.rows._pair_features import PairFeatures, pair_features, same_candles
from auriga.host.setup import Strategy
from auriga.labels import paused
from auriga.look_ahead import label_reach
from auriga.models import BinnedFeatures, with_regime_columns
from auriga.settings import RegimeSettings
from auriga.typing import BoolArray, FloatArray, IntArray, RegimeArray

logger = logging.getLogger(__name__)

_REFERENCE_ROWS = 10_000
"""Rows that bin edges come from: 160 for each of 63 bins. LightGBM holds them as doubles."""

LABEL_MOMENTS = 128
"""Cuts that show how far labels look ahead; each computes the labels of a few thousand candles."""
FEW_MOMENTS = 16
"""The same for every further pair: hooks rarely know which one they label."""

Candles = Callable[[str, str], pd.DataFrame]
"""Candles of a pair at a timeframe."""


@dataclass(frozen=True)
class PairRows:
    """One pair's base candles as a model sees them; arrays of shape (n,).

    `labelled` rows can be trained on: their label is known and the candle was `traded`. Freqtrade fills holes
    and pauses with candles without volume, on which nothing is entered either. `label_units` turn a
    regressor's prediction into sigmas.
    """

    features: PairFeatures
    columns: ModelColumns
    regimes: RegimeArray
    complete: BoolArray
    labels: npt.NDArray[Any]
    labelled: BoolArray
    traded: BoolArray
    spans: LabelSpans
    label_units: FloatArray

    def asked(self, rows: IntArray) -> tuple[BoolArray, RegimeArray, FloatArray]:
        """What goes with the features of these rows when a model is asked about them."""
        return self.complete[rows], self.regimes[rows], self.label_units[rows]

    def missing(self, start: int, stop: int, most: int = 3) -> str:
        """Which rows of a span (ms) cannot be trained on, and which columns are why; empty if all can."""
        times = self.features.times
        inside = (times >= start) & (times < stop)
        incomplete, unlabelled = inside & ~self.complete, inside & self.traded & ~self.labelled
        parts = []
        if incomplete.any():
            counts = self.columns.missing_counts(incomplete)
            worst = sorted(counts, key=lambda name: -counts[name])[:most]
            listed = ", ".join(f"{name} {counts[name]}" for name in worst)
            parts.append(f"{incomplete.sum()} of {inside.sum()} with missing features ({listed})")
        if unlabelled.any():
            parts.append(f"{unlabelled.sum()} without a label")
        silent = inside & ~self.traded
        if silent.any():
            parts.append(f"{silent.sum()} without volume")
        return ", ".join(parts)

    def always_missing(self, asked: BoolArray) -> list[str]:
        """Columns that none of the asked base candles has, by name."""
        counts = self.columns.missing_counts(asked)
        return sorted(name for name, count in counts.items() if count == np.count_nonzero(asked))


class Market:
    """Features, regimes and labels of pairs, each computed once.

    Parameters
    ----------
    strategy : IStrategy
        Its feature and target hooks are called.
    config : mapping
        Freqtrade's configuration.
    settings : RegimeSettings
    label : str
        Name of the label column.
    candles : callable
        Candles of any pair and timeframe.
    """

    def __init__(
        self,
        strategy: Strategy,
        config: Mapping[str, Any],
        settings: RegimeSettings,
        label: str,
        candles: Candles,
    ) -> None:
        self._strategy, self._config, self._settings = strategy, config, settings
        self._label, self._candles = label, candles
        self._features: dict[str, PairFeatures] = {}
        self._rows: dict[str, PairRows] = {}

    @property
    def leading(self) -> tuple[PairFeatures, ...]:
        """Pairs whose features every pair is given (`include_corr_pairlist`)."""
        pairs = self._config["freqai"]["feature_parameters"].get("include_corr_pairlist", [])
        return tuple(self.features(pair) for pair in pairs)

    def features(self, pair: str, base: pd.DataFrame | None = None) -> PairFeatures:
        """Features of a pair; computed again only if `base` holds other candles than before."""
        known = self._features.get(pair)
        if known is not None and (base is None or same_candles(known.frame, base)):
            return known
        timeframe = self._config["timeframe"]
        candles = self._candles(pair, timeframe) if base is None else base
        self._rows.pop(pair, None)
        self._features[pair] = pair_features(
            self._strategy, pair, candles, self._candles, self._config, known
        )
        return self._features[pair]

    def rows(self, pair: str, base: pd.DataFrame | None = None) -> PairRows:
        """Features, regimes and labels of a pair."""
        features = self.features(pair, base)
        if pair not in self._rows:
            self.require_regime(pair)
            columns = self.columns(pair)
            labels = self._labels(pair, features.frame)
            traded = (features.frame["volume"] > 0).to_numpy()
            pauses = paused(features.frame, horizon=self._settings.label.horizon)
            spans = label_spans(features.frame, self._settings.label)
            warn_of_flat_moves(pair, spans, traded, self._settings.label)
            self._rows[pair] = PairRows(
                features=features,
                columns=columns,
                regimes=features.frame[REGIME].to_numpy().astype(np.int8),
                complete=columns.complete(),
                labels=labels.to_numpy(),
                labelled=labels.notna().to_numpy() & traded & ~pauses,
                traded=traded,
                spans=spans,
                label_units=label_units(features.frame, self._settings.label),
            )
        return self._rows[pair]

    def require_regime(self, pair: str) -> None:
        """Refuse a strategy whose feature hooks give no regime.

        Raises
        ------
        OperationalException
            Naming the hook and what to add there.
        """
        if REGIME not in self.features(pair).frame:
            raise OperationalException(
                f"feature_engineering_standard of {type(self._strategy).__name__} gives no column {REGIME!r}"
                ", so no row finds its model; add it there with auriga.host.rows.add_regimes"
            )

    def _labels(self, pair: str, frame: pd.DataFrame) -> pd.Series:
        labelled = self._strategy.set_freqai_targets(frame.copy(), metadata={"pair": pair})
        return required_label(labelled, self._label, self._settings.label, type(self._strategy).__name__)

    def require_horizon(self, pair: str, stop: int, *, moments: int = LABEL_MOMENTS) -> None:
        """Refuse labels that look further ahead than `regime.label.horizon`, or that make up a future.

        Labels are computed once, on all candles, and purged by the horizon; this shows at `moments` before
        `stop` (ms) that later candles change nothing.

        Raises
        ------
        LabelHorizonError
            With the horizon that the labels really have, or how many candles without a future have one.
        """
        rows, horizon = self.rows(pair), self._settings.label.horizon
        frame = rows.features.frame
        found = label_reach(
            lambda part: self._labels(pair, part).to_numpy(),
            frame,
            rows.labels,
            int(np.count_nonzero(rows.features.times < stop)),
            horizon=horizon,
            moments=moments,
        )
        require_reach(found, horizon, pair)

    def columns(self, pair: str) -> ModelColumns:
        """Feature columns of a pair that models see: all, or those of `regime.features.keep`.

        Raises
        ------
        OperationalException
            If `regime.features.keep` names a column that does not exist.
        """
        return ModelColumns(self.features(pair), self.leading, self._settings.features.keep)

    def predictable(self, pair: str, rows: IntArray) -> npt.NDArray[np.float32]:
        """Feature rows of a pair in the order of `feature_names`; missing values are 0."""
        values = self.columns(pair).rows(rows)
        return np.where(np.isfinite(values), values, np.float32(0))

    def feature_names(self, pair: str) -> list[str]:
        """Canonical feature names, the same for every pair."""
        return self.columns(pair).names


class _PairSequence(lgb.Sequence):
    """A pair's training rows, put together in batches while LightGBM sorts them into bins."""

    batch_size = 8192

    def __init__(self, market: Market, pair: str, rows: IntArray, *, regime_columns: bool) -> None:
        self._rows, self._columns = rows, market.columns(pair)
        self._regimes = market.rows(pair).regimes[rows] if regime_columns else None

    def __len__(self) -> int:
        return len(self._rows)

    def __getitem__(self, index: Any) -> npt.NDArray[np.float32]:
        values = self._columns.rows(self._rows[index])
        return values if self._regimes is None else with_regime_columns(values, self._regimes[index])


@dataclass(frozen=True)
class TrainingTable:
    """Rows of several pairs that can be trained on, by pair and then by time.

    Attributes
    ----------
    data : BinnedFeatures or float32 array of shape (n, n_features)
    target : array of shape (n,)
    regimes : int8 array of shape (n,)
    times : int64 array of shape (n,)
        Opening times in ms.
    pairs : int array of shape (n,)
        Position in `names`.
    spans : LabelSpans
        Of shape (n,).
    names : tuple of str
    """

    data: BinnedFeatures | npt.NDArray[np.float32]
    target: npt.NDArray[Any]
    regimes: RegimeArray
    times: IntArray
    pairs: IntArray
    spans: LabelSpans
    names: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.target)

    def take(self, rows: IntArray) -> "TrainingTable":
        """Rows at these ascending positions."""
        data = self.data.take(rows) if isinstance(self.data, BinnedFeatures) else self.data[rows]
        parts = (self.target[rows], self.regimes[rows], self.times[rows], self.pairs[rows])
        return TrainingTable(data, *parts, self.spans.take(rows), self.names)

    def within(self, start: int, stop: int, pair: str | None = None) -> "TrainingTable":
        """Rows that open in [start, stop), of one pair or of all."""
        return self.take(self.rows_within(start, stop, pair))

    def rows_within(self, start: int, stop: int, pair: str | None = None) -> IntArray:
        """Positions of those rows, ascending."""
        keep = (self.times >= start) & (self.times < stop)
        if pair is not None:
            keep &= self.pairs == self.names.index(pair)
        return np.flatnonzero(keep)


def training_table(
    market: Market,
    pairs: Sequence[str],
    *,
    start: int,
    stop: int,
    bins_stop: int,
    sample_every: int,
    step: int,
    bin_params: Mapping[str, Any] | None,
    regime_columns: bool,
) -> TrainingTable | None:
    """Collect every complete, labelled row of several pairs; None if there is none.

    Parameters
    ----------
    market : Market
    pairs : sequence of str
    start, stop : int
        Rows open in [start, stop), in ms.
    bins_stop : int
        Bin edges come from rows that open before this moment: the end of the first training window.
    sample_every : int
        Keep every k-th base candle, the same ones in every window.
    step : int
        Length of a base candle in ms.
    bin_params : mapping or None
        LightGBM parameters of the bins; None keeps plain arrays.
    regime_columns : bool
        Append the regime as features.
    """
    parts, targets, regimes, times, numbers, spans = [], [], [], [], [], []
    for number, pair in enumerate(pairs):
        rows = market.rows(pair)
        at = rows.features.times
        keep = rows.complete & rows.labelled & (at >= start) & (at < stop) & (at // step % sample_every == 0)
        kept = np.flatnonzero(keep)
        labels = rows.labels[kept]
        parts.append(_PairSequence(market, pair, kept, regime_columns=regime_columns))
        targets.append(labels.astype(str) if labels.dtype == object else labels)
        regimes.append(rows.regimes[kept])
        times.append(at[kept])
        numbers.append(np.full(len(kept), number))
        spans.append(rows.spans.take(kept))
    when = np.concatenate(times)
    if not len(when):
        return None
    data: BinnedFeatures | npt.NDArray[np.float32]
    if bin_params is None:
        data = np.concatenate([part[:] for part in parts])
    else:
        early = [int(np.count_nonzero(at < bins_stop)) for at in times]
        data = BinnedFeatures(
            [part for part in parts if len(part)],
            reference=_evenly(parts, early if any(early) else [len(part) for part in parts]),
            params=bin_params,
        )
    columns = (np.concatenate(targets), np.concatenate(regimes), when, np.concatenate(numbers))
    return TrainingTable(data, *columns, LabelSpans.joined(spans), tuple(pairs))


def _evenly(parts: Sequence[_PairSequence], counts: Sequence[int]) -> npt.NDArray[np.float32]:
    """About `_REFERENCE_ROWS` of the first rows of each pair, evenly spread."""
    step = max(1, -(-sum(counts) // _REFERENCE_ROWS))
    chosen = [part[np.arange(0, count, step)] for part, count in zip(parts, counts, strict=True)]
    return np.concatenate(chosen)


def milliseconds(timeframe: str) -> int:
    """Length of a candle."""
    return int(timeframe_delta(timeframe) // pd.Timedelta(milliseconds=1))
