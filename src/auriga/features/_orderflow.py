"""Order flow: who crossed the spread, buyers or sellers.

From the columns that Freqtrade adds to candles with `exchange.use_public_trades`: `ask` is the volume that
takers bought, `bid` what they sold, `delta` their difference, all from public trades, which a backtest has as
well as a live bot. The imbalance of the order book is not offered: Freqtrade records no order books, so no
backtest could tell what it is worth.
"""

import numpy as np
import pandas as pd

from auriga.candles import require_columns
from auriga.errors import CandleError
from auriga.features._frame import feature_frame
from auriga.features._part import Feature, FeaturePart, PairInputs

COLUMNS = ("bid", "ask", "delta", "total_trades")
"""What Freqtrade adds and this group stands on; it reads the first three."""

_PERIODS = (12, 48)
_NEUTRAL = 0.5


def _flow(candles: pd.DataFrame, name: str) -> pd.Series:
    """One column; 0 on a candle without volume, which has no trades to be told from."""
    values = pd.Series(candles[name].to_numpy(dtype=np.float64), index=candles.index)
    return values.where(values.notna() | (candles["volume"] > 0), 0.0)


def _share(part: pd.Series, whole: pd.Series, neutral: float) -> pd.Series:
    """Divide, with `neutral` where nothing was traded; NaN stays NaN."""
    return (part / whole.where(whole != 0)).where(whole != 0, neutral)


def _features(inputs: PairInputs) -> pd.DataFrame:
    candles = inputs.candles
    require_columns(candles)
    missing = [name for name in COLUMNS if name not in candles]
    if missing:
        raise CandleError(
            f"candles lack the columns {missing} of public trades; set exchange.use_public_trades to true, "
            "with an orderflow block, and run freqtrade download-data --dl-trades, or take orderflow out of "
            "regime.features.groups"
        )
    bought, delta = _flow(candles, "ask"), _flow(candles, "delta")
    total = bought + _flow(candles, "bid")
    columns = {"orderflow_taker_buy": _share(bought, total, _NEUTRAL)}
    for period in _PERIODS:
        net, traded = delta.rolling(period).sum(), total.rolling(period).sum()
        columns[f"orderflow_delta_{period}"] = _share(net, traded, 0.0).clip(-1.0, 1.0)
    return feature_frame(columns, candles.index)


_SOURCE = "Freqtrade's public trades, pandas"
_DELTA = "bought less sold by takers, as a share of the volume of {} candles, -1 to 1"

PART = FeaturePart(
    group="orderflow",
    each="pair",
    compute=_features,
    warmup_candles=lambda: max(_PERIODS) - 1,
    features={
        "orderflow_taker_buy": Feature("share of the candle's volume that takers bought, 0 to 1", _SOURCE),
        "orderflow_delta_12": Feature(_DELTA.format(12), _SOURCE),
        "orderflow_delta_48": Feature(_DELTA.format(48), _SOURCE),
    },
)
