"""The entry guard with Freqtrade's own trades in a database, and an account that the test writes."""

import logging
import os
import signal
import sqlite3
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from types import SimpleNamespace

import pandas as pd
import pytest
from freqtrade.enums import RunMode
from freqtrade.exceptions import OperationalException, TemporaryError
from freqtrade.persistence import Order, Trade, init_db
from freqtrade.wallets import PositionWallet, Wallet
from tests.support.stand_in import StandIn

from auriga.errors import GuardError
from auriga.host.guard import EntryGuard, guarded_adjustment
from auriga.host.guard._state import Baseline, GuardState
from auriga.host.setup import guard_file
from auriga.settings import GuardSettings

NOW = datetime(2026, 11, 21, 12, 0, 30, tzinfo=UTC)
NEXT = NOW + timedelta(minutes=5)
PAIR, PERPETUAL = "BTC/USDT", "BTC/USDT:USDT"


class Account:
    """An exchange's books; plays the exchange, the wallets and the data provider of a live bot."""

    def __init__(self, folder, *, futures=False, **config):
        self.coins = {"USDT": 10_000.0}
        self.used = {}
        self.positions = {}
        self.resting = []
        self.error = None
        self.sent = []
        self.candle = NOW.replace(second=0) - timedelta(minutes=5)
        self.trading_mode = "futures" if futures else "spot"
        self.pair = PERPETUAL if futures else PAIR
        self.precisionMode = 4
        self.markets = {self.pair: {"precision": {"amount": 0.00001}}}
        self._exchange = self._api = self
        self.config = {
            "runmode": RunMode.LIVE, "dry_run": False, "exchange": {"name": "binance"}, "timeframe": "5m",
            "trading_mode": self.trading_mode, "db_url": f"sqlite:///{folder / 'trades.sqlite'}",
            "user_data_dir": folder, **config,
        }  # fmt: skip

    def start(self, **settings):
        """A bot starts: a new strategy and a new guard."""
        strategy = SimpleNamespace(config=self.config, dp=self, wallets=self, timeframe="5m")
        strategy.position_adjustment_enable = self.config.get("position_adjustment_enable", False)
        strategy.adjust_trade_position = lambda *arguments, **kwargs: None
        return EntryGuard(strategy, GuardSettings(**settings))

    # what the bot asks of its exchange
    def fetch_open_orders(self, pair, params=None):
        if self.error:
            raise self.error
        return [] if params else [order for order in self.resting if order["symbol"] == pair]

    def get_contract_size(self, pair):
        return 1

    # of its wallets
    def update(self):
        if self.error:
            raise self.error

    def get_all_balances(self):
        return {
            name: Wallet(name, held - self.used.get(name, 0), self.used.get(name, 0), held)
            for name, held in self.coins.items()
        }

    def get_all_positions(self):
        return {
            pair: PositionWallet(pair, abs(size), 1, 0, "long" if size > 0 else "short")
            for pair, size in self.positions.items()
        }

    # and of its data provider
    def get_analyzed_dataframe(self, pair, timeframe):
        return pd.DataFrame({"date": [pd.Timestamp(self.candle)]}), NOW

    def current_whitelist(self):
        return [self.pair]

    def send_msg(self, text, *, always_send=False):
        assert always_send and len(text) < 4096
        self.sent.append(text)


@pytest.fixture
def account(tmp_path):
    init_db("sqlite://")
    yield Account(tmp_path)
    Trade.session.remove()


@pytest.fixture
def perpetuals(tmp_path):
    init_db("sqlite://")
    yield Account(tmp_path, futures=True)
    Trade.session.remove()


def add_trade(pair=PAIR, amount=1.0, filled=None, *, fee=0.0, short=False, order_id="77", is_open=False):
    """Store what Freqtrade stores after an entry."""
    trade = Trade(
        pair=pair, base_currency="BTC", stake_currency="USDT", exchange="binance", stake_amount=100.0,
        amount=amount, amount_requested=amount, open_rate=100.0, fee_open=0.001, fee_close=0.001,
        is_open=True, open_date=NOW.replace(tzinfo=None), is_short=short, leverage=1.0,
    )  # fmt: skip
    side = "sell" if short else "buy"
    trade.orders.append(
        Order(
            order_id=order_id, ft_order_side=side, side=side, ft_pair=pair, ft_amount=amount, ft_price=100.0,
            amount=amount, filled=amount if filled is None else filled, price=100.0, ft_fee_base=fee,
            ft_is_open=is_open, status="open" if is_open else "closed", order_date=NOW.replace(tzinfo=None),
        )
    )  # fmt: skip
    Trade.session.add(trade)
    Trade.commit()
    return trade


