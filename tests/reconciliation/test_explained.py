"""What is explained by whom, checked over many accounts."""

from dataclasses import replace
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from auriga.reconciliation import (
    BookOrder,
    BookTrade,
    Role,
    allowed_difference,
    first_baseline,
    held_by,
    locked_by,
    lowered_baseline,
    unexplained,
    unknown_orders,
)

STEP = Decimal("0.001")
amounts = st.integers(1, 10**6).map(lambda n: n * STEP)
maybe_amounts = st.integers(0, 10**6).map(lambda n: n * STEP)


@st.composite
def orders(draw, role=Role.ENTRY):
    """One order, and what the exchange has really filled of it."""
    amount = draw(amounts)
    filled = min(draw(maybe_amounts), amount)
    is_open = draw(st.booleans()) and filled < amount
    really = filled if not is_open else min(filled + draw(maybe_amounts), amount)
    order = BookOrder(
        str(draw(st.integers(1, 10**9))), "BTC/USDT", role, amount, filled, is_open, price=Decimal(2)
    )
    return order, really


def trade_of(*its_orders, short=False):
    return BookTrade(1, "BTC/USDT", "BTC", True, 0, tuple(its_orders), short=short)


@given(orders(), maybe_amounts)
def test_what_an_order_may_have_filled_meanwhile_is_never_unexplained(order, before):
    ours, really = order
    span = held_by([trade_of(ours)])
    assert unexplained(before + really, before, span, Decimal(0)) == 0


@given(orders(), orders(Role.EXIT), maybe_amounts)
def test_exits_that_fill_unseen_are_not_missing(entry, leave, before):
    (bought, _), (sold, really_sold) = entry, leave
    bought = replace(bought, filled=bought.amount, is_open=False)
    sold = replace(sold, filled=min(sold.filled, bought.amount), amount=min(sold.amount, bought.amount))
    really_sold = min(really_sold, sold.amount) if sold.is_open else sold.filled
    span = held_by([trade_of(bought, sold)])
    assert unexplained(before + bought.amount - really_sold, before, span, Decimal(0)) == 0


@given(orders(), amounts, maybe_amounts)
def test_an_orphan_is_seen_whatever_the_user_held(order, orphan, before):
    ours, _ = order
    ours = replace(ours, is_open=False)
    span = held_by([trade_of(ours)])
    allowed = allowed_difference(STEP, span.high, Decimal("0.001"))
    found = unexplained(before + ours.filled + orphan, before, span, allowed)
    assert found == (orphan if orphan > allowed else 0)


@given(orders(), amounts)
def test_a_short_trade_is_a_long_one_upside_down(order, orphan):
    ours, _ = order
    long, short = held_by([trade_of(ours)]), held_by([trade_of(ours, short=True)])
    assert unexplained(-ours.filled - orphan, Decimal(0), short, STEP) == -unexplained(
        ours.filled + orphan, Decimal(0), long, STEP
    )


@given(orders(), maybe_amounts)
def test_the_first_baseline_explains_the_rest_and_never_moves_up(order, before):
    ours, _ = order
    ours = replace(ours, is_open=False)
    span = held_by([trade_of(ours)])
    held = before + ours.filled
    baseline = first_baseline(held, span)
    assert baseline == before
    assert unexplained(held, baseline, span, Decimal(0)) == 0
    for later in (held, held + 1, held / 2, Decimal(0)):
        lower = lowered_baseline(baseline, later, span)
        assert 0 <= lower <= baseline


@given(amounts, amounts, amounts)
def test_fees_paid_from_the_users_coins_make_no_room_for_an_orphan(before, paid, orphan):
    left = max(before - paid, Decimal(0))
    baseline = lowered_baseline(before, left, held_by([]))
    assert unexplained(left + orphan, baseline, held_by([]), Decimal(0)) == orphan


@given(amounts, amounts)
def test_a_position_of_the_users_only_moves_towards_zero(before, held):
    assert lowered_baseline(-before, -held, held_by([])) == max(-before, -held)
    assert lowered_baseline(-before, held, held_by([])) == 0


def test_fee_in_base_and_dust_of_closed_trades_are_explained_to_the_last_digit():
    bought = BookOrder(
        "1", "BTC/USDT", Role.ENTRY, Decimal("1.5"), Decimal("1.5"), False, fee_base=Decimal("0.0015")
    )
    sold = BookOrder("2", "BTC/USDT", Role.EXIT, Decimal("1.498"), Decimal("1.498"), False)
    closed = replace(trade_of(bought, sold), is_open=False, closed_at=5)
    hundred = [replace(closed, id=n) for n in range(100)]
    assert unexplained(Decimal("0.05"), Decimal(0), held_by(hundred), Decimal(0)) == 0


