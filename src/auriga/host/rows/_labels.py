"""The label column that FreqAI trains on, and what else training wants to know of a label."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from freqtrade.exceptions import OperationalException

from auriga.columns import DIRECTION, REGIME, RETURN
from auriga.host.rows._expected_move import move_sigma, moves_in_sigmas
from auriga.indicators import atr, natr
from auriga.labels import (
    direction,
    direction_classes,
    future_return,
    meta_label,
    scaled_return,
    triple_barrier,
)
from auriga.settings import CostSettings, LabelSettings
from auriga.typing import FloatArray, IntArray, Regime, RegimeArray

META_CLASSES = ("right", "wrong")
"""Classes of `meta`, in column order (models sort them): is the primary rule's side right?"""


DEFAULT_COSTS = CostSettings()

_FEW = 0.01
"""Share of the rows that may hold values of no class: windows with such a row fail, and are named."""


def label_classes(label: LabelSettings) -> tuple[str, ...]:
    """Class names of a classifier's label, in column order."""
    return META_CLASSES if label.kind == "meta" else direction_classes(flat=label.flat)


def primary_side(regimes: RegimeArray) -> RegimeArray:
    """Side that the primary rule of `meta` takes: 1 long in a bull, -1 short in a bear market, else 0.

    The regime is known at the close of the candle, the same in a backtest, in training and live.
    """
    return np.where(regimes == Regime.UNKNOWN, np.int8(0), regimes)


def class_lean(
    shares: FloatArray, classes: Sequence[str], regimes: RegimeArray, label: LabelSettings
) -> FloatArray:
    """Which way class probabilities lean: 0 expects nothing, 1 is a sure rise, -1 a sure fall.

    P(up) - P(down): `flat` counts as no move. Barriers that stand unevenly are touched unevenly without any
    move to expect, so each side counts by its distance. `meta` leans to the side of its primary rule, and to
    none where that takes none.

    Parameters
    ----------
    shares : array of shape (n, n_classes)
    classes : sequence of str
        Names of its columns.
    regimes : int8 array of shape (n,)
    label : LabelSettings

    Returns
    -------
    array of shape (n,)

    Examples
    --------
    >>> label = LabelSettings(kind="triple_barrier", upper_atr=3.0, lower_atr=1.0)
    >>> shares, regimes = np.array([[0.6, 0.0, 0.4]]), np.zeros(1, np.int8)
    >>> class_lean(shares, ("down", "flat", "up"), regimes, label).round(6).tolist()
    [0.3]
    """
    up = down = 1.0
    if label.kind in ("triple_barrier", "meta"):
        mean = (label.upper_atr + label.lower_atr) / 2
        up, down = label.upper_atr / mean, label.lower_atr / mean
    share = dict(zip(classes, shares.T, strict=True))
    if label.kind != "meta":
        lean: FloatArray = share["up"] * up - share["down"] * down
        return lean
    right, wrong, side = share["right"], share["wrong"], primary_side(regimes)
    return np.select([side > 0, side < 0], [right * up - wrong * down, wrong * up - right * down], 0.0)


def label_threshold(
    candles: pd.DataFrame, label: LabelSettings, costs: CostSettings
) -> float | pd.Series | None:
    """Smallest significant move as a fraction of the price: in costs, in ATRs, or None."""
    if not label.flat:
        return None
    if label.unit == "cost":
        return label.threshold * costs.round_trip_frac
    return label.threshold * natr(candles, period=label.atr_period)


def add_label(frame: pd.DataFrame, label: LabelSettings, costs: CostSettings = DEFAULT_COSTS) -> pd.DataFrame:
    """Add `&-direction` or `&-return`: what the price does over the next `label.horizon` candles.

    `&-direction` holds class names: `down`, `up` (and `flat`) of the kinds `direction` and `triple_barrier`,
    `right` and `wrong` of `meta`. `&-return` holds a fraction of the price, or for `scaled_return` units of
    the volatility that was known. Missing for the last candles, whose future is unknown, and for `meta` where
    its primary rule takes no side: those rows are not trained on, so a training window ends `horizon` candles
    before its prediction window. Missing as well where a kind of two classes meets a price that stays exactly
    where it was: it is neither up nor down, nor a gain of either side.

    Raises
    ------
    OperationalException
        For `meta` without the `regime` column, its primary rule.
    """
    name = RETURN if label.regression else DIRECTION
    plain = frame.drop(columns=name, errors="ignore")
    return pd.concat([plain, _values(frame, label, costs).rename(name)], axis=1)


