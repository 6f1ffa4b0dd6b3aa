"""Recorded candles moved in time, so that a moment of the past is now."""

import pandas as pd

from auriga.errors import ParameterError
from auriga_exchange.markets import CandleSeries, CandleStore, FundingRates, FuturesStore

WEEK = 7 * 24 * 60 * 60 * 1000


def replay_shift(store: CandleStore, date: str, now: int) -> int:
    """Return by how much candles have to move for a date to be at most a week ago.

    Whole weeks, so that every candle keeps its weekday and time of day.

    Parameters
    ----------
    store : CandleStore
        Recorded candles.
    date : str
        Such as `2024-03-01` or `2024-03-01 12:00`, UTC.
    now : int
        Time in ms.

    Returns
    -------
    int
        Multiple of a week in ms, >= 0.

    Raises
    ------
    ParameterError
        If the date cannot be read, or no candle was recorded in the week that would be played first.

    Examples
    --------
    >>> import numpy as np
    >>> candles = CandleSeries("1w", np.arange(9) * WEEK, np.ones((9, 5)))
    >>> replay_shift(CandleStore({("BTC", "USDT"): {"1w": candles}}), "1970-01-03", 20 * WEEK) // WEEK
    19
    """
    try:
        moment = pd.Timestamp(date)
        moment = moment.tz_localize("UTC") if moment.tzinfo is None else moment.tz_convert("UTC")
    except (ValueError, TypeError) as error:
        raise ParameterError(f"--replay-from {date!r} is not a date such as 2024-03-01") from error
    weeks = (now - int(moment.timestamp() * 1000)) // WEEK
    begins = now - weeks * WEEK
    series = [each for name in store.symbols for each in store.native(name).values()]
    first = min(int(each.opens_at[0]) for each in series)
    last = max(int(each.opens_at[-1]) + each.step for each in series)
    if weeks < 0 or not first <= begins < last:
        begin, start, end = (
            f"{pd.Timestamp(time, unit='ms'):%Y-%m-%d %H:%M}" for time in (begins, first, last)
        )
        raise ParameterError(
            f"--replay-from {date} would begin at {begin}, outside of the recorded candles "
            f"({start} to {end}); choose a date within"
        )
    return int(weeks * WEEK)


def shift_store(store: CandleStore, shift: int) -> CandleStore:
    """Return a store whose candles open `shift` ms later; values and precision stay the same.

    Examples
    --------
    >>> import numpy as np
    >>> store = CandleStore({("BTC", "USDT"): {"1m": CandleSeries("1m", np.array([0]), np.ones((1, 5)))}})
    >>> shift_store(store, WEEK).native("BTCUSDT")["1m"].opens_at.tolist()
    [604800000]
    """
    return CandleStore(_shifted(store, shift), simulated=store.simulated)


def shift_futures(store: FuturesStore, shift: int) -> FuturesStore:
    """Return contracts whose candles, mark prices and funding payments come `shift` ms later."""
    funding = {
        (listed.base, listed.quote): FundingRates(rates.paid_at + shift, rates.rates)
        for name, listed in store.symbols.items()
        for rates in [store.funding(name)]
    }
    return FuturesStore(
        _shifted(store, shift),
        marks=_shifted(store.marks, shift),
        funding=funding,
        simulated=store.simulated,
    )


def _shifted(store: CandleStore, shift: int) -> dict[tuple[str, str], dict[str, CandleSeries]]:
    return {
        (listed.base, listed.quote): {
            timeframe: shift_series(each, shift) for timeframe, each in store.native(name).items()
        }
        for name, listed in store.symbols.items()
    }


def shift_series(series: CandleSeries, shift: int) -> CandleSeries:
    """Return a recorded series that opens `shift` ms later; the values are shared."""
    return CandleSeries(series.timeframe, series.opens_at + shift, series.values, decimals=series.decimals)
