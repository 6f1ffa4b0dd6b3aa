"""Answers about one symbol or all of them, which spot and futures share."""

from collections.abc import Callable
from typing import Any, TypeAlias

from auriga_exchange.gate import Parameters
from auriga_exchange.markets import CandleStore, day_ticker, quote_at
from auriga_exchange.rest._call import Call
from auriga_exchange.rest._symbols import read_symbol, read_symbols
from auriga_exchange.venue import Venue

StoreOf: TypeAlias = Callable[[Venue], CandleStore]
OneSymbol: TypeAlias = Callable[[CandleStore, str, int], dict[str, Any]]


def each_symbol(store_of: StoreOf, one: OneSymbol) -> Callable[[Call], Any]:
    """One object when a single `symbol` is asked for, a list otherwise, without symbols not listed yet."""

    def answer(call: Call) -> Any:
        store, now = store_of(call.venue), call.now
        if "symbol" in call.parameters:
            return one(store, read_symbol(call.parameters, store), now)
        names = read_symbols(call.parameters, store)
        return [one(store, name, now) for name in names if store.latest(name, now).known_until(now)]

    return answer


def price_ticker(store: CandleStore, name: str, now: int) -> dict[str, Any]:
    """Return `ticker/price` of a symbol at `now` (ms)."""
    return {"symbol": name, "price": day_ticker(store, name, now)["lastPrice"]}


def book_ticker(store: CandleStore, name: str, now: int) -> dict[str, Any]:
    """Return `ticker/bookTicker` of a symbol at `now` (ms)."""
    return {"symbol": name, **quote_at(store, name, now).best()}


def ticker_weight(one: int, every: int) -> Callable[[Parameters], int]:
    """Request weight that depends on whether a single symbol is asked for."""
    return lambda parameters: one if "symbol" in parameters else every


def stepped_weight(
    steps: tuple[tuple[int, int], ...], beyond: int, limit_of: Callable[[Parameters], int]
) -> Callable[[Parameters], int]:
    """Request weight that grows with `limit`: the first step (most, weight) that holds it, else `beyond`.

    Examples
    --------
    >>> weight = stepped_weight(((99, 1), (499, 2)), 5, lambda parameters: int(parameters["limit"]))
    >>> [weight({"limit": text}) for text in ("99", "100", "500")]
    [1, 2, 5]
    """

    def weight(parameters: Parameters) -> int:
        limit = limit_of(parameters)
        return next((cost for most, cost in steps if limit <= most), beyond)

    return weight
