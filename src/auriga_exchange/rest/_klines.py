"""The answer to `klines`: candles as lists of twelve."""

from collections.abc import Mapping

from auriga_exchange.markets import INTERVALS, CandleSeries, CandleStore, Rows
from auriga_exchange.rest._symbols import read_symbol
from auriga_exchange.wire import Refusal, RequestError, number_text, read_integer, read_limit, read_text

DEFAULT_LIMIT = 500
MOST_ROWS = 1000


def answer_klines(
    store: CandleStore, query: Mapping[str, str], now: int, *, most: int = MOST_ROWS
) -> list[list[int | str]]:
    """Candles of one symbol and interval.

    Parameters
    ----------
    store : CandleStore
        What the exchange knows.
    query : mapping
        `symbol`, `interval` and optionally `startTime`, `endTime` (ms, both inclusive) and `limit`.
    now : int
        The clock in ms; later candles stay hidden.
    most : int
        Rows that one answer holds at most.

    Returns
    -------
    list
        Rows of opening time, open, high, low, close, volume, closing time, quote volume, trades, volume and
        quote volume bought by takers, 0. Quote volume is volume times close; trades and takers, which
        candles do not tell, are 0.

    Raises
    ------
    RequestError
        If the exchange refuses the query.
    """
    symbol = read_symbol(query, store)
    return candle_rows(store.series(symbol, read_interval(query)), query, now, most=most)


def read_interval(query: Mapping[str, str]) -> str:
    """Return the mandatory parameter `interval`; anything Binance does not have is refused with -1120."""
    interval = read_text(query, "interval")
    if interval not in INTERVALS:
        raise RequestError(Refusal.INVALID_INTERVAL)
    return interval


def candle_rows(
    series: CandleSeries | None, query: Mapping[str, str], now: int, *, most: int
) -> list[list[int | str]]:
    """Rows of one series for `startTime`, `endTime` and `limit`.

    An interval finer than what was recorded has no series; as on Binance, its answer is empty.
    """
    if series is None:
        return []
    rows = series.select(
        now=now,
        start=read_integer(query, "startTime"),
        end=read_integer(query, "endTime"),
        limit=read_limit(query, default=DEFAULT_LIMIT, most=most),
    )
    return _rows(series, rows)


def _rows(series: CandleSeries, rows: Rows) -> list[list[int | str]]:
    return [
        [
            opens_at,
            *map(number_text, candle),
            opens_at + series.step - 1,
            number_text(candle[4] * candle[3]),
            0,
            "0",
            "0",
            "0",
        ]
        for opens_at, candle in zip(rows.opens_at.tolist(), rows.values.tolist(), strict=True)
    ]
