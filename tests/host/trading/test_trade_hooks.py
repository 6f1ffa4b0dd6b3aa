"""What a trade keeps, and when it ends: fills that come again, other sides, numbers at their bounds."""

from datetime import timedelta
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import numpy as np
import pandas as pd
import pytest
from freqtrade.persistence import Order, Trade
from tests.host.signals.test_signals import candles
from tests.host.trading.test_trade_rules import (
    CANDLE,
    HORIZON,
    OPENED,
    Desk,
    database,
    frame_until,
    make_trade,
    opened,
    rules_of,
    stake,
)

from auriga.columns import ATR_FRAC, LONG_THRESHOLD, REGIME, SHORT_THRESHOLD
from auriga.host.signals import Thresholds, add_signal_columns
from auriga.host.trading import _capital as capital_module
from auriga.host.trading._capital import capital, closed_profits
from auriga.host.trading._entry_facts import EntryFacts, signal_row
from auriga.host.trading._leverage import _largest_position
from auriga.indicators import natr
from auriga.settings import parse_settings
from auriga.typing import Regime

assert database
NOON = OPENED.replace(second=0)
DUE = NOON + HORIZON * CANDLE


def fill(trade: Trade, side: str, at) -> Order:
    """One more filled order of a trade."""
    order = Order(
        ft_order_side=side, ft_pair=trade.pair, ft_is_open=False, status="closed", order_id=uuid4().hex,
        symbol=trade.pair, order_type="limit", side=side, price=100.0, average=100.0, amount=1.0, filled=1.0,
        remaining=0.0, ft_amount=1.0, ft_price=100.0, order_date=at, order_filled_date=at,
    )  # fmt: skip
    trade.orders.append(order)
    Trade.commit()
    return order


@pytest.mark.parametrize("side", ["buy", "sell"])
def test_what_was_known_at_entry_stays_whatever_is_filled_later(database, side) -> None:
    desk = Desk(frame_until(OPENED + timedelta(minutes=20)))
    rules = rules_of(desk)
    trade = opened(make_trade(), rules)
    before = rules.stop_rate(trade, 100.0)
    desk.stop_atr.value = 1.0
    rules.order_filled(trade, fill(trade, side, OPENED + timedelta(minutes=15)), OPENED)
    assert rules.stop_rate(trade, 100.0) == before
    assert rules_of(desk).stop_rate(trade, 100.0) == before


def test_it_is_read_from_the_candle_of_the_entry_and_not_of_its_fill(database) -> None:
    frame = frame_until(NOON + timedelta(minutes=20))
    trade = make_trade()
    trade.orders[0].order_filled_date = OPENED + timedelta(minutes=15)
    rules = rules_of(Desk(frame))
    rules.order_filled(trade, trade.orders[0], OPENED)
    atr = frame.set_index("date")[ATR_FRAC][NOON - CANDLE]
    assert trade.get_custom_data("atr") == pytest.approx(atr, abs=1e-6)


def test_the_next_trade_of_a_pair_has_facts_of_its_own(database) -> None:
    frame = frame_until(NOON + timedelta(hours=1))
    rules = rules_of(Desk(frame))
    first = opened(make_trade(), rules)
    first.is_open = False
    second = make_trade()
    second.open_date = OPENED + timedelta(minutes=30)
    Trade.commit()
    stops = [rules.stop_rate(trade, 100.0) for trade in (first, second)]
    later = frame.set_index("date")[ATR_FRAC][NOON + timedelta(minutes=25)]
    assert stops[1] == pytest.approx(100 * (1 - 5 * later), abs=1e-4)
    assert stops[0] > stops[1] + 0.1


@pytest.mark.parametrize(("side", "best", "stop"), [("long", 110.0, 108.04), ("short", 90.0, 91.96)])
def test_the_trailing_stop_follows_the_best_price_there_was(database, side, best, stop) -> None:
    """Whatever the price is now: a restarted bot has the best one from the trade itself."""
    rules = rules_of(Desk(frame_until(OPENED), trailing_start_atr=1.0, trailing_atr=4.0))
    trade = opened(make_trade(side), rules)
    trade.adjust_min_max_rates(best, best)
    for rate in (100.0, best):
        assert rules.stop_rate(trade, rate) == pytest.approx(stop)


