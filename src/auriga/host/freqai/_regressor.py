"""FreqAI model of the return: one regressor per regime."""

from typing import Any, cast

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.stats import norm

from auriga.columns import EXPERT, EXPERT_ROWS, PRIOR, PROBABILITY, RETURN
from auriga.host.freqai._model import EXTRA_COLUMNS, RegimeFreqaiModel
from auriga.host.rows import TrainingTable
from auriga.host.seals import Fitted
from auriga.models import RegimeRegressor, UntrainedRegressor
from auriga.typing import FloatArray, RegimeArray


class RegimeRegressorModel(RegimeFreqaiModel):
    """Regressor of `&-return`; a subclass says which estimator.

    Prediction columns: `&-return` (expected return over the horizon in the label's own unit: a fraction for
    `return`, volatilities for `scaled_return`), `probability` (of an upward move, if labels spread normally
    around the prediction with the training rows' deviation, so that the strategy's thresholds keep their
    meaning; no unit is left in it), `expected_sigmas` (the same return in sigmas), `expert`, `expert_rows`,
    `prior`, `trained_at` and `do_predict` as in the classifier.
    """

    label = RETURN
    returned = (RETURN, *EXTRA_COLUMNS)

    def make_model(self) -> RegimeRegressor:
        """Return the regressor that the settings describe."""
        return RegimeRegressor(self.make_estimator(), **self.scheme_parameters)

    def untrained(self, reason: str) -> UntrainedRegressor:
        """NaN for every row, and the reason."""
        return UntrainedRegressor(reason)

    def trusted(self, model: Fitted) -> bool:
        """False for a stand-in, and where all training returns were the same."""
        return isinstance(model, RegimeRegressor) and model.scale_ > 0

    def holdout_score(self, model: Any, rows: TrainingTable) -> str:
        """Mean squared error."""
        error = np.mean((model.predict(rows.data, regimes=rows.regimes) - rows.target) ** 2)
        return f"mean squared error {error:.3e}"

    def prediction_frame(
        self, model: Fitted, features: npt.NDArray[np.float32], regimes: RegimeArray
    ) -> pd.DataFrame:
        """Predictions as listed in the class docstring, without `do_predict`."""
        known = cast("RegimeRegressor | UntrainedRegressor", model)
        predicted = known.predict(features, regimes=regimes)
        experts, expert_rows = known.route(regimes)
        scale = known.scale_ if known.scale_ > 0 else np.nan
        return pd.DataFrame(
            {
                RETURN: predicted,
                PROBABILITY: norm.cdf(predicted / scale),
                EXPERT: experts.astype(np.int64),
                EXPERT_ROWS: expert_rows,
                PRIOR: norm.cdf(known.mean_ / scale),
            }
        )

    def expected_sigmas(
        self, model: Fitted, frame: pd.DataFrame, regimes: RegimeArray, label_units: FloatArray
    ) -> FloatArray:
        """The prediction itself, from the label's unit to sigmas."""
        expected: FloatArray = frame[RETURN].to_numpy(dtype=np.float64) * label_units
        return expected
