"""Funding rates of a perpetual contract: recorded ones, or derived from the trend of its candles."""

from dataclasses import dataclass

import numpy as np

from auriga.typing import FloatArray, IntArray
from auriga_exchange.markets._series import CandleSeries

FUNDING_HOURS = 8
FUNDING_STEP = FUNDING_HOURS * 60 * 60 * 1000
INTEREST_RATE = 1e-4
RATE_CAP = 7.5e-3
_PREMIUM_SHARE = 1e-2
_MEMORY = 3


@dataclass(frozen=True, eq=False)
class FundingRates:
    """Rates of one contract.

    Parameters
    ----------
    paid_at : int array of shape (n_payments,)
        Times of payment in ms, increasing.
    rates : float array of shape (n_payments,)
        What a long position pays of its value, as a fraction; negative when shorts pay.

    Examples
    --------
    >>> rates = FundingRates(np.array([0, FUNDING_STEP]), np.array([0.0001, -0.0002]))
    >>> rates.between(0, FUNDING_STEP)
    [(28800000, -0.0002)]
    """

    paid_at: IntArray
    rates: FloatArray

    def between(self, after: int, until: int) -> list[tuple[int, float]]:
        """Payments with `after` < time <= `until` (ms), oldest first."""
        first, last = np.searchsorted(self.paid_at, [after, until], side="right")
        return list(zip(self.paid_at[first:last].tolist(), self.rates[first:last].tolist(), strict=True))

    def latest(self, now: int) -> float:
        """Rate of the last payment up to `now` (ms); Binance's interest rate before the first one."""
        known = int(np.searchsorted(self.paid_at, now, side="right"))
        return float(self.rates[known - 1]) if known else INTEREST_RATE


def next_funding(now: int) -> int:
    """Time of the next payment after `now`, both in ms.

    Examples
    --------
    >>> next_funding(0), next_funding(FUNDING_STEP - 1)
    (28800000, 28800000)
    """
    return (now // FUNDING_STEP + 1) * FUNDING_STEP


def derive_funding(candles: CandleSeries | None) -> FundingRates:
    """Make funding rates for a contract without recorded ones.

    A rate is 0.01 % of interest plus 1 % of how far the price stands above its mean of the last 24 hours,
    as a contract trades above its index in a rising market; clipped to +-0.75 %.

    Parameters
    ----------
    candles : CandleSeries or None
        8-hour candles; None gives no rates. The rate at the opening of candle t uses candles < t.

    Returns
    -------
    FundingRates
        One rate each 8 hours, the first after the first candle.

    Examples
    --------
    >>> flat = CandleSeries("8h", np.arange(3) * FUNDING_STEP, np.full((3, 5), 7.0))
    >>> derive_funding(flat).rates.tolist()
    [0.0001, 0.0001, 0.0001]
    """
    if candles is None or not len(candles.opens_at):
        return FundingRates(np.empty(0, dtype=np.int64), np.empty(0))
    close = candles.values[:, 3]
    sums = np.cumsum(np.r_[0.0, close])
    last = np.arange(1, len(close) + 1)
    first = np.maximum(last - _MEMORY, 0)
    mean = (sums[last] - sums[first]) / (last - first)
    rates = np.clip(INTEREST_RATE + _PREMIUM_SHARE * np.log(close / mean), -RATE_CAP, RATE_CAP)
    return FundingRates(candles.opens_at + candles.step, rates.round(8))
