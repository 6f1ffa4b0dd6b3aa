"""Kill switches: Freqtrade's own backtest, and Freqtrade's own trades and locks in a database."""

import copy
import logging
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest
from freqtrade.data.converter import trim_dataframes
from freqtrade.data.history import get_timerange
from freqtrade.enums import MarketDirection, RunMode, TradingMode
from freqtrade.optimize.backtesting import Backtesting
from freqtrade.persistence import LocalTrade, PairLocks, Trade, init_db
from freqtrade.rpc.rpc import RPC
from tests.support.backtests import MadeUpBacktest, backtest_config
from tests.support.every_prediction import every_prediction
from tests.support.stand_in import StandIn

from auriga.host.halts import Halts
from auriga.host.halts._profits import profit_at_rate
from auriga.settings import HaltSettings

PAIR = "BTC/USDT"
CAPITAL = 1000.0
MORNING = datetime(2035, 11, 21, 9, tzinfo=UTC)
MIDNIGHT = datetime(2035, 11, 22, tzinfo=UTC)
CANDLE = timedelta(minutes=5)
NEVER = {"max_daily_drawdown_frac": 1.0, "max_drawdown_frac": 1.0, "max_consecutive_losses": 1000}
NONE = dict.fromkeys(NEVER)


# --- backtests ------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def backtest(root, datadir, tmp_path_factory):
    """Three days of wandering predictions, which lose money, under halts of the caller."""

    runs = []

    def prepare(**halt) -> MadeUpBacktest:
        config = backtest_config(
            root, tmp_path_factory.mktemp("user_data"), datadir, timerange="20240205-20240208",
            regime=every_prediction(
                {"halt": NEVER | halt, "stake": {"rule": "freqtrade", "max_position_frac": 1.0}}
            ),
        )  # fmt: skip
        runs.append(MadeUpBacktest(config))
        return runs[-1]

    yield prepare
    for run in runs:
        run.loop.exchange.close()


def locks_of(run: MadeUpBacktest):
    return run.loop.all_bt_content["RegimeStrategy"]["locks"]


def opened(trades, since, until) -> int:
    return sum(since <= trade.open_date_utc < until for trade in trades)


@pytest.fixture(scope="module")
def unhalted(backtest):
    run = backtest().run()
    assert not locks_of(run)
    return run.trades


def capital_at(run: MadeUpBacktest, at: datetime) -> float:
    """Capital at the close of the candle before: by Freqtrade's own profit of each trade."""
    total = 9900.0
    for trade in run.trades:
        if trade.close_date_utc < at:
            assert trade.close_profit_abs is not None
            total += trade.close_profit_abs
        elif trade.open_date_utc < at:
            frame = run.frames[trade.pair].set_index("date")
            total += trade.calc_profit(frame["close"][at - CANDLE])
    return total


def test_daily_drawdown_ends_the_day_and_only_the_day(backtest, unhalted) -> None:
    run = backtest(max_daily_drawdown_frac=0.01).run()
    locks = locks_of(run)
    assert len(locks) >= 2
    for lock in locks:
        day = lock.lock_time.replace(hour=0, minute=0)
        assert lock.lock_end_time == day + timedelta(days=1)
        assert opened(run.trades, lock.lock_time, lock.lock_end_time) == 0
        assert opened(unhalted, lock.lock_time, lock.lock_end_time) > 0
        lost = [
            1 - capital_at(run, at) / capital_at(run, day) for at in (lock.lock_time - CANDLE, lock.lock_time)
        ]
        assert lost[0] < 0.01 <= lost[1]


def test_total_drawdown_lets_no_trade_open_after(backtest, unhalted) -> None:
    run = backtest(max_drawdown_frac=0.015).run()
    (lock,) = locks_of(run)
    assert opened(run.trades, lock.lock_time, lock.lock_end_time) == 0
    assert opened(run.trades, MORNING - timedelta(days=9999), lock.lock_time) > 0
    assert opened(unhalted, lock.lock_time + timedelta(days=1), lock.lock_end_time) > 0


def test_losses_in_a_row_are_a_pause_and_counted_anew_after_it(backtest) -> None:
    run = backtest(max_consecutive_losses=3, pause_candles=36).run()
    locks = locks_of(run)
    assert len(locks) >= 3
    since = pd.Timestamp(0, tz="UTC")
    for lock in locks:
        assert lock.lock_end_time == lock.lock_time + 36 * CANDLE
        assert opened(run.trades, lock.lock_time, lock.lock_end_time) == 0
        closed = [trade for trade in run.trades if since <= trade.close_date_utc < lock.lock_time]
        assert all(trade.close_profit_abs < 0 for trade in closed[-3:]) and len(closed) >= 3
        since = lock.lock_end_time