def required_label(labelled: pd.DataFrame, name: str, label: LabelSettings, strategy: str) -> pd.Series:
    """Label column of a frame that `set_freqai_targets` has returned, as a model can learn it.

    Raises
    ------
    OperationalException
        If it has another name, or holds values of no class.
    """
    if name not in labelled:
        found = [str(column) for column in labelled if "&" in str(column)]
        ours = {DIRECTION, RETURN} & set(found)
        remedy = (
            "set regime.label.kind to 'direction', 'triple_barrier' or 'meta' for a classifier, to "
            "'scaled_return' or 'return' for a regressor"
            if ours
            else f"name its column {name!r}, as auriga.host.rows.add_label does"
        )
        raise OperationalException(
            f"set_freqai_targets of {strategy} gives {', '.join(map(repr, found)) or 'no label'}, but this "
            f"model learns {name!r}; {remedy}"
        )
    values: pd.Series = labelled[name]
    if name == DIRECTION:
        known = values[values.notna()].astype(str)
        unlike = known[~known.isin(label_classes(label))]
        foreign = sorted(unlike.unique())
        if len(unlike) > _FEW * len(known):
            raise OperationalException(
                f"set_freqai_targets of {strategy} gives {name!r} the values {', '.join(foreign[:5])}, but "
                f"with regime.label.kind {label.kind!r} this model learns {', '.join(label_classes(label))}; "
                "write those, and NaN where the future is not known"
            )
    elif not pd.api.types.is_numeric_dtype(values):
        raise OperationalException(
            f"set_freqai_targets of {strategy} gives {name!r} values of type {values.dtype}, but this model "
            "learns numbers; write numbers, and NaN where the future is not known"
        )
    return values


def _values(frame: pd.DataFrame, label: LabelSettings, costs: CostSettings) -> pd.Series:
    if label.kind == "return":
        return future_return(frame, horizon=label.horizon)
    if label.kind == "scaled_return":
        volatility = natr(frame, period=label.atr_period)
        return scaled_return(frame, horizon=label.horizon, volatility=volatility)
    if label.kind == "triple_barrier":
        return _named(_barriers(frame, label)["label"], {-1.0: "down", 0.0: "flat", 1.0: "up"})
    if label.kind == "meta":
        barriers = _barriers(frame, label)
        right = meta_label(barriers, side=_frame_side(frame))
        # Where the price stays both sides would be wrong, and a wrong long reads as a right short.
        stays = (barriers["return"] == 0) & (future_return(frame, horizon=label.horizon) == 0)
        return _named(right.mask(stays), {1.0: "right", 0.0: "wrong"})
    return direction(frame, horizon=label.horizon, threshold=label_threshold(frame, label, costs))


def _barriers(frame: pd.DataFrame, label: LabelSettings) -> pd.DataFrame:
    return triple_barrier(
        frame,
        horizon=label.horizon,
        atr=atr(frame, period=label.atr_period),
        upper_atr=label.upper_atr,
        lower_atr=label.lower_atr,
    )


def _frame_side(frame: pd.DataFrame) -> pd.Series:
    if REGIME not in frame:
        raise OperationalException(
            "regime.label.kind 'meta' asks whether the side of the regime is right, but the frame of "
            f"set_freqai_targets has no column {REGIME!r}; add it in feature_engineering_standard with "
            "auriga.host.rows.add_regimes"
        )
    return pd.Series(primary_side(frame[REGIME].to_numpy()), index=frame.index)


def _named(codes: pd.Series, names: Mapping[float, str]) -> pd.Series:
    """Class names instead of numbers, as text even where nothing is known: FreqAI asks for the type."""
    return codes.map(names).astype("str")


@dataclass(frozen=True)
class LabelSpans:
    """What weights and reports need to know of labels; arrays of shape (n,).

    Attributes
    ----------
    candles : int32 array
        Candles ahead that a label looks at: the horizon, or those until a barrier is touched.
    returns : float32 array
        Its return, in any unit; NaN where it is not known.
    moves : float32 array
        The price's move over the whole horizon in sigmas, whatever the label; NaN where it is not known.
    sigmas : float32 array
        One sigma as a fraction (`move_sigma`).
    """

    candles: npt.NDArray[np.int32]
    returns: npt.NDArray[np.float32]
    moves: npt.NDArray[np.float32]
    sigmas: npt.NDArray[np.float32]

    def take(self, rows: IntArray) -> "LabelSpans":
        """Labels at these positions."""
        return LabelSpans(self.candles[rows], self.returns[rows], self.moves[rows], self.sigmas[rows])

    @staticmethod
    def joined(parts: Sequence["LabelSpans"]) -> "LabelSpans":
        """All labels, one part after the other."""
        return LabelSpans(
            np.concatenate([part.candles for part in parts]),
            np.concatenate([part.returns for part in parts]),
            np.concatenate([part.moves for part in parts]),
            np.concatenate([part.sigmas for part in parts]),
        )


def label_spans(frame: pd.DataFrame, label: LabelSettings) -> LabelSpans:
    """Candles that each label looks at, its return and the move; no further than its horizon."""
    if label.kind in ("triple_barrier", "meta"):
        barriers = _barriers(frame, label)
        candles, returns = barriers["touched_at"].fillna(label.horizon), barriers["return"]
    else:
        candles = pd.Series(label.horizon, index=frame.index)
        scaled = label.kind == "scaled_return"
        returns = (
            _values(frame, label, DEFAULT_COSTS) if scaled else future_return(frame, horizon=label.horizon)
        )
    return LabelSpans(
        candles.to_numpy(dtype=np.int32),
        returns.to_numpy(dtype=np.float32),
        moves_in_sigmas(frame, label.horizon).astype(np.float32),
        move_sigma(frame, label.horizon).astype(np.float32),
    )
