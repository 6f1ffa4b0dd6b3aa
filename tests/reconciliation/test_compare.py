"""Findings: each planted disagreement is named, and nothing else."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auriga.reconciliation import BookOrder, BookTrade, Kind, Role, compare

PAIR, SINCE, STEPS = "BTC/USDT", 1_000_000, {"BTC/USDT": Decimal("0.001")}
BOUGHT = BookOrder("1", PAIR, Role.ENTRY, Decimal(2), Decimal(2), False, at=SINCE + 10)
STOP = BookOrder("2", PAIR, Role.STOP, Decimal(2), Decimal(0), True, at=SINCE + 20, sells=True)
TRADE = BookTrade(5, PAIR, "BTC", True, SINCE + 10, (BOUGHT, STOP))
ORPHAN = BookOrder("9", PAIR, Role.ENTRY, Decimal(2), Decimal(2), False, at=SINCE + 30)


def look(trades=(TRADE,), orders=(BOUGHT, STOP), held="2", **options):
    options.setdefault("baseline", {})
    return compare(trades, orders, {"BTC": Decimal(held)}, steps=STEPS, since=SINCE, **options)


def kinds(findings):
    return [finding.kind for finding in findings]


def test_equal_books_agree():
    assert look() == []
    assert look(held="5", baseline={"BTC": Decimal(3)}) == []
    assert look(held="5", baseline=None) == []  # without a baseline the rest may be the user's


@pytest.mark.parametrize(
    ("filled", "is_open", "state"), [("2", False, "filled"), ("0", True, "open"), ("1", True, "partial")]
)
def test_an_entry_nobody_knows(filled, is_open, state):
    orphan = replace(ORPHAN, filled=Decimal(filled), is_open=is_open)
    (finding,) = look(trades=(), orders=(orphan,), held=filled)
    assert (finding.kind, finding.state, finding.orders) == (Kind.ORPHAN_ENTRY, state, ("9",))
    assert finding.trade_id is None and not finding.rest  # no trade can adopt it
    assert any("cancel order 9" in step for step in finding.remedy) == is_open
    assert any(f"sell {filled} of" in step for step in finding.remedy) == (filled != "0")


def test_a_doubled_entry_is_adopted_and_sold_again():
    (finding,) = look(orders=(BOUGHT, STOP, ORPHAN), held="4")
    assert (finding.kind, finding.trade_id, finding.amount) == (Kind.DOUBLED_ENTRY, 5, 2)
    assert finding.remedy[0].startswith("/reload_trade 5")
    assert finding.rest[0] == "POST /api/v1/trades/5/reload"
    assert '"amount": 1.998}' in finding.rest[1]  # half of it would close the trade when it is reloaded again
    older = replace(ORPHAN, at=TRADE.opened_at - 11_000)
    (finding,) = look(orders=(BOUGHT, STOP, older), held="4", trades=(TRADE,))
    assert "on the exchange" in finding.remedy[0]  # Freqtrade looks back ten seconds only


def test_second_orphan_of_a_pair_is_a_doubled_entry():
    second = replace(ORPHAN, id="10", at=ORPHAN.at + 1)
    assert kinds(look(trades=(), orders=(ORPHAN, second), held="4")) == [
        Kind.ORPHAN_ENTRY,
        Kind.DOUBLED_ENTRY,
    ]


def test_orphan_that_was_sold_by_hand_is_settled():
    sold = replace(ORPHAN, id="10", role=Role.EXIT, sells=True)
    assert look(trades=(), orders=(ORPHAN, sold), held="0") == []
    later = replace(TRADE, opened_at=ORPHAN.at + 60_000)  # the bot has entered again since
    assert look(trades=(later,), orders=(BOUGHT, STOP, ORPHAN, sold)) == []
    half = replace(sold, amount=Decimal(1), filled=Decimal(1))
    assert Kind.ORPHAN_ENTRY in kinds(look(trades=(), orders=(ORPHAN, half), held="1"))
    again = replace(ORPHAN, id="11", at=ORPHAN.at + 1)  # what was settled stays so
    (finding,) = look(trades=(), orders=(ORPHAN, sold, again), held="2")
    assert (finding.kind, finding.orders) == (Kind.ORPHAN_ENTRY, ("11",))
    own = replace(sold, id="8", at=ORPHAN.at - 1)  # coins of the user's own cover no orphan
    assert kinds(look(trades=(), orders=(own, ORPHAN), held="0")) == [Kind.ORPHAN_ENTRY]


@pytest.mark.parametrize("before", ["2", "0"])  # until the guard has lowered it, and since
def test_coins_of_the_user_that_were_sold_by_hand_are_no_surplus(before):
    sale = replace(ORPHAN, role=Role.EXIT, sells=True, at=SINCE + 1)
    baseline = {"BTC": Decimal(before)}
    assert look(trades=(), orders=(sale,), held="0", baseline=baseline) == []
    later = replace(TRADE, opened_at=SINCE + 20_000)
    assert look(trades=(later,), orders=(BOUGHT, STOP, sale), held="2", baseline=baseline) == []
    (finding,) = look(trades=(), orders=(sale,), held="3", baseline=baseline)
    assert (finding.kind, finding.amount) == (Kind.AMOUNT_MISMATCH, 3 - Decimal(before))


def test_exit_and_stop_nobody_knows_are_adopted():
    stop = replace(STOP, id="11")
    leave = replace(stop, id="12", role=Role.EXIT)
    assert kinds(look(orders=(BOUGHT, STOP, stop))) == [Kind.ORPHAN_STOP]
    (finding,) = look(orders=(BOUGHT, STOP, leave))
    assert finding.kind is Kind.ORPHAN_EXIT and finding.remedy[0].startswith("/reload_trade 5")
    sold = replace(leave, filled=Decimal(2), is_open=False)
    assert kinds(look(orders=(BOUGHT, STOP, sold), held="0")) == [Kind.ORPHAN_EXIT]


def test_coins_that_are_gone():
    # The stop is open on both sides, so it has sold nothing.
    trade = replace(TRADE, orders=(BOUGHT,))
    (finding,) = look(trades=(trade,), orders=(BOUGHT,), held="0.5")
    assert (finding.kind, finding.amount, finding.trade_id) == (Kind.COINS_GONE, Decimal("1.5"), 5)
    assert finding.remedy[-1].endswith("/delete 5")


def test_order_without_an_id_is_matched_with_the_real_one():
    lost = replace(BOUGHT, id="None", filled=Decimal(0), is_open=True)
    (finding,) = look(trades=(replace(TRADE, orders=(lost,)),), orders=(BOUGHT,))
    assert (finding.kind, finding.orders) == (Kind.NO_ORDER_ID, ("1",))
    assert finding.remedy == ("/delete 5", "then on the exchange: sell 2 of BTC/USDT")
    (finding,) = look(trades=(replace(TRADE, orders=(lost, BOUGHT)),), orders=(BOUGHT,))
    assert (finding.kind, finding.orders) == (Kind.NO_ORDER_ID, ("1",))  # adopted, and still in the way


def test_amounts_and_orders_that_differ():
    stale = replace(TRADE, orders=(replace(BOUGHT, filled=Decimal(1), is_open=True), STOP))
    assert kinds(look(trades=(stale,))) == [Kind.AMOUNT_MISMATCH]
    assert kinds(look(orders=(BOUGHT,))) == [Kind.ORDER_MISSING]
    (finding,) = look(held="3")
    assert (finding.kind, finding.name, finding.amount) == (Kind.AMOUNT_MISMATCH, "BTC", 1)
    assert "--accept BTC" in finding.remedy[0]


def test_accepted_orders_and_older_ones_are_the_users():
    assert look(trades=(), orders=(ORPHAN,), accepted={ORPHAN.key}, baseline={"BTC": Decimal(2)}) == []
    assert look(trades=(), orders=(replace(ORPHAN, at=SINCE - 1),), baseline={"BTC": Decimal(2)}) == []


def test_positions_in_both_directions():
    pair = "BTC/USDT:USDT"
    entry = replace(BOUGHT, pair=pair, sells=True)
    short = BookTrade(5, pair, "BTC", True, SINCE, (entry,), short=True)

    def futures(held, orders=(entry,), trades=(short,)):
        return compare(
            trades, orders, {pair: Decimal(held)}, steps={pair: Decimal("0.001")}, since=SINCE, futures=True
        )

    assert futures("-2") == []
    assert kinds(futures("-1")) == [Kind.COINS_GONE]
    assert kinds(futures("-4", (entry, replace(entry, id="9")))) == [Kind.DOUBLED_ENTRY]
    assert kinds(futures("-2", (), ())) == [Kind.AMOUNT_MISMATCH]
    assert kinds(futures("2", (), ())) == [Kind.AMOUNT_MISMATCH]
    stop = replace(STOP, id="1000001", pair=pair, sells=False)
    (resting,) = futures("-2", (entry, stop))
    (triggered,) = futures("-2", (entry, replace(stop, filled=Decimal(2), is_open=False)))[:1]
    assert {resting.kind, triggered.kind} == {Kind.ORPHAN_STOP}
    assert ["cancel order 1000001" in resting.remedy[0], "/reload_trade" in triggered.remedy[0]] == [True] * 2


@given(st.lists(st.tuples(st.booleans(), st.integers(1, 50)), min_size=1, max_size=6))
def test_every_unknown_entry_is_named_once(entries):
    orders = [
        BookOrder(str(n), PAIR, Role.ENTRY, Decimal(size), Decimal(0 if rests else size), rests, at=SINCE + n)
        for n, (rests, size) in enumerate(entries)
    ]
    held = sum((order.filled for order in orders), Decimal(0))
    findings = look(trades=(), orders=tuple(orders), held=str(held))
    assert [finding.orders for finding in findings] == [(order.id,) for order in orders]
    assert kinds(findings) == [Kind.ORPHAN_ENTRY] + [Kind.DOUBLED_ENTRY] * (len(orders) - 1)
    assert all(finding.as_dict()["remedy"] for finding in findings)
