"""User data of the futures market: `ORDER_TRADE_UPDATE` and `ACCOUNT_UPDATE`."""

from typing import Any

from auriga_exchange.streams._channels import Event
from auriga_exchange.streams._spot_reports import execution_type
from auriga_exchange.trading import ZERO, Fill, FuturesDesk, FuturesLedger, Order, futures_order_text
from auriga_exchange.wire import decimal_text


def report_futures(
    desk: FuturesDesk, ledger: FuturesLedger, order: Order, fill: Fill | None, now: int
) -> list[Event]:
    """Make the events of one change of a futures order: the account first when it traded, then the order."""
    update = {
        "e": "ORDER_TRADE_UPDATE",
        "E": order.updated_at,
        "T": order.updated_at,
        "o": _order(desk, order, fill),
    }
    return [update] if fill is None else [_account(desk, ledger, fill, now), update]


def _order(desk: FuturesDesk, order: Order, fill: Fill | None) -> dict[str, Any]:
    text = futures_order_text(order)
    return {
        "s": text["symbol"],
        "c": text["clientOrderId"],
        "S": text["side"],
        "o": text["type"],
        "f": text["timeInForce"],
        "q": text["origQty"],
        "p": text["price"],
        "ap": text["avgPrice"],
        "sp": text["stopPrice"],
        "x": execution_type(order, fill),
        "X": text["status"],
        "i": order.order_id,
        "l": decimal_text(fill.amount if fill else ZERO),
        "z": text["executedQty"],
        "L": decimal_text(fill.price if fill else ZERO),
        "N": fill.fee_asset if fill else desk.account.margin_asset(order.request.symbol),
        "n": decimal_text(fill.fee if fill else ZERO),
        "T": order.updated_at,
        "t": fill.trade_id if fill else 0,
        "b": "0",
        "a": "0",
        "m": fill.is_maker if fill else False,
        "R": text["reduceOnly"],
        "wt": text["workingType"],
        "ot": text["origType"],
        "ps": text["positionSide"],
        "cp": text["closePosition"],
        "rp": decimal_text(fill.realized if fill else ZERO),
        "pP": text["priceProtect"],
        "si": 0,
        "ss": 0,
        "V": text["selfTradePreventionMode"],
        "pm": text["priceMatch"],
        "gtd": text["goodTillDate"],
    }


def _account(desk: FuturesDesk, ledger: FuturesLedger, fill: Fill, now: int) -> Event:
    asset, position = ledger.margin_asset(fill.symbol), ledger.position(fill.symbol)
    mark = desk.marks.price(fill.symbol, now)
    entry = decimal_text(position.entry_price)
    balance = {
        "a": asset,
        "wb": decimal_text(ledger.wallet(asset)),
        "cw": decimal_text(ledger.cash(asset)),
        "bc": decimal_text(ZERO),
    }
    holding = {
        "s": fill.symbol,
        "pa": decimal_text(position.amount),
        "ep": entry,
        "bep": entry,
        "cr": decimal_text(fill.realized),
        "up": decimal_text(position.profit(mark)),
        "mt": "isolated" if position.isolated else "cross",
        "iw": decimal_text(position.margin),
        "ps": "BOTH",
        "ma": asset,
    }
    return {
        "e": "ACCOUNT_UPDATE",
        "E": fill.at,
        "T": fill.at,
        "a": {"m": "ORDER", "B": [balance], "P": [holding]},
    }
