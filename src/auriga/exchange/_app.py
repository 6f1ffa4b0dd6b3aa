"""The REST interface: one Starlette application in front of a store of candles."""

import time
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, TypeAlias

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from auriga.exchange._klines import answer_klines
from auriga.exchange._quotes import day_ticker, quote_at
from auriga.exchange._refusals import RequestError
from auriga.exchange._requests import read_limit, read_symbol, read_symbols
from auriga.exchange._store import CandleStore

LOOPBACK_HOSTS = ["127.0.0.1", "localhost"]
Clock: TypeAlias = Callable[[], int]
_Query: TypeAlias = Mapping[str, str]
_Answer: TypeAlias = Callable[[CandleStore, _Query, int], Any]


def wall_clock() -> int:
    """Milliseconds since 1970 in UTC."""
    return time.time_ns() // 1_000_000


def create_app(store: CandleStore, clock: Clock = wall_clock) -> Starlette:
    """Build the application.

    Parameters
    ----------
    store : CandleStore
        What to serve.
    clock : callable
        Returns the time in ms. Nothing that opens later is served.

    Returns
    -------
    Starlette
        Market data of Binance's spot REST interface below `/api/v3`. Requests for other hosts than the
        loopback interface are refused; paths that are not served answer 404.

    Examples
    --------
    >>> from auriga.exchange import SimulationPlan, simulate_exchange
    >>> app = create_app(simulate_exchange(SimulationPlan(days=1)))
    >>> [route.path for route in app.routes][:3]
    ['/api/v3/ping', '/api/v3/time', '/api/v3/exchangeInfo']
    """
    return Starlette(
        routes=[
            Route(f"/api/v3/{path}", partial(_respond, store, clock, answer), methods=["GET"])
            for path, answer in _ANSWERS.items()
        ],
        middleware=[Middleware(TrustedHostMiddleware, allowed_hosts=LOOPBACK_HOSTS, www_redirect=False)],
        exception_handlers={HTTPException: _not_served},
    )


async def _respond(store: CandleStore, clock: Clock, answer: _Answer, request: Request) -> Response:
    try:
        return JSONResponse(answer(store, request.query_params, clock()))
    except RequestError as error:
        return JSONResponse(error.body, status_code=400)


async def _not_served(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    message = f"{request.method} {request.url.path} is not served by the offline exchange"
    return JSONResponse({"code": -1, "msg": message}, status_code=status)


def _ping(store: CandleStore, query: _Query, now: int) -> dict[str, Any]:
    return {}


def _time(store: CandleStore, query: _Query, now: int) -> dict[str, Any]:
    return {"serverTime": now}


def _exchange_info(store: CandleStore, query: _Query, now: int) -> dict[str, Any]:
    names = read_symbols(query, store)
    return {
        "timezone": "UTC",
        "serverTime": now,
        "rateLimits": [],
        "exchangeFilters": [],
        "symbols": [store.symbols[name].exchange_info() for name in names],
    }


def _depth(store: CandleStore, query: _Query, now: int) -> dict[str, Any]:
    quote = quote_at(store, read_symbol(query, store), now)
    return {"lastUpdateId": now, **quote.levels(read_limit(query, default=100, most=5000))}


def _each(one: Callable[[CandleStore, str, int], dict[str, Any]]) -> _Answer:
    """One object when a single `symbol` is asked for, a list otherwise, without symbols not listed yet."""

    def answer(store: CandleStore, query: _Query, now: int) -> Any:
        if "symbol" in query:
            return one(store, read_symbol(query, store), now)
        listed = [name for name in read_symbols(query, store) if store.latest(name, now).known_until(now)]
        return [one(store, name, now) for name in listed]

    return answer


def _price_ticker(store: CandleStore, name: str, now: int) -> dict[str, Any]:
    return {"symbol": name, "price": day_ticker(store, name, now)["lastPrice"]}


def _book_ticker(store: CandleStore, name: str, now: int) -> dict[str, Any]:
    return {"symbol": name, **quote_at(store, name, now).best()}


_ANSWERS: dict[str, _Answer] = {
    "ping": _ping,
    "time": _time,
    "exchangeInfo": _exchange_info,
    "klines": answer_klines,
    "depth": _depth,
    "ticker/24hr": _each(day_ticker),
    "ticker/price": _each(_price_ticker),
    "ticker/bookTicker": _each(_book_ticker),
}
