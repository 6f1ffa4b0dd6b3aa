"""Kill switches from day to day: late candles, unlocks of yesterday, other currencies, sums by hand."""

import sqlite3
from contextlib import closing
from datetime import datetime, timedelta
from types import SimpleNamespace

import pandas as pd
import pytest
from freqtrade.persistence import LocalTrade, PairLocks, Trade, init_db
from tests.host.halts.test_halts import (
    CANDLE,
    MIDNIGHT,
    MORNING,
    PAIR,
    Bot,
    active_locks,
    add_trade,
    database,
    unlock,
)

from auriga.host.halts._locks import Halt, HaltKind, as_ms, halts
from auriga.host.halts._profits import ClosedTrades, Marks, profit_at_rate

assert database  # a fixture that is used by itself
OTHER = "ETH/USDT"


class Pairs(Bot):
    """A bot of several pairs whose candles come one by one."""

    def __init__(self, capital=1000.0, **halt):
        self.capital, self.asked, self.frames = capital, 0, {}
        super().__init__(**halt)

    def get_starting_balance(self):
        self.asked += 1
        return self.capital

    def closed(self, pair: str, at: datetime, close: float) -> None:
        """The candle of a pair that ends at a moment has come."""
        seen = self.frames.setdefault(pair, {})
        seen[pd.Timestamp(at) - CANDLE] = close
        self.halts.remember(pair, pd.DataFrame({"date": list(seen), "close": list(seen.values())}))

    def may_enter(self, at: datetime) -> bool:
        return self.halts.allows(PAIR, "long", at)


def other_trade(**options):
    trade = add_trade(**options)
    trade.pair = OTHER
    Trade.commit()
    return trade


# --- days -------------------------------------------------------------------------------------------


def test_an_unlock_of_yesterday_says_nothing_of_today():
    bot = Bot(max_daily_drawdown_frac=0.05)
    add_trade(-60.0)
    assert not bot.loop(MORNING)
    unlock(active_locks()[0]["id"])
    assert bot.loop(MORNING + CANDLE)  # measured anew from -60
    add_trade(100.0, at=MORNING + 2 * CANDLE)
    assert bot.loop(MIDNIGHT)  # 1040 at midnight
    add_trade(-51.0, at=MIDNIGHT + CANDLE)
    assert bot.loop(MIDNIGHT + 2 * CANDLE)
    add_trade(-1.0, at=MIDNIGHT + 2 * CANDLE)  # 52 of 1040, and still above what was unlocked
    assert not bot.loop(MIDNIGHT + 3 * CANDLE)


def test_midnight_is_measured_again_when_the_late_candle_has_come():
    bot = Pairs(max_daily_drawdown_frac=0.05)
    add_trade()
    other_trade()
    for pair in (PAIR, OTHER):
        bot.closed(pair, MIDNIGHT - CANDLE, 100.0)
    bot.closed(PAIR, MIDNIGHT, 100.0)
    assert bot.may_enter(MIDNIGHT)  # the candle of the other pair is late
    bot.closed(OTHER, MIDNIGHT, 94.0)  # 30 down at midnight
    assert bot.may_enter(MIDNIGHT + timedelta(seconds=20))
    for pair, close in ((PAIR, 100.0), (OTHER, 89.9)):
        bot.closed(pair, MIDNIGHT + CANDLE, close)
    assert bot.may_enter(MIDNIGHT + CANDLE)  # 20.5 of 970; 50.5 of 1000 would halt
    bot.closed(PAIR, MIDNIGHT + 2 * CANDLE, 100.0)
    bot.closed(OTHER, MIDNIGHT + 2 * CANDLE, 84.0)
    assert not bot.may_enter(MIDNIGHT + 2 * CANDLE)  # 50 of 970


def test_a_late_candle_is_measured_when_it_has_come():
    bot = Pairs(max_daily_drawdown_frac=0.05)
    add_trade()
    other_trade()
    for pair in (PAIR, OTHER):
        bot.closed(pair, MORNING - CANDLE, 100.0)
    bot.closed(PAIR, MORNING, 100.0)
    assert bot.may_enter(MORNING)
    bot.closed(OTHER, MORNING, 80.0)
    assert not bot.may_enter(MORNING + timedelta(seconds=20))


