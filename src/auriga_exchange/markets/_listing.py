"""What recorded prices say about a pair's filters: its tick, and how high it ever stood."""

from collections.abc import Collection

import numpy as np

from auriga.typing import FloatArray
from auriga_exchange.markets._series import CandleSeries
from auriga_exchange.markets._symbols import PRECISION, usual_decimals

_SAMPLE = 2000
_FEW = 50


def price_decimals(series: Collection[CandleSeries]) -> int | None:
    """Decimals that write every price of some candles exactly; None when eight, Binance's most, do not.

    Prices of an exchange are whole ticks. Prices that were computed (simulated, or one pair divided by
    another) are not, and say nothing about a tick. A few candles may all stand at round prices: their tick is
    no coarser than `usual_decimals`.

    Examples
    --------
    >>> series = CandleSeries("1m", np.array([0]), np.array([[0.07, 0.0712, 0.07, 0.071, 5.0]]))
    >>> price_decimals([series]), price_decimals([series] * 50)
    (7, 4)
    """
    decimals = 0
    for prices in (_prices(each) for each in series):
        for part in (prices[:_SAMPLE], prices):  # the first candles alone tell nearly always
            while decimals <= PRECISION and not np.array_equal(np.round(part, decimals), part):
                decimals += 1
    if decimals > PRECISION:
        return None
    few = sum(len(each.opens_at) for each in series) < _FEW
    return max(decimals, usual_decimals(highest_price(series))) if few else decimals


def highest_price(series: Collection[CandleSeries]) -> float:
    """Highest price of some candles, in quote currency."""
    return max(float(each.values[:, 1].max()) for each in series)


def _prices(series: CandleSeries) -> FloatArray:
    return series.values[:, :4]