def test_only_resting_entries_lock_the_quote():
    entry = BookOrder("1", "BTC/USDT", Role.ENTRY, Decimal(3), Decimal(1), True, price=Decimal(10))
    leave = BookOrder("2", "BTC/USDT", Role.EXIT, Decimal(3), Decimal(1), True, price=Decimal(10))
    done = replace(entry, is_open=False)
    assert locked_by([trade_of(entry, leave, done)]) == 20


def test_orders_are_known_by_pair_and_id_and_none_is_no_id():
    mine = BookOrder("7", "BTC/USDT", Role.ENTRY, Decimal(1), Decimal(1), False)
    lost = replace(mine, id="None")
    same_id_elsewhere = replace(mine, pair="ETH/USDT")
    cancelled = replace(mine, id="8", filled=Decimal(0))
    accepted = replace(mine, id="9")
    asked = [mine, lost, same_id_elsewhere, cancelled, accepted]
    found = unknown_orders(asked, [trade_of(mine, lost)], {accepted.key})
    assert found == [lost, same_id_elsewhere]


def test_what_differs_by_no_more_than_is_allowed_is_explained():
    span = held_by([])
    for sign in (1, -1):
        assert unexplained(sign * Decimal("0.5"), Decimal(0), span, Decimal("0.5")) == 0
        over = sign * Decimal("0.51")
        assert unexplained(over, Decimal(0), span, Decimal("0.5")) == over


def test_a_short_holds_the_same_tolerance_as_a_long():
    step, frac = Decimal("0.01"), Decimal("0.1")
    assert allowed_difference(step, Decimal(-2), frac) == allowed_difference(step, Decimal(2), frac)
    assert allowed_difference(step, Decimal(0), frac) == step


def test_a_stop_and_an_exit_that_both_rest_sell_no_more_than_there_is():
    bought = BookOrder("1", "BTC/USDT", Role.ENTRY, Decimal(2), Decimal(2), False)
    leave = BookOrder("2", "BTC/USDT", Role.EXIT, Decimal(2), Decimal(0), True)
    stop = replace(leave, id="3", role=Role.STOP)
    span = held_by([trade_of(bought, leave, stop)])
    assert [span.low, span.known, span.high] == [0, 2, 2]


def test_bounds_of_two_trades_add_up():
    resting = BookOrder("1", "BTC/USDT", Role.ENTRY, Decimal(3), Decimal(1), True)
    leaving = [
        BookOrder("2", "BTC/USDT", Role.ENTRY, Decimal(5), Decimal(5), False),
        BookOrder("3", "BTC/USDT", Role.EXIT, Decimal(5), Decimal(1), True),
    ]
    for order in (0, 1):
        trades = [trade_of(resting), trade_of(*leaving)][:: -1 if order else 1]
        span = held_by(trades)
        assert [span.low, span.known, span.high] == [1, 5, 7]
    span = held_by([trade_of(resting, short=True)])
    assert [span.low, span.known, span.high] == [-3, -1, -1]


def test_coins_never_begin_below_zero_and_positions_may():
    bought = held_by([trade_of(BookOrder("1", "BTC/USDT", Role.ENTRY, Decimal(2), Decimal(2), False))])
    assert first_baseline(Decimal(1), bought) == 0
    assert first_baseline(Decimal(-3), held_by([])) == -3
    sold = trade_of(BookOrder("1", "BTC/USDT", Role.ENTRY, Decimal(2), Decimal(2), False), short=True)
    assert first_baseline(Decimal(-5), held_by([sold])) == -3


def test_an_orphan_never_raises_a_baseline():
    none = held_by([])
    assert lowered_baseline(Decimal(3), Decimal(9), none) == 3
    assert lowered_baseline(Decimal(-3), Decimal(-9), none) == -3
    assert lowered_baseline(Decimal(3), Decimal(1), none) == 1
    assert lowered_baseline(Decimal(-3), Decimal(-1), none) == -1


def test_a_short_locks_no_quote():
    entry = BookOrder("1", "BTC/USDT", Role.ENTRY, Decimal(3), Decimal(1), True, price=Decimal(10))
    assert locked_by([trade_of(entry, short=True)]) == 0


def test_what_rests_and_what_was_filled_is_asked_for():
    resting = BookOrder("7", "BTC/USDT", Role.ENTRY, Decimal(1), Decimal(0), True)
    filled = replace(resting, id="8", filled=Decimal(1), is_open=False)
    cancelled = replace(resting, id="9", is_open=False)
    assert unknown_orders([resting, filled, cancelled], []) == [resting, filled]
    assert [order.state for order in (resting, filled, cancelled)] == ["open", "filled", "cancelled"]
    assert [order.remaining for order in (resting, filled, cancelled)] == [1, 0, 0]
