"""The guard on accounts of several pairs and coins, over time: nothing may hang on one pair."""

import sqlite3
from contextlib import closing
from datetime import timedelta
from decimal import Decimal
from types import SimpleNamespace

import pandas as pd
import pytest
from freqtrade.persistence import Order, Trade, init_db
from tests.host.guard.test_entry_guard import NEXT, NOW, Account, add_trade, ask, resting

from auriga.errors import GuardError
from auriga.host.guard import guarded_adjustment
from auriga.host.guard._state import Baseline, GuardState
from auriga.host.setup import guard_file

MINUTE = timedelta(minutes=1)
ETH, EURO = "ETH/USDT", "ETH/EUR"


class Market(Account):
    """An account that trades several pairs; wallets are what they were at the last update."""

    def __init__(self, folder, *pairs, **options):
        super().__init__(folder, **options)
        self.pairs = list(pairs or [self.pair])
        self.markets = {pair: {"precision": {"amount": 0.00001}} for pair in self.pairs}
        self.stops = []
        self.known = {}

    def current_whitelist(self):
        return self.pairs

    def fetch_open_orders(self, pair, params=None):
        if params:
            return [order for order in self.stops if order["symbol"] == pair]
        return super().fetch_open_orders(pair)

    def update(self):
        super().update()
        self.known = super().get_all_balances()

    def get_all_balances(self):
        return self.known

    def get_analyzed_dataframe(self, pair, timeframe):
        """The first candle of a live frame may be a week old."""
        first = pd.Timestamp("2026-11-14", tz="UTC")
        return pd.DataFrame({"date": [first, pd.Timestamp(self.candle)]}), NOW

    @property
    def baseline(self):
        return GuardState(guard_file(self.config)).baseline()


@pytest.fixture
def market(tmp_path):
    init_db("sqlite://")
    yield lambda *pairs, **options: Market(tmp_path, *pairs, **options)
    Trade.session.remove()


def leave(trade, amount, *, filled=None, order_id="90", is_open=False, stop=False):
    """An exit or a stop of a trade, as Freqtrade stores it."""
    side = "buy" if trade.is_short else "sell"
    trade.orders.append(
        Order(
            order_id=order_id, ft_order_side="stoploss" if stop else side, side=side, ft_pair=trade.pair,
            ft_amount=amount, ft_price=100.0, amount=amount, filled=amount if filled is None else filled,
            price=100.0, ft_is_open=is_open, status="open" if is_open else "closed",
            order_date=NOW.replace(tzinfo=None),
        )
    )  # fmt: skip
    Trade.commit()


def close(trade, at=NOW):
    trade.is_open, trade.close_date = False, at.replace(tzinfo=None)
    Trade.commit()


def looked(account, guard, at) -> str:
    """What a look at the whole account sends."""
    before = len(account.sent)
    guard.watch(at)
    return "\n".join(account.sent[before:])


# --- one pair after another -------------------------------------------------------------------------


def test_a_look_names_what_is_wrong_with_each_pair_once(market):
    account = market("BTC/USDT", ETH)
    guard = account.start(check_minutes=1)
    guard.watch(NOW)
    account.resting = [resting(pair=ETH, side="sell", order_id="5")]
    said = looked(account, guard, NOW + MINUTE)
    assert "ETH/USDT: exit order 5 is no trade's (0 of 1 filled)" in said
    assert said.count("order 5") == 1
    account.resting, account.coins = [], {"USDT": 10_000.0, "ETH": 2.0}
    assert "ETH: 2 more on the exchange" in looked(account, guard, NOW + 2 * MINUTE)


def test_orders_of_every_pair_belong_to_the_first_baseline(market):
    account = market("BTC/USDT", ETH)
    account.resting = [resting(pair=ETH, side="sell", order_id="5"), resting(side="sell", order_id="6")]
    guard = account.start()
    guard.watch(NOW)
    assert account.sent == []
    assert account.baseline.orders == {("ETH/USDT", "5"), ("BTC/USDT", "6")}


