"""What the control interface does, from and to plain JSON."""

from decimal import Decimal, InvalidOperation
from importlib import import_module
from typing import Any

from auriga.errors import ParameterError
from auriga.exchange._venue import Venue
from auriga.exchange.faults import read_rule, shown

_BOOKS = {"spot": "trading._books", "futures": "trading._futures_books"}
_MARKETS = ("spot", "futures")
_MOST_AMOUNT = Decimal("1e12")


def books(venue: Venue) -> dict[str, Any]:
    """Balances, orders and trades of every market that is traded."""
    return {name: _book(venue, name) for name in _MARKETS if getattr(venue, name, None) is not None}


def _book(venue: Venue, name: str) -> Any:
    return getattr(import_module(f"auriga.exchange.{_BOOKS[name]}"), f"{name}_books")(venue)


def counts(venue: Venue) -> dict[str, Any]:
    """Requests by endpoint, injected faults by kind, and orders that were ever placed."""
    return {
        "requests": dict(sorted(venue.requests.items())),
        "faults": dict(sorted(venue.faults.counts.items())),
        "orders_placed": sum(_placed(venue, name) for name in _MARKETS),
    }


def _placed(venue: Venue, name: str) -> int:
    desk = getattr(venue, name, None)
    return 0 if desk is None else len(desk.orders())


def add_fault(venue: Venue, given: dict[str, Any]) -> dict[str, Any]:
    """Let a fault stand; returns its number."""
    return {"id": venue.faults.add(read_rule(given))}


def change_market(venue: Venue, given: dict[str, Any]) -> Any:
    """Halt, resume or delist a symbol, move its price or hide its candles."""
    _only(given, "kind", "symbol", "factor", "candles")
    disturbances = getattr(venue, "disturbances", None)
    if disturbances is None:
        raise ParameterError("this exchange serves no disturbances of its markets")
    return disturbances.add(**given) or {}


def set_fills(venue: Venue, given: dict[str, Any]) -> dict[str, Any]:
    """Fill only a share of the next order that would trade, or let the rest of such orders trade."""
    check_fills(given)
    desks = [desk for name in _MARKETS if (desk := getattr(venue, name, None)) is not None]
    if not desks:
        raise ParameterError("this exchange trades nothing, so there is nothing to fill")
    for desk in desks:
        if "fill_frac" in given:
            desk.next_fill_frac = Decimal(given["fill_frac"])
        else:
            desk.release_fills(venue.clock())
    return {}


def check_fills(given: dict[str, Any]) -> None:
    """Raise `ParameterError` unless `given` is what `set_fills` takes."""
    _only(given, "fill_frac", "release")
    if ("fill_frac" in given) == (given.get("release") is True):
        raise ParameterError('give either {"fill_frac": "0.4"} or {"release": true}')
    if "fill_frac" in given:
        _number(given, "fill_frac", most=Decimal(1))


def set_balance(venue: Venue, given: dict[str, Any]) -> dict[str, Any]:
    """Set the free balance of one asset."""
    _only(given, "market", "asset", "amount")
    market, asset = given.get("market", "spot"), given.get("asset")
    ledger = getattr(venue, f"{market}_ledger", None) if market in _MARKETS else None
    if ledger is None:
        raise ParameterError(f"market is {shown(market)}; choose one that is traded, spot or futures")
    if not isinstance(asset, str) or not (asset.isalnum() and asset.isascii() and len(asset) <= 20):
        raise ParameterError(f"asset is {shown(asset)}; give a currency such as USDT")
    ledger.set_free(asset, _number(given, "amount", most=_MOST_AMOUNT))
    return {}


def _only(given: dict[str, Any], *known: str) -> None:
    unknown = sorted(map(str, set(given) - set(known)))
    if unknown:
        raise ParameterError(f"no field {shown(unknown)}; there are {', '.join(known)}")


def _number(given: dict[str, Any], name: str, *, most: Decimal) -> Decimal:
    value = given.get(name)
    try:
        number = Decimal(value) if isinstance(value, str) else None
    except InvalidOperation:
        number = None
    if number is None or not number.is_finite() or not 0 <= number <= most:
        raise ParameterError(f"{name} is {shown(value)}; give a number from 0 to {most} as text")
    return number
