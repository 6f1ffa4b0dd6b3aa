"""What turns rows into one model: the small contract behind every estimator.

A model answers with scores: log-probabilities of classes, or values of a regression. Scores of several
models can be averaged and blended; probabilities come from them at the end.
"""

from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from auriga.typing import FloatArray, IntArray

AnyArray = npt.NDArray[Any]


class Model(Protocol):
    """One trained model."""

    def scores(self, X: AnyArray) -> FloatArray:
        """Scores of shape (n, n_classes), or (n, 1) of a regression."""


class Trainer(Protocol):
    """Trains models on rows of the features it was made with."""

    def fit(
        self,
        rows: IntArray,
        target: AnyArray,
        weight: FloatArray | None,
        *,
        seed: int | None,
        others: IntArray | None = None,
    ) -> Model:
        """Train on rows at ascending positions; `target` holds class numbers, or values.

        `others` are rows that an expert may be continued on although they are not trained on here.
        """

    def resume(
        self, start: Model, rows: IntArray, target: AnyArray, weight: FloatArray | None, *, seed: int | None
    ) -> Model:
        """Continue `start` on these rows with the trees and learning rate of an expert."""


@dataclass(frozen=True)
class ConstantModel:
    """Says the same of every row: what is left when all training rows are of one class."""

    score: FloatArray

    def scores(self, X: AnyArray) -> FloatArray:
        """The constant for each row, shape (n, n_outputs)."""
        return np.tile(self.score, (len(X), 1))


@dataclass(frozen=True)
class AverageModel:
    """Mean of the scores of models that differ in their seed."""

    models: tuple[Model, ...]

    def scores(self, X: AnyArray) -> FloatArray:
        """Mean scores, shape (n, n_outputs)."""
        mean: FloatArray = np.mean([model.scores(X) for model in self.models], axis=0)
        return mean


def one_class(target: AnyArray, n_classes: int | None) -> ConstantModel | None:
    """Return the constant model of rows that are all of one class; None where there is something to learn."""
    if n_classes is None or len(np.unique(target)) > 1:
        return None
    return ConstantModel(log_probability(np.eye(n_classes)[int(target[0])]))


def log_probability(probability: FloatArray) -> FloatArray:
    """Logarithm with the impossible at -inf, without a warning."""
    with np.errstate(divide="ignore"):
        logarithm: FloatArray = np.log(probability)
    return logarithm


def packed_classes(target: AnyArray, n_classes: int | None) -> tuple[AnyArray | None, AnyArray]:
    """Which class numbers occur, and the target numbered without holes; values of a regression stay."""
    if n_classes is None:
        return None, target
    present, packed = np.unique(target, return_inverse=True)
    return present, packed
