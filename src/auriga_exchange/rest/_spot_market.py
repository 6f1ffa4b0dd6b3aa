"""Market data of the spot market below `/api/v3`."""

from typing import Any

from auriga_exchange.gate import SPOT_LIMITS, Parameters
from auriga_exchange.markets import CandleStore, day_ticker, quote_at
from auriga_exchange.rest._call import Call, RestEndpoint
from auriga_exchange.rest._klines import answer_klines
from auriga_exchange.rest._symbols import read_symbol, read_symbols
from auriga_exchange.rest._tickers import (
    book_ticker,
    each_symbol,
    price_ticker,
    stepped_weight,
    ticker_weight,
)
from auriga_exchange.venue import Venue
from auriga_exchange.wire import read_limit

_ROOT = "/api/v3"
_DEPTH_WEIGHTS = ((100, 5), (500, 25), (1000, 50))
_DEEPEST_WEIGHT = 250


def _ping(call: Call) -> dict[str, Any]:
    return {}


def _time(call: Call) -> dict[str, Any]:
    return {"serverTime": call.now}


def _exchange_info(call: Call) -> dict[str, Any]:
    store = call.venue.store
    names = read_symbols(call.parameters, store)
    return {
        "timezone": "UTC",
        "serverTime": call.now,
        "rateLimits": [limit.info() for limit in SPOT_LIMITS],
        "exchangeFilters": [],
        "symbols": [{**store.symbols[name].exchange_info(), "status": store.status(name)} for name in names],
    }


def _klines(call: Call) -> list[list[int | str]]:
    return answer_klines(call.venue.store, call.parameters, call.now)


def _depth(call: Call) -> dict[str, Any]:
    store = call.venue.store
    quote = quote_at(store, read_symbol(call.parameters, store), call.now)
    return {
        "lastUpdateId": call.now,
        **quote.levels(_depth_limit(call.parameters)),
    }


def _depth_limit(parameters: Parameters) -> int:
    return read_limit(parameters, default=100, most=5000)


def _spot(venue: Venue) -> CandleStore:
    return venue.store


SPOT_MARKET = (
    RestEndpoint(method="GET", path=f"{_ROOT}/ping", answer=_ping),
    RestEndpoint(method="GET", path=f"{_ROOT}/time", answer=_time),
    RestEndpoint(method="GET", path=f"{_ROOT}/exchangeInfo", answer=_exchange_info, weight=20),
    RestEndpoint(method="GET", path=f"{_ROOT}/klines", answer=_klines, weight=2),
    RestEndpoint(
        method="GET",
        path=f"{_ROOT}/depth",
        answer=_depth,
        weight=stepped_weight(_DEPTH_WEIGHTS, _DEEPEST_WEIGHT, _depth_limit),
    ),
    RestEndpoint(
        method="GET",
        path=f"{_ROOT}/ticker/24hr",
        answer=each_symbol(_spot, day_ticker),
        weight=ticker_weight(2, 80),
    ),
    RestEndpoint(
        method="GET",
        path=f"{_ROOT}/ticker/price",
        answer=each_symbol(_spot, price_ticker),
        weight=ticker_weight(2, 4),
    ),
    RestEndpoint(
        method="GET",
        path=f"{_ROOT}/ticker/bookTicker",
        answer=each_symbol(_spot, book_ticker),
        weight=ticker_weight(2, 4),
    ),
)