def test_every_stake_currency_is_looked_at(market):
    account = market("BTC/USDT", EURO)
    guard = account.start(check_minutes=1)
    guard.watch(NOW)
    account.coins["EUR"] = account.used["EUR"] = 70.0
    assert "EUR: 70 more locked in orders" in looked(account, guard, NOW + MINUTE)


def test_an_entry_in_another_stake_currency_explains_nothing_here(market):
    account = market("BTC/USDT", EURO)
    assert ask(account.start())
    add_trade(EURO, amount=2.0, filled=0.0, is_open=True, order_id="78")  # locks 200 euros
    account.resting = [resting(pair=EURO, order_id="78", amount=2.0)]
    account.used = {"USDT": 200.0}
    account.candle += 5 * MINUTE
    assert not ask(account.start(), NEXT)
    assert "USDT: 200 more locked" in account.sent[-1]


def test_a_pair_that_left_the_whitelist_with_an_open_trade_is_looked_at(market):
    account = market("BTC/USDT", ETH)
    guard = account.start(check_minutes=1)
    guard.watch(NOW)
    trade = add_trade(ETH)
    trade.base_currency = "ETH"
    Trade.commit()
    account.pairs, account.coins["ETH"] = ["BTC/USDT"], 3.0
    assert "ETH: 2 more" in looked(account, guard, NOW + MINUTE)


def test_the_first_look_knows_orders_of_traded_pairs_that_are_not_listed(market):
    account = market("BTC/USDT", ETH)
    trade = add_trade(ETH)
    trade.base_currency = "ETH"
    Trade.commit()
    account.coins["ETH"] = 1.0
    account.resting = [resting(pair=ETH, side="sell", order_id="5")]
    account.pairs = ["BTC/USDT"]
    account.start().watch(NOW)
    assert account.baseline.orders == {("ETH/USDT", "5")}


# --- coins over time --------------------------------------------------------------------------------


def test_dust_of_closed_trades_is_explained(market):
    account = market()
    guard = account.start()
    assert ask(guard)
    trade = add_trade(amount=1.0)
    leave(trade, 0.99)
    close(trade)
    account.coins["BTC"] = 0.01
    account.candle += 5 * MINUTE
    assert ask(guard, NEXT)


def test_one_step_of_the_pair_is_no_difference(market):
    account = market()
    guard = account.start()
    assert ask(guard)
    account.coins["BTC"] = 0.00001
    account.candle += 5 * MINUTE
    assert ask(guard, NEXT)


def test_coins_that_an_order_locks_are_held_all_the_same(market):
    account = market()
    account.coins["BTC"], account.used["BTC"] = 3.0, 2.0
    account.resting = [resting(side="sell", amount=2.0)]
    guard = account.start()
    assert ask(guard)
    account.used, account.resting = {}, []  # the user cancels his order
    account.candle += 5 * MINUTE
    assert ask(guard, NEXT)


def test_the_wallet_is_read_anew_before_an_entry(market):
    account = market()
    guard = account.start()
    assert ask(guard)
    account.coins["BTC"] = 1.0  # seen only after an update
    account.candle += 5 * MINUTE
    assert not ask(guard, NEXT)


def test_coins_that_are_gone_refuse_nothing(market):
    account = market()
    guard = account.start()
    assert ask(guard)
    add_trade(amount=1.0)
    account.coins["BTC"] = 0.4
    account.candle += 5 * MINUTE
    assert ask(guard, NEXT)


def test_an_exit_that_is_not_known_yet_lowers_no_baseline(market):
    account = market()
    account.coins["BTC"] = 3.0  # the user's
    guard = account.start(check_minutes=1)
    guard.watch(NOW)
    trade = add_trade(amount=1.0)
    leave(trade, 1.0, filled=0.0, is_open=True)
    account.resting = [resting(side="sell", order_id="90")]
    account.coins["BTC"] = 3.0  # it has been filled on the exchange
    guard.watch(NOW + MINUTE)
    assert account.baseline.coins == {"BTC": 3}
    trade.orders[-1].filled, trade.orders[-1].ft_is_open = 1.0, False
    close(trade)
    account.resting = []
    assert looked(account, guard, NOW + 2 * MINUTE) == ""