def test_nothing_is_carried_from_one_epoch_of_hyperopt_to_the_next(backtest) -> None:
    run = backtest(max_daily_drawdown_frac=0.01, max_consecutive_losses=5)
    run._replace_the_model()
    loop, strategy = run.loop, run.strategy
    epochs = []
    try:
        data, timerange = loop.load_bt_data()
        loop._set_strategy(strategy)
        frames = strategy.advise_all_indicators(data)
        start, end = get_timerange(trim_dataframes(frames, timerange, loop.required_startup))
        for _ in range(2):
            loop.backtest(processed=copy.deepcopy(frames), start_date=start, end_date=end)
            trades = [(trade.pair, trade.open_date, trade.close_profit_abs) for trade in LocalTrade.bt_trades]
            epochs.append((trades, [(lock.lock_time, lock.reason) for lock in PairLocks.get_all_locks()]))
    finally:
        Backtesting.cleanup()
    assert epochs[0][1]
    assert epochs[0] == epochs[1]


# --- a bot with a database ------------------------------------------------------------------------


class Bot(StandIn):
    """Plays the strategy of a dry-run bot; the candles go on as the test says."""

    def __init__(self, **halt: Any):
        self.config = {"runmode": RunMode.DRY_RUN}
        self.timeframe = "5m"
        self.market_direction = MarketDirection.NONE
        self.wallets = self
        self.settings = HaltSettings(**{**NONE, **halt})
        self.told: list[Any] = []
        self.closes: dict[pd.Timestamp, float] = {}
        self.error: Exception | None = None
        self.start()

    def get_starting_balance(self):
        if self.error:
            raise self.error
        return CAPITAL

    def start(self):
        self.halts = Halts(self, self.settings, self.told.append)

    def loop(self, now, close=100.0, *, entry=True, side="long"):
        """The candle before `now` closes, and the bot goes through its loop; whether it may enter."""
        self.closes[pd.Timestamp(now) - CANDLE] = close
        frame = pd.DataFrame({"date": list(self.closes), "close": list(self.closes.values())})
        self.halts.watch(now)
        self.halts.remember(PAIR, frame)
        return self.halts.allows(PAIR, side, now) if entry else None


@pytest.fixture(autouse=True)
def database():
    PairLocks.use_db = Trade.use_db = True
    init_db("sqlite://")
    PairLocks.timeframe = "5m"
    yield
    Trade.session.remove()
    PairLocks.timeframe = ""


def add_trade(profit=None, *, at=MORNING, opened_at=None, stake=500.0):
    """A closed trade with this profit, or an open one that was entered at 100 without a fee."""
    is_open = profit is None
    trade = Trade(
        pair=PAIR, base_currency="BTC", stake_currency="USDT", exchange="binance", stake_amount=stake,
        amount=stake / 100, amount_requested=stake / 100, open_rate=100.0, fee_open=0.0, fee_close=0.0,
        is_open=is_open, open_date=(opened_at or at - timedelta(hours=1)).replace(tzinfo=None),
        close_date=None if is_open else at.replace(tzinfo=None), close_profit_abs=profit, close_profit=profit,
        close_rate=None if is_open else 100.0 + 100 * profit / stake, realized_profit=profit or 0.0,
        is_short=False, leverage=1.0, trading_mode=TradingMode.SPOT,
    )  # fmt: skip
    Trade.session.add(trade)
    Trade.commit()
    return trade


def active_locks():
    freqtrade: Any = SimpleNamespace()
    return RPC._rpc_locks(freqtrade)["locks"]


def unlock(number):
    """`/unlock 1` in Telegram, the bin in FreqUI."""
    freqtrade: Any = SimpleNamespace(_rpc_locks=active_locks)
    RPC._rpc_delete_lock(freqtrade, lockid=number)


def test_open_trade_below_the_daily_limit_halts_until_midnight():
    bot = Bot(max_daily_drawdown_frac=0.05)
    add_trade()
    assert bot.loop(MORNING, 90.1)  # 49.50 of 1000
    assert not bot.loop(MORNING + CANDLE, 90.0)
    (lock,) = active_locks()
    assert lock["pair"] == "*" and lock["side"] == "*"
    assert lock["reason"] == "Halt, daily drawdown: 5.0% since 00:00 UTC, limit 5.0%"
    assert lock["lock_end_time"] == "2035-11-22 00:00:00"
    assert not bot.loop(MORNING + 2 * CANDLE, 120.0)  # whatever the price does
    assert not bot.loop(MIDNIGHT - timedelta(seconds=1), 120.0)
    assert bot.loop(MIDNIGHT, 120.0)
    assert len(PairLocks.get_all_locks()) == 1


