"""When an order is triggered, reached or refused."""

from decimal import Decimal

from auriga_exchange.trading._order import Order, OrderRequest, Side
from auriga_exchange.trading._prices import Leg


def is_stop(request: OrderRequest) -> bool:
    """Whether the order waits for its stop price before it can trade."""
    return request.stop_price is not None


def triggers_below(request: OrderRequest) -> bool:
    """Whether a stop order is triggered by a price at or below its stop price, not at or above it.

    Examples
    --------
    >>> stop = OrderRequest(symbol="BTCUSDT", side=Side.SELL, kind="STOP_LOSS_LIMIT", amount=Decimal(1),
    ...                     client_id="a", price=Decimal(9), stop_price=Decimal(10))
    >>> triggers_below(stop)
    True
    """
    return (request.side is Side.SELL) != request.kind.startswith("TAKE_PROFIT")


def is_triggered_at(request: OrderRequest, price: Decimal) -> bool:
    """Whether a stop order would be triggered at once."""
    if request.stop_price is None:
        return True
    if triggers_below(request):
        return price <= request.stop_price
    return price >= request.stop_price


def never_rests(request: OrderRequest) -> bool:
    """Whether what cannot trade at once expires."""
    return request.price is None or request.time_in_force in ("IOC", "FOK")


def must_rest(request: OrderRequest) -> bool:
    """Whether the order is refused when it could trade at once."""
    return request.kind == "LIMIT_MAKER" or request.time_in_force == "GTX"


def reached_at(order: Order, leg: Leg, start: int, end: int) -> int | None:
    """First time (ms) within `start` and `end` at which a leg triggers a stop or reaches a limit.

    A leg trades with an order once: its volume is counted as a whole.
    """
    request = order.request
    if order.triggered:
        if request.price is None or (order.executed and order.updated_at >= leg.starts_at):
            return None
        level, below = request.price, request.side is Side.BUY
    elif request.stop_price is not None:
        level, below = request.stop_price, triggers_below(request)
    times = leg.times(level, below=below)
    if times is None:
        return None
    at = max(times[0], start)
    return at if at <= min(times[1], end) else None
