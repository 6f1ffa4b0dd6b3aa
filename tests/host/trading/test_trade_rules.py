"""Stake, stop, take-profit and time limit: in stock Freqtrade's backtest, and one trade at a time."""

from datetime import UTC, datetime, timedelta
from inspect import signature
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import numpy as np
import pandas as pd
import pytest
from freqtrade.enums import TradingMode
from freqtrade.persistence import LocalTrade, Order, Trade, disable_database_use, enable_database_use, init_db
from freqtrade.strategy import IStrategy
from freqtrade.strategy.strategy_wrapper import strategy_safe_wrapper
from tests.support.backtests import MadeUpBacktest, backtest_config
from tests.support.every_prediction import every_prediction
from tests.support.stand_in import StandIn

from auriga.columns import ATR_FRAC, CONFIDENCE, EXPERT, LONG_THRESHOLD, PROBABILITY, REGIME, SHORT_THRESHOLD
from auriga.host.reload import TICK
from auriga.host.trading import TradeRules
from auriga.host.trading._capital import closed_profits
from auriga.host.trading._entry_facts import signal_row
from auriga.settings import parse_settings
from auriga.typing import Regime

CANDLE = timedelta(minutes=5)
STOP, PROFIT, START, TRAIL = 3.0, 4.0, 2.0, 1.5
STAKE = {"risk_frac": 0.4, "max_position_frac": 0.25, "max_exposure_frac": 0.4}
HORIZON = 12

# --- a whole backtest -----------------------------------------------------------------------------


@pytest.fixture(scope="module")
def backtest(root, tmp_path_factory, make_walk) -> MadeUpBacktest:
    """Five days of two pairs, with stops and targets near enough that all are met."""
    folder = tmp_path_factory.mktemp("trades")
    for seed, pair in enumerate(("BTC_USDT", "ETH_USDT")):
        candles = make_walk(8 * 288, "5m", seed=seed, daily=0.04)
        prices = candles[["open", "high", "low", "close"]] * 100
        candles[prices.columns] = prices.round(2)
        (folder / "data").mkdir(exist_ok=True)
        candles.to_feather(folder / "data" / f"{pair}-5m.feather")
    config = backtest_config(
        root, folder / "user_data", folder / "data", timerange="20240104-20240109",
        regime=every_prediction({"stake": STAKE}),
    )  # fmt: skip
    parameters = {"stop_atr": STOP, "take_profit_atr": PROFIT}
    return MadeUpBacktest(config).run(**parameters, trailing_start_atr=START, trailing_atr=TRAIL)


def ended(backtest: MadeUpBacktest, reason: str) -> list[Any]:
    found = [trade for trade in backtest.trades if trade.exit_reason == reason]
    assert found, f"no trade ended by {reason}"
    return found


def before(backtest: MadeUpBacktest, pair: str, when: datetime) -> pd.Series:
    """The candle that closed at `when`."""
    frame = backtest.frames[pair]
    return frame[frame["date"] == when - CANDLE].iloc[0]


def during(backtest: MadeUpBacktest, trade: Any) -> pd.DataFrame:
    """Candles from the one that the trade was opened in to the one in which it ended."""
    frame = backtest.frames[trade.pair]
    return frame[frame["date"].between(trade.open_date_utc, trade.close_date_utc)]


def atr_at_entry(backtest: MadeUpBacktest, trade: Any) -> float:
    return trade.open_rate * before(backtest, trade.pair, trade.open_date_utc)[ATR_FRAC]


def test_stop_stands_where_the_atr_at_entry_put_it(backtest) -> None:
    for trade in ended(backtest, "stop_loss"):
        stop = trade.open_rate - STOP * atr_at_entry(backtest, trade)
        assert trade.close_rate == pytest.approx(stop, abs=1.5 * TICK)
        assert during(backtest, trade)["low"].iloc[:-1].min() > stop - TICK


