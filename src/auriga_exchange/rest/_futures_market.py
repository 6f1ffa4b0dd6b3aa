"""Market data of the USDT-M futures market below `/fapi`."""

from typing import Any

from auriga_exchange.gate import FUTURES_LIMITS, Parameters
from auriga_exchange.markets import CandleStore, day_ticker, quote_at
from auriga_exchange.rest._call import Call, RestEndpoint
from auriga_exchange.rest._klines import DEFAULT_LIMIT, answer_klines, candle_rows, read_interval
from auriga_exchange.rest._premium import FUNDING_INFO, FUNDING_RATE, PREMIUM_INDEX
from auriga_exchange.rest._symbols import read_symbol
from auriga_exchange.rest._tickers import (
    book_ticker,
    each_symbol,
    price_ticker,
    stepped_weight,
    ticker_weight,
)
from auriga_exchange.venue import Venue
from auriga_exchange.wire import number_text, read_integer, read_limit, read_text

_ROOT = "/fapi/v1"
_MOST_ROWS = 1500
_DEPTH_WEIGHTS = ((50, 2), (100, 5), (500, 10))
_KLINE_WEIGHTS = ((99, 1), (499, 2), (1000, 5))
_SPOT_ONLY = ("prevClosePrice", "bidPrice", "bidQty", "askPrice", "askQty")


def _ping(call: Call) -> dict[str, Any]:
    return {}


def _time(call: Call) -> dict[str, Any]:
    return {"serverTime": call.now}


def _exchange_info(call: Call) -> dict[str, Any]:
    store = call.venue.futures_store
    margins = sorted({listed.quote for listed in store.symbols.values()})
    return {
        "timezone": "UTC",
        "serverTime": call.now,
        "futuresType": "U_MARGINED",
        "rateLimits": [limit.info() for limit in FUTURES_LIMITS],
        "exchangeFilters": [],
        "assets": [
            {"asset": asset, "marginAvailable": True, "autoAssetExchange": "-10000"} for asset in margins
        ],
        "symbols": [
            {**store.contract(name).exchange_info(store.onboard_date(name)), "status": store.status(name)}
            for name in store.listed
        ],
    }


def _klines(call: Call) -> list[list[int | str]]:
    return answer_klines(call.venue.futures_store, call.parameters, call.now, most=_MOST_ROWS)


def _continuous_klines(call: Call) -> list[list[int | str]]:
    read_text(call.parameters, "contractType")
    return answer_klines(call.venue.futures_store, _of_pair(call), call.now, most=_MOST_ROWS)


def _mark_klines(call: Call) -> list[list[int | str]]:
    return _price_rows(call, call.parameters)


def _index_klines(call: Call) -> list[list[int | str]]:
    return _price_rows(call, _of_pair(call))


def _premium_klines(call: Call) -> list[list[int | str]]:
    """Candles of contract against index, which is the mark price here: (contract - mark) / mark."""
    contract = {row[0]: row for row in _contract_rows(call)}
    pairs = [(contract[mark[0]], mark) for mark in _price_rows(call, call.parameters) if mark[0] in contract]
    return [[*row[:1], *_premiums(row, mark), *mark[5:]] for row, mark in pairs]


def _premiums(contract: list[int | str], mark: list[int | str]) -> list[int | str]:
    changes = [float(a) / float(b) - 1 for a, b in zip(contract[1:5], mark[1:5], strict=True)]
    open_, high, low, close = changes
    prices = (open_, max(open_, high, low, close), min(open_, high, low, close), close)
    return [f"{price:.8f}" for price in prices]


def _contract_rows(call: Call) -> list[list[int | str]]:
    return answer_klines(call.venue.futures_store, call.parameters, call.now, most=_MOST_ROWS)


def _price_rows(call: Call, query: Parameters) -> list[list[int | str]]:
    """Candles of a price nobody trades at: volumes are 0."""
    store = call.venue.futures_store
    symbol = read_symbol(query, store)
    series = store.mark_series(symbol, read_interval(query))
    rows = candle_rows(series, query, call.now, most=_MOST_ROWS)
    return [[*row[:5], "0", row[6], "0", 0, "0", "0", "0"] for row in rows]


def _of_pair(call: Call) -> dict[str, str]:
    return {**call.parameters, "symbol": read_text(call.parameters, "pair")}


def _depth(call: Call) -> dict[str, Any]:
    store = call.venue.futures_store
    quote = quote_at(store, read_symbol(call.parameters, store), call.now)
    return {
        "lastUpdateId": call.now,
        "E": call.now,
        "T": call.now,
        **quote.levels(_depth_limit(call.parameters)),
    }


def _depth_limit(parameters: Parameters) -> int:
    return read_limit(parameters, default=500, most=1000)


