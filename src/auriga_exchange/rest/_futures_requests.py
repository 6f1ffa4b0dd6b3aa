"""New futures orders, read from a request."""

from collections.abc import Mapping
from decimal import Decimal

from auriga_exchange.markets import FUTURES_ORDER_TYPES
from auriga_exchange.rest._call import Call
from auriga_exchange.rest._order_names import read_order_name
from auriga_exchange.rest._symbols import read_symbol
from auriga_exchange.trading import CONDITIONAL_KINDS, ZERO, OrderRequest, Side, check_contract
from auriga_exchange.wire import Refusal, RequestError, read_choice, read_decimal

_TIMES_IN_FORCE = ("GTC", "IOC", "FOK", "GTX")
_WITH_PRICE = ("LIMIT", "STOP", "TAKE_PROFIT")
_WORKING_TYPES = ("CONTRACT_PRICE", "MARK_PRICE")


def read_futures_order(call: Call) -> OrderRequest:
    """Read, complete and check a new order.

    Raises
    ------
    RequestError
        If a parameter is missing or malformed or a filter fails; -4120 for conditional orders, which have
        an address of their own.
    """
    query = call.parameters
    kind = read_choice(query, "type", FUTURES_ORDER_TYPES, Refusal.INVALID_ORDER_TYPE)
    if kind not in ("LIMIT", "MARKET"):
        raise RequestError(Refusal.USE_ALGO_ORDER)
    return _checked(call, kind, _wanted(query, "quantity"), client="newClientOrderId")


def read_algo_order(call: Call) -> tuple[OrderRequest, bool, bool]:
    """Read, complete and check a new conditional order.

    Returns
    -------
    tuple
        The order, whether the mark price triggers it, and whether it closes the position.

    Raises
    ------
    RequestError
        If a parameter is missing or malformed, a filter fails or the kind is a trailing stop.
    """
    query = call.parameters
    read_choice(query, "algoType", ("CONDITIONAL",), Refusal.INVALID_ORDER_TYPE)
    kind = read_choice(query, "type", CONDITIONAL_KINDS, Refusal.INVALID_ORDER_TYPE)
    stop = _wanted(query, "triggerPrice")
    closes = _flag(query, "closePosition")
    if closes and kind in _WITH_PRICE:
        raise RequestError(Refusal.UNWANTED_PARAMETER, "closePosition")
    amount = ZERO if closes else _wanted(query, "quantity")
    request = _checked(call, kind, amount, client="clientAlgoId", stop=stop, is_algo=True)
    working = query.get("workingType") or _WORKING_TYPES[0]
    if working not in _WORKING_TYPES:
        raise RequestError(Refusal.ILLEGAL_CHARACTERS, "workingType", "|".join(_WORKING_TYPES))
    return request, working == "MARK_PRICE", closes


def _checked(
    call: Call, kind: str, amount: Decimal, *, client: str, stop: Decimal | None = None, is_algo: bool = False
) -> OrderRequest:
    query, venue = call.parameters, call.venue
    name = read_symbol(query, venue.futures_store)
    if query.get("positionSide", "BOTH") != "BOTH":
        raise RequestError(Refusal.HEDGE_MODE_SIDE)
    priced = kind in _WITH_PRICE
    new_name = venue.futures.new_algo_name if is_algo else venue.futures.new_client_id
    request = OrderRequest(
        symbol=name,
        side=Side(read_choice(query, "side", tuple(Side), Refusal.INVALID_SIDE)),
        kind=kind,
        amount=amount,
        client_id=read_order_name(query, client) or new_name(),
        price=_wanted(query, "price") if priced else None,
        stop_price=stop,
        time_in_force=_time_in_force(query, mandatory=kind == "LIMIT"),
        reduce_only=_flag(query, "reduceOnly"),
        is_algo=is_algo,
    )
    if amount:
        check_contract(venue.futures_store.contract(name), request, venue.futures.marks.price(name, call.now))
    return request


def _time_in_force(query: Mapping[str, str], *, mandatory: bool) -> str:
    if not mandatory and "timeInForce" not in query:
        return "GTC"
    return read_choice(query, "timeInForce", _TIMES_IN_FORCE, Refusal.INVALID_TIME_IN_FORCE)


def _wanted(query: Mapping[str, str], name: str) -> Decimal:
    value = read_decimal(query, name)
    if value is None:
        raise RequestError(Refusal.MISSING_PARAMETER, name)
    if not value:
        raise RequestError(Refusal.INVALID_MESSAGE, f"Invalid {name}.")
    return value


def _flag(query: Mapping[str, str], name: str) -> bool:
    value = query.get(name, "false").lower()
    if value not in ("true", "false"):
        raise RequestError(Refusal.ILLEGAL_CHARACTERS, name, "true|false")
    return value == "true"