def test_trailing_stop_follows_the_best_price_once_it_has_begun(backtest) -> None:
    """A candle's high tightens the stop before its low is asked for, unless that reaches the old one."""
    later = [trade for trade in ended(backtest, "trailing_stop_loss") if trade.close_date > trade.open_date]
    tightened = 0
    for trade in later:
        atr, candles = atr_at_entry(backtest, trade), during(backtest, trade)
        last, best = candles.iloc[-1], np.maximum.accumulate(candles["high"].to_numpy())
        begun = best - trade.open_rate >= START * atr
        was, now = np.where(begun, best - TRAIL * atr, trade.open_rate - STOP * atr)[-2:]
        tightened += last["low"] > was
        stop = was if last["low"] <= was else now
        expected = stop if stop <= last["high"] else last["open"]
        assert trade.close_rate == pytest.approx(expected, abs=1.5 * TICK)
    assert 0 < tightened < len(later)


def test_take_profit_closes_at_its_price(backtest) -> None:
    for trade in ended(backtest, "roi"):
        target = trade.open_rate + PROFIT * atr_at_entry(backtest, trade)
        opened = during(backtest, trade)["open"].iloc[-1]
        assert trade.close_rate == pytest.approx(max(target, opened), abs=1.5 * TICK)


def test_time_is_up_after_the_horizon_unless_the_same_signal_is_there_again(backtest) -> None:
    stayed = 0
    for trade in ended(backtest, "time_limit"):
        limit = trade.open_date_utc + HORIZON * CANDLE
        decided = pd.date_range(limit, trade.close_date_utc, freq=CANDLE)
        signals = [before(backtest, trade.pair, at)["enter_long"] == 1 for at in decided]
        assert signals == [True] * (len(signals) - 1) + [False]
        stayed += len(signals) > 1
    assert stayed
    for trade in backtest.trades:
        late = pd.date_range(
            trade.open_date_utc + HORIZON * CANDLE, trade.close_date_utc - CANDLE, freq=CANDLE
        )
        assert all(before(backtest, trade.pair, at)["enter_long"] == 1 for at in late)


@pytest.mark.parametrize("reason", ["opposite", "decay"])
def test_signals_end_trades_at_the_open_of_the_next_candle(backtest, reason) -> None:
    for trade in ended(backtest, reason):
        candle = before(backtest, trade.pair, trade.close_date_utc)
        assert (candle["exit_long"], candle["exit_tag"]) == (1, reason)
        assert trade.close_rate == during(backtest, trade)["open"].iloc[-1]


def test_stakes_follow_the_rule_within_every_cap(backtest) -> None:
    bound = {"position": 0, "exposure": 0, "rule": 0}
    for asked in backtest.asked:
        candle, capital = before(backtest, asked["pair"], asked["current_time"]), asked["capital"]
        limits = {
            "rule": capital * STAKE["risk_frac"] * (0.5 + candle[CONFIDENCE]),
            "position": capital * STAKE["max_position_frac"],
            "exposure": capital * STAKE["max_exposure_frac"] - asked["exposure"],
        }
        tightest = min(limits, key=limits.__getitem__)
        bound[tightest] += 1
        assert asked["answer"] == pytest.approx(limits[tightest])
        assert asked["min_stake"] <= asked["answer"] <= asked["max_stake"]
    assert all(bound.values()), bound


