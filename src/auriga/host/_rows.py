"""Rows that may be trained on or predicted, taken from FreqAI's frames by position."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from auriga.typing import BoolArray, IntArray, RegimeArray


@dataclass(frozen=True)
class TrainingRows:
    """Complete rows of a training window, in time order.

    Attributes
    ----------
    features : array of shape (n, n_features), float32
    labels : array of shape (n,)
    regimes : array of shape (n,), int8
    dates : Series of shape (n,)
    missing : str
        How many rows were left out and which columns made them incomplete; empty when none were.
    """

    features: npt.NDArray[np.float32]
    labels: npt.NDArray[Any]
    regimes: RegimeArray
    dates: pd.Series
    missing: str

    def take(self, rows: IntArray) -> "TrainingRows":
        """Return the rows at these positions."""
        return replace(
            self,
            features=self.features[rows],
            labels=self.labels[rows],
            regimes=self.regimes[rows],
            dates=self.dates.iloc[rows],
        )


def _matrix(frame: pd.DataFrame, features: list[str]) -> tuple[npt.NDArray[np.float32], BoolArray]:
    with np.errstate(over="ignore"):  # values beyond float32 become infinite and count as missing
        values = frame[features].to_numpy(dtype=np.float32)
    return values, np.isfinite(values)


def _describe_missing(finite: BoolArray, labelled: BoolArray, features: list[str], most: int = 3) -> str:
    complete = finite.all(axis=1)
    parts = []
    if not complete.all():
        counts = (~finite).sum(axis=0)
        worst = [f"{features[i]} {counts[i]}" for i in np.argsort(-counts)[:most] if counts[i]]
        parts.append(
            f"{np.count_nonzero(~complete)} of {len(finite)} with missing features ({', '.join(worst)})"
        )
    if not labelled.all():
        parts.append(f"{np.count_nonzero(~labelled)} without a label")
    return ", ".join(parts)


def training_rows(frame: pd.DataFrame, features: list[str], label: str, regime: str) -> TrainingRows:
    """Rows with every feature and a label; infinite values count as missing.

    The regime is read from its plain column of the same rows, so it can neither be rescaled nor lose
    its alignment (trap T4).
    """
    values, finite = _matrix(frame, features)
    labels = frame[label]
    labelled = labels.notna().to_numpy()
    keep = finite.all(axis=1) & labelled
    return TrainingRows(
        features=values[keep],
        labels=labels[keep].to_numpy(dtype=object).astype(str),
        regimes=frame[regime].to_numpy()[keep].astype(np.int8),
        dates=frame.loc[keep, "date"],
        missing=_describe_missing(finite, labelled, features),
    )


def prediction_rows(frame: pd.DataFrame, features: list[str]) -> tuple[npt.NDArray[np.float32], BoolArray]:
    """All rows, with missing values as 0, and which of them were complete."""
    values, finite = _matrix(frame, features)
    complete = np.asarray(finite.all(axis=1))
    return np.where(finite, values, np.float32(0)), complete
