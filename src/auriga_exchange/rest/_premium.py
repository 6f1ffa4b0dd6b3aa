"""Mark prices and funding rates of perpetual contracts."""

from typing import Any

from auriga_exchange.markets import (
    FUNDING_HOURS,
    INTEREST_RATE,
    RATE_CAP,
    FuturesStore,
    next_funding,
    quote_at,
)
from auriga_exchange.rest._call import Call, RestEndpoint
from auriga_exchange.rest._symbols import read_symbol, read_symbols
from auriga_exchange.rest._tickers import ticker_weight
from auriga_exchange.wire import number_text, read_integer, read_limit

_ROOT = "/fapi/v1"


def _mark_at(store: FuturesStore, symbol: str, now: int) -> float:
    """Mark price of a contract at `now` (ms); refused with -1121 before its first candle."""
    return store.mark_price(symbol, quote_at(store, symbol, now).price, now)


def _premium_index(call: Call) -> Any:
    store = call.venue.futures_store
    if "symbol" in call.parameters:
        return _premium(store, read_symbol(call.parameters, store), call.now)
    names = read_symbols(call.parameters, store)
    return [
        _premium(store, name, call.now)
        for name in names
        if store.latest(name, call.now).known_until(call.now)
    ]


def _premium(store: FuturesStore, symbol: str, now: int) -> dict[str, Any]:
    mark = f"{_mark_at(store, symbol, now):.8f}"
    return {
        "symbol": symbol,
        "markPrice": mark,
        "indexPrice": mark,
        "estimatedSettlePrice": mark,
        "lastFundingRate": f"{store.funding(symbol).latest(now):.8f}",
        "interestRate": f"{INTEREST_RATE:.8f}",
        "nextFundingTime": next_funding(now),
        "time": now,
    }


def _funding_rates(call: Call) -> list[dict[str, Any]]:
    """Payments between `startTime` and `endTime`, both inclusive; the latest ones without a start."""
    store = call.venue.futures_store
    start, end = (read_integer(call.parameters, name) for name in ("startTime", "endTime"))
    until = call.now if end is None else min(end, call.now)
    limit = read_limit(call.parameters, default=100, most=1000)
    payments = [
        (paid_at, name, rate)
        for name in read_symbols(call.parameters, store)
        for paid_at, rate in store.funding(name).between((start or 0) - 1, until)
    ]
    payments.sort()
    chosen = payments[:limit] if start is not None else payments[-limit:]
    return [_payment(store, *payment) for payment in chosen]


def _payment(store: FuturesStore, paid_at: int, symbol: str, rate: float) -> dict[str, Any]:
    return {
        "symbol": symbol,
        "fundingTime": paid_at,
        "fundingRate": number_text(rate),
        "markPrice": _opening_mark(store, symbol, paid_at),
    }


def _opening_mark(store: FuturesStore, symbol: str, at: int) -> str:
    series = store.mark_series(symbol, "1h")
    rows = None if series is None else series.select(now=at, start=at, limit=1)
    return f"{rows.values[0, 0]:.8f}" if rows is not None and len(rows.values) else ""


def _funding_info(call: Call) -> list[dict[str, Any]]:
    store = call.venue.futures_store
    return [
        {
            "symbol": name,
            "adjustedFundingRateCap": f"{RATE_CAP:.8f}",
            "adjustedFundingRateFloor": f"{-RATE_CAP:.8f}",
            "fundingIntervalHours": FUNDING_HOURS,
            "disclaimer": False,
        }
        for name in store.listed
    ]


PREMIUM_INDEX = RestEndpoint(
    method="GET", path=f"{_ROOT}/premiumIndex", answer=_premium_index, weight=ticker_weight(1, 10)
)
FUNDING_RATE = RestEndpoint(method="GET", path=f"{_ROOT}/fundingRate", answer=_funding_rates, weight=0)
FUNDING_INFO = RestEndpoint(method="GET", path=f"{_ROOT}/fundingInfo", answer=_funding_info, weight=0)
