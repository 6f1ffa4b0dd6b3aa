"""What the control interface does, from and to plain JSON."""

from decimal import Decimal, InvalidOperation
from typing import Any

from auriga.errors import ParameterError
from auriga_exchange.control._futures_books import futures_books
from auriga_exchange.control._spot_books import spot_books
from auriga_exchange.faults import read_rule, shown
from auriga_exchange.venue import Venue

_MARKETS = ("spot", "futures")
_MOST_AMOUNT = Decimal("1e12")


def books(venue: Venue) -> dict[str, Any]:
    """Balances, orders and trades of both markets, positions and conditional orders of futures."""
    return {"spot": spot_books(venue), "futures": futures_books(venue)}


def counts(venue: Venue) -> dict[str, Any]:
    """Requests by endpoint, injected faults by kind, and orders ever placed, conditional ones too."""
    placed = len(venue.spot.orders()) + len(venue.futures.orders()) + len(venue.futures.algo.orders())
    return {
        "requests": dict(sorted(venue.requests.items())),
        "faults": dict(sorted(venue.faults.counts.items())),
        "orders_placed": placed,
    }


def add_fault(venue: Venue, given: dict[str, Any]) -> dict[str, Any]:
    """Let a fault stand; returns its number."""
    return {"id": venue.faults.add(read_rule(given))}


def change_market(venue: Venue, given: dict[str, Any]) -> Any:
    """Halt, resume or delist a symbol, move its price or hide its candles."""
    _only(given, "kind", "symbol", "factor", "candles")
    return venue.disturbances.add(**given)


def set_fills(venue: Venue, given: dict[str, Any]) -> dict[str, Any]:
    """Fill only a share of the next order that would trade, or let the rest of such orders trade."""
    check_fills(given)
    for desk in (venue.spot, venue.futures):
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
    if market not in _MARKETS:
        raise ParameterError(f"market is {shown(market)}; choose {' or '.join(_MARKETS)}")
    known = sorted(_assets(venue)) if market == "spot" else venue.futures_ledger.assets
    if asset not in known:
        raise ParameterError(f"asset is {shown(asset)}; choose one of {', '.join(known)}")
    amount, now = _number(given, "amount", most=_MOST_AMOUNT), venue.clock()
    if market == "spot":
        venue.spot.advance(now)
        venue.spot_ledger.set_free(asset, amount)
    else:
        venue.futures.advance(now)
        venue.futures_ledger.set_available(asset, amount, now)
    return {}


def _assets(venue: Venue) -> set[str]:
    listed = venue.store.symbols.values()
    return {asset for symbol in listed for asset in (symbol.base, symbol.quote)}


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
