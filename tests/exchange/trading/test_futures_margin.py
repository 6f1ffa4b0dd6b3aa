"""Margin that orders set aside: whatever is ordered, cash only falls below zero by what was lost."""

from contextlib import suppress
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from tests.support.futures_world import MINUTE, START, World, build_store, order_options

from auriga_exchange.trading import AlgoStatus, Fill, Order, Side, Status
from auriga_exchange.wire._refusals import RequestError

FLAT = [30000.0] * 300
DUST = Decimal("1e-6")


def available(world: World) -> Decimal:
    return world.venue.futures_ledger.available("USDT")


def isolated(closes: list[float] = FLAT, leverage: int = 10, **options: Any) -> World:
    world = World(build_store(closes, rate=0.0), **options)
    world.isolate(leverage)
    return world


def refused(world: World, side: Side, amount: str, **options: Any) -> int:
    with pytest.raises(RequestError) as refusal:
        world.order(side, amount, **options)
    return int(refusal.value.body["code"])


def test_an_order_that_reverses_sets_aside_what_it_opens() -> None:
    world = isolated()
    world.order(Side.BUY, "0.1")
    before = available(world)
    order = world.order(Side.SELL, "0.3", **order_options("31000"))
    assert available(world) == before - Decimal("0.2") * 31000 / 10
    world.venue.futures.cancel("BTCUSDT", world.now, order_id=order.order_id)
    assert available(world) == before
    assert refused(world, Side.SELL, "0.4", **order_options("31000")) == -2019


def test_one_position_is_closed_by_one_order_only() -> None:
    world = isolated()
    world.order(Side.BUY, "0.1")
    before = available(world)
    world.order(Side.SELL, "0.1", **order_options("31000"))
    assert available(world) == before
    world.order(Side.SELL, "0.1", **order_options("32000"))
    assert available(world) == before - 320


def test_an_order_that_cannot_pay_for_what_it_opens_expires() -> None:
    """The position that it was to close is closed by another order before, at a loss."""
    closes = [30000.0] * 5 + [29000.0] * 10 + [30600.0] * 20
    world = isolated(closes, leverage=20, balance=Decimal(160))
    world.order(Side.BUY, "0.1")
    resting = world.order(Side.SELL, "0.1", **order_options("30500"))
    world.go_to(START + 9 * MINUTE)
    world.order(Side.SELL, "0.1", reduce_only=True)
    left = available(world)
    assert 0 < left < Decimal("0.1") * 30500 / 20
    world.go_to(START + 30 * MINUTE)
    resting = world.venue.futures.find("BTCUSDT", order_id=resting.order_id)
    assert resting.status is Status.EXPIRED and 0 < resting.executed < Decimal("0.1")
    assert 0 <= available(world) + world.venue.futures.fills()[-1].fee < 2


PRICES = st.lists(st.integers(25_000, 35_000), min_size=5, max_size=8)
AMOUNTS = st.sampled_from(["0.05", "0.1", "0.2", "0.4"])
ORDERS = st.tuples(
    st.sampled_from(Side), AMOUNTS, st.none() | st.integers(24_000, 36_000), st.booleans(), st.booleans()
)


class Watch:
    """Compares what is available before and after every trade."""

    def __init__(self, world: World) -> None:
        self.ledger = world.venue.futures_ledger
        self.settle = self.ledger.settle
        self.ledger.settle = self  # type: ignore[method-assign]
        self.trades = 0

    def __call__(self, order: Order, fill: Fill) -> Decimal:
        before = self.ledger.available("USDT")
        realized = self.settle(order, fill)
        lost = fill.fee + max(-realized, Decimal(0))
        assert self.ledger.available("USDT") >= min(before, Decimal(0)) - lost - DUST
        self.trades += 1
        return realized


