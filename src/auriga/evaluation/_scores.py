"""How good probabilities of an upward move are, overall and by regime."""

import numpy as np
import pandas as pd
from sklearn.metrics import roc_auc_score

from auriga.errors import ParameterError
from auriga.typing import BoolArray, FloatArray, Regime, RegimeArray

_TINY = 1e-15


def roc_auc(up: BoolArray, probability: FloatArray) -> float:
    """Area under the ROC curve: the chance that an up row gets a higher probability than a down row.

    Parameters
    ----------
    up : bool array of shape (n,)
    probability : array of shape (n,)

    Returns
    -------
    float
        0.5 is guessing; NaN when all rows have the same outcome.

    Examples
    --------
    >>> roc_auc(np.array([True, False]), np.array([0.6, 0.4]))
    1.0
    """
    if not 0 < np.count_nonzero(up) < len(up):
        return float("nan")
    return float(roc_auc_score(up, probability))


def log_loss_rows(up: BoolArray, probability: FloatArray) -> FloatArray:
    """Negative log-likelihood of each outcome in nats, shape (n,); ln 2 is guessing.

    Raises
    ------
    ParameterError
        If a probability lies outside [0, 1] or is NaN.

    Examples
    --------
    >>> log_loss_rows(np.array([True]), np.array([0.5])).round(4).tolist()
    [0.6931]
    """
    if not np.all((probability >= 0) & (probability <= 1)):
        worst = probability[~((probability >= 0) & (probability <= 1))][0]
        raise ParameterError(f"probability {worst} lies outside [0, 1]")
    likelihood: FloatArray = np.clip(np.where(up, probability, 1 - probability), _TINY, 1)
    return -np.log(likelihood)


def _score_row(up: BoolArray, probability: FloatArray, prior: FloatArray) -> dict[str, float]:
    model, constant = log_loss_rows(up, probability).mean(), log_loss_rows(up, prior).mean()
    return {
        "rows": len(up),
        "up_share": float(np.mean(up)),
        "auc": roc_auc(up, probability),
        "log_loss": float(model),
        "log_loss_constant": float(constant),
        "skill_1e5": float(1e5 * (constant - model)),
    }


def score_by_regime(
    up: BoolArray, probability: FloatArray, prior: FloatArray, regimes: RegimeArray
) -> pd.DataFrame:
    """Score probabilities for each regime and over all rows.

    Parameters
    ----------
    up : bool array of shape (n,)
        Whether the price rose.
    probability : array of shape (n,)
        Predicted probability of that.
    prior : array of shape (n,)
        What a constant predictor says: the upward share of the row's own training window.
    regimes : array of shape (n,)
        Regime codes.

    Returns
    -------
    DataFrame
        One row for each regime that occurs and one named `all`; columns `rows`, `up_share`, `auc`,
        `log_loss` and `log_loss_constant` (nats) and `skill_1e5`, the log-loss saved against the
        constant predictor in 1e-5 nats (above 0 is better).

    Examples
    --------
    >>> up = np.array([True, False])
    >>> table = score_by_regime(up, np.array([0.6, 0.4]), np.array([0.5, 0.5]), np.array([1, 1]))
    >>> table["auc"].to_dict()
    {'bull': 1.0, 'all': 1.0}
    """
    scores = {}
    for regime in Regime:
        rows = regimes == regime
        if rows.any():
            scores[regime.label] = _score_row(up[rows], probability[rows], prior[rows])
    scores["all"] = _score_row(up, probability, prior)
    return pd.DataFrame.from_dict(scores, orient="index")
