"""The filters of a symbol, applied to an order as Binance applies them."""

from collections.abc import Mapping
from decimal import Decimal

from auriga_exchange.markets import SpotSymbol
from auriga_exchange.trading._order import OrderRequest
from auriga_exchange.wire import Refusal, RequestError


def check_filters(symbol: SpotSymbol, request: OrderRequest, market_price: Decimal) -> None:
    """Refuse an order that `exchangeInfo` does not allow.

    Parameters
    ----------
    symbol : SpotSymbol
        Whose filters count.
    request : OrderRequest
        The order.
    market_price : Decimal
        Values an order without a price of its own.

    Raises
    ------
    RequestError
        -1013 with the name of the first filter that fails.

    Examples
    --------
    >>> from auriga_exchange.trading import Side
    >>> order = OrderRequest(symbol="BTCUSDT", side=Side.BUY, kind="LIMIT", client_id="a",
    ...                      amount=Decimal("0.1"), price=Decimal("60000.001"))
    >>> check_filters(SpotSymbol("BTC", "USDT", 60000.0), order, Decimal(60000))
    Traceback (most recent call last):
    auriga_exchange.wire._refusals.RequestError: Filter failure: PRICE_FILTER
    """
    filters = {entry["filterType"]: entry for entry in symbol.exchange_info()["filters"]}
    for price in (request.price, request.stop_price):
        if price is not None:
            _check_steps("PRICE_FILTER", price, filters["PRICE_FILTER"], ("minPrice", "maxPrice", "tickSize"))
    for name in ("LOT_SIZE", "MARKET_LOT_SIZE") if request.price is None else ("LOT_SIZE",):
        _check_steps(name, request.amount, filters[name], ("minQty", "maxQty", "stepSize"))
    _check_notional(request, market_price, filters["NOTIONAL"])


def _check_steps(name: str, value: Decimal, entry: Mapping[str, str], fields: tuple[str, str, str]) -> None:
    least, most, step = (Decimal(entry[field]) for field in fields)
    if not least <= value <= most or value % step:
        raise _failure(name)


def _check_notional(request: OrderRequest, market_price: Decimal, entry: Mapping[str, str | bool]) -> None:
    is_market = request.price is None
    notional = request.amount * (request.price or market_price)
    too_small = notional < Decimal(entry["minNotional"]) and (entry["applyMinToMarket"] or not is_market)
    too_large = notional > Decimal(entry["maxNotional"]) and (entry["applyMaxToMarket"] or not is_market)
    if too_small or too_large:
        raise _failure("NOTIONAL")


def _failure(name: str) -> RequestError:
    return RequestError(Refusal.INVALID_MESSAGE, f"Filter failure: {name}")
