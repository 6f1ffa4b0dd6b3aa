"""Leverage stays within every limit, liquidation beyond the stop."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auriga.risk import leverage_for, leverage_within_liquidation, liquidation_distance_frac

leverages = st.floats(1, 125)
maintenance = st.floats(0, 0.5)
sides = st.sampled_from(["long", "short"])


@given(leverages, st.floats(0, 10), st.floats(0, 1), st.none() | st.floats(1e-6, 1), leverages, leverages)
def test_leverage_is_at_least_one_and_within_both_limits(base, factor, atr, target, cap, limit) -> None:
    value = leverage_for(
        base=base, factor=factor, atr_frac=atr, target_atr_frac=target, cap=cap, max_leverage=limit
    )
    assert 1 <= value <= min(cap, limit)
    assert value <= max(1, base * factor)


@given(leverages, st.floats(0, 1), st.floats(0, 1), st.floats(1e-6, 1))
def test_wilder_markets_never_get_more(base, one, other, target) -> None:
    calm, wild = (
        leverage_for(base=base, factor=1, atr_frac=atr, target_atr_frac=target, cap=125, max_leverage=125)
        for atr in sorted((one, other))
    )
    assert wild <= calm <= base


def test_leverage_by_hand() -> None:
    rule = {"base": 4.0, "factor": 1.0, "atr_frac": 0.01, "cap": 10.0, "max_leverage": 20.0}
    assert leverage_for(target_atr_frac=None, **rule) == 4
    assert leverage_for(target_atr_frac=0.005, **rule) == 2
    assert leverage_for(target_atr_frac=0.05, **rule) == 4
    assert leverage_for(target_atr_frac=None, **rule | {"factor": 0.0}) == 1
    assert leverage_for(target_atr_frac=None, **rule | {"factor": 9.0}) == 10
    assert leverage_for(target_atr_frac=None, **rule | {"max_leverage": 3.0}) == 3


@given(leverages, maintenance, sides)
def test_at_liquidation_the_margin_is_the_maintenance_margin(leverage, rate, side) -> None:
    distance, sign = liquidation_distance_frac(leverage, rate, side), 1 if side == "long" else -1
    assert 0 <= distance <= 1
    if distance > 0:  # entry at 1, one unit: margin plus the loss is the maintenance of what it is worth
        price = 1 - sign * distance
        assert 1 / leverage - distance == pytest.approx(rate * price, abs=1e-9)


def test_binances_formula_by_hand() -> None:
    # 1 BTC at 30,000 with 20x, maintenance 0.5 %: (WB - side * EP) / (MMR - side), WB = 1500
    long = (1500 - 30_000) / (0.005 - 1)
    short = (1500 + 30_000) / (0.005 + 1)
    assert 30_000 * (1 - liquidation_distance_frac(20, 0.005, "long")) == pytest.approx(long)
    assert 30_000 * (1 + liquidation_distance_frac(20, 0.005, "short")) == pytest.approx(short)
    assert liquidation_distance_frac(20, 0.005) == liquidation_distance_frac(20, 0.005, "short")
    assert liquidation_distance_frac(100, 0.02) == 0


@given(leverages, leverages, maintenance)
def test_more_leverage_is_liquidated_sooner_and_shorts_first(one, other, rate) -> None:
    low, high = sorted((one, other))
    assert liquidation_distance_frac(high, rate) <= liquidation_distance_frac(low, rate)
    assert liquidation_distance_frac(one, rate, "short") <= liquidation_distance_frac(one, rate, "long")


@given(leverages, st.floats(0.0001, 0.99), st.floats(1, 100), maintenance, sides)
def test_liquidation_is_never_nearer_than_asked(leverage, stop, stops, rate, side) -> None:
    value = leverage_within_liquidation(
        leverage, stop_frac=stop, liquidation_stops=stops, maintenance_frac=rate
    )
    assert 1 <= value <= leverage
    if value > 1:
        assert liquidation_distance_frac(value, rate, side) >= stop * stops * (1 - 1e-9)


@given(leverages, st.floats(0.0001, 0.2), st.floats(1, 5), st.floats(0, 0.05))
def test_no_leverage_is_given_away(leverage, stop, stops, rate) -> None:
    value = leverage_within_liquidation(
        leverage, stop_frac=stop, liquidation_stops=stops, maintenance_frac=rate
    )
    if value < leverage:
        assert liquidation_distance_frac(value * 1.001, rate) < stop * stops