def test_what_open_entries_lock_is_not_the_users(market):
    account = market()
    add_trade(amount=2.0, filled=0.0, is_open=True, order_id="78")
    account.used = {"USDT": 250.0}  # 50 of them his own
    account.resting = [resting(order_id="78", amount=2.0), resting(order_id="3", amount=0.5)]
    account.start().watch(NOW)
    assert account.baseline.locked == {"USDT": 50}
    assert account.baseline.orders == {("BTC/USDT", "3")}


def test_what_the_user_locked_falls_only_without_open_trades(market):
    account = market()
    account.used = {"USDT": 100.0}
    account.resting = [resting(order_id="3")]
    guard = account.start(check_minutes=1)
    guard.watch(NOW)
    trade = add_trade(amount=1.0)
    account.coins["BTC"], account.used, account.resting = 1.0, {}, []
    guard.watch(NOW + MINUTE)
    assert account.baseline.locked == {"USDT": 100}
    leave(trade, 1.0)
    close(trade)
    account.coins["BTC"] = 0.0
    guard.watch(NOW + 2 * MINUTE)
    assert account.baseline.locked == {"USDT": 0}
    account.used = {"USDT": 100.0}
    assert "USDT: 100 more" in looked(account, guard, NOW + 3 * MINUTE)


# --- positions --------------------------------------------------------------------------------------

ONE, TWO = "BTC/USDT:USDT", "ETH/USDT:USDT"


@pytest.fixture
def perpetual(market):
    return market(ONE, TWO, futures=True)


def reduce_only(pair, order_id):
    return resting(pair=pair, side="sell", order_id=order_id) | {"reduceOnly": True}


def test_a_stop_of_one_pair_excuses_no_exit_of_another(perpetual):
    guard = perpetual.start(check_minutes=1)
    guard.watch(NOW)
    leave(add_trade(ONE), 1.0, filled=0.0, is_open=True, stop=True)
    perpetual.positions[ONE] = 1.0
    perpetual.stops = [reduce_only(ONE, "90")]
    perpetual.resting = [reduce_only(ONE, "1000")]  # the stop that has just been triggered
    assert looked(perpetual, guard, NOW + MINUTE) == ""
    perpetual.resting = [reduce_only(TWO, "1001")]
    assert f"{TWO}: exit order 1001" in looked(perpetual, guard, NOW + 2 * MINUTE)


def test_a_stop_excuses_no_entry_and_one_that_has_ended_nothing(perpetual):
    guard = perpetual.start(check_minutes=1)
    guard.watch(NOW)
    trade = add_trade(ONE)
    leave(trade, 1.0, filled=0.0, is_open=True, stop=True)
    perpetual.positions[ONE] = 1.0
    perpetual.stops = [reduce_only(ONE, "90")]
    perpetual.resting = [resting(pair=ONE, order_id="1002")]
    assert f"{ONE}: entry order 1002" in looked(perpetual, guard, NOW + MINUTE)
    trade.orders[-1].ft_is_open = False
    Trade.commit()
    perpetual.stops, perpetual.resting = [], [reduce_only(ONE, "1003")]
    assert f"{ONE}: exit order 1003" in looked(perpetual, guard, NOW + 2 * MINUTE)


def test_a_short_that_is_being_filled_has_the_tolerance_of_all_of_it(perpetual):
    guard = perpetual.start(check_minutes=1)
    guard.watch(NOW)
    add_trade(ONE, amount=2000.0, filled=1000.0, short=True, is_open=True)
    perpetual.positions[ONE] = -2001.5
    assert looked(perpetual, guard, NOW + MINUTE) == ""
    perpetual.positions[ONE] = -2002.5
    assert f"{ONE}: position of -2002.5" in looked(perpetual, guard, NOW + 2 * MINUTE)


# --- time -------------------------------------------------------------------------------------------


def test_attempts_are_noted_under_the_newest_candle(market):
    account = market()
    guard = account.start()
    assert ask(guard)
    account.candle += 5 * MINUTE
    assert ask(guard, NEXT)


def test_without_a_frame_the_clock_says_which_candle_it_is(market):
    account = market()
    account.get_analyzed_dataframe = lambda pair, timeframe: (pd.DataFrame(), NOW)
    guard = account.start()
    assert ask(guard)
    assert not ask(guard, NOW + timedelta(seconds=100))
    assert ask(guard, NEXT)


