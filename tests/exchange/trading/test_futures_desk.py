"""Margin, profit, funding and liquidation against answers worked out by hand."""

from decimal import Decimal
from pathlib import Path

import pytest
from tests.support.futures_world import HOUR, MINUTE, START, World, build_store, order_options

from auriga_exchange.trading import (
    AlgoStatus,
    FuturesDesk,
    FuturesLedger,
    Journal,
    OrderRequest,
    Side,
    Status,
    liquidation_price,
)
from auriga_exchange.trading._reservations import Reservation, Reservations
from auriga_exchange.wire._refusals import RequestError

FLAT = [30000.0] * 1500


def flat_world(**options: object) -> World:
    return World(build_store(FLAT, rate=0.0001), **options)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("wallet", "amount", "entry", "rate", "cum", "expected"),
    [
        ("1535443.01-71200.81144-56354.57", "3683.979", "1456.84", "0.10", "135365.00", "1153.26"),
        ("1535443.01-356512.508-448192.89", "109.488", "32481.980", "0.025", "16300.00", "26316.89"),
    ],
)
def test_liquidation_prices_of_binances_published_example(
    wallet: str, amount: str, entry: str, rate: str, cum: str, expected: str
) -> None:
    first, *losses = map(Decimal, wallet.split("-"))
    margin = first - sum(losses)
    found = liquidation_price(Decimal(amount), Decimal(entry), margin, Decimal(rate), Decimal(cum))
    assert round(found, 2) == Decimal(expected)