def test_each_day_is_measured_from_its_own_midnight():
    bot = Bot(max_daily_drawdown_frac=0.05)
    add_trade()
    assert bot.loop(MORNING, 92.0)
    assert bot.loop(MIDNIGHT, 90.5)  # -47.50 on the first day
    assert bot.loop(MIDNIGHT + CANDLE, 82.0)  # -42.50 on the second, of 952.50
    assert not bot.loop(MIDNIGHT + 2 * CANDLE, 80.9)


def test_bot_that_did_not_see_midnight_works_it_out_from_candles():
    bot = Bot(max_daily_drawdown_frac=0.05)
    yesterday = MIDNIGHT - timedelta(hours=2)
    add_trade(opened_at=yesterday)
    add_trade(-40.0, opened_at=yesterday, at=MIDNIGHT + timedelta(hours=1), stake=500.0)
    add_trade(-300.0, at=yesterday)
    bot.closes[pd.Timestamp(MIDNIGHT - CANDLE)] = 96.0  # both were 20 down
    assert bot.loop(MIDNIGHT + timedelta(hours=2), 97.0)  # -300 - 40 - 15 after -300 - 20 - 20
    bot.start()
    assert not bot.loop(MIDNIGHT + timedelta(hours=2), 93.0)  # -300 - 40 - 35: 35 of 660


def test_halt_outlasts_a_restart_and_is_not_made_twice():
    bot = Bot(max_daily_drawdown_frac=0.05)
    add_trade(-60.0)
    assert not bot.loop(MORNING)
    bot.start()
    assert not bot.halts.allows(PAIR, "long", MORNING + timedelta(seconds=5))
    assert not bot.loop(MORNING + CANDLE)
    assert len(PairLocks.get_all_locks()) == 1


@pytest.mark.parametrize("rule", ["max_daily_drawdown_frac", "max_drawdown_frac"])
@pytest.mark.parametrize("restart", [False, True])
def test_after_an_unlock_by_hand_the_drawdown_is_measured_anew(rule, restart):
    bot = Bot(**{rule: 0.05})
    add_trade(-60.0)
    assert not bot.loop(MORNING)
    unlock(active_locks()[0]["id"])
    assert active_locks() == []
    assert bot.halts.allows(PAIR, "long", MORNING + timedelta(seconds=30))
    assert bot.loop(MORNING + CANDLE)
    if restart:
        bot.start()
    add_trade(-46.0, at=MORNING + 2 * CANDLE)  # 4.9 % of 940
    assert bot.loop(MORNING + 3 * CANDLE)
    add_trade(-2.0, at=MORNING + 3 * CANDLE)
    assert not bot.loop(MORNING + 4 * CANDLE)
    assert len(active_locks()) == 1


def test_total_drawdown_is_from_the_highest_and_ends_only_by_hand():
    bot = Bot(max_drawdown_frac=0.2)
    add_trade(500.0, at=MORNING)
    add_trade(-250.0, at=MORNING + CANDLE)
    add_trade()
    assert bot.loop(MORNING + 2 * CANDLE, 91.0)  # 1205 of 1500
    assert not bot.loop(MORNING + 3 * CANDLE, 90.0)  # 1200
    add_trade(1000.0, at=MORNING + 3 * CANDLE)
    later = MORNING + timedelta(days=3650)
    assert not bot.loop(later)
    unlock(active_locks()[0]["id"])
    assert bot.loop(later + CANDLE)
    add_trade(200.0, at=later + 2 * CANDLE)
    add_trade(-480.0, at=later + 3 * CANDLE)  # of a new highest, 2450
    assert bot.loop(later + 4 * CANDLE)
    add_trade(-20.0, at=later + 4 * CANDLE)
    assert not bot.loop(later + 5 * CANDLE)


def test_loss_on_paper_that_was_unlocked_does_not_come_back_with_a_small_gain():
    bot = Bot(max_drawdown_frac=0.2)
    trade = add_trade(stake=1000.0)
    assert not bot.loop(MORNING, 80.0)  # -200
    unlock(active_locks()[0]["id"])
    assert bot.loop(MORNING + CANDLE, 80.0)
    add_trade(1.0, at=MORNING + 2 * CANDLE)  # so the highest is -199
    assert bot.loop(MORNING + 3 * CANDLE, 80.0)
    assert bot.loop(MORNING + 4 * CANDLE, 65.0)  # -349: 150 of 801
    assert not bot.loop(MORNING + 5 * CANDLE, 63.9)  # -360
    unlock(active_locks()[0]["id"])
    assert bot.loop(MORNING + 6 * CANDLE, 70.0)  # -299 from here on
    trade.is_open, trade.close_profit_abs = False, 0.0
    trade.close_date = (MORNING + 7 * CANDLE).replace(tzinfo=None)
    Trade.commit()
    add_trade(-200.0, opened_at=MORNING + 7 * CANDLE, at=MORNING + 8 * CANDLE)
    assert bot.loop(MORNING + 9 * CANDLE)  # 1 is the highest now: 200 of 1001
    add_trade(-0.5, opened_at=MORNING + 8 * CANDLE, at=MORNING + 9 * CANDLE)
    assert not bot.loop(MORNING + 10 * CANDLE)


