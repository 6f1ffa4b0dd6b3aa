"""Which candles a bot has not got yet although the one it predicts has closed."""

from collections.abc import Callable, Iterable

import pandas as pd

from auriga.candles import timeframe_delta


def late_candles(
    wanted: Iterable[tuple[str, str]],
    candles: Callable[[str, str], pd.DataFrame],
    closed_at: pd.Timestamp,
) -> list[str]:
    """Pairs and timeframes whose newest candle should be there and is not.

    Freqtrade asks for every pair and timeframe by itself: when the base candle came, a slower one or one of
    a leading pair that closed at the same moment may still be missing, and its features are a candle old.

    Parameters
    ----------
    wanted : iterable of (pair, timeframe)
    candles : callable
        Gives the candles of a pair and timeframe that the bot has.
    closed_at : Timestamp
        When the candle that is predicted closed, UTC.

    Returns
    -------
    list of str
        As `BTC/USDT 1h`; empty when all are there. What has no candles at all is another matter and not
        listed.
    """
    late = []
    for pair, timeframe in wanted:
        frame = candles(pair, timeframe)
        if len(frame) and frame["date"].iloc[-1] + 2 * timeframe_delta(timeframe) <= closed_at:
            late.append(f"{pair} {timeframe}")
    return late
