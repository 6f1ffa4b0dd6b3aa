"""What each feature adds to the prediction of a scikit-learn or XGBoost estimator."""

from typing import Any

import numpy as np
from sklearn.pipeline import Pipeline

from auriga.errors import ParameterError
from auriga.models._trainers import AnyArray
from auriga.typing import FloatArray

Pieces = tuple[FloatArray, FloatArray]
"""What each column adds, shape (n, n_columns), and what is expected before, shape (n,)."""


def estimator_pieces(estimator: Any, X: AnyArray, pair: tuple[int, int] | None, *, continues: bool) -> Pieces:
    """SHAP values of the rows of one estimator, without what it continues.

    Parameters
    ----------
    estimator : fitted estimator
        A linear model, also behind scalers in a pipeline, or XGBoost's scikit-learn classes.
    X : array of shape (n, n_columns)
    pair : (int, int) or None
        Positions of the two classes among the estimator's; None for a regression.
    continues : bool
        Whether it adds to another model's scores, which then stand for its own base score.

    Raises
    ------
    ParameterError
        For any other estimator.
    """
    last = estimator.steps[-1][1] if isinstance(estimator, Pipeline) else estimator
    if hasattr(last, "get_booster"):
        return _xgboost(last, _transformed(estimator, X), pair, continues=continues)
    if hasattr(last, "coef_") and hasattr(last, "intercept_"):
        return _linear(last, _transformed(estimator, X), pair)
    raise ParameterError(
        f"{type(last).__name__} does not tell what its features add to a prediction; use a LightGBM, XGBoost "
        "or linear model"
    )


def chosen_output(outputs: FloatArray, pair: tuple[int, int] | None) -> FloatArray:
    """One class against another, of shape (n, k), from outputs of shape (n, n_outputs, k).

    A single output is the value of a regression, or the log-odds of class 1 against class 0.
    """
    if outputs.shape[1] == 1:
        return -outputs[:, 0] if pair == (0, 1) else outputs[:, 0]
    if pair is None:
        raise ParameterError(f"a regression has {outputs.shape[1]} outputs; contributions need one")
    difference: FloatArray = outputs[:, pair[0]] - outputs[:, pair[1]]
    return difference


def _transformed(estimator: Any, X: AnyArray) -> AnyArray:
    if not isinstance(estimator, Pipeline):
        return X
    given: AnyArray = np.asarray(estimator[:-1].transform(X))
    if given.shape != X.shape:
        raise ParameterError(
            f"the steps before {type(estimator.steps[-1][1]).__name__} turn {X.shape[1]} features into "
            f"{given.shape[1]}; contributions need one column each"
        )
    return given


def _linear(model: Any, given: AnyArray, pair: tuple[int, int] | None) -> Pieces:
    slopes = np.atleast_2d(np.asarray(model.coef_, dtype=float))
    offsets = np.atleast_1d(np.asarray(model.intercept_, dtype=float))
    whole = chosen_output(np.column_stack([slopes, offsets])[np.newaxis], pair)[0]
    return np.asarray(given, dtype=float) * whole[:-1], np.full(len(given), whole[-1])


def _xgboost(estimator: Any, X: AnyArray, pair: tuple[int, int] | None, *, continues: bool) -> Pieces:
    import xgboost

    booster = estimator.get_booster()
    n_outputs = max(1, len(estimator.classes_) if hasattr(estimator, "classes_") else 1)
    shape = (len(X),) if n_outputs <= 2 else (len(X), n_outputs)
    # A margin stands in for the base score; that of what is continued is attributed by itself.
    margin = {"base_margin": np.zeros(shape)} if continues else {}
    told = booster.predict(xgboost.DMatrix(X, **margin), pred_contribs=True, strict_shape=True)
    chosen = chosen_output(np.asarray(told, dtype=float), pair)
    return chosen[:, :-1], chosen[:, -1]
