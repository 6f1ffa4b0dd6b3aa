"""Which of Freqtrade's commands repairs what, in Telegram's words and as calls of its REST API."""

from decimal import Decimal

from auriga.reconciliation._books import BookOrder, BookTrade, plain

ADOPTION_MS = 10_000
"""`/reload_trade` takes up unknown orders from this long before the trade was opened."""

Remedy = tuple[tuple[str, ...], tuple[str, ...]]


def adoptable(order: BookOrder, trade: BookTrade | None) -> bool:
    """Whether `/reload_trade` would take the order into the trade."""
    return trade is not None and trade.is_open and order.at >= trade.opened_at - ADOPTION_MS


def reload(trade: BookTrade, then: str = "") -> Remedy:
    """Have Freqtrade take the orders of the exchange into the trade."""
    return (f"/reload_trade {trade.id}{then}",), (f"POST /api/v1/trades/{trade.id}/reload",)


def reload_and_sell(trade: BookTrade, amount: Decimal) -> Remedy:
    """Adopt an entry that came twice, then leave with the second half."""
    (command,), (call,) = reload(trade, " (the trade then holds both)")
    body = f'{{"tradeid": "{trade.id}", "ordertype": "market", "amount": {plain(amount)}}}'
    return (
        (command, f"then sell the second: freqtrade-client forceexit {trade.id} market {plain(amount)}"),
        (call, f"POST /api/v1/forceexit {body}"),
    )


def delete_and_sell(trade: BookTrade, order: BookOrder | None) -> Remedy:
    """Forget a trade that waits for an order without an id, and settle the real order by hand.

    Adopting the real order would not help: the one without an id stays open, and blocks every exit.
    """
    steps, _ = on_exchange(order) if order else (("on the exchange: sell what the trade bought",), ())
    by_hand = [f"then {step}" for step in steps if step.startswith("on the exchange")]
    return (f"/delete {trade.id}", *by_hand), (f"DELETE /api/v1/trades/{trade.id}",)


def reload_or_delete(trade: BookTrade) -> Remedy:
    """Find the sale on the exchange, and forget the trade when there is none."""
    (command,), (call,) = reload(trade, " (finds a sale that Freqtrade does not know)")
    return (
        (command, f"if the trade is still open then: /delete {trade.id}"),
        (call, f"DELETE /api/v1/trades/{trade.id}"),
    )


def cancel_open_order(trade: BookTrade) -> Remedy:
    """Have Freqtrade settle an open order of its own."""
    remedy = (f"/reload_trade {trade.id}", f"if the order stays open: /coo {trade.id}")
    return remedy, (
        f"POST /api/v1/trades/{trade.id}/reload",
        f"DELETE /api/v1/trades/{trade.id}/open-order",
    )


def on_exchange(order: BookOrder) -> Remedy:
    """For an order that no trade can adopt: by hand on the exchange, or accepted as the user's own."""
    steps = []
    if order.is_open:
        steps.append(f"on the exchange: cancel order {order.id} of {order.pair}")
    if order.filled:
        verb = "buy back" if order.sells else "sell"
        amount = order.filled - order.fee_base
        steps.append(f"on the exchange: {verb} {plain(amount)} of {order.pair}")
    return (*steps, f"or keep it: auriga reconcile --accept {order.pair}"), ()