def test_capital_is_the_balance_that_may_be_used_with_what_trades_brought(backtest) -> None:
    ratio = backtest.config["tradable_balance_ratio"]
    for asked in backtest.asked[:: len(backtest.asked) // 10]:
        closed = [trade for trade in backtest.trades if trade.close_date_utc <= asked["current_time"]]
        brought = sum(trade.close_profit_abs for trade in closed)
        # Of two pairs at one moment the second one's exit may come after the first one's entry.
        later = max(abs(trade.close_profit_abs) for trade in backtest.trades)
        assert asked["capital"] == pytest.approx((10_000 + brought) * ratio, abs=later)


def test_both_sides_are_charged_fee_and_slippage(backtest) -> None:
    trade = backtest.trades[0]
    assert (trade.fee_open, trade.fee_close) == (0.0015, 0.0015)
    paid = (trade.open_rate + trade.close_rate) * trade.amount * 0.0015
    gross = (trade.close_rate - trade.open_rate) * trade.amount
    assert trade.close_profit_abs == pytest.approx(gross - paid, abs=1e-6)


# --- one trade ------------------------------------------------------------------------------------

OPENED = datetime(2024, 1, 10, 12, 0, 7, tzinfo=UTC)  # a bot some seconds after the candle


@pytest.fixture
def database():
    """The bot's database, in memory."""
    enable_database_use()
    init_db("sqlite://")
    yield
    Trade.session.remove()


def frame_until(
    end: datetime, *, probability: float = 0.6, n_candles: int = 30, **columns: Any
) -> pd.DataFrame:
    """Analysed candles; the last one closes at `end`. Their ATR grows, so that each is told apart."""
    dates = pd.date_range(end=end - CANDLE, periods=n_candles, freq=CANDLE, unit="ms")
    values = {
        PROBABILITY: probability, LONG_THRESHOLD: 0.55, SHORT_THRESHOLD: 0.45, REGIME: 1, EXPERT: 1,
        ATR_FRAC: 0.002 + 0.0001 * np.arange(n_candles), "enter_long": 0, "exit_long": 0, "enter_short": 0,
    }  # fmt: skip
    return pd.DataFrame({"date": dates} | values | columns)


class Desk(StandIn):
    """What a strategy offers to the rules, with a frame that can be exchanged."""

    timeframe, stoploss = "5m", -0.25

    def __init__(self, frame: pd.DataFrame, capital: float = 10_000.0, **parameters: float) -> None:
        defaults = {
            "stop_atr": 5.0, "take_profit_atr": 8.0, "break_even_atr": 0.0, "trailing_start_atr": 0.0,
            "trailing_atr": 4.0,
        }  # fmt: skip
        for name, value in (defaults | parameters).items():
            setattr(self, name, SimpleNamespace(value=value))
        self.frame = frame
        self.dp = SimpleNamespace(get_analyzed_dataframe=lambda pair, timeframe: (self.frame, OPENED))
        self.wallets = SimpleNamespace(get_total_stake_amount=lambda: capital)


def rules_of(desk: Desk, **regime: Any) -> TradeRules:
    return TradeRules(desk, parse_settings(every_prediction(regime)))


def make_trade(side: str = "long", leverage: float = 1.0, **values: Any) -> Trade:
    """An open trade in the database, with its filled entry."""
    futures = side == "short" or leverage > 1
    trade = Trade(
        pair="BTC/USDT", exchange="binance", stake_amount=100.0, amount=1.0 * leverage, open_rate=100.0,
        open_date=OPENED, fee_open=0.001, fee_close=0.001, is_short=side == "short", leverage=leverage,
        trading_mode=TradingMode.FUTURES if futures else TradingMode.SPOT, price_precision=0.01,
        amount_precision=1e-5, precision_mode=4, precision_mode_price=4, is_open=True,
        **values,
    )  # fmt: skip
    entry = Order(
        ft_order_side=trade.entry_side, ft_pair=trade.pair, ft_is_open=False, status="closed",
        order_id=uuid4().hex, symbol=trade.pair, order_type="limit", side=trade.entry_side,
        price=100.0, average=100.0,
        amount=leverage, filled=leverage, remaining=0.0, ft_amount=leverage, ft_price=100.0,
        order_date=OPENED, order_filled_date=OPENED,
    )  # fmt: skip
    trade.orders.append(entry)
    trade.recalc_open_trade_value()
    Trade.session.add(trade)
    Trade.commit()
    return trade


def placed(trade: Trade, rules: TradeRules, rate: float) -> float:
    """The stop after Freqtrade has asked for it at this rate, as `ft_stoploss_adjust` does."""
    trade.adjust_min_max_rates(rate, rate)
    answer = rules.stop(trade, OPENED, rate)
    if answer is not None:
        trade.adjust_stop_loss(rate, answer)
    return trade.stop_loss


def opened(trade: Trade, rules: TradeRules) -> Trade:
    """The trade with Freqtrade's own stop, its entry filled."""
    trade.adjust_stop_loss(trade.open_rate, Desk.stoploss, initial=True)
    rules.order_filled(trade, trade.orders[0], OPENED)
    return trade


def test_signal_candle_is_the_last_that_had_closed() -> None:
    frame = frame_until(datetime(2024, 1, 10, 12, 0, tzinfo=UTC))
    noon = datetime(2024, 1, 10, 12, 0, tzinfo=UTC)
    assert signal_row(frame, noon, "5m") == 29  # a backtest opens at the open of the next candle
    assert signal_row(frame, noon + timedelta(seconds=7), "5m") == 29
    assert signal_row(frame, noon - timedelta(seconds=1), "5m") == 28
    assert signal_row(frame, noon - timedelta(days=1), "5m") is None
    assert signal_row(frame.head(0), noon, "5m") is None


def test_what_was_known_at_entry_is_frozen_in_custom_data(database) -> None:
    frame = frame_until(datetime(2024, 1, 10, 12, 10, tzinfo=UTC))  # two candles have closed since
    trade = opened(make_trade(), rules_of(Desk(frame)))
    told = {entry.cd_key: entry.value for entry in trade.get_all_custom_data()}
    atr = frame[ATR_FRAC].iloc[-3]
    assert told == {
        "regime": "bull", "probability": 0.6, "threshold": 0.55, "expert": "bull",
        "confidence": pytest.approx(0.05 / 0.45, abs=1e-6), "atr": pytest.approx(atr, abs=1e-6),
        "stop": pytest.approx(5 * atr, abs=1e-6), "take_profit": pytest.approx(8 * atr, abs=1e-6),
    }  # fmt: skip
    assert {type(value) for value in told.values()} == {str, float}


def test_the_fallback_is_called_so(database) -> None:
    frame = frame_until(OPENED, **{EXPERT: int(Regime.UNKNOWN), REGIME: int(Regime.BEAR)})
    trade = opened(make_trade(), rules_of(Desk(frame)))
    assert trade.get_custom_data("expert") == "fallback" and trade.get_custom_data("regime") == "bear"


@pytest.mark.parametrize(("side", "leverage"), [("long", 1.0), ("long", 3.0), ("short", 1.0), ("short", 3.0)])
def test_restarted_bot_keeps_stop_and_take_profit(database, side, leverage) -> None:
    """Whatever the parameters are now, and although the candles of the entry are gone."""
    first = rules_of(Desk(frame_until(OPENED.replace(second=0))))
    trade = opened(make_trade(side, leverage), first)
    stop, profit = first.stop_rate(trade, 100.0), first.take_profit(trade, OPENED)
    again = rules_of(Desk(frame_until(OPENED + timedelta(days=9)), stop_atr=1.0, take_profit_atr=2.0))
    assert again.stop_rate(trade, 100.0) == stop and again.take_profit(trade, OPENED) == profit
    assert stop == pytest.approx(100 * (1 - 5 * 0.0049 * (1 if side == "long" else -1)))


@pytest.mark.parametrize(("side", "leverage"), [("long", 1.0), ("long", 3.0), ("short", 1.0), ("short", 3.0)])
def test_stop_is_one_price_whatever_the_rate(database, side, leverage) -> None:
    rules = rules_of(Desk(frame_until(OPENED)))
    trade = opened(make_trade(side, leverage), rules)
    expected = pytest.approx(97.55 if side == "long" else 102.45, abs=0.02)
    for rate in (100.0, 101.3, 99.1, 98.77, 101.9):
        assert placed(trade, rules, rate) == expected
    assert rules.stop(trade, OPENED, 100.0) is None  # it stands already: not a trailing stop


@pytest.mark.parametrize("side", ["long", "short"])
def test_break_even_and_trailing_only_tighten(database, side) -> None:
    sign = 1 if side == "long" else -1
    desk = Desk(frame_until(OPENED), break_even_atr=2.0, trailing_start_atr=4.0, trailing_atr=3.0)
    rules = rules_of(desk)
    trade = opened(make_trade(side), rules)
    atr = 100 * trade.get_custom_data("atr")
    gains = np.array([0.0, 1.0, 2.1, 1.0, 4.5, 3.0, 6.0, 3.1])  # of the rate, in ATRs
    stops = sign * (np.array([placed(trade, rules, 100 + sign * gain * atr) for gain in gains]) - 100)
    even = 100 * 0.003
    best = np.maximum.accumulate(gains)
    expected = np.where(best < 2, -5 * atr, np.where(best < 4, even, np.maximum(even, (best - 3) * atr)))
    assert stops == pytest.approx(expected, abs=0.02)
    assert (np.diff(stops) >= 0).all()


def test_stop_that_the_price_has_passed_before_it_stood_ends_the_trade_now(database) -> None:
    rules = rules_of(Desk(frame_until(OPENED)))
    trade = opened(make_trade(), rules)
    assert placed(trade, rules, 95.0) >= 95.0


@pytest.mark.parametrize("leverage", [1.0, 4.0])
def test_no_stop_risks_more_of_the_stake_than_the_strategys_stoploss(database, leverage) -> None:
    rules = rules_of(Desk(frame_until(OPENED)), stops={"kind": "fixed", "fixed_frac": 0.5})
    trade = opened(make_trade("long", leverage), rules)
    assert placed(trade, rules, 100.0) == pytest.approx(100 * (1 - 0.25 / leverage), abs=0.01)


@pytest.mark.parametrize(("side", "leverage"), [("long", 1.0), ("long", 3.0), ("short", 1.0), ("short", 3.0)])
def test_take_profit_is_a_price_after_fees_and_leverage(database, side, leverage) -> None:
    rules = rules_of(Desk(frame_until(OPENED)))
    trade = opened(make_trade(side, leverage), rules)
    target = 100 * (1 + 8 * trade.get_custom_data("atr") * (1 if side == "long" else -1))
    profit = rules.take_profit(trade, OPENED)
    assert profit is not None
    assert trade.calc_close_rate_for_roi(profit) == pytest.approx(target, rel=1e-7)


def test_take_profit_of_nothing_is_none(database) -> None:
    rules = rules_of(Desk(frame_until(OPENED), take_profit_atr=0.0))
    assert rules.take_profit(opened(make_trade(), rules), OPENED) is None


@pytest.mark.parametrize("frame", [pd.DataFrame(), frame_until(OPENED).drop(columns=PROBABILITY),
                                   frame_until(OPENED).assign(**{ATR_FRAC: np.nan})])  # fmt: skip
def test_trade_of_which_nothing_is_known_has_the_fixed_stop(database, frame) -> None:
    desk = Desk(frame, break_even_atr=1.0, trailing_start_atr=1.0)
    rules = rules_of(desk, stops={"fixed_frac": 0.03})
    trade = opened(make_trade(), rules)
    assert placed(trade, rules, 100.0) == pytest.approx(97.0)
    assert placed(trade, rules, 110.0) == pytest.approx(97.0)
    assert rules.take_profit(trade, OPENED) is None
    assert trade.get_all_custom_data() == []
    desk.frame = frame_until(OPENED)  # the bot has analysed its first candles
    assert placed(trade, rules, 100.0) > 97.0


def test_forced_trade_without_a_prediction_has_its_atr_stop(database) -> None:
    rules = rules_of(Desk(frame_until(OPENED, probability=np.nan)))
    trade = opened(make_trade(), rules)
    assert placed(trade, rules, 100.0) == pytest.approx(100 * (1 - 5 * 0.0049), abs=0.02)
    assert trade.get_custom_data("confidence") == 0.0


def test_second_epoch_of_hyperopt_forgets_the_first() -> None:
    """Trades count from 1 again, at the same candles, with other parameters."""
    disable_database_use("5m")
    try:
        desk = Desk(frame_until(OPENED))
        rules = rules_of(desk)
        for stop_atr in (5.0, 2.0):
            desk.stop_atr.value = stop_atr
            trade = LocalTrade(
                id=1, pair="BTC/USDT", open_rate=100.0, open_date=OPENED, fee_open=0.0, fee_close=0.0,
                stake_amount=100.0, amount=1.0, leverage=1.0, is_short=False, exchange="binance", orders=[],
            )  # fmt: skip
            rules.order_filled(trade, SimpleNamespace(ft_order_side="buy"), OPENED)
            assert rules.stop_rate(trade, 100.0) == pytest.approx(100 * (1 - stop_atr * 0.0049))
    finally:
        enable_database_use()


@pytest.mark.parametrize("side", ["long", "short"])
def test_time_limit(database, side) -> None:
    desk = Desk(frame_until(OPENED + timedelta(hours=1)))
    rules, trade = rules_of(desk), make_trade(side)
    due = OPENED.replace(second=0) + HORIZON * CANDLE

    def reason(at: datetime, closed: datetime, signal: int = 0) -> str | None:
        desk.frame = frame_until(closed, **{f"enter_{side}": signal})
        return rules.exit_reason(trade, at, 100.0, 0.0)

    second = timedelta(seconds=1)
    assert reason(due - second, due - CANDLE) is None
    assert reason(due + second, due) == "time_limit"
    assert reason(due + second, due, signal=1) is None  # it would be entered again
    assert reason(due + second, due - CANDLE) is None  # the newest candle is not there yet
    assert reason(due + CANDLE + second, due - CANDLE, signal=1) == "time_limit"  # it does not come
    assert reason(due + 5 * CANDLE, due + 5 * CANDLE) == "time_limit"


def test_time_limit_of_the_trader(database) -> None:
    trade, late = make_trade(), OPENED + timedelta(days=2)
    desk = Desk(frame_until(late))
    assert rules_of(desk, signals={"max_candles": 0}).exit_reason(trade, late, 100.0, 0.0) is None
    rules = rules_of(desk, signals={"max_candles": 600})
    assert rules.exit_reason(trade, late, 100.0, 0.0) is None
    assert rules.exit_reason(trade, late + timedelta(hours=3), 100.0, 0.0) == "time_limit"


HOOKS = {"custom_stoploss": "stop", "custom_roi": "take_profit", "custom_exit": "exit_reason"}


@pytest.mark.parametrize("hook", HOOKS)
def test_freqtrade_does_not_copy_the_trade_for_hooks_that_only_read_it(backtest, hook, monkeypatch) -> None:
    """Copies were a third of an epoch of hyperopt; a hook that a trader writes still gets one."""

    shipped: Any = type(backtest.strategy)

    class Own(shipped):
        pass

    def own(self, trade, **kwargs):
        return trade

    setattr(Own, hook, own)
    monkeypatch.setattr(backtest.strategy.rules, HOOKS[hook], lambda trade, *_: trade)
    trade = backtest.trades[0]
    given = dict.fromkeys(signature(getattr(IStrategy, hook)).parameters) | {"trade": trade}
    del given["self"], given["kwargs"]
    assert strategy_safe_wrapper(getattr(backtest.strategy, hook))(**given) is trade
    copied = strategy_safe_wrapper(getattr(Own.__new__(Own), hook))(**given)
    assert copied is not trade and copied.id == trade.id


def test_freqtrade_does_not_copy_the_trade_that_may_be_trimmed(backtest, monkeypatch) -> None:
    """It asks on each candle of each trade, and once a day there is an answer."""
    monkeypatch.setattr(backtest.strategy.rules, "trim", lambda trade, *_: (-1.0, trade))
    trade = backtest.trades[0]
    given = dict.fromkeys(signature(IStrategy.adjust_trade_position).parameters) | {"trade": trade}
    del given["self"], given["kwargs"]
    assert strategy_safe_wrapper(backtest.strategy.adjust_trade_position)(**given)[1] is trade


@pytest.mark.parametrize("side", ["long", "short"])
def test_hooks_change_nothing_of_a_trade(database, side) -> None:
    late = OPENED + timedelta(hours=2)
    desk = Desk(frame_until(late), break_even_atr=1.0, trailing_start_atr=1.0)
    rules, restarted = rules_of(desk), rules_of(desk)
    trade = opened(make_trade(side), rules)

    def state() -> list[dict[str, Any]]:
        rows = (trade, *trade.orders)
        return [{field.key: getattr(row, field.key) for field in type(row).__table__.c} for row in rows]

    before = state()
    for each in (rules, restarted):
        for rate in (90.0, 99.0, 104.0, 120.0):
            each.stop(trade, late, rate)
        assert each.take_profit(trade, late) is not None
        assert each.exit_reason(trade, late, 100.0, 0.0) == "time_limit"
    assert state() == before


# --- stake ----------------------------------------------------------------------------------------


HALF = 1.5**0.5 / (1 + 1.5**0.5)
"""A probability of 0.6 at half its log-odds, as shipped."""


def stake(rules: TradeRules, side: str = "long", **given: Any) -> float:
    given = {"min_stake": 5.0, "max_stake": 9_000.0, "leverage": 1.0} | given
    return rules.stake("BTC/USDT", OPENED, 100.0, 2_000.0, side=side, **given)


@pytest.mark.parametrize(
    ("regime", "side", "expected"),
    [
        ({}, "long", 10_000 * 0.02 * (0.5 + 0.05 / 0.45)),
        ({}, "short", 10_000 * 0.02 * 0.5),
        ({"rule": "freqtrade"}, "long", 2_000),
        ({"rule": "freqtrade", "max_position_frac": 0.1}, "long", 1_000),
        ({"rule": "kelly"}, "long", 10_000 * 0.25 * (HALF - (1 - HALF))),
        ({"rule": "kelly", "probability_slope": 1.0}, "long", 10_000 * 0.25 * (0.6 - 0.4)),
        ({"rule": "kelly"}, "short", 0),
        ({"rule": "kelly", "payoff": 2.0}, "long", 10_000 * 0.25 * (HALF - (1 - HALF) / 2)),
        ({"rule": "kelly", "probability_slope": 0.0}, "long", 0),
        ({"regime_factors": {"bull": 0.5}}, "long", 100 * (0.5 + 0.05 / 0.45)),
        ({"regime_factors": {"bull": 0.0}}, "long", 0),
        ({"target_atr_frac": 0.0049 / 2}, "long", 100 * (0.5 + 0.05 / 0.45)),
        ({"risk_frac": 1.0, "max_exposure_frac": 0.2}, "long", 2_000),
    ],
)  # fmt: skip
def test_rules_of_the_stake(database, regime, side, expected) -> None:
    assert stake(rules_of(Desk(frame_until(OPENED)), stake=regime), side) == pytest.approx(expected)


def test_open_trades_count_towards_the_exposure_with_their_leverage(database) -> None:
    make_trade("long", 3.0)
    rules = rules_of(Desk(frame_until(OPENED)), stake={"risk_frac": 1.0, "max_exposure_frac": 0.1})
    assert stake(rules) == pytest.approx(1_000 - 300)
    assert stake(rules, leverage=2.0) == pytest.approx((1_000 - 300) / 2)


def test_nothing_known_stakes_half_the_base_or_nothing(database) -> None:
    assert stake(rules_of(Desk(pd.DataFrame()))) == pytest.approx(100)
    assert stake(rules_of(Desk(pd.DataFrame()), stake={"rule": "kelly"})) == 0


@pytest.mark.parametrize("given", [{"max_stake": 3.0}, {"max_stake": -1.0}, {"max_stake": np.nan}])
def test_no_room_is_no_trade(database, given, caplog) -> None:
    caplog.set_level("INFO")
    rules = rules_of(Desk(frame_until(OPENED)))
    assert [stake(rules, **given), stake(rules, **given)] == [0, 0]
    assert "BTC/USDT" in caplog.text


@pytest.mark.parametrize(
    ("least", "told"), [(5.0, "5"), (0.0001, "0.0001"), (100.0, "100"), (1.5e-5, "0.000015")]
)
def test_the_least_stake_is_told_in_any_currency(database, caplog, least, told) -> None:
    caplog.set_level("INFO")
    assert stake(rules_of(Desk(frame_until(OPENED))), min_stake=least, max_stake=least / 2) == 0
    assert f"leaves less than the minimum of {told}\n" in caplog.text


def test_payoff_is_measured_on_closed_trades(database) -> None:
    for number, profit in enumerate((0.04, -0.02, 0.02, -0.01)):
        trade = make_trade(close_date=OPENED + timedelta(hours=number), close_profit=profit)
        trade.is_open = False
    Trade.commit()
    assert closed_profits() == [0.04, -0.02, 0.02, -0.01]
    measured = rules_of(Desk(frame_until(OPENED)), stake={"rule": "kelly", "kelly_min_trades": 4})
    assert stake(measured) == pytest.approx(10_000 * 0.25 * (HALF - (1 - HALF) / 2))
    waiting = rules_of(Desk(frame_until(OPENED)), stake={"rule": "kelly", "kelly_min_trades": 5})
    assert stake(waiting) == pytest.approx(10_000 * 0.25 * (HALF - (1 - HALF)))