def test_a_candle_is_waited_for_half_its_time_but_not_before_an_entry():
    bot = Pairs(max_daily_drawdown_frac=0.05)
    add_trade()
    bot.closed(PAIR, MORNING - CANDLE, 100.0)
    add_trade(-60.0, at=MORNING)
    bot.halts.watch(MORNING + timedelta(seconds=10))
    assert active_locks() == []
    bot.halts.watch(MORNING + timedelta(seconds=151))
    assert len(active_locks()) == 1
    unlock(active_locks()[0]["id"])
    other = Pairs(max_drawdown_frac=0.05)
    other.closed(PAIR, MORNING - CANDLE, 100.0)
    assert not other.may_enter(MORNING + timedelta(seconds=10))


def test_capital_is_measured_once_a_candle():
    bot = Pairs(max_daily_drawdown_frac=0.05)
    add_trade()
    bot.closed(PAIR, MORNING, 99.0)
    for seconds in (0, 7, 60, 299):
        bot.halts.watch(MORNING + timedelta(seconds=seconds))
        assert bot.may_enter(MORNING + timedelta(seconds=seconds))
    assert bot.asked == 1


def test_capital_that_was_taken_out_counts_at_once():
    bot = Pairs(max_drawdown_frac=0.05)
    add_trade(-45.0)
    assert bot.may_enter(MORNING)
    bot.capital = 800.0
    assert not bot.may_enter(MORNING + CANDLE)


def test_a_trade_that_was_opened_today_is_no_part_of_midnight():
    bot = Bot(max_daily_drawdown_frac=0.05)
    bot.closes[pd.Timestamp(MIDNIGHT - CANDLE)] = 80.0
    add_trade(opened_at=MIDNIGHT + timedelta(hours=1))  # at 100
    assert not bot.loop(MIDNIGHT + timedelta(hours=2), 89.9)  # 50.5 of 1000


def test_what_has_ended_is_told_as_ended():
    bot = Bot(max_daily_drawdown_frac=0.05)
    add_trade(-60.0)
    assert not bot.loop(MORNING)
    bot.loop(MORNING + CANDLE)
    assert [each.kind for each in bot.told[-1]] == [HaltKind.DAILY]
    bot.loop(MIDNIGHT)
    assert bot.told[-1] == []


def test_a_profit_that_was_corrected_counts_in_the_next_candle():
    """Freqtrade corrects the profit of a closed trade when its fees arrive."""
    bot = Bot(max_consecutive_losses=2)
    add_trade(-1.0, at=MORNING)
    late = add_trade(0.1, at=MORNING + CANDLE)
    assert bot.loop(MORNING + CANDLE)
    late.close_profit_abs = -0.1
    Trade.commit()
    assert not bot.loop(MORNING + 2 * CANDLE)


def test_losses_are_counted_in_the_order_of_their_ends():
    bot = Bot(max_consecutive_losses=2)
    add_trade(5.0, at=MORNING)  # the first that was opened, the last that ended
    for minutes in (30, 20):
        add_trade(-1.0, at=MORNING - timedelta(minutes=minutes))
    assert bot.loop(MORNING + CANDLE)


# --- locks ------------------------------------------------------------------------------------------


def test_an_unlock_is_noted_to_the_last_digit_in_its_own_lock_on_disk(tmp_path):
    """A bot with 0.02 BTC; nothing else of the database changes."""
    Trade.session.remove()
    file = tmp_path / "trades.sqlite"
    init_db(f"sqlite:///{file}")
    bot = Pairs(capital=0.02, max_drawdown_frac=0.05)
    PairLocks.lock_pair("*", MIDNIGHT, "my own", now=MORNING)
    add_trade(-0.00120001)
    assert not bot.may_enter(MORNING)
    own, ours = active_locks()
    assert own["reason"] == "my own"
    unlock(ours["id"])
    assert bot.may_enter(MORNING + CANDLE)
    with closing(sqlite3.connect(file)) as db:
        reasons = [reason for (reason,) in db.execute("SELECT reason FROM pairlocks ORDER BY id")]
    assert reasons[0] == "my own"
    assert reasons[1].endswith(f"; anew from -0.00120001 at {as_ms(MORNING + CANDLE)}")
    (noted,) = halts()
    assert (noted.anew, noted.anew_at, noted.by_hand) == (-0.00120001, as_ms(MORNING + CANDLE), True)
    add_trade(-0.0009, at=MORNING + 2 * CANDLE)  # 4.8 % of 0.0188
    assert bot.may_enter(MORNING + 3 * CANDLE)
    add_trade(-0.0001, at=MORNING + 3 * CANDLE)
    assert not bot.may_enter(MORNING + 4 * CANDLE)
    Trade.session.remove()
    Trade.session.get_bind().engine.dispose()