def test_margin_leaves_the_wallet_and_comes_back_with_the_profit() -> None:
    world = World(build_store([30000.0] * 5 + [30300.0] * 50))
    world.isolate(10)
    bought = world.order(Side.BUY, "0.1")
    entry = bought.quote / bought.executed
    position = world.venue.futures_ledger.position("BTCUSDT")
    assert (position.amount, position.entry_price) == (Decimal("0.1"), entry)
    assert position.margin == entry / 100
    fee = (bought.quote * Decimal("0.0005")).quantize(Decimal("1e-8"))
    assert world.venue.futures_ledger.cash("USDT") == 1000 - position.margin - fee
    world.go_to(START + 20 * MINUTE + MINUTE // 2)
    assert position.profit(Decimal(30300)) == (30300 - entry) / 10
    sold = world.order(Side.SELL, "0.1", reduce_only=True)
    (fill,) = world.venue.futures.fills("BTCUSDT", order_id=sold.order_id)
    assert fill.realized == (fill.price - entry) / 10 > 28
    assert world.venue.futures_ledger.wallet("USDT") == 1000 + fill.realized - fee - fill.fee
    assert not world.venue.futures_ledger.positions
    kinds = [income.kind for income in world.venue.futures_ledger.income]
    assert kinds == ["COMMISSION", "REALIZED_PNL", "COMMISSION"]


def test_adding_averages_and_reversing_opens_the_other_way() -> None:
    world = World(build_store([30000.0] * 5 + [33000.0] * 50), balance=Decimal(10_000))
    world.isolate(10)
    world.order(Side.BUY, "0.1")
    world.go_to(START + 20 * MINUTE + MINUTE // 2)
    world.order(Side.BUY, "0.3")
    first, second = world.venue.futures.fills()
    position = world.venue.futures_ledger.position("BTCUSDT")
    assert position.entry_price == (first.price + 3 * second.price) / 4
    world.order(Side.SELL, "0.5")
    position = world.venue.futures_ledger.position("BTCUSDT")
    last = world.venue.futures.fills()[-1]
    assert (position.amount, position.entry_price) == (Decimal("-0.1"), last.price)
    assert last.realized == pytest.approx(
        (last.price - (first.price + 3 * second.price) / 4) * Decimal("0.4")
    )


@pytest.mark.parametrize(("side", "sign"), [(Side.BUY, -1), (Side.SELL, 1)])
@pytest.mark.parametrize("rate", [0.0001, -0.0002])
def test_a_positive_rate_is_paid_by_longs_to_shorts(side: Side, sign: int, rate: float) -> None:
    world = World(build_store(FLAT, rate=rate))
    world.isolate(10)
    world.order(side, "0.1")
    margin = world.venue.futures_ledger.position("BTCUSDT").margin
    world.go_to(START + 8 * HOUR - 1)
    assert not [income for income in world.venue.futures_ledger.income if income.kind == "FUNDING_FEE"]
    world.go_to(START + 17 * HOUR)
    paid = [income for income in world.venue.futures_ledger.income if income.kind == "FUNDING_FEE"]
    amount = sign * Decimal(3000) * Decimal(str(rate))
    assert [(income.at, income.amount) for income in paid] == [
        (START + 8 * HOUR, amount),
        (START + 16 * HOUR, amount),
    ]
    assert world.venue.futures_ledger.position("BTCUSDT").margin == margin + 2 * amount


def test_positions_opened_after_the_payment_do_not_pay() -> None:
    world = flat_world(now=START + 8 * HOUR)
    world.isolate(10)
    world.order(Side.BUY, "0.1")
    world.go_to(START + 16 * HOUR - 1)
    assert not [income for income in world.venue.futures_ledger.income if income.kind == "FUNDING_FEE"]


def test_the_moment_the_mark_price_reaches_the_liquidation_price() -> None:
    falling = [30000.0] * 5 + [30000.0 - 100 * i for i in range(100)]
    world = World(build_store(falling))
    world.isolate(10)
    world.order(Side.BUY, "0.1")
    ledger = world.venue.futures_ledger
    position = ledger.position("BTCUSDT")
    price = world.venue.futures.liquidation_price(position, world.now)
    by_hand = liquidation_price(
        Decimal("0.1"), position.entry_price, position.margin, Decimal("0.004"), Decimal(0)
    )
    assert price == by_hand
    assert position.margin + position.profit(price) == pytest.approx(position.maintenance(price))
    world.go_to(START + 100 * MINUTE)
    assert not ledger.positions
    order = world.venue.futures.orders()[-1]
    assert (order.request.kind, order.status) == ("LIQUIDATION", Status.FILLED)
    assert order.request.client_id.startswith("autoclose-")
    assert order.request.price is not None
    assert abs(order.request.price / price - 1) < Decimal("1e-4")
    lost = sum(income.amount for income in ledger.income)
    assert -position.margin - 2 < lost < -position.margin + position.maintenance(price)
    assert ledger.income[-1].kind == "INSURANCE_CLEAR"


def test_shorts_are_liquidated_by_rising_marks_not_by_the_contract() -> None:
    """The contract soars; only the mark price, which stays, could liquidate."""
    soaring = [30000.0] * 5 + [36000.0] * 100
    calm = World(build_store(soaring, marks=[30000.0] * 105))
    moved = World(build_store(soaring, marks=soaring))
    for world in (calm, moved):
        world.isolate(10)
        world.order(Side.SELL, "0.1")
        world.go_to(START + 50 * MINUTE)
    assert calm.venue.futures_ledger.positions and not moved.venue.futures_ledger.positions


def test_without_borrowed_money_a_long_position_is_never_liquidated() -> None:
    crash = World(build_store([30000.0] * 5 + [1.0] * 100), balance=Decimal(10_000))
    crash.isolate(1)
    crash.order(Side.BUY, "0.1")
    assert (
        crash.venue.futures.liquidation_price(crash.venue.futures_ledger.position("BTCUSDT"), crash.now) == 0
    )
    crash.go_to(START + 50 * MINUTE)
    assert crash.venue.futures_ledger.positions


def test_a_cross_position_uses_the_whole_wallet() -> None:
    world = World(build_store([30000.0] * 5 + [25000.0] * 100))
    world.venue.futures_ledger.set_leverage("BTCUSDT", 10, world.now)
    world.order(Side.BUY, "0.1")
    world.go_to(START + 50 * MINUTE)
    assert world.venue.futures_ledger.positions  # isolated at 10x it would be gone at about 27,100
    assert world.venue.futures.liquidation_price(
        world.venue.futures_ledger.position("BTCUSDT"), world.now
    ) < Decimal(21_000)


def refused(world: World, code: int, side: Side, amount: str, **options: object) -> None:
    with pytest.raises(RequestError) as refusal:
        world.order(side, amount, **options)
    assert refusal.value.body["code"] == code


def test_orders_that_are_refused() -> None:
    world = flat_world()
    world.isolate(10)
    refused(world, -2019, Side.BUY, "0.4")  # 12,000 at 10x takes 1,200
    refused(world, -2022, Side.SELL, "0.1", reduce_only=True)
    world.order(Side.BUY, "0.1")
    refused(world, -2022, Side.BUY, "0.1", reduce_only=True)
    refused(world, -5022, Side.BUY, "0.01", **order_options("30100"), time_in_force="GTX")


def test_a_reduce_only_order_never_turns_the_position() -> None:
    world = World(build_store([30000.0] * 5 + [30300.0] * 50, rate=0.0))
    world.isolate(10)
    world.order(Side.BUY, "0.1")
    resting = world.order(Side.SELL, "0.1", **order_options("30200"), reduce_only=True)
    more = world.order(Side.SELL, "0.3", reduce_only=True)
    assert (more.status, more.executed) == (Status.EXPIRED, Decimal("0.1"))
    assert world.venue.futures.find("BTCUSDT", order_id=resting.order_id).status is Status.EXPIRED
    world.go_to(START + 50 * MINUTE)
    assert not world.venue.futures_ledger.positions


def test_margin_of_a_resting_order_is_set_aside_and_given_back() -> None:
    world = flat_world()
    world.isolate(10)
    order = world.order(Side.BUY, "0.1", **order_options("29000"))
    assert world.venue.futures_ledger.available("USDT") == 1000 - 290
    world.venue.futures.cancel("BTCUSDT", world.now, order_id=order.order_id)
    assert world.venue.futures_ledger.available("USDT") == 1000


STOP = {"kind": "STOP_MARKET", "stop_price": Decimal(29500), "is_algo": True, "reduce_only": True}


def test_a_stop_closes_the_position_at_its_price() -> None:
    world = World(build_store([30000.0] * 5 + [30000.0 - 10 * i for i in range(100)]))
    world.isolate(10)
    world.order(Side.BUY, "0.1")
    algo = world.venue.futures.place_algo(world.request(Side.SELL, "0.1", **STOP), world.now)
    world.go_to(START + 40 * MINUTE)
    assert world.venue.futures.algo_status(algo) is AlgoStatus.NEW
    world.go_to(START + 100 * MINUTE)
    algo = world.venue.futures.algo.find(algo_id=algo.algo_id)
    assert world.venue.futures.algo_status(algo) is AlgoStatus.FINISHED
    order = world.venue.futures.find("BTCUSDT", order_id=algo.actual_id)
    assert order.status is Status.FILLED and order.request.kind == "MARKET"
    assert abs(order.quote / order.executed - 29500) < 5
    assert not world.venue.futures_ledger.positions


def test_a_stop_on_the_mark_price_ignores_the_contract() -> None:
    world = World(build_store([30000.0] * 5 + [29000.0] * 50, marks=[30000.0] * 55))
    world.isolate(5)
    world.order(Side.BUY, "0.1")
    both = {}
    for on_mark in (True, False):
        request = world.request(Side.SELL, "0.01", **{**STOP, "client_id": f"stop-{on_mark}"})
        both[on_mark] = world.venue.futures.place_algo(request, world.now, on_mark=on_mark).algo_id
    world.go_to(START + 30 * MINUTE)
    assert world.venue.futures.algo.by_id[both[True]].status is AlgoStatus.NEW
    assert world.venue.futures.algo.by_id[both[False]].status is AlgoStatus.TRIGGERED


def test_stops_that_would_trigger_at_once_and_stops_without_a_position() -> None:
    world = World(build_store([30000.0] * 5 + [29000.0] * 50))
    at_once = world.request(Side.SELL, "0.1", **{**STOP, "stop_price": Decimal(30500)})
    with pytest.raises(RequestError) as refusal:
        world.venue.futures.place_algo(at_once, world.now)
    assert refusal.value.body["code"] == -2021
    algo = world.venue.futures.place_algo(world.request(Side.SELL, "0.1", **STOP), world.now)
    world.go_to(START + 30 * MINUTE)
    assert world.venue.futures.algo.by_id[algo.algo_id].status is AlgoStatus.REJECTED


def test_the_result_does_not_depend_on_how_often_the_desk_is_asked() -> None:
    prices = [30000.0] * 5 + [30000.0 - 10 * i for i in range(60)] + [29400.0 + 20 * i for i in range(700)]
    ends = []
    for step in (MINUTE, 7 * MINUTE, 700 * MINUTE):
        world = World(build_store(prices, rate=0.0003))
        world.isolate(10)
        world.order(Side.BUY, "0.1")
        world.order(Side.SELL, "0.05", **order_options("31000"), reduce_only=True)
        world.venue.futures.place_algo(world.request(Side.SELL, "0.03", **STOP), world.now)
        while world.now < START + 700 * MINUTE:
            world.go_to(min(world.now + step, START + 700 * MINUTE))
        ends.append([income.record() for income in world.venue.futures_ledger.income])
    assert ends[0] == ends[1] == ends[2]
    assert {entry["kind"] for entry in ends[0]} == {"COMMISSION", "REALIZED_PNL", "FUNDING_FEE"}


def test_the_account_survives_a_restart(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "state.sqlite")
    store = build_store(FLAT, rate=0.0001)
    desk = FuturesDesk(store, FuturesLedger(store.symbols, journal), journal)
    desk.account.set_isolated("BTCUSDT", True, START)
    world = flat_world()
    desk.place(world.request(Side.BUY, "0.1", client_id="a"), START + MINUTE)
    desk.place_algo(world.request(Side.SELL, "0.1", **{**STOP, "client_id": "b"}), START + MINUTE)
    desk.place(world.request(Side.BUY, "0.1", client_id="c", **order_options("29000")), START + MINUTE)
    desk.advance(START + 9 * HOUR)
    journal.close()
    journal = Journal(tmp_path / "state.sqlite")
    again = FuturesDesk(store, FuturesLedger(store.symbols, journal), journal)
    assert again.account.positions == desk.account.positions
    assert again.account.income == desk.account.income
    assert again.account.available("USDT") == desk.account.available("USDT")
    assert again.orders() == desk.orders() and again.algo.by_id == desk.algo.by_id
    again.advance(START + 9 * HOUR + MINUTE)
    assert again.account.income == desk.account.income
    journal.close()


def test_what_orders_of_one_side_close_is_told_by_symbol_and_side() -> None:
    kept = Reservations(Journal())
    for number, (symbol, side) in enumerate(
        (("BTCUSDT", Side.BUY), ("BTCUSDT", Side.SELL), ("ETHUSDT", Side.BUY), ("BTCUSDT", Side.BUY))
    ):
        request = OrderRequest(
            symbol=symbol, side=side, kind="LIMIT", client_id=str(number), amount=Decimal(1), price=Decimal(1)
        )
        kept.keep(request, Reservation(symbol=symbol, side=side, closing=Decimal(10**number)))
    assert kept.closing("BTCUSDT", Side.BUY) == 1001
    assert kept.closing("BTCUSDT", Side.SELL) == 10