def test_half_of_what_was_frozen_is_nothing() -> None:
    whole: dict[str, Any] = {"regime": "bull", "expert": "bull"} | dict.fromkeys(
        ("probability", "threshold", "confidence", "atr", "stop", "take_profit"), 0.5
    )
    assert EntryFacts.read(whole) == EntryFacts(**whole)
    for name in whole:
        assert EntryFacts.read({key: value for key, value in whole.items() if key != name}) is None


def test_the_factor_of_the_regime_widens_its_stop(database) -> None:
    desk = Desk(frame_until(OPENED))
    rules = rules_of(desk, stops={"regime_factors": {"bull": 2.0, "bear": 3.0}})
    assert rules.stop_rate(opened(make_trade(), rules), 100.0) == pytest.approx(100 * (1 - 10 * 0.0049))


def test_the_target_stands_at_its_own_distance(database) -> None:
    rules = rules_of(Desk(frame_until(OPENED), stop_atr=1.0, take_profit_atr=7.0))
    trade = opened(make_trade(), rules)
    assert trade.get_custom_data("take_profit") == pytest.approx(7 * 0.0049, abs=1e-6)


def test_the_target_of_a_short_never_lies_below_nothing(database) -> None:
    rules = rules_of(Desk(frame_until(OPENED), take_profit_atr=400.0))
    trade = opened(make_trade("short"), rules)
    assert rules.take_profit(trade, OPENED) == pytest.approx(trade.calc_profit_ratio(1.0))


@pytest.mark.parametrize(("side", "rate"), [("long", 95.0), ("short", 105.0)])
def test_a_stop_that_the_price_has_passed_is_an_answer(database, side, rate) -> None:
    rules = rules_of(Desk(frame_until(OPENED)))
    answer = rules.stop(opened(make_trade(side), rules), OPENED, rate)
    assert answer is not None and 0 < answer < 1e-9  # Freqtrade takes 0 for no answer


@pytest.mark.parametrize(("leverage", "stop"), [(1.0, 75.0), (4.0, 93.75)])
def test_no_stop_of_ours_risks_more_of_the_stake_than_stoploss(database, leverage, stop) -> None:
    """Ours, not the one that Freqtrade has placed before: with facts and without."""
    known = rules_of(Desk(frame_until(OPENED)), stops={"kind": "fixed", "fixed_frac": 0.5})
    assert known.stop_rate(opened(make_trade("long", leverage), known), 100.0) == pytest.approx(stop)
    unknown = rules_of(Desk(pd.DataFrame()), stops={"kind": "fixed", "fixed_frac": 0.5})
    assert unknown.stop_rate(make_trade("long", leverage), 100.0) == pytest.approx(stop)


def test_the_signal_of_a_backtest_is_the_candle_that_has_just_closed() -> None:
    """Freqtrade asks at the very open of the next candle; the frame may know later ones."""
    frame = frame_until(NOON + timedelta(hours=1))
    for at, opened_at in ((NOON, NOON - CANDLE), (NOON + CANDLE, NOON), (OPENED, NOON - CANDLE)):
        row = signal_row(frame, at, "5m")
        assert row is not None and frame["date"].iloc[row] == opened_at


def test_time_is_up_with_the_first_moment_of_the_candle(database) -> None:
    rules, trade = rules_of(Desk(frame_until(DUE))), make_trade()
    assert rules.exit_reason(trade, DUE, 100.0, 0.0) == "time_limit"
    assert rules.exit_reason(trade, DUE - timedelta(milliseconds=1), 100.0, 0.0) is None


def test_the_time_of_a_trade_begins_when_its_entry_was_filled(database) -> None:
    trade = make_trade()
    trade.orders[0].order_filled_date = OPENED + 2 * CANDLE
    Trade.commit()
    for at, expected in ((DUE + CANDLE, None), (DUE + 2 * CANDLE, "time_limit")):
        assert rules_of(Desk(frame_until(at))).exit_reason(trade, at, 100.0, 0.0) == expected


