"""FreqAI model of the direction: class probabilities from one classifier per regime."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from sklearn.metrics import log_loss  # type: ignore[import-untyped]

from auriga.columns import DIRECTION, EXPERT, EXPERT_ROWS, PRIOR, PROBABILITY
from auriga.host._freqai_model import EXTRA_COLUMNS, RegimeFreqaiModel
from auriga.host._market import TrainingTable
from auriga.labels import direction_classes
from auriga.models import RegimeClassifier, UntrainedClassifier
from auriga.typing import FloatArray, RegimeArray


class RegimeClassifierModel(RegimeFreqaiModel):
    """Classifier of `&-direction`; a subclass says which estimator.

    Prediction columns: `&-direction` (most probable class), one probability per class (always all
    classes, whatever a window contains), `probability` (of an upward move, given it is not flat),
    `expert` (regime code of the model that answered, `Regime.UNKNOWN` for the fallback),
    `expert_rows` (its training rows), `prior` (upward share of the training window) and `do_predict`,
    which is 0 wherever a feature was missing or the window could not be trained.
    """

    label = DIRECTION

    @property
    def class_labels(self) -> tuple[str, ...]:
        """Class names in column order."""
        return direction_classes(flat=self.settings.label.flat)

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

    def trusted(self, model: Any) -> bool:
        """False for a stand-in, and for a window with one class, whose certainty means nothing."""
        return isinstance(model, RegimeClassifier) and int(np.count_nonzero(model.class_prior_)) > 1

    def holdout_score(self, model: Any, rows: TrainingTable) -> str:
        """Log-loss."""
        probability = model.predict_proba(rows.data, regimes=rows.regimes)
        return f"log-loss {log_loss(rows.target, probability, labels=model.classes_):.5f}"

    def prediction_frame(
        self, model: Any, features: npt.NDArray[np.float32], regimes: RegimeArray
    ) -> pd.DataFrame:
        """Predictions as listed in the class docstring, without `do_predict`."""
        probability = model.predict_proba(features, regimes=regimes)
        classes = model.classes_
        experts, expert_rows = model.route(regimes)
        columns: dict[str, Any] = {DIRECTION: classes[probability.argmax(axis=1)].astype(object)}
        columns |= {str(name): probability[:, index] for index, name in enumerate(classes)}
        columns[PROBABILITY] = _up_share(probability, list(classes))
        columns[EXPERT] = experts.astype(np.int64)
        columns[EXPERT_ROWS] = expert_rows
        columns[PRIOR] = _up_share(model.class_prior_, list(classes))
        return pd.DataFrame(columns)


def _up_share(shares: FloatArray, classes: Sequence[Any]) -> FloatArray:
    """Share of `up` among `up` and `down`; the last axis of `shares` follows `classes`."""
    up, down = shares[..., classes.index("up")], shares[..., classes.index("down")]
    share: FloatArray = up / np.maximum(up + down, np.finfo(float).tiny)
    return share