def resting(pair=PAIR, order_id="9", side="buy", amount=1.0):
    return {
        "id": order_id, "symbol": pair, "side": side, "amount": amount, "filled": 0.0, "status": "open",
        "price": 100.0, "timestamp": 1,
    }  # fmt: skip


def ask(guard, now=NOW, side="long", pair=PAIR):
    return guard.allows(pair, side, 1.0, now)


def test_one_attempt_for_each_pair_and_candle_over_a_restart(account):
    assert ask(account.start())
    assert not ask(account.start())  # a new process on the same candle
    assert not ask(account.start(), NOW + timedelta(minutes=2))
    account.candle += timedelta(minutes=5)
    assert not ask(account.start(), NOW + timedelta(seconds=20))  # the first may still be under way
    assert ask(account.start(), NEXT)
    assert account.sent == []


def test_an_attempt_is_on_disk_when_the_process_is_killed(tmp_path):
    file = tmp_path / "guard.sqlite"
    GuardState(file).create(Baseline(at=1))
    code = (
        "import os, sys; from pathlib import Path; from auriga.host.guard._state import GuardState\n"
        "GuardState(Path(sys.argv[1])).attempt('BTC/USDT', 5, 'long', 1.0, 6); os.kill(os.getpid(), 9)"
    )
    killed = subprocess.run([sys.executable, "-c", code, str(file)], env=os.environ, timeout=60)
    assert killed.returncode == -signal.SIGKILL
    assert GuardState(file).attempted("BTC/USDT", 5, 10)
    assert GuardState(file).attempted("BTC/USDT", 6, 5)
    assert not GuardState(file).attempt("BTC/USDT", 5, "long", 1.0, 7)
    assert not GuardState(file).attempted("BTC/USDT", 6, 6)


def test_coins_nobody_explains_refuse_entries_over_restarts_until_accepted(account):
    account.coins["BTC"] = 3.0  # the user's
    assert ask(account.start())
    account.coins["BTC"] = 4.0  # an order that was accepted behind an error
    account.candle += timedelta(minutes=5)
    for _ in range(2):
        guard = account.start()
        assert not ask(guard, NEXT)
        assert not ask(guard, NEXT + timedelta(seconds=5))
    assert len(account.sent) == 2  # once for each start, not for each loop
    assert "BTC: 1 more on the exchange than trades (0) and baseline (3)" in account.sent[0]
    GuardState(guard_file(account.config)).change("coins", {"BTC": Decimal(4)})
    assert ask(account.start(), NEXT)


def test_trades_with_fees_and_unseen_fills_explain_the_coins(account):
    guard = account.start()
    assert ask(guard)
    add_trade(amount=1.0, fee=0.001)
    account.coins["BTC"] = 0.999
    account.candle += timedelta(minutes=5)
    assert ask(guard, NEXT)
    add_trade(amount=2.0, filled=0.5, is_open=True, order_id="78")
    account.coins["BTC"] = 0.999 + 1.7
    account.candle += timedelta(minutes=5)
    assert ask(guard, NEXT + timedelta(minutes=5))
    account.coins["BTC"] = 0.999 + 2.5
    account.candle += timedelta(minutes=5)
    assert not ask(guard, NEXT + timedelta(minutes=10))
    assert "BTC: 0.5" in account.sent[0]


def test_coins_that_left_make_no_room_for_an_orphan(account):
    account.coins["BTC"] = 3.0
    guard = account.start()
    assert ask(guard)
    account.coins["BTC"] = 2.0  # the user sold one, or it paid fees
    account.candle += timedelta(minutes=5)
    assert ask(guard, NEXT)
    account.coins["BTC"] = 3.0
    account.candle += timedelta(minutes=5)
    assert not ask(guard, NEXT + timedelta(minutes=5))
    assert "BTC: 1 more" in account.sent[0]