@pytest.mark.parametrize("side", ["long", "short"])
def test_a_candle_that_also_says_leave_keeps_no_trade(database, side) -> None:
    trade, other = make_trade(side), "short" if side == "long" else "long"
    for columns, expected in (
        ({f"enter_{side}": 1}, None),
        ({f"enter_{side}": 1, f"exit_{side}": 1}, "time_limit"),
        ({f"enter_{side}": 1, f"exit_{other}": 1}, None),
        ({f"enter_{other}": 1}, "time_limit"),
    ):
        rules = rules_of(Desk(frame_until(DUE, **columns)))
        assert rules.exit_reason(trade, DUE, 100.0, 0.0) == expected


# --- stakes -----------------------------------------------------------------------------------------


def test_an_unknown_regime_has_no_factor(database) -> None:
    frame = frame_until(OPENED, **{REGIME: int(Regime.UNKNOWN)})
    plain, factors = (rules_of(Desk(frame), stake=given) for given in ({}, {"regime_factors": {"bull": 0.5}}))
    assert stake(plain) == stake(factors) > 0


def test_without_an_atr_nothing_is_known(database) -> None:
    frame = frame_until(OPENED, probability=0.9).assign(**{ATR_FRAC: np.nan})
    assert stake(rules_of(Desk(frame))) == pytest.approx(10_000 * 0.02 * 0.5)


@pytest.mark.parametrize(
    ("stakes", "leverage", "expected"),
    [
        ({"max_position_frac": 0.1, "max_exposure_frac": 0.5}, 3.0, 3_000),
        ({"max_position_frac": 0.1, "max_exposure_frac": 0.2}, 3.0, 2_000),
    ],
)
def test_the_bracket_is_that_of_the_largest_position_with_its_leverage(stakes, leverage, expected) -> None:
    settings = parse_settings({"stake": stakes})
    assert _largest_position(Desk(pd.DataFrame()), settings, leverage) == pytest.approx(expected)


def test_a_short_is_as_sure_as_its_own_threshold_says(database) -> None:
    frame = frame_until(OPENED, probability=0.2).assign(**{LONG_THRESHOLD: 0.9, SHORT_THRESHOLD: 0.4})
    assert stake(rules_of(Desk(frame)), "short") == pytest.approx(10_000 * 0.02 * (0.5 + 0.2 / 0.4))
    assert stake(rules_of(Desk(frame)), "long") == pytest.approx(10_000 * 0.02 * 0.5)


def test_leverage_keeps_away_from_the_stop_without_leverage(database) -> None:
    """5 ATRs of 0.49 %: two of them are 4.9 % of the price, with 5 % of maintenance margin a tenth."""
    desk = Desk(frame_until(OPENED))
    desk.config = {"liquidation_buffer": 0.0}
    desk.stoploss = -0.99
    rules = rules_of(desk, leverage={"base": 20.0, "cap": 20.0, "liquidation_stops": 2.0})
    given = rules.leverage("BTC/USDT", OPENED, 100.0, max_leverage=125.0, side="long")
    assert given == float(int(1 / (2 * 5 * 0.0049 * 1.05 + 0.05)))
    unknown = rules_of(Desk(pd.DataFrame()), leverage={"base": 20.0, "cap": 20.0})
    assert unknown.leverage("BTC/USDT", OPENED, 100.0, max_leverage=125.0, side="long") == 1.0


def test_the_payoff_is_of_the_newest_closed_trades_alone(database, monkeypatch) -> None:
    monkeypatch.setattr(capital_module, "NEWEST_TRADES", 2)
    for hours, profit in ((3, 0.03), (1, 0.01), (2, 0.02)):
        make_trade(close_date=OPENED + timedelta(hours=hours), close_profit=profit).is_open = False
    make_trade(close_date=OPENED + timedelta(hours=9), close_profit=0.09)  # a part of it is sold
    Trade.commit()
    assert closed_profits() == [0.02, 0.03]


def test_a_bot_that_owes_has_no_capital() -> None:
    assert capital(SimpleNamespace(get_total_stake_amount=lambda: -50.0)) == 0.0


def test_the_atr_of_the_stop_has_its_own_period() -> None:
    frame = candles([0.6] * 60)
    frame["high"] += np.linspace(0, 3, 60)
    settings = parse_settings({"stops": {"atr_period": 5}})
    made = add_signal_columns(frame, settings, Thresholds(0.55, 0.45, 0.5))
    pd.testing.assert_series_equal(made[ATR_FRAC], natr(frame, period=5), check_names=False)