def test_a_clock_that_was_set_back_does_not_refuse_for_hours(market):
    account = market()
    guard = account.start()
    guard.watch(NOW)
    account.coins["BTC"] = 1.0
    assert not ask(guard, NEXT)
    account.coins["BTC"] = 0.0
    assert ask(guard, NEXT - timedelta(hours=1))


def test_after_an_exchange_that_did_not_answer_the_next_look_is_soon(market):
    account = market()
    guard = account.start(check_minutes=60)
    guard.watch(NOW)
    account.error = ConnectionError("503")
    assert "could not be checked" in looked(account, guard, NOW + 60 * MINUTE)
    account.error = None
    assert looked(account, guard, NOW + 64 * MINUTE) == ""
    assert "agree again" in looked(account, guard, NOW + 66 * MINUTE)


def test_an_entry_that_cannot_be_looked_at_is_told(market):
    account = market()
    guard = account.start(check_minutes=60)
    guard.watch(NOW)
    assert ask(guard)
    account.error = ConnectionError("503")
    assert "could not be checked" in looked(account, guard, NOW + timedelta(seconds=31))


def test_the_all_clear_lets_entries_through_at_once(market):
    account = market()
    guard = account.start(check_minutes=1)
    guard.watch(NOW)
    account.coins["BTC"] = 1.0
    guard.watch(NOW + MINUTE)
    assert not ask(guard, NOW + timedelta(seconds=100))
    account.coins["BTC"] = 0.0
    assert "agree again" in looked(account, guard, NOW + 2 * MINUTE)
    assert ask(guard, NOW + timedelta(seconds=121))


@pytest.mark.parametrize("short", [False, True])
def test_a_growing_position_is_noted_with_its_side(market, short):
    account = market(ONE, futures=True)
    strategy = SimpleNamespace(guard=account.start())
    grow = guarded_adjustment(lambda self, trade, current_time: (25.0, "more"))
    trade = add_trade(ONE, short=short)
    account.positions[ONE] = -1.0 if short else 1.0
    assert grow(strategy, trade, NOW) == (25.0, "more")
    with closing(sqlite3.connect(guard_file(account.config))) as db:
        assert db.execute("SELECT pair, side, amount FROM attempts").fetchall() == [
            (ONE, "short" if short else "long", "25.0")
        ]


# --- the file ---------------------------------------------------------------------------------------

WHOLE = Baseline(
    7, {"BTC": Decimal("1.5")}, {"USDT": Decimal(30)}, {ONE: Decimal(-2)}, frozenset({("ETH/BTC", "a b")})
)


def test_all_of_the_baseline_is_read_as_it_was_written_and_the_first_one_stays(tmp_path):
    state = GuardState(tmp_path / "guard.sqlite")
    state.create(WHOLE)
    assert state.baseline() == WHOLE
    state.create(Baseline(8))
    assert state.baseline() == WHOLE
    assert [file.name for file in tmp_path.iterdir()] == ["guard.sqlite"]


def test_attempts_are_of_one_pair_and_on_disk_before_the_answer(tmp_path):
    state = GuardState(tmp_path / "guard.sqlite")
    state.create(WHOLE)
    state.attempt("ETH/USDT", 5, "long", 1.0, 6)
    assert state.attempted("ETH/USDT", 4, 100)  # an older candle
    assert not state.attempted("BTC/USDT", 5, 0) and not state.attempted("SOL/USDT", 5, 0)
    with state._open() as db:
        assert db.execute("PRAGMA synchronous").fetchone() == (2,)  # FULL: a power cut loses nothing


def test_a_file_that_is_gone_says_what_to_do(tmp_path):
    with pytest.raises(GuardError, match="is gone; restore it, or restart the bot"):
        GuardState(tmp_path / "guard.sqlite").baseline()
    assert list(tmp_path.iterdir()) == []


def test_servers_of_one_machine_are_told_apart(market):
    account = market()
    files = {
        guard_file(account.config | {"db_url": f"postgresql://bot@db:{port}/one"}) for port in (5432, 5433)
    }
    assert len(files) == 2
