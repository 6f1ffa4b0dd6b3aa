"""Simulated markets as an exchange: several pairs, prices quantised to the tick, up to the clock if asked."""

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from auriga.candles import PRICES, timeframe_delta
from auriga.errors import ParameterError
from auriga_exchange import INTERVALS, CandleSeries, CandleStore, SpotSymbol, series_from_frame

if TYPE_CHECKING:
    from auriga.datasets import SimulatedMarket

DAYS_AHEAD = 2


@dataclass(frozen=True, kw_only=True)
class SimulationPlan:
    """What to simulate.

    Parameters
    ----------
    market : str
        A name in `auriga.datasets.MARKETS`.
    pairs : tuple of str
        Freqtrade's names, such as `BTC/USDT`; each has candles of its own.
    seed : int
        Seed of the whole exchange, >= 0.
    start : str
        Opening time of the first candle, UTC.
    days : int
        Length, >= 1.
    timeframe : str
        The finest timeframe; slower ones are resampled.

    Raises
    ------
    ParameterError
        With the value and the remedy; what a market can be is checked when it is simulated.
    """

    market: str = "standard"
    pairs: tuple[str, ...] = ("BTC/USDT", "ETH/USDT", "SOL/USDT", "BNB/USDT")
    seed: int = 0
    start: str = "2023-01-01"
    days: int = 900
    timeframe: str = "5m"

    def __post_init__(self) -> None:
        if self.days < 1:
            raise ParameterError(f"days is {self.days}; it has to be at least 1")
        if self.timeframe not in INTERVALS:
            raise ParameterError(
                f"timeframe {self.timeframe!r} is not one of Binance's: {', '.join(INTERVALS)}"
            )
        if not self.pairs or len(set(self.pairs)) < len(self.pairs):
            raise ParameterError(
                f"pairs are {', '.join(self.pairs) or 'none'}; give each pair once, at least one"
            )


def plan_until(now: pd.Timestamp, days: int) -> tuple[str, int]:
    """Start and length of a simulation that covers the last `days` and goes on for two days.

    Examples
    --------
    >>> plan_until(pd.Timestamp("2026-03-05 13:30", tz="UTC"), 4)
    ('2026-03-01', 7)
    """
    start = (now - pd.Timedelta(days=days)).floor("D")
    end = (now + pd.Timedelta(days=DAYS_AHEAD)).ceil("D")
    return f"{start:%Y-%m-%d}", (end - start).days


def pair_seed(seed: int, pair: str) -> int:
    """Seed of one pair: the same on every machine and in every process.

    Examples
    --------
    >>> pair_seed(0, "BTC/USDT") == pair_seed(0, "ETH/USDT")
    False
    """
    return int.from_bytes(hashlib.sha256(f"{seed}:{pair}".encode()).digest()[:4], "big")


def simulate_exchange(plan: SimulationPlan) -> CandleStore:
    """Simulate every pair of a plan.

    Returns
    -------
    CandleStore
        One series a pair in `plan.timeframe`; prices are multiples of the pair's tick size.

    Raises
    ------
    ParameterError
        If the market, a pair or a number is not allowed.

    Examples
    --------
    >>> store = simulate_exchange(SimulationPlan(pairs=("BTC/USDT",), days=2))
    >>> len(store.native("BTCUSDT")["5m"].opens_at), store.timeframes("BTCUSDT")[:3]
    (576, ('5m', '15m', '30m'))
    """
    series = {_split(pair): {plan.timeframe: _quantised(plan, pair)} for pair in plan.pairs}
    return CandleStore(series, simulated=True)


def _split(pair: str) -> tuple[str, str]:
    base, _, quote = pair.partition("/")
    if not (base.isalnum() and quote.isalnum() and pair == pair.upper()):
        raise ParameterError(f"pair {pair!r} is not a spot pair such as BTC/USDT")
    return base, quote


def simulate_pair(plan: SimulationPlan, pair: str) -> "SimulatedMarket":
    """Simulate one pair of a plan, with its truth; prices are not quantised yet.

    Examples
    --------
    >>> simulate_pair(SimulationPlan(days=2), "BTC/USDT").regimes.shape
    (576,)
    """
    from auriga.datasets import simulate_market  # its scipy takes a second that recorded candles can spare

    return simulate_market(
        plan.days * int(pd.Timedelta(days=1) / timeframe_delta(plan.timeframe)),
        market=plan.market,
        seed=pair_seed(plan.seed, pair),
        start=plan.start,
        timeframe=plan.timeframe,
        horizon=1,
    )


def _quantised(plan: SimulationPlan, pair: str) -> CandleSeries:
    candles = simulate_pair(plan, pair).candles
    decimals = SpotSymbol(*_split(pair), price=float(candles["open"].iloc[0])).price_decimals
    prices = candles[list(PRICES)].round(decimals).clip(lower=10.0**-decimals)
    return series_from_frame(candles.assign(**prices), plan.timeframe, decimals=decimals)
