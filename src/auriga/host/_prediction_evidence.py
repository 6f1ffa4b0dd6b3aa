"""How good the predictions of a backtest were, by regime, pair and window."""

from dataclasses import dataclass

import pandas as pd


@dataclass(frozen=True, eq=False)
class PredictionEvidence:
    """Out-of-sample predictions of one backtest against what happened.

    Attributes
    ----------
    by_regime, by_pair, by_window, by_expert : DataFrame
        One row a group and one named `all`: `rows`, `up_share`, `auc`, `auc_low`, `auc_high`, `log_loss`,
        `log_loss_constant` (nats), `skill_1e5` with `skill_low`, `skill_high` (saved against the constant
        predictor), `brier`, `ic` (rank correlation of the probability with the return over the horizon) with
        `ic_low`, `ic_high`. A window is named by the first day it predicts.
    calibration : DataFrame
        Columns `regime` (`all` too), `predicted`, `observed` (shares), `rows`: ten bins of equal size.
    windows : DataFrame indexed by the first predicted day
        `trained_from`, `trained_until` (UTC), `failed` (text, empty when trained), one column of training rows
        an expert (`all rows`, `bull`, `sideways`, `bear`), `fallback_frac` (share of its rows that the fallback
        answered), `unusable_frac` (share with `do_predict` 0), `up_share` (class balance it was trained on).
    drift : DataFrame indexed by the first predicted day
        `probability_psi`: population stability index of the window's probabilities against the first window's.
    label : str
        What was predicted, in words.
    """

    by_regime: pd.DataFrame
    by_pair: pd.DataFrame
    by_window: pd.DataFrame
    by_expert: pd.DataFrame
    calibration: pd.DataFrame
    windows: pd.DataFrame
    drift: pd.DataFrame
    label: str
