"""New spot orders, read from a request."""

from collections.abc import Mapping
from decimal import Decimal

from auriga_exchange.markets import ORDER_TYPES
from auriga_exchange.rest._call import Call
from auriga_exchange.rest._order_names import read_order_name
from auriga_exchange.rest._symbols import read_symbol
from auriga_exchange.trading import OrderRequest, Side, amount_for, check_filters
from auriga_exchange.wire import Refusal, RequestError, read_choice, read_decimal

_TIMES_IN_FORCE = ("GTC", "IOC", "FOK")
_STOPS = ("STOP_LOSS_LIMIT", "TAKE_PROFIT_LIMIT")


def read_spot_order(call: Call, parameters: Mapping[str, str] | None = None) -> OrderRequest:
    """Read, complete and check a new order.

    Parameters
    ----------
    call : Call
        The request.
    parameters : mapping or None
        What to read instead of the request's own parameters.

    Raises
    ------
    RequestError
        If a parameter is missing, malformed or not wanted, or a filter of the symbol fails.
    """
    parameters = call.parameters if parameters is None else parameters
    venue = call.venue
    name = read_symbol(parameters, venue.store)
    side = Side(read_choice(parameters, "side", tuple(Side), Refusal.INVALID_SIDE))
    kind = read_choice(parameters, "type", ORDER_TYPES, Refusal.INVALID_ORDER_TYPE)
    quote_amount = _money(
        parameters, "quoteOrderQty", wanted=kind == "MARKET" and "quantity" not in parameters
    )
    quote = venue.spot.prices.quote(name, call.now)
    request = OrderRequest(
        symbol=name,
        side=side,
        kind=kind,
        client_id=read_order_name(parameters, "newClientOrderId") or venue.spot.new_client_id(),
        price=_money(parameters, "price", wanted=kind != "MARKET"),
        stop_price=_money(parameters, "stopPrice", wanted=kind in _STOPS),
        time_in_force=_time_in_force(parameters, kind),
        amount=_amount(parameters) if quote_amount is None else amount_for(quote, side, quote_amount),
        quote_amount=quote_amount,
    )
    check_filters(venue.store.symbols[name], request, venue.spot.prices.price(name, call.now))
    return request


def _money(parameters: Mapping[str, str], name: str, *, wanted: bool) -> Decimal | None:
    value = read_decimal(parameters, name)
    if value is None and wanted:
        raise RequestError(Refusal.MISSING_PARAMETER, name)
    if value is not None and not wanted:
        raise RequestError(Refusal.UNWANTED_PARAMETER, name)
    if value is not None and not value:
        raise RequestError(Refusal.INVALID_MESSAGE, f"Invalid {name}.")
    return value


def _amount(parameters: Mapping[str, str]) -> Decimal:
    amount = read_decimal(parameters, "quantity")
    if amount is None:
        raise RequestError(Refusal.MISSING_PARAMETER, "quantity")
    if not amount:
        raise RequestError(Refusal.INVALID_MESSAGE, "Invalid quantity.")
    return amount


def _time_in_force(parameters: Mapping[str, str], kind: str) -> str:
    if kind in ("MARKET", "LIMIT_MAKER"):
        if "timeInForce" in parameters:
            raise RequestError(Refusal.UNWANTED_PARAMETER, "timeInForce")
        return "GTC"
    return read_choice(parameters, "timeInForce", _TIMES_IN_FORCE, Refusal.INVALID_TIME_IN_FORCE)
