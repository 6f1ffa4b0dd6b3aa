"""User data of the spot market: `executionReport` and `outboundAccountPosition`."""

from typing import Any

from auriga_exchange.streams._channels import Event
from auriga_exchange.trading import ZERO, Fill, Order, SpotLedger, Status, order_text
from auriga_exchange.wire import decimal_text


def report_spot(
    ledger: SpotLedger, currencies: tuple[str, str], order: Order, fill: Fill | None
) -> list[Event]:
    """Make the events of one change of a spot order.

    Parameters
    ----------
    ledger : SpotLedger
        Balances as they are now; of several changes at once, all show the last.
    currencies : tuple of str
        Base and quote currency of the symbol.
    order : Order
        After the change.
    fill : Fill or None
        The trade that changed it.

    Returns
    -------
    list
        The order's report, then the balances it can have changed.
    """
    return [execution_report(order, fill), _position(ledger, currencies, order.updated_at)]


def execution_type(order: Order, fill: Fill | None) -> str:
    """Binance's word for what happened to an order.

    Examples
    --------
    >>> from decimal import Decimal
    >>> from auriga_exchange.trading import OrderRequest, Side
    >>> asked = OrderRequest(symbol="BTCUSDT", side=Side.BUY, kind="LIMIT", amount=Decimal(1),
    ...                      price=Decimal(2), client_id="a")
    >>> order = Order(7, asked, placed_at=5, updated_at=5)
    >>> execution_type(order, None), execution_type(order.moved(status=Status.CANCELED), None)
    ('NEW', 'CANCELED')
    """
    if fill is not None:
        return "TRADE"
    return order.status.value if order.status in (Status.CANCELED, Status.EXPIRED) else Status.NEW.value


def execution_report(order: Order, fill: Fill | None) -> Event:
    """Return an order with its last trade as `executionReport` shows it."""
    text, what = order_text(order), execution_type(order, fill)
    cancelled = what == "CANCELED"
    return {
        "e": "executionReport",
        "E": order.updated_at,
        "s": text["symbol"],
        "c": f"cancel{order.order_id:016d}" if cancelled else text["clientOrderId"],
        "S": text["side"],
        "o": text["type"],
        "f": text["timeInForce"],
        "q": text["origQty"],
        "p": text["price"],
        "P": text["stopPrice"],
        "F": text["icebergQty"],
        "g": -1,
        "C": text["clientOrderId"] if cancelled else "",
        "x": what,
        "X": text["status"],
        "r": "NONE",
        "i": order.order_id,
        "l": decimal_text(fill.amount if fill else ZERO),
        "z": text["executedQty"],
        "L": decimal_text(fill.price if fill else ZERO),
        "n": decimal_text(fill.fee) if fill else "0",
        "N": fill.fee_asset if fill else None,
        "T": order.updated_at,
        "t": fill.trade_id if fill else -1,
        "I": order.order_id,
        "w": order.status.is_open and order.triggered,
        "m": fill.is_maker if fill else False,
        "M": False,
        "O": order.placed_at,
        "Z": text["cummulativeQuoteQty"],
        "Y": decimal_text(fill.price * fill.amount if fill else ZERO),
        "Q": text["origQuoteOrderQty"],
        "W": text["workingTime"],
        "V": text["selfTradePreventionMode"],
    }


def _position(ledger: SpotLedger, currencies: tuple[str, str], at: int) -> Event:
    return {
        "e": "outboundAccountPosition",
        "E": at,
        "u": at,
        "B": [_balance(ledger, name) for name in currencies],
    }


def _balance(ledger: SpotLedger, asset: str) -> dict[str, Any]:
    balance = ledger.balance(asset)
    return {"a": asset, "f": decimal_text(balance.free), "l": decimal_text(balance.locked)}