def test_an_order_nobody_knows_refuses(account):
    account.resting = [resting(order_id="1")]  # before the first start: the user's own
    account.used = {"USDT": 100.0}
    guard = account.start()
    assert ask(guard)
    account.resting.append(resting(order_id="2"))
    account.used = {"USDT": 200.0}
    account.candle += timedelta(minutes=5)
    assert not ask(guard, NEXT)
    assert "order 2" in account.sent[0] and "order 1 " not in account.sent[0]
    assert "USDT: 100" in account.sent[0]


def test_quote_locked_for_another_pair_refuses_too(account):
    guard = account.start()
    account.used = {}
    assert ask(guard)
    account.used = {"USDT": 250.0}
    account.candle += timedelta(minutes=5)
    assert not ask(guard, NEXT)


def test_an_open_entry_explains_what_it_locks(account):
    guard = account.start()
    assert ask(guard)
    add_trade(amount=2.0, filled=0.0, is_open=True, order_id="78")
    account.used = {"USDT": 200.0}
    account.resting = [resting(order_id="78", amount=2.0)]
    account.candle += timedelta(minutes=5)
    assert ask(guard, NEXT)


@pytest.mark.parametrize("error", [TemporaryError("503"), OperationalException("key"), ValueError("{}")])
def test_no_answer_is_a_no_and_never_an_exception(account, error):
    guard = account.start()
    assert ask(guard)
    account.candle += timedelta(minutes=5)
    account.error = error
    assert not ask(guard, NEXT)
    guard.watch(NEXT)
    account.error = None
    assert not ask(guard, NEXT + timedelta(seconds=30))  # asking takes time in which nothing is sold
    assert ask(guard, NEXT + timedelta(seconds=90))


@pytest.mark.parametrize("damage", ["garbage", "empty", "table", "gone"])
def test_a_damaged_file_refuses_instead_of_forgetting(account, damage):
    guard = account.start()
    assert ask(guard)
    file = guard_file(account.config)
    if damage == "table":
        with sqlite3.connect(file) as db:
            db.execute("DROP TABLE attempts")
        db.close()
    elif damage == "gone":
        file.unlink()
    else:
        file.write_bytes(b"x" * 5000 if damage == "garbage" else b"")
    account.candle += timedelta(minutes=5)
    assert not ask(guard, NEXT)
    if damage != "gone":
        assert not ask(account.start(), NEXT)
    assert file.name in account.sent[0]


def test_damage_is_told_by_its_own_error(tmp_path):
    (tmp_path / "guard.sqlite").write_bytes(b"x" * 5000)
    with pytest.raises(GuardError, match="auriga reconcile"):
        GuardState(tmp_path / "guard.sqlite").baseline()


@pytest.mark.parametrize(
    ("runmode", "dry_run"), [(RunMode.DRY_RUN, True), (RunMode.BACKTEST, True), (RunMode.LIVE, True)]
)
def test_nothing_happens_where_nothing_is_at_stake(account, runmode, dry_run):
    account.config |= {"runmode": runmode, "dry_run": dry_run, "position_adjustment_enable": True}
    account.error = AssertionError("asked")
    guard = account.start()
    assert ask(guard) and ask(guard)
    guard.watch(NOW)
    assert not guard_file(account.config).parent.exists()


def test_turned_off(account):
    guard = account.start(enabled=False)
    assert ask(guard) and ask(guard)


@pytest.mark.parametrize("held", [0.5, -0.5])
def test_positions_nobody_explains_refuse_in_both_directions(perpetuals, held):
    guard = perpetuals.start()
    assert ask(guard, pair=PERPETUAL)
    perpetuals.positions[PERPETUAL] = held
    perpetuals.candle += timedelta(minutes=5)
    assert not ask(guard, NEXT, "short", PERPETUAL)
    assert "position of" in perpetuals.sent[0]


@pytest.mark.parametrize(("short", "held"), [(True, -1.0), (False, 1.0)])
def test_positions_of_trades_and_of_the_user_are_explained(perpetuals, short, held):
    guard = perpetuals.start()
    assert ask(guard, pair=PERPETUAL)
    add_trade(PERPETUAL, short=short)
    perpetuals.positions[PERPETUAL] = held
    perpetuals.candle += timedelta(minutes=5)
    assert ask(guard, NEXT, pair=PERPETUAL)
    perpetuals.positions[PERPETUAL] = 2 * held  # doubled
    perpetuals.candle += timedelta(minutes=5)
    assert not ask(guard, NEXT + timedelta(minutes=5), pair=PERPETUAL)
    assert "position of" in perpetuals.sent[0]