@pytest.mark.timeout(300)
@settings(max_examples=150, deadline=None)
@given(
    turns=PRICES,
    orders=st.lists(ORDERS, min_size=3, max_size=12),
    leverage=st.sampled_from([1, 5, 20, 50]),
    is_isolated=st.booleans(),
)
@example(  # what a resting order was to close is closed by another one, at a loss
    turns=[30_000, 29_000, 30_600, 30_600, 30_600],
    orders=[
        (Side.BUY, "0.1", None, False, False),
        (Side.SELL, "0.1", 30_500, False, True),
        (Side.SELL, "0.1", None, True, False),
    ],
    leverage=5,
    is_isolated=True,
)
def test_cash_is_never_spent_twice(
    turns: list[int], orders: list[Any], leverage: int, is_isolated: bool
) -> None:
    closes = [float(price) for price in turns for _ in range(3)]
    world = World(build_store(closes, rate=0.0), balance=Decimal(610))
    if is_isolated:
        world.isolate(leverage)
    else:
        world.venue.futures_ledger.set_leverage("BTCUSDT", leverage, world.now)
    watch = Watch(world)
    ledger = world.venue.futures_ledger
    for side, amount, price, reduce_only, turn in orders:
        options = {} if price is None else order_options(str(price))
        before = ledger.available("USDT"), len(ledger.income)
        with suppress(RequestError):
            world.order(side, amount, reduce_only=reduce_only, **options)
        lost = sum((abs(income.amount) for income in ledger.income[before[1] :]), Decimal(0))
        assert ledger.available("USDT") >= min(before[0], Decimal(0)) - lost - DUST
        if turn:
            world.go_to(min(world.now + 2 * MINUTE, START + (len(closes) - 1) * MINUTE))
    world.go_to(START + (len(closes) - 1) * MINUTE)
    for order in world.venue.futures.open_orders():
        world.venue.futures.cancel("BTCUSDT", world.now, order_id=order.order_id)
    assert ledger.reserved("USDT") == 0
    assert watch.trades == len(world.venue.futures.fills())


def test_a_delisted_contract_ends_its_orders_and_settles_its_position() -> None:
    world = isolated([30000.0] * 5 + [31000.0] * 50)
    world.order(Side.BUY, "0.1")
    resting = world.order(Side.BUY, "0.05", **order_options("29000"))
    stop = world.request(
        Side.SELL, "0.1", kind="STOP_MARKET", stop_price=Decimal(29500), is_algo=True, reduce_only=True
    )
    algo = world.venue.futures.place_algo(stop, world.now)
    world.go_to(START + 20 * MINUTE)
    world.venue.disturbances.add(kind="delist", symbol="BTCUSDT")
    desk, ledger = world.venue.futures, world.venue.futures_ledger
    assert desk.find("BTCUSDT", order_id=resting.order_id).status is Status.CANCELED
    assert desk.algo.by_id[algo.algo_id].status is AlgoStatus.EXPIRED
    assert ledger.positions == [] and ledger.reserved("USDT") == 0
    settlement = desk.orders()[-1]
    assert settlement.request.client_id.startswith("settlement_autoclose-")
    assert settlement.quote / settlement.executed == 31000
    entry = desk.fills()[0]
    fees = sum(fill.fee for fill in desk.fills())
    assert ledger.wallet("USDT") == 1000 + (31000 - entry.price) / 10 - fees
    world.go_to(START + 50 * MINUTE)
    assert len(desk.fills()) == 2
    assert refused(world, Side.BUY, "0.1") == -4108


@pytest.mark.parametrize("is_isolated", [True, False])
def test_a_jump_through_the_liquidation_price_costs_no_more_than_the_margin(is_isolated: bool) -> None:
    world = World(build_store([30000.0] * 5 + [30000.0, 15000.0] + [15000.0] * 5), balance=Decimal(400))
    ledger = world.venue.futures_ledger
    if is_isolated:
        world.isolate(10)
    world.order(Side.BUY, "0.1")
    cash = ledger.cash("USDT")
    world.venue.disturbances.add(kind="price_gap", symbol="BTCUSDT", factor=0.4)
    world.go_to(START + 11 * MINUTE)
    assert not ledger.positions
    assert ledger.cash("USDT") >= (cash if is_isolated else 0) - Decimal("1e-8")
