"""A fitted model of market states, whose regimes are ordered by mean return."""

from abc import ABC, abstractmethod
from dataclasses import dataclass

import numpy as np

from auriga.typing import FloatArray, IntArray, Regime

_CLIP = 3.0  # standard deviations: one crash must not be a state of its own
_STILL = 1e-12  # deviations of log returns below this are rounding

_COLUMNS = {1: [1], 2: [0, 2], 3: [0, 1, 2]}
"""Columns of bear, sideways and bull for one, two or three states, the lowest mean return first."""


@dataclass(frozen=True)
class Scaler:
    """Moments of one fit window; nothing outside of it counts.

    Attributes
    ----------
    mean, deviation : array of shape (n_features,)
    """

    mean: FloatArray
    deviation: FloatArray

    @classmethod
    def of(cls, window: FloatArray) -> "Scaler":
        """Moments of a window of shape (n, n_features)."""
        return cls(window.mean(axis=0), window.std(axis=0))

    @property
    def still(self) -> bool:
        """Whether the mean return never changed: a market without any states to tell apart."""
        return bool(self.deviation[0] <= _STILL)

    def scale(self, features: FloatArray) -> FloatArray:
        """Deviations from the mean in standard deviations, within three."""
        unit = np.where(self.deviation > _STILL, self.deviation, 1.0)
        return np.clip((features - self.mean) / unit, -_CLIP, _CLIP)


class StateModel(ABC):
    """States in ascending order of their mean return, and how likely each is now."""

    @abstractmethod
    def probability(self, scaled: FloatArray) -> FloatArray:
        """Probability of each state at each row, from the rows up to it; shape (n, n_states)."""


def ascending(means: FloatArray) -> IntArray:
    """States by mean return (first column), the lowest first; states without one are left out.

    Examples
    --------
    >>> ascending(np.array([[0.2, 1.0], [np.nan, np.nan], [-0.3, 2.0]])).tolist()
    [2, 0]
    """
    order: IntArray = np.argsort(means[:, 0], kind="stable")
    known: IntArray = order[np.isfinite(means[order, 0])]
    return known


def regime_support(probability: FloatArray) -> FloatArray:
    """Probability of bear, sideways and bull, from that of states in ascending order.

    With two states they are bear and bull, with one it is sideways.

    Examples
    --------
    >>> regime_support(np.array([[0.3, 0.7]])).tolist()
    [[0.3, 0.0, 0.7]]
    """
    support = np.zeros((len(probability), len(Regime.known())))
    support[:, _COLUMNS[probability.shape[1]]] = probability
    return support


class StillMarket(StateModel):
    """One state: a window in which nothing moved is sideways."""

    def probability(self, scaled: FloatArray) -> FloatArray:
        """One, at every row."""
        return np.ones((len(scaled), 1))
