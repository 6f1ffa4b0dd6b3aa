"""Balances, trades and fees of the spot account."""

from typing import Any

from auriga_exchange.gate import Parameters, Security
from auriga_exchange.rest._call import Call, RestEndpoint
from auriga_exchange.rest._rows import page
from auriga_exchange.rest._signed import signed
from auriga_exchange.rest._symbols import read_symbol
from auriga_exchange.trading import FEE_FRAC, trade_text
from auriga_exchange.wire import decimal_text, read_integer

_RATES = {
    "maker": decimal_text(FEE_FRAC),
    "taker": decimal_text(FEE_FRAC),
    "buyer": "0.00000000",
    "seller": "0.00000000",
}
_NO_RATES = dict.fromkeys(_RATES, "0.00000000")


def _my_trades(call: Call) -> list[dict[str, Any]]:
    call.venue.spot.advance(call.now)
    symbol = read_symbol(call.parameters, call.venue.store)
    fills = call.venue.spot.fills(symbol, order_id=read_integer(call.parameters, "orderId"))
    rows = [(fill.trade_id, fill.at, trade_text(fill)) for fill in fills]
    return page(rows, call.parameters, "fromId")


def _account(call: Call) -> dict[str, Any]:
    desk, ledger = call.venue.spot, call.venue.spot_ledger
    desk.advance(call.now)
    without_zeros = call.parameters.get("omitZeroBalances") == "true"
    return {
        **_ACCOUNT,
        "updateTime": max((order.updated_at for order in desk.orders()), default=0),
        "balances": [
            {"asset": asset, "free": decimal_text(balance.free), "locked": decimal_text(balance.locked)}
            for asset, balance in ledger.balances.items()
            if balance.free or balance.locked or not without_zeros
        ],
    }


_ACCOUNT = {
    "makerCommission": 10,
    "takerCommission": 10,
    "buyerCommission": 0,
    "sellerCommission": 0,
    "commissionRates": _RATES,
    "canTrade": True,
    "canWithdraw": True,
    "canDeposit": True,
    "brokered": False,
    "requireSelfTradePrevention": False,
    "preventSor": False,
    "accountType": "SPOT",
    "permissions": ["SPOT"],
    "uid": 1,
}


def _commission(call: Call) -> dict[str, Any]:
    return {
        "symbol": read_symbol(call.parameters, call.venue.store),
        "standardCommission": _RATES,
        "specialCommission": _NO_RATES,
        "taxCommission": _NO_RATES,
        "discount": {
            "enabledForAccount": False,
            "enabledForSymbol": False,
            "discountAsset": "BNB",
            "discount": "0.75000000",
        },
    }


def _trade_fee(call: Call) -> list[dict[str, str]]:
    fee, store = str(FEE_FRAC), call.venue.store
    names = [read_symbol(call.parameters, store)] if "symbol" in call.parameters else list(store.listed)
    return [{"symbol": name, "makerCommission": fee, "takerCommission": fee} for name in names]


def _my_trades_weight(parameters: Parameters) -> int:
    return 5 if "orderId" in parameters else 20


def _delist_schedule(call: Call) -> list[dict[str, Any]]:
    """Nothing is announced: what is delisted here goes at once."""
    return []


SPOT_ACCOUNT = (
    signed("GET", "account", _account, 20),
    signed("GET", "account/commission", _commission, 20),
    signed("GET", "myTrades", _my_trades, _my_trades_weight),
    signed("GET", "/sapi/v1/asset/tradeFee", _trade_fee, 1),
    RestEndpoint(
        method="GET",
        path="/sapi/v1/spot/delist-schedule",
        answer=_delist_schedule,
        weight=100,
        security=Security.KEY,
    ),
)
