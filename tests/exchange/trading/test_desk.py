"""Matching against candles made by hand, whose path and volume are known."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auriga_exchange import CandleSeries, CandleStore
from auriga_exchange.trading import (
    Fill,
    Journal,
    Order,
    OrderDesk,
    OrderRequest,
    PriceSource,
    Side,
    SpotLedger,
    Status,
)
from auriga_exchange.wire._refusals import RequestError

D = Decimal
MINUTE = 60_000
# Path of each: 100 -> 97 -> 106 -> 103 and 103 -> 104 -> 99 -> 100; a tenth of a third's volume is 100.
CANDLES = [[100.0, 106, 97, 103, 3000], [103.0, 104, 99, 100, 3000]]


def make_store(candles: list[list[float]], opens_at: list[int] | None = None) -> CandleStore:
    times = np.array(opens_at or [i * MINUTE for i in range(len(candles))])
    return CandleStore({("BTC", "USDT"): {"1m": CandleSeries("1m", times, np.array(candles, dtype=float))}})


class Account:
    def __init__(
        self,
        candles: list[list[float]] = CANDLES,
        opens_at: list[int] | None = None,
        balances: Mapping[str, Decimal] | None = None,
        **options: Any,
    ) -> None:
        store = make_store(candles, opens_at)
        start = {"USDT": D(100_000), "BTC": D(1000)} if balances is None else balances
        self.journal = Journal()
        self.ledger = SpotLedger(store.symbols, self.journal, start)
        self.desk = OrderDesk("spot", PriceSource(store), self.ledger, self.journal, **options)

    def place(self, side: str, amount: str, price: str | None = None, now: int = 0, **options: Any) -> Order:
        fields = {"kind": "LIMIT" if price else "MARKET", "client_id": self.desk.new_client_id()}
        request = OrderRequest(
            symbol="BTCUSDT",
            side=Side(side),
            amount=D(amount),
            price=D(price) if price else None,
            **{**fields, **options},
        )
        return self.desk.place(request, now)

    def at(self, order: Order, now: int) -> Order:
        self.desk.advance(now)
        return self.desk.find("BTCUSDT", order_id=order.order_id)

    def trades(self) -> list[tuple[int, str, str, bool]]:
        return [(f.at, str(f.price), f"{f.amount.normalize():f}", f.is_maker) for f in self.desk.fills()]

    def money(self, asset: str) -> tuple[Decimal | int, Decimal | int]:
        balance = self.ledger.balance(asset)
        return balance.free, balance.locked


def refusal(act: Callable[[], object]) -> tuple[int, str]:
    with pytest.raises(RequestError) as caught:
        act()
    return caught.value.body["code"], caught.value.body["msg"]


def test_a_market_order_walks_the_levels() -> None:
    account = Account()
    order = account.place("BUY", "25")
    # At the opening nothing has traded yet, so 1000 USDT wait at each price: 10 BTC.
    assert account.trades() == [
        (0, "100.005", "10", False),
        (0, "100.006", "10", False),
        (0, "100.007", "5", False),
    ]
    cost = D("2500.145")
    assert (order.status, order.executed, order.quote) == (Status.FILLED, D(25), cost)
    assert account.money("USDT") == (100_000 - cost, 0)
    assert account.money("BTC") == (1000 + D("24.975"), 0)


def test_a_market_sale_pays_its_fee_in_quote_currency() -> None:
    account = Account()
    account.place("SELL", "10")
    assert account.money("USDT") == (100_000 + D("999.95") - D("0.99995"), 0)
    assert account.money("BTC") == (990, 0)


def test_a_limit_trades_what_crosses_and_waits_with_the_rest() -> None:
    account = Account()
    order = account.place("BUY", "25", "100.006")
    assert (order.status, order.executed) == (Status.PARTIALLY_FILLED, D(20))
    assert account.money("USDT") == (100_000 - D("2000.11") - D("500.03"), D("500.03"))
    # Its price is above the path at once; but a third of a candle trades with an order once only.
    assert account.at(order, 19_999).remaining == 5
    assert account.at(order, 20_000).status is Status.FILLED
    assert account.trades()[-1] == (20_000, "100.006", "5", True)
    assert account.money("USDT") == (100_000 - D("2500.14"), 0)


def test_a_waiting_limit_fills_when_the_path_reaches_it() -> None:
    account = Account()
    order = account.place("BUY", "50", "98.5")
    assert order.status is Status.NEW and account.money("USDT") == (95_075, 4925)
    assert account.at(order, 9_999).status is Status.NEW
    assert account.at(order, 10_000).status is Status.FILLED
    assert account.trades() == [(10_000, "98.5", "50", True)]
    assert account.money("USDT") == (95_075, 0) and account.money("BTC") == (1000 + D("49.95"), 0)


def test_a_sale_touched_by_the_extreme_alone_fills() -> None:
    account = Account()
    order = account.place("SELL", "1", "106")
    assert account.at(order, 39_999).status is Status.NEW
    assert account.at(order, 40_000).status is Status.FILLED


def test_a_large_order_fills_in_parts() -> None:
    account = Account()
    order = account.place("BUY", "250", "98.5")
    assert account.at(order, 15_000).executed == 100
    assert account.at(order, 60_000).executed == 200
    assert account.at(order, 120_000).status is Status.PARTIALLY_FILLED
    assert account.trades() == [(10_000, "98.5", "100", True), (20_000, "98.5", "100", True)]


def test_thin_volume_still_fills_a_thousand_of_quote() -> None:
    account = Account([[100.0, 106, 97, 103, 0.5]])
    order = account.place("BUY", "25", "98")
    account.at(order, 60_000)
    assert [amount for _, _, amount, _ in account.trades()] == ["10.204", "10.204"]


def test_nothing_trades_in_a_hole() -> None:
    account = Account([[100.0, 101, 99, 100, 300], [90.0, 91, 89, 90, 300]], [0, 10 * MINUTE])
    order = account.place("BUY", "1", "95", now=30_000)
    assert account.at(order, 10 * MINUTE - 1).status is Status.NEW
    account.at(order, 10 * MINUTE)
    assert account.trades() == [(10 * MINUTE, "95", "1", True)]


def test_immediate_or_cancel_and_fill_or_kill() -> None:
    account = Account()
    partly = account.place("BUY", "15", "100.005", time_in_force="IOC")
    assert (partly.status, partly.executed) == (Status.EXPIRED, D(10))
    none = account.place("BUY", "15", "100.005", time_in_force="FOK")
    assert (none.status, none.executed) == (Status.EXPIRED, D(0))
    whole = account.place("BUY", "10", "100.005", time_in_force="FOK")
    assert whole.status is Status.FILLED
    assert account.money("USDT") == (100_000 - D("2000.1"), 0)


def test_post_only_never_takes() -> None:
    account = Account()
    answer = refusal(lambda: account.place("BUY", "1", "100.005", kind="LIMIT_MAKER"))
    assert answer == (-2010, "Order would immediately match and take.")
    assert account.place("BUY", "1", "100.004", kind="LIMIT_MAKER").status is Status.NEW
    assert len(account.desk.orders()) == 1


def stop(kind: str, stop_price: str) -> dict[str, Any]:
    return {"kind": f"{kind}_LIMIT", "stop_price": D(stop_price)}


def test_a_stop_loss_triggers_on_the_path_and_takes() -> None:
    account = Account()
    order = account.place("SELL", "8", "97.5", **stop("STOP_LOSS", "98"))
    assert not order.triggered and account.money("BTC") == (992, 8)
    assert account.at(order, 13_333).status is Status.NEW
    done = account.at(order, 13_334)
    assert done.status is Status.FILLED and account.money("BTC") == (992, 0)
    assert account.trades() == [(13_334, "97.995", "8", False)]


def test_a_take_profit_triggers_upwards() -> None:
    account = Account()
    order = account.place("SELL", "8", "104", **stop("TAKE_PROFIT", "105"))
    # 97 -> 106 lasts from 20 s to 40 s and passes 105 after eight ninths.
    assert account.at(order, 37_777).status is Status.NEW
    assert account.at(order, 37_778).status is Status.FILLED


def test_a_stop_whose_limit_is_not_met_waits_as_a_limit() -> None:
    account = Account()
    order = account.place("SELL", "8", "99", **stop("STOP_LOSS", "98"))
    after = account.at(order, 15_000)
    assert after.triggered and after.status is Status.NEW
    account.at(order, 60_000)
    assert account.trades() == [(24_445, "99", "8", True)]


@pytest.mark.parametrize(
    ("side", "kind", "price"),
    [
        ("SELL", "STOP_LOSS", "100"),
        ("BUY", "STOP_LOSS", "100"),
        ("SELL", "TAKE_PROFIT", "99.9"),
        ("BUY", "TAKE_PROFIT", "100.1"),
    ],
)
def test_a_stop_that_would_trigger_at_once_is_refused(side: str, kind: str, price: str) -> None:
    account = Account()
    answer = refusal(lambda: account.place(side, "1", "100", **stop(kind, price)))
    assert answer == (-2010, "Stop price would trigger immediately.")
    assert account.desk.orders() == []


def test_a_name_stands_once() -> None:
    account = Account()
    first = account.place("BUY", "1", "98", client_id="mine")
    answer = refusal(lambda: account.place("BUY", "1", "98", client_id="mine"))
    assert answer == (-2010, "Duplicate order sent.")
    assert account.money("USDT") == (99_902, 98)
    account.desk.cancel("BTCUSDT", 0, client_id="mine")
    again = account.place("BUY", "2", "98", client_id="mine")
    assert account.desk.find("BTCUSDT", client_id="mine") == again != first
    assert account.desk.find("BTCUSDT", order_id=first.order_id).status is Status.CANCELED


def test_what_is_not_there_is_refused() -> None:
    account = Account()
    assert refusal(lambda: account.desk.find("BTCUSDT", order_id=9))[0] == -2013
    unknown = refusal(lambda: account.desk.cancel("BTCUSDT", 0, client_id="nobody"))
    assert unknown == (-2011, "Unknown order sent.")
    filled = account.place("BUY", "1")
    assert refusal(lambda: account.desk.cancel("BTCUSDT", 0, order_id=filled.order_id))[0] == -2011


@pytest.mark.parametrize("price", ["98", None])
def test_money_that_is_not_there_is_refused(price: str | None) -> None:
    account = Account(balances={"USDT": D(97)})
    answer = refusal(lambda: account.place("BUY", "1", price))
    assert answer == (-2010, "Account has insufficient balance for requested action.")
    assert account.money("USDT") == (97, 0) and account.desk.orders() == []


def test_the_whole_balance_can_be_spent() -> None:
    account = Account(balances={"USDT": D("2500.145")})
    assert account.place("BUY", "25").status is Status.FILLED
    assert account.money("USDT") == (0, 0)


def test_cancelling_gives_back_what_is_left() -> None:
    account = Account()
    order = account.place("BUY", "250", "98.5")
    account.at(order, 15_000)
    ended = account.desk.cancel("BTCUSDT", 15_000, order_id=order.order_id)
    assert (ended.status, ended.executed) == (Status.CANCELED, D(100))
    assert account.money("USDT") == (100_000 - 9850, 0)


@pytest.mark.parametrize(("price", "placed"), [(None, "MARKET"), ("101", "LIMIT")])
def test_a_held_back_rest_waits_until_released(price: str | None, placed: str) -> None:
    account = Account()
    account.desk.next_fill_frac = D("0.4")
    order = account.place("BUY", "5", price)
    assert (order.status, order.executed) == (Status.PARTIALLY_FILLED, D(2))
    assert order.request.kind == placed and account.desk.next_fill_frac is None
    assert account.at(order, 30_000).executed == 2
    account.desk.release_fills(30_000)
    assert account.at(order, 30_000).executed == (5 if price is None else 2)  # 101.5 is above the limit
    assert account.at(order, 120_000).status is Status.FILLED


def test_a_held_back_rest_can_be_cancelled() -> None:
    account = Account()
    account.desk.next_fill_frac = D("0.4")
    order = account.place("BUY", "5")
    ended = account.desk.cancel("BTCUSDT", 0, order_id=order.order_id)
    assert (ended.status, ended.executed) == (Status.CANCELED, D(2))
    assert account.money("USDT") == (100_000 - D("200.01"), 0)


def test_a_held_back_market_rest_without_money_expires() -> None:
    account = Account(balances={"USDT": D("500.03")})
    account.desk.next_fill_frac = D("0.4")
    order = account.place("BUY", "5")
    account.desk.release_fills(40_000)  # the price is 106 now
    ended = account.at(order, 40_000)
    assert (ended.status, ended.executed) == (Status.EXPIRED, D(2))
    assert account.money("USDT") == (D("500.03") - D("200.01"), 0)


def test_a_resting_order_is_held_back_too() -> None:
    account = Account()
    order = account.place("BUY", "50", "98.5")
    account.desk.next_fill_frac = D("0.1")
    assert account.at(order, 60_000).executed == 5
    account.desk.release_fills()
    assert account.at(order, 120_000).executed == 5  # the second candle does not come down to 98.5


def test_a_closed_market_neither_takes_nor_matches() -> None:
    account = Account(is_trading=lambda symbol, at: not 5_000 <= at < 35_000)
    order = account.place("BUY", "1", "98.5")
    assert account.at(order, 34_000).status is Status.NEW
    answer = refusal(lambda: account.place("BUY", "1", now=34_000))
    assert answer == (-1013, "Market is closed.")


def test_listeners_hear_every_change_after_it_was_written() -> None:
    account = Account()
    heard: list[tuple[str, str | None]] = []

    def listen(order: Order, fill: Fill | None) -> None:
        written = account.journal.get("spot.orders", order.order_id)
        heard.append((written["status"], None if fill is None else str(fill.amount.normalize())))

    account.desk.listeners.append(listen)
    order = account.place("BUY", "150", "98.5")
    account.at(order, 15_000)
    account.desk.cancel("BTCUSDT", 15_000, order_id=order.order_id)
    assert heard == [("NEW", None), ("PARTIALLY_FILLED", "1E+2"), ("CANCELED", None)]


@settings(max_examples=50, deadline=None)
@given(
    prices=st.lists(st.integers(960, 1070), min_size=1, max_size=5),
    amounts=st.lists(st.integers(1, 400), min_size=5, max_size=5),
    polls=st.lists(st.integers(1, 120_000), max_size=20),
    sells=st.lists(st.booleans(), min_size=5, max_size=5),
)
def test_the_outcome_does_not_depend_on_how_often_the_desk_is_asked(
    prices: list[int], amounts: list[int], polls: list[int], sells: list[bool]
) -> None:
    often, once = Account(), Account()
    for account in (often, once):
        for price, amount, sell in zip(prices, amounts, sells, strict=False):
            account.place("SELL" if sell else "BUY", str(amount / 2), str(price / 10))
    for now in sorted(polls):
        often.desk.advance(now)
    for account in (often, once):
        account.desk.advance(120_000)
    assert often.desk.fills() == once.desk.fills()
    assert often.desk.orders() == once.desk.orders()


def test_orders_of_a_journal_are_restored() -> None:
    account = Account()
    account.place("BUY", "150", "98.5", client_id="a")
    account.desk.next_fill_frac = D("0.4")
    account.place("SELL", "5", client_id="b")
    account.place("SELL", "8", "97.5", client_id="c", **stop("STOP_LOSS", "98"))
    again = Account()
    again.journal = account.journal
    store = make_store(CANDLES)
    again.ledger = SpotLedger(store.symbols, account.journal, {})
    again.desk = OrderDesk("spot", PriceSource(store), again.ledger, account.journal)
    assert again.desk.orders() == account.desk.orders() and again.desk.fills() == account.desk.fills()
    assert again.ledger.balances == account.ledger.balances
    for each in (account, again):
        each.desk.release_fills(14_000)
    assert again.desk.fills() == account.desk.fills() and len(again.desk.fills()) == 4
    assert again.desk.orders() == account.desk.orders()


def test_what_was_passed_over_is_not_made_up_after_a_restart() -> None:
    account = Account(is_trading=lambda symbol, at: at < 5_000)
    account.place("BUY", "1", "98.5")
    account.desk.advance(15_000)  # the price has been below the limit since 10 s, but nothing was matched
    store = make_store(CANDLES)
    ledger = SpotLedger(store.symbols, account.journal)
    desk = OrderDesk("spot", PriceSource(store), ledger, account.journal)
    desk.advance(20_000)
    assert [fill.at for fill in desk.fills()] == [15_000]
