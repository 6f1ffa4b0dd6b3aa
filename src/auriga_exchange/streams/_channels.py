"""What one stream of market data sends: events made from candles and quotes."""

import re
from collections.abc import Callable
from typing import Any, Protocol, TypeAlias

from auriga_exchange.markets import INTERVALS, CandleSeries, CandleStore, day_ticker, quote_at
from auriga_exchange.wire import number_text

Event: TypeAlias = Any
KLINE_EVERY = 2000
TICKER_EVERY = 1000
_NAME = re.compile(r"(?P<symbol>[a-z0-9]{2,30})@(?P<topic>[A-Za-z]+)(?P<argument>_?[0-9a-z]*)(@\w+)?")
_TICKER_FIELDS = {
    "p": "priceChange",
    "P": "priceChangePercent",
    "w": "weightedAvgPrice",
    "x": "prevClosePrice",
    "c": "lastPrice",
    "Q": "lastQty",
    "b": "bidPrice",
    "B": "bidQty",
    "a": "askPrice",
    "A": "askQty",
    "o": "openPrice",
    "h": "highPrice",
    "l": "lowPrice",
    "v": "volume",
    "q": "quoteVolume",
    "O": "openTime",
    "C": "closeTime",
    "F": "firstId",
    "L": "lastId",
    "n": "count",
}
_MINI_FIELDS = ("c", "o", "h", "l", "v", "q")


class Channel(Protocol):
    """One subscribed stream, about a `symbol`, with news `every` so many ms; 0 is as often as possible."""

    symbol: str
    every: int

    def events(self, now: int) -> list[Event]:
        """Return what there is to send at `now` (ms), oldest first."""

    def close(self) -> None:
        """End the subscription."""


class KlineChannel:
    """Candles of one symbol and interval: the running one about every 2 s, each at its close once.

    Parameters
    ----------
    store : CandleStore
        What the exchange knows.
    symbol, interval : str
        Binance's names.
    now : int
        Time of the subscription in ms; candles that closed before are not sent.
    """

    every = KLINE_EVERY

    def __init__(self, store: CandleStore, symbol: str, interval: str, now: int) -> None:
        self.symbol = symbol
        self._store = store
        self._interval = interval
        self._seen_until = now

    def events(self, now: int) -> list[Event]:
        """Return the candles that closed since the last call, then the running one."""
        series = self._store.series(self.symbol, self._interval)
        if series is None or self.symbol not in self._store.listed:
            return []
        since = self._seen_until - series.step + 1  # the first opening whose candle was not closed then
        self._seen_until = now
        rows = series.select(now=now, start=since)
        candles = zip(rows.opens_at.tolist(), rows.values.tolist(), strict=True)
        return [self._event(series, opens_at, values, now) for opens_at, values in candles]

    def previous(self, now: int) -> list[Event]:
        """Return the last closed candle once more: what arrives out of order or repeats itself."""
        series = self._store.series(self.symbol, self._interval)
        if series is None or not series.closed(now):
            return []
        index = series.closed(now) - 1
        return [self._event(series, int(series.opens_at[index]), series.values[index].tolist(), now)]

    def close(self) -> None:
        """Nothing is kept."""

    def _event(self, series: CandleSeries, opens_at: int, values: list[float], now: int) -> Event:
        open_, high, low, close, volume = map(number_text, values)
        candle = {
            "t": opens_at,
            "T": opens_at + series.step - 1,
            "s": self.symbol,
            "i": self._interval,
            "f": -1,
            "L": -1,
            "o": open_,
            "c": close,
            "h": high,
            "l": low,
            "v": volume,
            "n": 0,
            "x": opens_at + series.step <= now,
            "q": number_text(values[4] * values[3]),
            "V": "0",
            "Q": "0",
            "B": "0",
        }
        return {"e": "kline", "E": now, "s": self.symbol, "k": candle}


class SnapshotChannel:
    """A stream that sends the present state of one symbol every second.

    Parameters
    ----------
    store : CandleStore
        What the exchange knows.
    symbol : str
        Binance's name.
    make : callable of store, symbol and time
        Makes the event.
    """

    every = TICKER_EVERY

    def __init__(
        self, store: CandleStore, symbol: str, make: Callable[[CandleStore, str, int], Event]
    ) -> None:
        self.symbol = symbol
        self._store = store
        self._make = make

    def events(self, now: int) -> list[Event]:
        """Return one event once the symbol has candles."""
        if self.symbol not in self._store.listed or not self._store.latest(self.symbol, now).known_until(now):
            return []
        return [self._make(self._store, self.symbol, now)]

    def close(self) -> None:
        """Nothing is kept."""


def is_stream_name(name: str) -> bool:
    """Whether a text has the form of a market stream.

    Examples
    --------
    >>> is_stream_name("btcusdt@kline_1m"), is_stream_name("BTCUSDT"), is_stream_name("btcusdt@depth5@100ms")
    (True, False, True)
    """
    return _NAME.fullmatch(name) is not None


def open_channel(store: CandleStore, name: str, now: int) -> Channel | None:
    """Return the channel of a stream; None for an unknown one, which Binance accepts and never feeds."""
    match = _NAME.fullmatch(name)
    if match is None or match["symbol"].upper() not in store.symbols:
        return None
    symbol, topic, argument = match["symbol"].upper(), match["topic"], match["argument"]
    if topic == "kline":
        interval = argument.removeprefix("_")
        return KlineChannel(store, symbol, interval, now) if interval in INTERVALS else None
    if topic == "depth":
        return (
            SnapshotChannel(store, symbol, _depth(int(argument))) if argument in ("5", "10", "20") else None
        )
    make = _SNAPSHOTS.get(topic) if not argument else None
    return SnapshotChannel(store, symbol, make) if make else None


def _ticker(store: CandleStore, symbol: str, now: int) -> Event:
    ticker = day_ticker(store, symbol, now)
    fields = {short: ticker[name] for short, name in _TICKER_FIELDS.items()}
    return {"e": "24hrTicker", "E": now, "s": symbol, **fields}


def _mini_ticker(store: CandleStore, symbol: str, now: int) -> Event:
    ticker = _ticker(store, symbol, now)
    return {"e": "24hrMiniTicker", "E": now, "s": symbol, **{short: ticker[short] for short in _MINI_FIELDS}}


def _book_ticker(store: CandleStore, symbol: str, now: int) -> Event:
    best = quote_at(store, symbol, now).best()
    prices = {"b": best["bidPrice"], "B": best["bidQty"], "a": best["askPrice"], "A": best["askQty"]}
    return {"u": now, "s": symbol, **prices}


def _depth(levels: int) -> Callable[[CandleStore, str, int], Event]:
    def make(store: CandleStore, symbol: str, now: int) -> Event:
        return {"lastUpdateId": now, **quote_at(store, symbol, now).levels(levels)}

    return make


_SNAPSHOTS = {"ticker": _ticker, "miniTicker": _mini_ticker, "bookTicker": _book_ticker}
