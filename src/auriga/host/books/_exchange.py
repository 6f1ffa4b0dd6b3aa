"""What the exchange has on its books, asked through Freqtrade's own Exchange object, as plain values."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from auriga.host.books._protocols import Exchange
from auriga.reconciliation import BookOrder, Role

_PAGE = 500
_PAGES = 40


class ExchangeBooks:
    """Read-only questions to the exchange of a live bot.

    Every method raises what Freqtrade or ccxt raise: whoever asks decides what no answer means.

    Parameters
    ----------
    exchange : freqtrade.exchange.Exchange
        Of the bot, or one of its own.
    """

    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange
        self.futures = str(getattr(exchange.trading_mode, "value", exchange.trading_mode)) == "futures"

    def base(self, pair: str) -> str:
        """Asset that the pair trades, also of a pair that is no longer listed."""
        return pair.split("/")[0]

    def step(self, pair: str) -> Decimal:
        """Smallest difference between two amounts of the pair, in the base asset; 0 if unknown."""
        exchange = self._exchange
        market = exchange.markets.get(pair) or {}
        precision = (market.get("precision") or {}).get("amount")
        if precision is None:
            return Decimal(0)
        size = exchange.get_contract_size(pair) or 1.0 if self.futures else 1.0
        tick_size = 4  # ccxt.TICK_SIZE; otherwise the number of decimals
        ticks = exchange.precisionMode == tick_size
        step = as_decimal(precision) if ticks else Decimal(10) ** -int(precision)
        return step * as_decimal(size)

    def holdings(self) -> tuple[dict[str, Decimal], dict[str, Decimal]]:
        """Coins by asset: all of them, and those that orders lock."""
        answer = self._exchange.get_balances()
        balances = {name: held for name, held in answer.items() if isinstance(held, dict)}
        totals = {name: as_decimal(held.get("total")) for name, held in balances.items()}
        used = {name: as_decimal(held.get("used")) for name, held in balances.items()}
        return totals, used

    def positions(self) -> dict[str, Decimal]:
        """Positions by pair, short ones below zero; empty on spot markets."""
        found = {}
        for position in self._exchange.fetch_positions():
            if position["side"] and position["contracts"]:
                size = self._exchange._contracts_to_amount(position["symbol"], position["contracts"])
                sign = -1 if position["side"] == "short" else 1
                found[position["symbol"]] = sign * as_decimal(size)
        return found

    def open_orders(self, pair: str) -> list[BookOrder]:
        """Orders of the pair that rest on the exchange, conditional ones too."""
        orders = self._books(self._exchange._api.fetch_open_orders(pair), pair)
        if self.futures:
            stops = self._exchange._api.fetch_open_orders(pair, params={"trigger": True})
            orders += self._books(stops, pair, stops=True)
        return orders

    def orders(self, pair: str, since: int) -> list[BookOrder]:
        """Orders of the pair placed since (ms UTC), and all open ones whenever they were placed."""
        listed = {order["id"]: order for order in self._listed(pair, since)}
        orders = self._books(listed.values(), pair)
        if self.futures:
            stops = self._exchange._api.fetch_orders(pair, since=since, params={"trigger": True})
            # A stop that was triggered becomes an order with an id of its own, which no trade knows.
            children = {_child(stop) for stop in stops}
            orders = [order for order in orders if order.id not in children]
            orders += [self._triggered(stop, listed, pair) for stop in stops]
        known = {order.id for order in orders}
        return orders + [order for order in self.open_orders(pair) if order.id not in known]

    def _triggered(
        self, stop: Mapping[str, Any], listed: Mapping[str, Mapping[str, Any]], pair: str
    ) -> BookOrder:
        """Return a conditional order with what the order it became has filled."""
        order, child = self._book(stop, pair, stop=True), listed.get(_child(stop))
        if child is None:
            return order
        became = self._book(child, pair, stop=True)
        return replace(order, amount=became.amount, filled=became.filled, is_open=became.is_open)

    def _listed(self, pair: str, since: int) -> list[dict[str, Any]]:
        """All pages of the list of orders; futures are asked week by week, as Freqtrade does."""
        found: list[dict[str, Any]] = []
        if self.futures:
            return list(self._exchange.fetch_orders(pair, datetime.fromtimestamp(since / 1000, tz=UTC)))
        for _ in range(_PAGES):
            page = self._exchange._api.fetch_orders(pair, since=since, limit=_PAGE)
            found += page
            if len(page) < _PAGE or page[-1]["timestamp"] <= since:
                break
            since = page[-1]["timestamp"]
        return found

    def with_fees(self, orders: Iterable[BookOrder]) -> list[BookOrder]:
        """Return the orders with what their fees took from the base asset, from the account's trades."""
        done = []
        for order in orders:
            fills = self._exchange._api.fetch_my_trades(order.pair, since=order.at) if order.filled else []
            fees = [
                as_decimal(fill["fee"]["cost"])
                for fill in fills
                if str(fill["order"]) == order.id
                and (fill.get("fee") or {}).get("currency") == self.base(order.pair)
            ]
            done.append(replace(order, fee_base=sum(fees, Decimal(0))))
        return done

    def _books(
        self, orders: Iterable[Mapping[str, Any]], pair: str, *, stops: bool = False
    ) -> list[BookOrder]:
        return [self._book(order, pair, stop=stops) for order in orders]

    def _book(self, order: Mapping[str, Any], pair: str, *, stop: bool) -> BookOrder:
        size = as_decimal(self._exchange.get_contract_size(pair) or 1) if self.futures else Decimal(1)
        sells = order.get("side") == "sell"
        if stop or order.get("triggerPrice") or order.get("stopPrice"):
            role = Role.STOP
        else:
            leaves = bool(order.get("reduceOnly")) if self.futures else sells
            role = Role.EXIT if leaves else Role.ENTRY
        return BookOrder(
            id=str(order["id"]),
            pair=pair,
            role=role,
            amount=as_decimal(order.get("amount")) * size,
            filled=as_decimal(order.get("filled")) * size,
            is_open=order.get("status") == "open",
            price=as_decimal(order.get("price")),
            at=int(order.get("timestamp") or 0),
            sells=sells,
            client_id=str(order.get("clientOrderId") or ""),
        )


def _child(stop: Mapping[str, Any]) -> str:
    """Id of the order that a conditional order became, or nothing."""
    return str((stop.get("info") or {}).get("actualOrderId") or "")


def as_decimal(value: object) -> Decimal:
    """Turn what Freqtrade keeps as a float into the number it was printed as; nothing is 0.

    Examples
    --------
    >>> as_decimal(0.1), as_decimal(None)
    (Decimal('0.1'), Decimal('0'))
    """
    return Decimal(str(value)) if value else Decimal(0)


_QUERY = re.compile(r"\?\S*")


def without_secrets(error: BaseException, secrets: Iterable[str] = ()) -> str:
    """One line of an error for logs and messages: no query strings (signatures), no keys, not long.

    Examples
    --------
    >>> without_secrets(ValueError("binance GET https://x/api/v3/account?signature=ab timed out"))
    'binance GET https://x/api/v3/account timed out'
    """
    text = _QUERY.sub("", " ".join(str(error).split()))
    for secret in secrets:
        if secret:
            text = text.replace(secret, "***")
    return text if len(text) <= 300 else f"{text[:297]}..."