def test_a_look_warns_once_again_on_change_and_gives_the_all_clear(account):
    guard = account.start(check_minutes=60)
    guard.watch(NOW)
    account.coins["BTC"] = 1.0
    guard.watch(NOW + timedelta(minutes=30))  # too early
    assert account.sent == []
    for hours in (1, 2):
        guard.watch(NOW + timedelta(hours=hours))
    assert len(account.sent) == 1
    account.coins["BTC"] = 2.0
    guard.watch(NOW + timedelta(hours=3))
    account.coins["BTC"] = 0.0
    guard.watch(NOW + timedelta(hours=4))
    assert [len(account.sent), account.sent[-1]] == [3, "Exchange and trades agree again."]


def test_trouble_in_telling_is_no_yes(account):
    guard = account.start()
    assert ask(guard)
    account.coins["BTC"] = 1.0
    account.candle += timedelta(minutes=5)
    account.send_msg = None
    assert not ask(guard, NEXT)


def test_many_findings_fit_into_one_message(account):
    guard = account.start()
    guard.watch(NOW)
    account.resting = [resting(order_id=str(n)) for n in range(500)]
    guard.watch(NOW + timedelta(hours=2))
    assert len(account.sent) == 1  # send_msg checks the length


def test_growing_a_position_asks_the_guard_or_the_bot_does_not_start(account):
    account.config["position_adjustment_enable"] = True
    with pytest.raises(OperationalException, match="guarded_adjustment"):
        account.start()

    class Averaging(StandIn):
        config, dp, wallets, timeframe = account.config, account, account, "5m"
        position_adjustment_enable = True

        @guarded_adjustment
        def adjust_trade_position(self, trade, current_time, **kwargs):
            return kwargs["wanted"]

    strategy = Averaging()
    strategy.guard = EntryGuard(strategy, GuardSettings())
    trade = add_trade()
    account.coins["BTC"] = 1.0
    assert strategy.adjust_trade_position(trade, NOW, wanted=(50.0, "more")) == (50.0, "more")
    assert strategy.adjust_trade_position(trade, NOW, wanted=50.0) is None  # the same candle
    assert strategy.adjust_trade_position(trade, NOW, wanted=-50.0) == -50.0
    account.coins["BTC"] = 2.0
    account.candle += timedelta(minutes=5)
    assert strategy.adjust_trade_position(trade, NEXT, wanted=50.0) is None
    assert "BTC: 1 more" in account.sent[-1]
    account.config["force_entry_enable"] = True
    with pytest.raises(OperationalException, match=r"force_entry_enable.*regime\.stake\.trim"):
        EntryGuard(strategy, GuardSettings())


def test_bots_do_not_share_a_file(account, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    config = account.config
    same = config | {"db_url": "sqlite:///trades.sqlite"}
    assert guard_file(same) == guard_file(config)
    others = [
        config | {"db_url": "sqlite:///other.sqlite"},
        config | {"trading_mode": "futures"},
        config | {"exchange": {"name": "kraken"}},
        config | {"db_url": "postgresql://bot:hunter2@db/one"},
    ]
    assert len({guard_file(other) for other in [config, *others]}) == 5
    changed = config | {"db_url": "postgresql://bot:other@db/one"}
    assert guard_file(changed) == guard_file(others[-1])


def test_a_late_start_says_what_it_takes_for_granted(account, caplog):
    caplog.set_level(logging.INFO)
    add_trade(amount=1.0)
    account.coins["BTC"] = 1.5
    guard = account.start()
    guard.watch(NOW)
    assert "--days 30" in account.sent[0]
    assert GuardState(guard_file(account.config)).baseline().coins == {"BTC": Decimal("0.5")}


@pytest.mark.parametrize("orphaned", [True, False])
def test_every_entry_is_looked_at_half_a_minute_later(account, orphaned):
    guard = account.start(check_minutes=60)
    guard.watch(NOW)
    assert ask(guard)
    account.coins["BTC"] = 1.0 if orphaned else 0.0
    guard.watch(NOW + timedelta(seconds=29))
    assert account.sent == []
    guard.watch(NOW + timedelta(seconds=31))
    assert ["disagree" in text for text in account.sent] == [True] * orphaned
