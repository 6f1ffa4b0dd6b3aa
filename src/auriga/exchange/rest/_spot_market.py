"""Market data of the spot market below `/api/v3`."""

from collections.abc import Callable
from typing import Any

from auriga.exchange._endpoint import Call, Endpoint, Parameters
from auriga.exchange._quotes import day_ticker, quote_at
from auriga.exchange._requests import read_limit, read_symbol, read_symbols
from auriga.exchange._store import CandleStore
from auriga.exchange.gate import SPOT_LIMITS
from auriga.exchange.rest._klines import answer_klines

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
        "symbols": [store.symbols[name].exchange_info() for name in names],
    }


def _klines(call: Call) -> list[list[int | str]]:
    return answer_klines(call.venue.store, call.parameters, call.now)


def _depth(call: Call) -> dict[str, Any]:
    store = call.venue.store
    quote = quote_at(store, read_symbol(call.parameters, store), call.now)
    return {
        "lastUpdateId": call.now,
        **quote.levels(read_limit(call.parameters, default=100, most=5000)),
    }


def _depth_weight(parameters: Parameters) -> int:
    limit = read_limit(parameters, default=100, most=5000)
    return next((weight for most, weight in _DEPTH_WEIGHTS if limit <= most), _DEEPEST_WEIGHT)


def _each(one: Callable[[CandleStore, str, int], dict[str, Any]]) -> Callable[[Call], Any]:
    """One object when a single `symbol` is asked for, a list otherwise, without symbols not listed yet."""

    def answer(call: Call) -> Any:
        store, now = call.venue.store, call.now
        if "symbol" in call.parameters:
            return one(store, read_symbol(call.parameters, store), now)
        names = read_symbols(call.parameters, store)
        return [one(store, name, now) for name in names if store.latest(name, now).known_until(now)]

    return answer


def _price_ticker(store: CandleStore, name: str, now: int) -> dict[str, Any]:
    return {"symbol": name, "price": day_ticker(store, name, now)["lastPrice"]}


def _book_ticker(store: CandleStore, name: str, now: int) -> dict[str, Any]:
    return {"symbol": name, **quote_at(store, name, now).best()}


def _ticker_weight(one: int, every: int) -> Callable[[Parameters], int]:
    return lambda parameters: one if "symbol" in parameters else every


SPOT_MARKET = (
    Endpoint(method="GET", path=f"{_ROOT}/ping", answer=_ping),
    Endpoint(method="GET", path=f"{_ROOT}/time", answer=_time),
    Endpoint(method="GET", path=f"{_ROOT}/exchangeInfo", answer=_exchange_info, weight=20),
    Endpoint(method="GET", path=f"{_ROOT}/klines", answer=_klines, weight=2),
    Endpoint(method="GET", path=f"{_ROOT}/depth", answer=_depth, weight=_depth_weight),
    Endpoint(
        method="GET", path=f"{_ROOT}/ticker/24hr", answer=_each(day_ticker), weight=_ticker_weight(2, 80)
    ),
    Endpoint(
        method="GET", path=f"{_ROOT}/ticker/price", answer=_each(_price_ticker), weight=_ticker_weight(2, 4)
    ),
    Endpoint(
        method="GET",
        path=f"{_ROOT}/ticker/bookTicker",
        answer=_each(_book_ticker),
        weight=_ticker_weight(2, 4),
    ),
)
