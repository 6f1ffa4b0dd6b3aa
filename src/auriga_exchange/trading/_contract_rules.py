"""The filters of a contract, applied to an order as Binance's futures market applies them."""

from decimal import Decimal

from auriga_exchange.markets import FuturesSymbol
from auriga_exchange.trading._order import OrderRequest, Side
from auriga_exchange.wire import Refusal, RequestError

_UP, _DOWN = Decimal("1.05"), Decimal("0.95")


def check_contract(symbol: FuturesSymbol, request: OrderRequest, mark: Decimal) -> None:
    """Refuse an order that `exchangeInfo` does not allow.

    Parameters
    ----------
    symbol : FuturesSymbol
        Whose filters count.
    request : OrderRequest
        The order.
    mark : Decimal
        Mark price; values an order without a price and bounds limit prices.

    Raises
    ------
    RequestError
        -4014, -1111, -4004, -4005, -4016, -4024 or -4164.

    Examples
    --------
    >>> order = OrderRequest(symbol="BTCUSDT", side=Side.BUY, kind="MARKET", client_id="a",
    ...                      amount=Decimal("0.00001"))
    >>> check_contract(FuturesSymbol("BTC", "USDT", 60000.0), order, Decimal(60000))
    Traceback (most recent call last):
    auriga_exchange.wire._refusals.RequestError: Parameter 'quantity' has too much precision.
    """
    for price in (request.price, request.stop_price):
        if price is not None and price % symbol.tick_size:
            raise RequestError(Refusal.OFF_TICK)
    if request.amount % symbol.step_size:
        raise RequestError(Refusal.BAD_PRECISION, "quantity")
    if request.amount < symbol.step_size:
        raise RequestError(Refusal.QUANTITY_TOO_SMALL)
    if request.amount > symbol.most_amount:
        raise RequestError(Refusal.QUANTITY_TOO_LARGE)
    if not request.is_algo:
        _check_distance(request, mark, symbol.tick_size)
    value = request.amount * (request.price or request.stop_price or mark)
    if value < symbol.least_value and not request.reduce_only:
        raise RequestError(Refusal.NOTIONAL_TOO_SMALL, f"{symbol.least_value}")


def _check_distance(request: OrderRequest, mark: Decimal, tick: Decimal) -> None:
    if request.price is None:
        return
    highest, lowest = ((mark * frac).quantize(tick) for frac in (_UP, _DOWN))
    if request.side is Side.BUY and request.price > highest:
        raise RequestError(Refusal.PRICE_TOO_HIGH, f"{highest}")
    if request.side is Side.SELL and request.price < lowest:
        raise RequestError(Refusal.PRICE_TOO_LOW, f"{lowest}")
