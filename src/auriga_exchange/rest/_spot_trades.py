"""Trades of the market and what is computed from them, below `/api/v3`."""

import re
from typing import Any

from auriga_exchange.gate import Parameters, Security
from auriga_exchange.markets import MS_A_DAY, MS_A_MINUTE, PublicTrade, TradeTape, span_ticker
from auriga_exchange.rest._call import Call, RestEndpoint
from auriga_exchange.rest._klines import answer_klines
from auriga_exchange.rest._symbols import read_symbol, read_symbols
from auriga_exchange.wire import Refusal, RequestError, decimal_text, read_integer, read_limit

_ROOT = "/api/v3"
_AVERAGE_MINUTES = 5
_SPAN = re.compile(r"([1-9]|[1-5][0-9])(m)|([1-9]|1[0-9]|2[0-3])(h)|([1-7])(d)")
_UNITS = {"m": MS_A_MINUTE, "h": 60 * MS_A_MINUTE, "d": MS_A_DAY}
_MINI_OMITS = ("priceChange", "priceChangePercent", "weightedAvgPrice")
_BOOK_OMITS = ("prevClosePrice", "lastQty")


def _trades(call: Call) -> list[dict[str, Any]]:
    tape = TradeTape(call.venue.store, read_symbol(call.parameters, call.venue.store))
    return [_trade_text(trade) for trade in tape.latest(now=call.now, limit=_limit(call.parameters))]


def _historical_trades(call: Call) -> list[dict[str, Any]]:
    return [_trade_text(trade) for trade in _chosen(call)]


def _aggregate_trades(call: Call) -> list[dict[str, Any]]:
    return [
        {
            "a": trade.number,
            "p": decimal_text(trade.price),
            "q": f"{trade.amount:f}",
            "f": trade.number,
            "l": trade.number,
            "T": trade.at,
            "m": trade.is_sale,
            "M": True,
        }
        for trade in _chosen(call)
    ]


def _chosen(call: Call) -> list[PublicTrade]:
    """Trades from `fromId` or `startTime` on, up to `endTime`; the latest ones without."""
    query, limit = call.parameters, _limit(call.parameters)
    tape = TradeTape(call.venue.store, read_symbol(query, call.venue.store))
    first, start, end = (read_integer(query, name) for name in ("fromId", "startTime", "endTime"))
    now = call.now if end is None else min(end, call.now)
    if first is not None:
        return tape.numbered(first, now=now, limit=limit)
    if start is not None:
        return tape.since(start=start, now=now, limit=limit)
    return tape.latest(now=now, limit=limit)


def _limit(query: Parameters) -> int:
    return read_limit(query, default=500, most=1000)


def _trade_text(trade: PublicTrade) -> dict[str, Any]:
    return {
        "id": trade.number,
        "price": decimal_text(trade.price),
        "qty": f"{trade.amount:f}",
        "quoteQty": decimal_text(trade.price * trade.amount),
        "time": trade.at,
        "isBuyerMaker": trade.is_sale,
        "isBestMatch": True,
    }


def _average_price(call: Call) -> dict[str, Any]:
    name = read_symbol(call.parameters, call.venue.store)
    ticker = span_ticker(call.venue.store, name, call.now, _AVERAGE_MINUTES * MS_A_MINUTE)
    return {"mins": _AVERAGE_MINUTES, "price": ticker["weightedAvgPrice"], "closeTime": ticker["closeTime"]}


def _klines(call: Call) -> list[list[int | str]]:
    return answer_klines(call.venue.store, call.parameters, call.now)


def _ticker(call: Call) -> Any:
    """Rolling window; unlike the other tickers it never tells about all symbols at once."""
    query, store = call.parameters, call.venue.store
    if "symbol" not in query and "symbols" not in query:
        raise RequestError(Refusal.MISSING_PARAMETER, "symbol")
    span, is_mini = _span(query.get("windowSize", "1d")), query.get("type") == "MINI"
    tickers = [_span_text(call, name, span, is_mini) for name in read_symbols(query, store)]
    return tickers[0] if "symbol" in query else tickers


def _span(text: str) -> int:
    match = _SPAN.fullmatch(text)
    if match is None:
        raise RequestError(Refusal.ILLEGAL_CHARACTERS, "windowSize", "1m-59m, 1h-23h, 1d-7d")
    count, unit = (group for group in match.groups() if group)
    return int(count) * _UNITS[unit]


def _span_text(call: Call, name: str, span: int, is_mini: bool) -> dict[str, Any]:
    omitted = _BOOK_OMITS + (_MINI_OMITS if is_mini else ())
    ticker = span_ticker(call.venue.store, name, call.now, span)
    return {field: value for field, value in ticker.items() if field not in omitted}


SPOT_TRADES = (
    RestEndpoint(method="GET", path=f"{_ROOT}/trades", answer=_trades, weight=25),
    RestEndpoint(
        method="GET",
        path=f"{_ROOT}/historicalTrades",
        answer=_historical_trades,
        weight=25,
        security=Security.KEY,
    ),
    RestEndpoint(method="GET", path=f"{_ROOT}/aggTrades", answer=_aggregate_trades, weight=4),
    RestEndpoint(method="GET", path=f"{_ROOT}/avgPrice", answer=_average_price, weight=2),
    RestEndpoint(method="GET", path=f"{_ROOT}/uiKlines", answer=_klines, weight=2),
    RestEndpoint(method="GET", path=f"{_ROOT}/ticker", answer=_ticker, weight=4),
)
