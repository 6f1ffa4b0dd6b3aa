"""Wallet, positions, settings and payments of the futures account."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from auriga_exchange.rest._call import Call
from auriga_exchange.rest._futures_orders import matched, read_contract, signed
from auriga_exchange.rest._symbols import read_symbol
from auriga_exchange.trading import (
    MAKER_FEE_FRAC,
    TAKER_FEE_FRAC,
    Bracket,
    FuturesBalance,
    FuturesDesk,
    Position,
    account_position_text,
    brackets_of,
    futures_balance,
    income_text,
    most_value,
    old_account_position_text,
    old_risk_text,
    risk_text,
)
from auriga_exchange.wire import (
    Refusal,
    RequestError,
    decimal_text,
    read_decimal,
    read_integer,
    read_limit,
    read_text,
)

_ROOT = "/fapi/v1"
_WEEK = 7 * 24 * 60 * 60 * 1000
_SUCCESS = {"code": 200, "msg": "success"}
_MARGIN_TYPES = ("ISOLATED", "CROSSED")
_TOTALS = (
    "initialMargin",
    "maintMargin",
    "walletBalance",
    "unrealizedProfit",
    "marginBalance",
    "positionInitialMargin",
    "openOrderInitialMargin",
    "crossWalletBalance",
    "crossUnPnl",
)
_OLD_FIELDS = {
    "feeTier": 0,
    "feeBurn": True,
    "canTrade": True,
    "canDeposit": True,
    "canWithdraw": True,
    "tradeGroupId": -1,
    "multiAssetsMargin": False,
}
PositionText = Callable[[FuturesDesk, Position, int], dict[str, Any]]


def _account(call: Call) -> dict[str, Any]:
    desk = matched(call)
    texts = [account_position_text(desk, p, call.now) for p in _in_use(desk, None)]
    return {**_sums(desk, call.now), "assets": _assets(desk, call.now), "positions": texts}


def _old_account(call: Call) -> dict[str, Any]:
    desk = matched(call)
    positions = [desk.account.position(name) for name in _listed(call)]
    return {
        **_OLD_FIELDS,
        "updateTime": 0,
        **_sums(desk, call.now),
        "assets": [{**asset, "marginAvailable": True} for asset in _assets(desk, call.now)],
        "positions": [old_account_position_text(desk, p, call.now) for p in positions],
    }


def _sums(desk: FuturesDesk, now: int) -> dict[str, str]:
    """Totals of the account; as on Binance without multi-assets mode, of USDT alone where there is any."""
    asset = "USDT" if "USDT" in desk.account.assets else desk.account.assets[0]
    text = futures_balance(desk, asset, now).text()
    totals = {f"total{field[0].upper()}{field[1:]}": text[field] for field in _TOTALS}
    return {**totals, **{field: text[field] for field in ("availableBalance", "maxWithdrawAmount")}}


def _balances(desk: FuturesDesk, now: int) -> list[FuturesBalance]:
    return [futures_balance(desk, asset, now) for asset in desk.account.assets]


def _assets(desk: FuturesDesk, now: int) -> list[dict[str, Any]]:
    # ccxt takes an asset that was last changed at 0 for one that is not there.
    updated = desk.account.income[-1].at if desk.account.income else now
    return [{**balance.text(), "updateTime": updated} for balance in _balances(desk, now)]


def _wallets(call: Call) -> list[dict[str, Any]]:
    """Return what `balance` shows: the fields of `assets` under other names."""
    return [
        {
            "accountAlias": "auriga",
            "asset": balance.asset,
            "balance": decimal_text(balance.wallet),
            "crossWalletBalance": decimal_text(balance.cash),
            "crossUnPnl": decimal_text(balance.crossed_profit),
            "availableBalance": decimal_text(balance.available),
            "maxWithdrawAmount": decimal_text(balance.available),
            "marginAvailable": True,
            "updateTime": call.now,
        }
        for balance in _balances(matched(call), call.now)
    ]


def _listed(call: Call) -> list[str]:
    """Contracts that have a price at the time of a request."""
    store = call.venue.futures_store
    symbol = read_contract(call)
    names = list(store.symbols) if symbol is None else [symbol]
    return [name for name in names if store.latest(name, call.now).known_until(call.now)]


def _in_use(desk: FuturesDesk, symbol: str | None) -> list[Position]:
    """Positions, and settings of symbols with open orders."""
    names = {position.symbol for position in desk.account.positions}
    names |= {order.request.symbol for order in desk.open_orders()}
    return [desk.account.position(name) for name in sorted(names) if symbol in (None, name)]


def _risks(call: Call) -> list[dict[str, Any]]:
    desk = matched(call)
    return [risk_text(desk, p, call.now) for p in _in_use(desk, read_contract(call))]


def _old_risks(call: Call) -> list[dict[str, Any]]:
    desk = matched(call)
    return [old_risk_text(desk, desk.account.position(name), call.now) for name in _listed(call)]


def _set_leverage(call: Call) -> dict[str, Any]:
    symbol = read_symbol(call.parameters, call.venue.futures_store)
    leverage = read_integer(call.parameters, "leverage")
    if leverage is None:
        raise RequestError(Refusal.MISSING_PARAMETER, "leverage")
    base = call.venue.futures_store.symbols[symbol].base
    most = most_value(base, leverage)
    if not leverage >= 1 or not most:
        raise RequestError(Refusal.INVALID_LEVERAGE, str(leverage))
    desk = matched(call)
    position = desk.account.position(symbol)
    if position.amount and position.value(position.entry_price) > most:
        raise RequestError(Refusal.POSITION_TOO_LARGE)
    desk.account.set_leverage(symbol, leverage, call.now)
    return {"leverage": leverage, "maxNotionalValue": f"{most}", "symbol": symbol}


def _set_margin_type(call: Call) -> dict[str, Any]:
    symbol = read_symbol(call.parameters, call.venue.futures_store)
    kind = read_text(call.parameters, "marginType")
    if kind not in _MARGIN_TYPES:
        raise RequestError(Refusal.MISSING_PARAMETER, "marginType")
    desk, isolated = matched(call), kind == "ISOLATED"
    changes = desk.account.position(symbol).isolated != isolated
    if changes and desk.open_orders(symbol):
        raise RequestError(Refusal.MARGIN_TYPE_WITH_ORDERS)
    desk.account.set_isolated(symbol, isolated, call.now)
    return _SUCCESS


def _add_margin(call: Call) -> dict[str, Any]:
    symbol = read_symbol(call.parameters, call.venue.futures_store)
    amount = read_decimal(call.parameters, "amount")
    kind = read_integer(call.parameters, "type")
    if amount is None or kind not in (1, 2):
        raise RequestError(Refusal.MISSING_PARAMETER, "amount" if amount is None else "type")
    matched(call).account.add_margin(symbol, amount if kind == 1 else -amount, call.now)
    return {"amount": float(amount), "code": 200, "msg": "Successfully modify position margin.", "type": kind}


def _sides(call: Call) -> dict[str, bool]:
    return {"dualSidePosition": False}


def _set_sides(call: Call) -> dict[str, Any]:
    return _keep(call, "dualSidePosition", Refusal.NO_NEED_TO_CHANGE_SIDES)


def _asset_mode(call: Call) -> dict[str, bool]:
    return {"multiAssetsMargin": False}


def _set_asset_mode(call: Call) -> dict[str, Any]:
    return _keep(call, "multiAssetsMargin", Refusal.NO_NEED_TO_CHANGE_ASSETS)


def _keep(call: Call, name: str, unchanged: Refusal) -> dict[str, Any]:
    """Refuse a setting: it is off already, and cannot be turned on here."""
    value = call.parameters.get(name, "").lower()
    if value not in ("true", "false"):
        raise RequestError(Refusal.MISSING_PARAMETER, name)
    if value == "false":
        raise RequestError(unchanged)
    raise RequestError(Refusal.INVALID_MESSAGE, f"The offline exchange has no {name}.")


def _brackets(call: Call) -> list[dict[str, Any]]:
    store = call.venue.futures_store
    symbol = read_contract(call)
    return [
        {
            "symbol": name,
            "notionalCoef": 1.0,
            "brackets": [_bracket(bracket) for bracket in brackets_of(store.symbols[name].base)],
        }
        for name in store.symbols
        if symbol in (None, name)
    ]


def _bracket(bracket: Bracket) -> dict[str, Any]:
    return {
        "bracket": bracket.number,
        "initialLeverage": bracket.leverage,
        "notionalCap": int(bracket.cap),
        "notionalFloor": int(bracket.floor),
        "maintMarginRatio": float(bracket.rate),
        "cum": float(bracket.cum),
    }


def _income(call: Call) -> list[dict[str, Any]]:
    """Payments, oldest first; as on Binance those of the last seven days without `startTime`."""
    query = call.parameters
    symbol, kind = read_contract(call), query.get("incomeType")
    start, end = (read_integer(query, name) for name in ("startTime", "endTime"))
    limit = read_limit(query, default=100, most=1000)
    since = max(call.now - _WEEK, 0) if start is None else start
    chosen = [
        income_text(income)
        for income in matched(call).account.income
        if symbol in (None, income.symbol)
        and kind in (None, "", income.kind)
        and since <= income.at <= (call.now if end is None else end)
    ]
    return chosen[:limit] if start is not None else chosen[-limit:]


def _commission(call: Call) -> dict[str, str]:
    return {
        "symbol": read_symbol(call.parameters, call.venue.futures_store),
        "makerCommissionRate": _rate(MAKER_FEE_FRAC),
        "takerCommissionRate": _rate(TAKER_FEE_FRAC),
    }


def _rate(frac: Decimal) -> str:
    return f"{frac:.6f}"


def _symbol_config(call: Call) -> list[dict[str, Any]]:
    desk = matched(call)
    symbol = read_contract(call)
    positions = [
        desk.account.position(name) for name in call.venue.futures_store.symbols if symbol in (None, name)
    ]
    return [
        {
            "symbol": position.symbol,
            "marginType": "ISOLATED" if position.isolated else "CROSSED",
            "isAutoAddMargin": False,
            "leverage": position.leverage,
            "maxNotionalValue": f"{most_value(position.base, position.leverage)}",
        }
        for position in positions
    ]


FUTURES_ACCOUNT = (
    signed("GET", "/fapi/v3/account", _account, 5),
    signed("GET", "/fapi/v2/account", _old_account, 5),
    signed("GET", "/fapi/v3/balance", _wallets, 5),
    signed("GET", "/fapi/v2/balance", _wallets, 5),
    signed("GET", "/fapi/v3/positionRisk", _risks, 5),
    signed("GET", "/fapi/v2/positionRisk", _old_risks, 5),
    signed("POST", f"{_ROOT}/leverage", _set_leverage),
    signed("POST", f"{_ROOT}/marginType", _set_margin_type),
    signed("POST", f"{_ROOT}/positionMargin", _add_margin),
    signed("GET", f"{_ROOT}/positionSide/dual", _sides, 30),
    signed("POST", f"{_ROOT}/positionSide/dual", _set_sides),
    signed("GET", f"{_ROOT}/multiAssetsMargin", _asset_mode, 30),
    signed("POST", f"{_ROOT}/multiAssetsMargin", _set_asset_mode),
    signed("GET", f"{_ROOT}/leverageBracket", _brackets),
    signed("GET", f"{_ROOT}/income", _income, 30),
    signed("GET", f"{_ROOT}/commissionRate", _commission, 20),
    signed("GET", f"{_ROOT}/symbolConfig", _symbol_config, 5),
)
