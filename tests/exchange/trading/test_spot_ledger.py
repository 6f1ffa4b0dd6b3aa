"""Balances under random sequences of orders: every unit is explained, nothing is ever negative."""

from collections import defaultdict
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from auriga_exchange import CandleSeries, CandleStore
from auriga_exchange.trading import (
    Balance,
    Fill,
    Journal,
    Order,
    OrderDesk,
    OrderRequest,
    PriceSource,
    Side,
    SpotLedger,
)
from auriga_exchange.wire._refusals import RequestError

START = {"USDT": Decimal(3000), "BTC": Decimal(20)}
KINDS = ("LIMIT", "MARKET", "LIMIT_MAKER", "STOP_LOSS_LIMIT", "TAKE_PROFIT_LIMIT")


def random_store(seed: int) -> CandleStore:
    rng = np.random.default_rng(seed)
    closes = np.round(100 * np.exp(np.cumsum(rng.normal(0, 0.003, 200))), 3)
    opens = np.append(100.0, closes[:-1])
    wicks = np.round(rng.uniform(0, 0.3, (2, 200)), 3)
    highs, lows = np.maximum(opens, closes) + wicks[0], np.minimum(opens, closes) - wicks[1]
    values = np.column_stack([opens, np.round(highs, 3), np.round(lows, 3), closes, rng.uniform(0, 900, 200)])
    return CandleStore({("BTC", "USDT"): {"1m": CandleSeries("1m", np.arange(200) * 60_000, values)}})


class Trading(RuleBasedStateMachine):
    @initialize(seed=st.integers(0, 1000))
    def open_account(self, seed: int) -> None:
        self.store = random_store(seed)
        self.journal = Journal()
        self.now = 0
        self.restart()

    @rule()
    def restart(self) -> None:
        self.ledger = SpotLedger(self.store.symbols, self.journal, START)
        self.desk = OrderDesk("spot", PriceSource(self.store), self.ledger, self.journal)
        self.heard: list[tuple[Order, Fill | None]] = []
        self.desk.listeners.append(lambda order, fill: self.heard.append((order, fill)))

    @rule(
        side=st.sampled_from(Side),
        kind=st.sampled_from(KINDS),
        amount=st.integers(1, 12_000),
        away=st.integers(-900, 900),
        stop_away=st.integers(-900, 900),
        time_in_force=st.sampled_from(["GTC", "GTC", "IOC", "FOK"]),
        name=st.sampled_from(["a", "b", None]),
    )
    def place(
        self,
        side: Side,
        kind: str,
        amount: int,
        away: int,
        stop_away: int,
        time_in_force: str,
        name: str | None,
    ) -> None:
        price = self.desk.prices.price("BTCUSDT", self.now).quantize(Decimal("0.001"))
        request = OrderRequest(
            symbol="BTCUSDT",
            side=side,
            kind=kind,
            amount=Decimal(amount) / 1000,
            client_id=name or self.desk.new_client_id(),
            price=None if kind == "MARKET" else price + Decimal(away) / 1000,
            stop_price=price + Decimal(stop_away) / 1000 if "_LIMIT" in kind else None,
            time_in_force=time_in_force if kind == "LIMIT" else "GTC",
        )
        before = self.ledger.balances, self.desk.orders()
        try:
            self.desk.place(request, self.now)
        except RequestError as error:
            assert error.refusal.code == -2010
            assert (self.ledger.balances, self.desk.orders()) == before

    @rule(number=st.integers(0, 20))
    def cancel(self, number: int) -> None:
        standing = self.desk.open_orders()
        if standing:
            order = standing[number % len(standing)]
            self.desk.cancel("BTCUSDT", self.now, order_id=order.order_id)

    @rule(seconds=st.integers(1, 600))
    def wait(self, seconds: int) -> None:
        self.now += seconds * 1000
        self.desk.advance(self.now)

    @rule(frac=st.decimals("0.1", "1", places=1))
    def hold_back(self, frac: Decimal) -> None:
        self.desk.next_fill_frac = frac

    @rule()
    def release(self) -> None:
        self.desk.release_fills(self.now)

    @invariant()
    def every_unit_is_explained(self) -> None:
        total: dict[str, Decimal] = defaultdict(Decimal, START)
        for fill in self.desk.fills():
            total["BTC"] += fill.side.sign * fill.amount
            total["USDT"] -= fill.side.sign * fill.amount * fill.price
            total[fill.fee_asset] -= fill.fee
        assert {asset: b.free + b.locked for asset, b in self.ledger.balances.items()} == total

    @invariant()
    def what_is_locked_is_what_orders_need(self) -> None:
        locked: dict[str, Decimal] = defaultdict(Decimal)
        unpriced: set[str] = set()
        for order in self.desk.open_orders():
            if order.request.side is Side.SELL:
                locked["BTC"] += order.remaining
            elif order.request.price is not None:
                locked["USDT"] += order.remaining * order.request.price
            else:  # the rest of a market order that is held back: what the book asked for it
                unpriced.add("USDT")
        for asset in START:
            balance = self.ledger.balance(asset)
            assert balance.free >= 0
            if asset in unpriced:
                assert balance.locked > locked[asset]
            else:
                assert balance.locked == locked[asset]

    @invariant()
    def orders_are_the_sum_of_their_fills(self) -> None:
        for order in self.desk.orders():
            fills = self.desk.fills(order_id=order.order_id)
            assert order.executed == sum(fill.amount for fill in fills) <= order.request.amount
            assert order.quote == sum(fill.amount * fill.price for fill in fills)
            assert (order.remaining == 0) == (order.status == "FILLED")
            limit = order.request.price
            assert limit is None or all((fill.price - limit) * fill.side.sign <= 0 for fill in fills)

    @invariant()
    def the_journal_holds_everything(self) -> None:
        again = SpotLedger(self.store.symbols, self.journal, {})
        desk = OrderDesk("spot", PriceSource(self.store), again, self.journal)
        assert again.balances == self.ledger.balances
        assert desk.orders() == self.desk.orders() and desk.fills() == self.desk.fills()
        assert desk.open_orders() == self.desk.open_orders()
        for order in {order.order_id: order for order, _ in self.heard}.values():
            assert desk.find("BTCUSDT", order_id=order.order_id) == order