def test_each_rule_knows_its_own_halts_and_no_lock_of_one_pair():
    for kind in HaltKind:
        PairLocks.lock_pair("*", MIDNIGHT, f"Halt, {kind}: 3", now=MORNING, side="*")
    PairLocks.lock_pair(PAIR, MIDNIGHT, f"Halt, {HaltKind.DAILY}: mine", now=MORNING)
    PairLocks.lock_pair("*", MIDNIGHT, "Halt, by hand", now=MORNING)
    assert [each.kind for each in halts()] == list(HaltKind)


def test_an_unlock_by_hand_counts_whatever_the_clock_says():
    """`/unlock` writes the machine's clock into the lock, which may be ahead of the candles."""
    ends = as_ms(MORNING)
    assert Halt(HaltKind.DAILY, 0, ends + 1, "").lasts(MORNING)
    assert not Halt(HaltKind.DAILY, 0, ends, "").lasts(MORNING)
    assert not Halt(HaltKind.DAILY, 0, ends + 1, "", by_hand=True).lasts(MORNING)


# --- sums by hand -----------------------------------------------------------------------------------


def closed_trades(*rows) -> ClosedTrades:
    """Closed trades as (closed, opened, profit), in order of their ends."""
    closed = ClosedTrades()
    closed.rows = list(rows)
    return closed


OPEN = SimpleNamespace(open_date=datetime(1970, 1, 1))


@pytest.mark.parametrize(
    ("rows", "still_open", "expected"),
    [
        ([], [], -100.0),
        ([(20, 5, 30.0), (30, 25, 5.0), (40, 6, -10.0)], [], 25.0),  # on paper until 40: -70, -65, then 25
        ([(20, 5, 30.0), (30, 25, 5.0), (40, 6, -10.0)], [OPEN], -65.0),
        ([(20, 25, 30.0)], [], 30.0),  # opened since: nothing was on paper
    ],
)
def test_the_highest_since_an_unlock_keeps_what_was_on_paper_then(rows, still_open, expected):
    assert closed_trades(*rows).peak_since(20, -100.0, still_open) == expected


def test_a_trade_that_ends_in_the_moment_of_the_unlock_counts_after_it():
    closed = closed_trades((10, 0, -50.0), (20, 5, 30.0), (30, 25, 5.0))
    assert closed.before(20) == -50.0
    assert closed.before(21) == -20.0
    assert closed.peak_since(20, -100.0, []) == -15.0
    assert closed.last(2, 0) == [30.0, 5.0]
    assert closed.last(3, 20) == [30.0, 5.0]


def test_a_close_is_known_when_its_candle_is_over_and_not_before():
    marks = Marks(300)
    marks.remember(PAIR, pd.DataFrame({"date": pd.to_datetime([600, 900], unit="ms"), "close": [1.0, 2.0]}))
    assert [marks.close(PAIR, at) for at in (899, 900, 1199, 1200, 9000)] == [None, 1.0, 1.0, 2.0, 2.0]
    assert [marks.complete([PAIR], at) for at in (600, 900, 1200, 1500)] == [False, True, True, False]
    marks.remember(OTHER, pd.DataFrame({"date": pd.to_datetime([600], unit="ms"), "close": [3.0]}))
    assert [marks.complete([PAIR, OTHER], at) for at in (900, 1200)] == [True, False]
    assert not marks.complete([OTHER, "SOL/USDT"], 900)
    assert marks.complete([], 900)


def test_what_a_closed_trade_has_realised_is_in_its_price_already():
    """Of trades that were open at a midnight that the bot did not see, some are closed by now."""
    trade = LocalTrade(
        pair=PAIR, exchange="binance", stake_amount=500.0, amount=5.0, open_rate=100.0, fee_open=0.0,
        fee_close=0.0, is_open=True, open_date=MORNING, leverage=1.0, is_short=False,
    )  # fmt: skip
    trade.recalc_open_trade_value()
    trade.realized_profit = 7.5
    assert profit_at_rate(trade, 90.0) == -42.5
    trade.is_open = False
    assert profit_at_rate(trade, 90.0) == -50.0


def test_a_trade_without_candles_counts_at_its_entry():
    trade = LocalTrade(
        pair="SOL/USDT", exchange="binance", stake_amount=500.0, amount=5.0, open_rate=100.0, fee_open=0.0,
        fee_close=0.0, is_open=True, open_date=MORNING, leverage=1.0, is_short=False,
    )  # fmt: skip
    trade.recalc_open_trade_value()
    assert Marks(300_000).profit([trade], as_ms(MORNING)) == 0.0
