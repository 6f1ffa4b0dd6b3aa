"""The true regimes of candles that the offline exchange simulated."""

from dataclasses import replace
from math import ceil

import numpy as np
import pandas as pd

from auriga.candles import close_times, timeframe_delta
from auriga.errors import ExchangeError
from auriga.simulated._exchange import SimulationPlan, simulate_pair
from auriga.typing import RegimeArray

_TICKS = 2e-3  # a price rounded to its tick is off by less than this share


def true_regimes(candles: pd.DataFrame, timeframe: str, plan: SimulationPlan, pair: str) -> RegimeArray:
    """Regimes in force during candles that were downloaded from the simulated exchange.

    The market is simulated again, which the plan makes possible, and compared with the candles.

    Parameters
    ----------
    candles : DataFrame of shape (n_candles, >= 6)
        Downloaded candles, all after the start of the plan.
    timeframe : str
        Their timeframe, at most a day: true regimes step at midnight.
    plan : SimulationPlan
        What the exchange simulated; `days` does not matter.
    pair : str
        Whose candles they are.

    Returns
    -------
    array of shape (n_candles,), int8
        Regime in force while each candle lasted; never `UNKNOWN`.

    Raises
    ------
    ExchangeError
        If the candles are not of this simulation.

    Examples
    --------
    >>> plan = SimulationPlan(days=3)
    >>> candles = simulate_pair(plan, "BTC/USDT").candles
    >>> len(true_regimes(candles, "5m", plan, "BTC/USDT"))
    864
    """
    over = close_times(candles["date"], timeframe)
    days = ceil((over.iloc[-1] - pd.Timestamp(plan.start, tz="UTC")) / pd.Timedelta(days=1))
    simulated = simulate_pair(replace(plan, days=max(days, 1)), pair)
    opened = pd.Index(simulated.candles["date"])
    first = opened.get_indexer(candles["date"])
    last = opened.get_indexer(over - timeframe_delta(plan.timeframe))
    closes = simulated.candles["close"].to_numpy()[last]
    if min(first.min(), last.min()) < 0 or not np.allclose(closes, candles["close"], rtol=_TICKS):
        raise ExchangeError(
            f"the {timeframe} candles of {pair} are not those of the simulated market {plan.market!r} with "
            f"seed {plan.seed} from {plan.start} on; name the market and seed that they were simulated with"
        )
    regimes: RegimeArray = simulated.regimes[first]
    return regimes