Trading.TestCase.settings = settings(max_examples=40, stateful_step_count=30, deadline=None)
TestTrading = Trading.TestCase


def test_a_deposit_changes_what_is_free_alone() -> None:
    store = random_store(0)
    ledger = SpotLedger(store.symbols, Journal(), START)
    request = OrderRequest(
        symbol="BTCUSDT", side=Side.SELL, kind="LIMIT", amount=Decimal(5), client_id="a", price=Decimal(101)
    )
    ledger.reserve(request, Decimal(101))
    ledger.set_free("BTC", Decimal(1))
    assert ledger.balance("BTC") == Balance(free=Decimal(1), locked=Decimal(5))


def request(side: Side, amount: str) -> OrderRequest:
    return OrderRequest(
        symbol="BTCUSDT", side=side, kind="LIMIT", client_id="a", amount=Decimal(amount), price=Decimal(100)
    )


def test_all_of_a_balance_may_be_spent_and_no_unit_more() -> None:
    for side, amount, more in ((Side.BUY, "30", "30.01"), (Side.SELL, "20", "20.01")):
        ledger = SpotLedger(random_store(0).symbols, Journal(), START)
        with pytest.raises(RequestError):
            ledger.reserve(request(side, more), Decimal(100))
        ledger.reserve(request(side, amount), Decimal(100))
        asset = "USDT" if side is Side.BUY else "BTC"
        assert ledger.balance(asset) == Balance(Decimal(0), START[asset])


def test_a_fee_is_a_tenth_of_a_percent_of_what_is_received() -> None:
    ledger = SpotLedger(random_store(0).symbols, Journal(), START)
    for side, fee in ((Side.BUY, (Decimal("0.002"), "BTC")), (Side.SELL, (Decimal("0.1"), "USDT"))):
        order = Order(1, request(side, "2"), 0, 0)
        assert ledger.fee(order, Decimal(50), Decimal(2), is_maker=True) == fee
