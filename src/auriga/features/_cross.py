"""Cross: the pair beside leading pairs.

A leader has itself among the leaders, so that one model can read every pair's rows: beside itself a moving
market has beta and correlation 1 and no relative strength. Candles are paired by opening time; where a leader
has none, its features are NaN until its candles fill a whole window again.
"""

import numpy as np
import pandas as pd

from auriga.candles import require_columns
from auriga.errors import CandleError
from auriga.features._frame import feature_frame, in_deviations
from auriga.features._part import Feature, FeaturePart, PairInputs
from auriga.typing import FloatArray

_PERIOD = 288
_RETURN_PERIODS = (1, 3, 12)
_STRENGTH_PERIODS = (12, 48, 288)
_MAX_BETA = 10.0
_STILL = 1e-9
"""Deviations of one-candle log returns below this are rounding: the market stands still."""


def base_currency(pair: str) -> str:
    """First currency of a pair in lower case, as columns of leaders end.

    Examples
    --------
    >>> base_currency("BTC/USDT:USDT")
    'btc'
    """
    return pair.split("/")[0].lower()


def _log_closes(candles: pd.DataFrame, dates: pd.Series) -> pd.Series:
    """Log closes at these opening times; NaN where there is no candle."""
    closes = pd.Series(candles["close"].to_numpy(dtype=np.float64), index=pd.DatetimeIndex(candles["date"]))
    if not closes.index.is_unique:
        raise CandleError(
            f"{closes.index.duplicated().sum()} candles of a pair are duplicated; download again"
        )
    return pd.Series(np.log(closes.reindex(pd.DatetimeIndex(dates)).to_numpy()), index=dates.index)


def _share(value: FloatArray, unit: FloatArray) -> FloatArray:
    """Divide; 0 where the unit is nothing but rounding, NaN stays NaN."""
    still = np.where(np.isnan(value), np.nan, 0.0)
    return np.divide(value, unit, out=still, where=unit > _STILL**2)


def _of_leader(pair: pd.Series, leader: pd.Series) -> dict[str, pd.Series]:
    """All columns of one leader, from log closes on the same rows."""
    own, other = pair.diff(), leader.diff()
    variance = other.rolling(_PERIOD).var()
    deviation = np.sqrt(variance)
    excess = own - other
    excess_deviation = excess.rolling(_PERIOD).std()
    covariance = own.rolling(_PERIOD).cov(other).to_numpy()
    both = (own.rolling(_PERIOD).std() * deviation).to_numpy()
    columns = {
        f"cross_return_{period}": in_deviations(leader.diff(period), deviation, period=period)
        for period in _RETURN_PERIODS
    }
    columns |= {
        f"cross_strength_{period}": in_deviations(
            (pair - leader).diff(period), excess_deviation, period=period
        )
        for period in _STRENGTH_PERIODS
    }
    beta = np.clip(_share(covariance, variance.to_numpy()), -_MAX_BETA, _MAX_BETA)
    columns["cross_beta"] = pd.Series(beta, index=pair.index)
    columns["cross_correlation"] = pd.Series(np.clip(_share(covariance, both), -1.0, 1.0), index=pair.index)
    return columns


def _features(inputs: PairInputs) -> pd.DataFrame:
    require_columns(inputs.candles)
    endings = [base_currency(pair) for pair in inputs.leaders]
    if not endings or len(set(endings)) < len(endings):
        raise CandleError(
            f"the leaders are {list(inputs.leaders)}; the features in the group cross need at least one, of "
            "different base currencies: name them in freqai.feature_parameters.include_corr_pairlist"
        )
    dates = inputs.candles["date"]
    own = _log_closes(inputs.candles, dates)
    columns = {}
    for ending, candles in zip(endings, inputs.leaders.values(), strict=True):
        require_columns(candles)
        for name, values in _of_leader(own, _log_closes(candles, dates)).items():
            columns[f"{name}_{ending}"] = values
    return feature_frame(columns, inputs.candles.index)


_RETURN = "log return of the leader over {} in standard deviations of such a return (288 candles), -10 to 10"
_STRENGTH = (
    "log return of the pair less that of the leader over {} candles, in standard deviations of such a "
    "difference (288 candles), -10 to 10"
)
_SOURCE = "numpy, pandas"

PART = FeaturePart(
    group="cross",
    each="pair",
    compute=_features,
    warmup_candles=lambda: _PERIOD,
    features={
        "cross_return_1_<leader>": Feature(_RETURN.format("one candle"), _SOURCE),
        "cross_return_3_<leader>": Feature(_RETURN.format("three candles"), _SOURCE),
        "cross_return_12_<leader>": Feature(_RETURN.format("twelve candles"), _SOURCE),
        "cross_strength_12_<leader>": Feature(_STRENGTH.format(12), _SOURCE),
        "cross_strength_48_<leader>": Feature(_STRENGTH.format(48), _SOURCE),
        "cross_strength_288_<leader>": Feature(_STRENGTH.format(288), _SOURCE),
        "cross_beta_<leader>": Feature(
            "covariance of one-candle returns (288) with the leader's, divided by the leader's variance; -10 "
            "to 10, 0 beside a leader that stands still",
            "pandas (Sharpe 1964)",
        ),
        "cross_correlation_<leader>": Feature(
            "correlation of one-candle returns (288) with the leader's, 0 where either stands still", "pandas"
        ),
    },
)
