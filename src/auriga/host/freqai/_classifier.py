"""FreqAI model of the direction: class probabilities from one classifier per regime."""

from collections.abc import Sequence
from typing import Any, cast

import numpy as np
import numpy.typing as npt
import pandas as pd
from sklearn.metrics import log_loss

from auriga.columns import DIRECTION, EXPERT, EXPERT_ROWS, PRIOR, PROBABILITY
from auriga.host.freqai._model import EXTRA_COLUMNS, RegimeFreqaiModel
from auriga.host.rows import (
    TrainingTable,
    class_lean,
    label_classes,
    learned_moves,
    moves_in_words,
    primary_side,
)
from auriga.host.seals import Fitted
from auriga.models import MoveScale, RegimeClassifier, UntrainedClassifier
from auriga.typing import BoolArray, FloatArray, RegimeArray


class RegimeClassifierModel(RegimeFreqaiModel):
    """Classifier of `&-direction`; a subclass says which estimator.

    Prediction columns: `&-direction` (most probable class), one probability per class (always all
    classes, whatever a window contains), `probability` (of an upward move, given it is not flat),
    `expert` (regime code of the model that answered, `Regime.UNKNOWN` for the fallback),
    `expert_rows` (its training rows), `prior` (upward share of the training window), `expected_sigmas`
    (expected move over the horizon, in sigmas: `learn_moves`), `trained_at` (seconds since 1970: which model
    answered; 0 for none) and `do_predict`, which is 0 wherever a feature was missing or the window could not
    be trained.

    What an upward move is follows the label: a higher close at the horizon (`direction`), the upper barrier
    before the lower one (`triple_barrier`), a long position that gains or a short one that does not (`meta`:
    P(right) in a bull, 1 - P(right) in a bear market). In other regimes `meta` takes no side: `do_predict` is
    0 there, and `probability` and `prior` are 0.5 (FreqAI would turn NaN into 0, a sure fall).
    """

    label = DIRECTION

    @property
    def class_labels(self) -> tuple[str, ...]:
        """Class names in column order."""
        return label_classes(self.settings.label)

    @property
    def returned(self) -> tuple[str, ...]:
        """Class probabilities and the columns of every model."""
        return (*self.class_labels, *EXTRA_COLUMNS)

    def make_model(self) -> RegimeClassifier:
        """Return the classifier that the settings describe."""
        return RegimeClassifier(
            self.make_estimator(),
            classes=self.class_labels,
            balance_classes=self.settings.balance_classes,
            **self.scheme_parameters,
        )

    def untrained(self, reason: str) -> UntrainedClassifier:
        """Equal probabilities, and the reason."""
        return UntrainedClassifier(self.class_labels, reason)

    def trusted(self, model: Fitted) -> bool:
        """False for a stand-in, and for a window with one class, whose certainty means nothing."""
        return isinstance(model, RegimeClassifier) and int(np.count_nonzero(model.class_prior_)) > 1

    def holdout_score(self, model: Any, rows: TrainingTable) -> str:
        """Log-loss."""
        probability = model.predict_proba(rows.data, regimes=rows.regimes)
        return f"log-loss {log_loss(rows.target, probability, labels=model.classes_):.5f}"

    def prediction_frame(
        self, model: Fitted, features: npt.NDArray[np.float32], regimes: RegimeArray
    ) -> pd.DataFrame:
        """Predictions as listed in the class docstring, without `do_predict`."""
        known = cast("RegimeClassifier | UntrainedClassifier", model)
        probability = known.predict_proba(features, regimes=regimes)
        classes = known.classes_
        experts, expert_rows = known.route(regimes)
        columns: dict[str, Any] = {DIRECTION: classes[probability.argmax(axis=1)].astype(object)}
        columns |= {str(name): probability[:, index] for index, name in enumerate(classes)}
        columns[PROBABILITY] = self._up_share(probability, list(classes), regimes)
        columns[EXPERT] = experts.astype(np.int64)
        columns[EXPERT_ROWS] = expert_rows
        columns[PRIOR] = self._up_share(known.class_prior_, list(classes), regimes)
        return pd.DataFrame(columns)

    def learn_moves(self, model: Any, rows: TrainingTable, start: int, stop: int) -> None:
        """Learn what a lean is worth from the fallback's newest rows: see `learned_moves`."""
        if isinstance(model, RegimeClassifier):
            rows, settings = rows.within(start, stop), self.settings
            weights = self.weights(rows, start, stop)
            given = {"step": self.step, "embargo": settings.embargo_candles}
            model.moves_ = learned_moves(self.make_model(), rows, weights, settings.label, **given)

    def expected_sigmas(
        self, model: Fitted, frame: pd.DataFrame, regimes: RegimeArray, label_units: FloatArray
    ) -> FloatArray:
        """What the classifier leans to, times the slope of the expert that answered."""
        moves: MoveScale | None = getattr(model, "moves_", None)
        if moves is None:
            return np.full(len(frame), np.nan)
        classes = list(cast("RegimeClassifier", model).classes_)
        shares = frame[[str(name) for name in classes]].to_numpy()
        lean = class_lean(shares, classes, regimes, self.settings.label)
        return moves.expected(lean, frame[EXPERT].to_numpy())

    def describe(self, model: Fitted) -> str:
        """Rows of each expert, and what a lean is worth."""
        moves: MoveScale | None = getattr(model, "moves_", None)
        return super().describe(model) + ("" if moves is None else f"; {moves_in_words(moves)}")

    def answered(self, regimes: RegimeArray) -> BoolArray:
        """All rows, or for `meta` those where the primary rule takes a side."""
        return primary_side(regimes) != 0 if self._is_meta else super().answered(regimes)

    @property
    def _is_meta(self) -> bool:
        return self.settings.label.kind == "meta"

    def _up_share(self, shares: FloatArray, classes: Sequence[Any], regimes: RegimeArray) -> FloatArray:
        """Share of upward moves; the last axis of `shares` follows `classes`."""
        if not self._is_meta:
            return class_share(shares, classes, "up", "down")
        right, side = class_share(shares, classes, "right", "wrong"), primary_side(regimes)
        return np.select([side > 0, side < 0], [right, 1 - right], 0.5)


def class_share(shares: FloatArray, classes: Sequence[Any], wanted: str, other: str) -> FloatArray:
    """Share of one class among two; the last axis of `shares` follows `classes`."""
    one, two = shares[..., classes.index(wanted)], shares[..., classes.index(other)]
    share: FloatArray = one / np.maximum(one + two, np.finfo(float).tiny)
    return share
