"""Findings: each planted disagreement is named, and nothing else."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

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


# --- one rule at a time -----------------------------------------------------------------------------


ENDED = replace(BOUGHT, filled=Decimal(1))
"""An entry of which one half was cancelled."""


@pytest.mark.parametrize(
    ("at", "is_open", "named"), [(-1, False, False), (-1, True, True), (0, False, True), (1, False, True)]
)
def test_orders_count_from_the_first_moment_on_and_open_ones_always(at, is_open, named):
    order = replace(ORPHAN, at=SINCE + at, is_open=is_open, filled=Decimal(0 if is_open else 2))
    found = look(trades=(), orders=(order,), held="0" if is_open else "2", baseline=None)
    assert kinds(found) == [Kind.ORPHAN_ENTRY] * named


@pytest.mark.parametrize(
    ("change", "trade_open", "missing"),
    [
        ({}, True, True),
        ({"at": SINCE}, True, True),
        ({"at": SINCE - 1}, True, False),  # the exchange was not asked so far back
        ({}, False, False),  # the trade is over
        ({"is_open": False}, True, False),  # it has ended without a fill, and the exchange forgets
    ],
)
def test_an_open_order_that_the_exchange_does_not_know(change, trade_open, missing):
    trade = replace(TRADE, orders=(BOUGHT, replace(STOP, **change)), is_open=trade_open)
    assert (Kind.ORDER_MISSING in kinds(look(trades=(trade,), orders=(BOUGHT,)))) == missing


@pytest.mark.parametrize(
    ("ours", "theirs", "differ"),
    [
        ({}, {}, False),
        ({"is_open": True}, {}, True),  # the exchange has ended it
        ({}, {"is_open": True}, False),  # it will be cancelled in a moment
        ({}, {"filled": Decimal("1.001")}, False),  # a step
        ({}, {"filled": Decimal("1.002")}, True),
        ({}, {"filled": Decimal("0.998")}, True),
    ],
)
def test_the_same_order_in_both_books(ours, theirs, differ):
    trade = replace(TRADE, orders=(replace(ENDED, **ours),))
    found = look(trades=(trade,), orders=(replace(ENDED, **theirs),), held="1")
    assert kinds(found) == [Kind.AMOUNT_MISMATCH] * differ
    if differ:
        assert (found[0].name, found[0].orders) == (PAIR, ("1",))


def test_remedies_name_the_open_trade_of_the_pair():
    closed = replace(TRADE, id=4, is_open=False, orders=())
    other = replace(TRADE, id=6, pair="ETH/USDT", base="ETH", orders=())
    (finding,) = look(trades=(closed, other, TRADE), orders=(BOUGHT, STOP, ORPHAN), held="4")
    assert finding.trade_id == 5
    (finding,) = look(trades=(closed, other), orders=(ORPHAN,))
    assert (finding.kind, finding.trade_id) == (Kind.ORPHAN_ENTRY, None)


def test_what_was_sold_again_by_hand_is_over_within_a_step_and_its_fee():
    bought = replace(ORPHAN, fee_base=Decimal("0.002"))
    sold = replace(ORPHAN, id="10", role=Role.EXIT, sells=True, filled=Decimal("1.997"), at=ORPHAN.at + 1)
    assert look(trades=(), orders=(bought, sold), held="0.001") == []
    less = replace(sold, filled=Decimal("1.996"))
    assert Kind.ORPHAN_ENTRY in kinds(look(trades=(), orders=(bought, less), held="0.002"))


def test_an_order_that_still_rests_outlives_what_was_settled():
    resting = replace(ORPHAN, id="8", filled=Decimal(0), is_open=True, at=ORPHAN.at - 1)
    sold = replace(ORPHAN, id="10", role=Role.EXIT, sells=True, at=ORPHAN.at + 1)
    (finding,) = look(trades=(), orders=(resting, ORPHAN, sold), held="0")
    assert (finding.kind, finding.orders, finding.state) == (Kind.ORPHAN_ENTRY, ("8",), "open")


def test_a_sale_is_taken_after_its_purchase_whatever_their_names():
    bought, sold = replace(ORPHAN, id="9"), replace(ORPHAN, id="10", role=Role.EXIT, sells=True)
    later = replace(sold, at=ORPHAN.at + 1)
    assert look(trades=(), orders=(later, bought), held="0") == []
    assert look(trades=(), orders=(sold, bought), held="0") == []  # at once: ids count up
    early = replace(sold, id="8", at=ORPHAN.at - 1)
    assert kinds(look(trades=(), orders=(early, bought), held="0")) == [Kind.ORPHAN_ENTRY]


def test_a_partly_filled_orphan_is_worth_what_it_filled_less_its_fee():
    orphan = replace(ORPHAN, filled=Decimal("0.5"), fee_base=Decimal("0.1"))
    (finding,) = look(orders=(BOUGHT, STOP, orphan), held="2.4")
    assert (finding.kind, finding.amount) == (Kind.DOUBLED_ENTRY, Decimal("0.5"))
    assert '"amount": 0.398}' in finding.rest[1]
    (finding,) = look(trades=(), orders=(orphan,), held="0.4")
    assert "on the exchange: sell 0.4 of BTC/USDT" in finding.remedy


def test_what_entered_short_is_bought_back():
    pair = "BTC/USDT:USDT"
    sold = replace(ORPHAN, pair=pair, sells=True)
    (finding,) = compare(
        (), (sold,), {pair: Decimal(-2)}, steps={pair: Decimal("0.001")}, since=SINCE, futures=True
    )
    assert finding.text.startswith("sell of 2 ")
    assert finding.remedy[0] == f"on the exchange: buy back 2 of {pair}"
    (finding,) = look(trades=(), orders=(ORPHAN,))
    assert finding.text.startswith("buy of 2 ")


@pytest.mark.parametrize(("seconds", "adopted"), [(-11, False), (-10, True), (0, True), (60, True)])
def test_freqtrade_adopts_from_ten_seconds_before_the_trade(seconds, adopted):
    trade = replace(TRADE, opened_at=SINCE + 100_000, orders=())
    order = replace(ORPHAN, at=trade.opened_at + 1000 * seconds, role=Role.EXIT, sells=True, is_open=True,
                    filled=Decimal(0))  # fmt: skip
    found = look(trades=(trade,), orders=(order,), held="0")
    assert found[0].remedy[0].startswith("/reload_trade 5") == adopted
    assert (f"cancel order 9 of {PAIR}" in found[0].remedy[0]) == (not adopted)


TWO = {"BTC/USDT": Decimal("0.001"), "BTC/USDC": Decimal("0.1"), "ETH/USDT": Decimal("0.001")}


def test_a_coin_that_is_traded_in_two_pairs_is_compared_once():
    other = replace(BOUGHT, id="3", pair="BTC/USDC")
    second = BookTrade(6, "BTC/USDC", "BTC", True, SINCE, (other,))
    first = replace(TRADE, orders=(BOUGHT,))
    options: dict[str, Any] = {"steps": TWO, "since": SINCE, "baseline": {"BTC": Decimal(1)}}

    def held(amount):
        return compare((first, second), (BOUGHT, other), {"BTC": Decimal(amount)}, **options)

    assert held("5") == []
    assert held("5.1") == []  # the larger of the two steps
    (finding,) = held("5.2")
    assert (finding.kind, finding.name) == (Kind.AMOUNT_MISMATCH, "BTC")


def test_trades_of_another_coin_neither_explain_nor_widen():
    large = replace(BOUGHT, id="3", pair="ETH/USDT", amount=Decimal(10**6), filled=Decimal(10**6))
    other = BookTrade(6, "ETH/USDT", "ETH", True, SINCE, (large,))
    first = replace(TRADE, orders=(BOUGHT,))
    held = {"BTC": Decimal(3), "ETH": Decimal(10**6)}
    (finding,) = compare((first, other), (BOUGHT, large), held, steps=TWO, since=SINCE, baseline={})
    assert (finding.name, finding.amount) == ("BTC", Decimal(1))


def test_a_finding_of_one_coin_hides_none_of_another():
    stray = replace(ORPHAN, pair="ETH/USDT", is_open=True, filled=Decimal(0))
    found = compare((), (stray,), {"BTC": Decimal(1)}, steps=TWO, since=SINCE, baseline={})
    assert [(finding.kind, finding.name) for finding in found] == [
        (Kind.ORPHAN_ENTRY, "ETH/USDT"), (Kind.AMOUNT_MISMATCH, "BTC"),
    ]  # fmt: skip


def test_an_order_without_an_id_is_matched_by_pair_and_role():
    lost = replace(BOUGHT, id="None", filled=Decimal(0), is_open=True)
    trade = replace(TRADE, orders=(lost, STOP))
    elsewhere = replace(BOUGHT, id="8", pair="ETH/USDT")
    found = compare((trade,), (elsewhere, STOP), {}, steps=STEPS, since=SINCE)
    (finding,) = [each for each in found if each.kind is Kind.NO_ORDER_ID]
    assert finding.orders == () and "none on the exchange fits" in finding.text
    stray_stop = replace(STOP, id="11")
    found = look(trades=(trade,), orders=(stray_stop, BOUGHT, STOP))
    (finding,) = [each for each in found if each.kind is Kind.NO_ORDER_ID]
    assert finding.orders == ("1",)
    ended = replace(lost, is_open=False)
    assert Kind.NO_ORDER_ID not in kinds(look(trades=(replace(TRADE, orders=(ended, BOUGHT)),)))


def test_a_short_position_that_is_gone_and_one_too_large():
    pair = "BTC/USDT:USDT"
    entry = replace(BOUGHT, pair=pair, sells=True)
    short = BookTrade(5, pair, "BTC", True, SINCE, (entry,), short=True)

    def held(amount):
        return compare(
            (short,), (entry,), {pair: Decimal(amount)}, steps={pair: Decimal("0.001")}, since=SINCE,
            futures=True,
        )  # fmt: skip

    (gone,), (more,) = held("-0.5"), held("-3")
    assert (gone.kind, gone.amount, gone.trade_id) == (Kind.COINS_GONE, Decimal("1.5"), 5)
    assert (more.kind, more.trade_id) == (Kind.AMOUNT_MISMATCH, None)


def test_an_exit_by_hand_of_a_short_is_settled_as_one_of_a_long_is():
    pair = "BTC/USDT:USDT"
    entry = replace(ORPHAN, pair=pair, sells=True)
    half = replace(entry, id="10", role=Role.EXIT, sells=False, filled=Decimal(1), at=ORPHAN.at + 1)
    found = compare(
        (), (entry, half), {pair: Decimal(-1)}, steps={pair: Decimal("0.001")}, since=SINCE, futures=True
    )
    assert [finding.kind for finding in found] == [Kind.ORPHAN_ENTRY, Kind.ORPHAN_EXIT]


def test_the_same_finding_is_the_same_however_its_words_change():
    one, other = (look(trades=(), orders=(replace(ORPHAN, filled=Decimal(f)),), held=f)[0] for f in "12")
    assert one.key == other.key and one.text != other.text
    third = look(trades=(), orders=(replace(ORPHAN, id="10"),))[0]
    assert third.key != one.key
    trade = replace(TRADE, orders=(BOUGHT,))
    gone = [look(trades=(replace(trade, id=n),), orders=(BOUGHT,), held="0")[0].key for n in (5, 6)]
    assert gone[0] != gone[1]


def test_a_remedy_writes_amounts_out():
    many = replace(ORPHAN, amount=Decimal(100), filled=Decimal("100.00"))
    (finding,) = look(trades=(), orders=(many,), held="100")
    assert "on the exchange: sell 100 of BTC/USDT" in finding.remedy


def test_what_unknown_orders_moved_is_named_once():
    trade = replace(TRADE, orders=(BOUGHT,))  # nothing of it may still be filled
    sold = replace(ORPHAN, id="12", role=Role.EXIT, sells=True)
    assert kinds(look(trades=(trade,), orders=(BOUGHT, sold), held="0")) == [Kind.ORPHAN_EXIT]


@pytest.mark.parametrize("before", ["2", "0"])
def test_coins_of_the_user_that_were_sold_are_not_missed_in_a_later_trade(before):
    sale = replace(ORPHAN, role=Role.EXIT, sells=True, at=SINCE + 1)
    later = replace(TRADE, opened_at=SINCE + 20_000, orders=(BOUGHT,))
    baseline = {"BTC": Decimal(before)}
    assert look(trades=(later,), orders=(BOUGHT, sale), held="2", baseline=baseline) == []