def _kline_limit(parameters: Parameters) -> int:
    return read_limit(parameters, default=DEFAULT_LIMIT, most=_MOST_ROWS)


def _candles(venue: Venue) -> CandleStore:
    return venue.futures_store


def _day_ticker(store: CandleStore, name: str, now: int) -> dict[str, Any]:
    ticker = day_ticker(store, name, now)
    return {field: value for field, value in ticker.items() if field not in _SPOT_ONLY}


def _price_ticker(store: CandleStore, name: str, now: int) -> dict[str, Any]:
    return {**price_ticker(store, name, now), "time": now}


def _book_ticker(store: CandleStore, name: str, now: int) -> dict[str, Any]:
    return {**book_ticker(store, name, now), "time": now, "lastUpdateId": now}


def _aggregate_trades(call: Call) -> list[dict[str, Any]]:
    """One trade a candle of the finest series, at its close: the candles tell no more."""
    store = call.venue.futures_store
    symbol = read_symbol(call.parameters, store)
    series = store.latest(symbol, call.now)
    start = read_integer(call.parameters, "startTime")
    first = read_integer(call.parameters, "fromId")
    rows = series.select(
        now=call.now,
        start=start if first is None else first * series.step,
        end=read_integer(call.parameters, "endTime"),
        limit=read_limit(call.parameters, default=500, most=1000),
    )
    return [
        _trade(opened_at, series.step, candle, call.now)
        for opened_at, candle in zip(rows.opens_at.tolist(), rows.values.tolist(), strict=True)
    ]


def _trade(opened_at: int, step: int, candle: list[float], now: int) -> dict[str, Any]:
    number = opened_at // step
    return {
        "a": number,
        "p": number_text(candle[3]),
        "q": number_text(candle[4]),
        "nq": number_text(candle[4]),
        "f": number,
        "l": number,
        "T": min(opened_at + step - 1, now),
        "m": candle[3] < candle[0],
    }


def _open_interest(call: Call) -> dict[str, Any]:
    """Return the volume of 24 hours: open interest is not part of candles."""
    store = call.venue.futures_store
    symbol = read_symbol(call.parameters, store)
    volume = day_ticker(store, symbol, call.now)["volume"]
    return {"symbol": symbol, "openInterest": volume, "time": call.now}


_KLINE_WEIGHT = stepped_weight(_KLINE_WEIGHTS, 10, _kline_limit)
_DEPTH_WEIGHT = stepped_weight(_DEPTH_WEIGHTS, 20, _depth_limit)

FUTURES_MARKET = (
    RestEndpoint(method="GET", path=f"{_ROOT}/ping", answer=_ping),
    RestEndpoint(method="GET", path=f"{_ROOT}/time", answer=_time),
    RestEndpoint(method="GET", path=f"{_ROOT}/exchangeInfo", answer=_exchange_info),
    RestEndpoint(method="GET", path=f"{_ROOT}/klines", answer=_klines, weight=_KLINE_WEIGHT),
    RestEndpoint(
        method="GET", path=f"{_ROOT}/continuousKlines", answer=_continuous_klines, weight=_KLINE_WEIGHT
    ),
    RestEndpoint(method="GET", path=f"{_ROOT}/markPriceKlines", answer=_mark_klines, weight=_KLINE_WEIGHT),
    RestEndpoint(method="GET", path=f"{_ROOT}/indexPriceKlines", answer=_index_klines, weight=_KLINE_WEIGHT),
    RestEndpoint(
        method="GET", path=f"{_ROOT}/premiumIndexKlines", answer=_premium_klines, weight=_KLINE_WEIGHT
    ),
    PREMIUM_INDEX,
    FUNDING_RATE,
    FUNDING_INFO,
    RestEndpoint(method="GET", path=f"{_ROOT}/depth", answer=_depth, weight=_DEPTH_WEIGHT),
    RestEndpoint(
        method="GET",
        path=f"{_ROOT}/ticker/24hr",
        answer=each_symbol(_candles, _day_ticker),
        weight=ticker_weight(1, 40),
    ),
    *(
        RestEndpoint(
            method="GET",
            path=f"/fapi/{version}/ticker/price",
            answer=each_symbol(_candles, _price_ticker),
            weight=ticker_weight(1, 2),
        )
        for version in ("v1", "v2")
    ),
    RestEndpoint(
        method="GET",
        path=f"{_ROOT}/ticker/bookTicker",
        answer=each_symbol(_candles, _book_ticker),
        weight=ticker_weight(2, 5),
    ),
    RestEndpoint(method="GET", path=f"{_ROOT}/aggTrades", answer=_aggregate_trades, weight=20),
    RestEndpoint(method="GET", path=f"{_ROOT}/openInterest", answer=_open_interest),
)