def test_losses_in_a_row():
    bot = Bot(max_consecutive_losses=3, pause_candles=12)
    for minute, profit in enumerate([-1.0, -1.0, 0.5, -1.0, -1.0]):
        add_trade(profit, at=MORNING + timedelta(minutes=minute))
    now = MORNING + CANDLE
    assert bot.loop(now)
    add_trade(-1.0, at=now)
    assert not bot.loop(now + CANDLE)
    assert active_locks()[0]["reason"] == "Halt, losses in a row: 3"
    add_trade(-1.0, at=now + 2 * CANDLE)  # was open when the pause began
    assert not bot.loop(now + 12 * CANDLE)
    assert bot.loop(now + 13 * CANDLE)
    for more in (13, 14):
        add_trade(-1.0, at=now + more * CANDLE)
    assert bot.loop(now + 16 * CANDLE)
    add_trade(-1.0, at=now + 16 * CANDLE)
    assert not bot.loop(now + 17 * CANDLE)


def test_losses_are_counted_anew_from_an_unlock_by_hand():
    bot = Bot(max_consecutive_losses=2, pause_candles=1000)
    for _ in range(2):
        add_trade(-1.0)
    assert not bot.loop(MORNING + CANDLE)
    unlock(active_locks()[0]["id"])
    assert bot.loop(MORNING + 2 * CANDLE)
    add_trade(-1.0, at=MORNING + 2 * CANDLE)
    assert bot.loop(MORNING + 3 * CANDLE)
    add_trade(-1.0, at=MORNING + 3 * CANDLE)
    assert not bot.loop(MORNING + 4 * CANDLE)


def test_rules_that_are_off_and_locks_of_others_halt_nothing():
    bot = Bot()
    add_trade(-900.0)
    PairLocks.lock_pair("*", MIDNIGHT, "the user's own", now=MORNING)
    assert bot.loop(MORNING)
    assert bot.told[-1] == []


def test_whatever_cannot_be_checked_is_refused_and_logged_once(caplog):
    bot = Bot(max_drawdown_frac=0.2)
    add_trade()
    bot.error = RuntimeError("no answer")
    for seconds in range(3):
        assert not bot.loop(MORNING + timedelta(seconds=seconds))
    assert len([record for record in caplog.records if "no answer" in record.message]) == 2  # loop, entry
    bot.error = None
    assert bot.loop(MORNING + CANDLE)


@pytest.mark.parametrize(
    ("direction", "long", "short"),
    [("LONG", True, False), ("SHORT", False, True), ("EVEN", True, True), ("NONE", True, True)],
)
def test_marketdir_counts_at_once_and_is_logged_once(direction, long, short, caplog):
    bot = Bot()
    assert bot.loop(MORNING) and bot.loop(MORNING, side="short")
    bot.market_direction = MarketDirection[direction]
    with caplog.at_level(logging.INFO):
        for _ in range(3):
            assert bot.halts.allows(PAIR, "long", MORNING) is long
        for _ in range(3):
            assert bot.halts.allows(PAIR, "short", MORNING) is short
    assert len(caplog.records) == (not long) + (not short)
    assert active_locks() == []


@pytest.mark.parametrize("mode", [TradingMode.SPOT, TradingMode.FUTURES])
@pytest.mark.parametrize("short", [False, True])
def test_profit_at_a_rate_is_freqtrades(mode, short):
    trade = LocalTrade(
        pair=PAIR, base_currency="BTC", stake_currency="USDT", exchange="binance", stake_amount=500.0,
        amount=17.3, open_rate=100.0, fee_open=0.001, fee_close=0.0015, is_open=True, open_date=MORNING,
        is_short=short, leverage=3.0, trading_mode=mode, funding_fees=-1.25, realized_profit=7.5,
    )  # fmt: skip
    for rate in (80.0, 100.0, 131.7):
        assert profit_at_rate(trade, rate) == pytest.approx(trade.calculate_profit(rate).total_profit)
    trade.amount = 0.0  # its entry is not filled yet
    assert profit_at_rate(trade, 80.0) == 7.5
