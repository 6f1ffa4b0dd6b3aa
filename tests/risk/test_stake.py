"""Confidence, the seed rule and volatility targeting: textbook numbers, then properties."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auriga.risk import confidence, confidence_stake, volatility_factor

unit = st.floats(0, 1)
sides = st.sampled_from(["long", "short"])
positive = st.floats(1e-9, 1e9)


def test_confidence_by_hand() -> None:
    assert confidence(0.775, 0.55, "long") == pytest.approx(0.5)
    assert confidence(0.225, 0.45, "short") == pytest.approx(0.5)
    assert confidence(1.0, 0.55, "long") == confidence(0.0, 0.45, "short") == 1
    assert confidence(0.55, 0.55, "long") == confidence(0.45, 0.45, "short") == 0
    assert confidence(1.0, 1.0, "long") == confidence(0.0, 0.0, "short") == 0


@given(unit, unit, sides)
def test_confidence_is_a_share_and_zero_unless_beyond(probability, threshold, side) -> None:
    value = confidence(probability, threshold, side)
    beyond = probability > threshold if side == "long" else probability < threshold
    assert 0 <= value <= 1
    if not beyond:
        assert value == 0


@given(unit, unit, unit, sides)
def test_confidence_grows_with_the_distance_from_the_threshold(one, other, threshold, side) -> None:
    near, far = sorted((one, other), reverse=side == "short")
    assert confidence(near, threshold, side) <= confidence(far, threshold, side)


@given(unit, unit)
def test_a_short_is_the_long_of_the_opposite_probability(probability, threshold) -> None:
    mirrored = confidence(1 - probability, 1 - threshold, "short")
    assert mirrored == pytest.approx(confidence(probability, threshold, "long"), abs=1e-9)


def test_the_seed_rule_by_hand() -> None:
    # 2 % of 10,000 at p = 0.64: confidence 0.2, so 0.7 times the base
    assert confidence_stake(10_000, 0.02, confidence(0.64, 0.55, "long")) == pytest.approx(140)


@given(st.floats(0, 1e12), unit, unit)
def test_the_seed_rule_stakes_half_to_one_and_a_half_of_the_base(capital, risk_frac, sure) -> None:
    base, stake = capital * risk_frac, confidence_stake(capital, risk_frac, sure)
    assert 0.5 * base <= stake <= 1.5 * base


def test_volatility_targeting_by_hand() -> None:
    assert [volatility_factor(atr, 0.004, most=3) for atr in (0.002, 0.004, 0.008)] == [2, 1, 0.5]
    assert [volatility_factor(atr, 0.004, most=3) for atr in (0.0, 0.0001, 0.1)] == [3, 3, 1 / 3]
    assert volatility_factor(0.1, None, most=3) == 1


@given(st.floats(0, 1e3), positive, st.floats(1, 100))
def test_the_volatility_factor_has_limits_both_ways(atr_frac, target, most) -> None:
    assert 1 / most <= volatility_factor(atr_frac, target, most=most) <= most


@given(st.floats(0, 1), st.floats(0, 1), positive, st.floats(1, 100))
def test_wilder_markets_never_get_more(one, other, target, most) -> None:
    calm, wild = sorted((one, other))
    assert volatility_factor(wild, target, most=most) <= volatility_factor(calm, target, most=most)


@given(st.floats(0.001, 0.01), st.floats(0.001, 0.01))
def test_within_the_limits_each_trade_swings_by_the_same_money(atr_frac, target) -> None:
    assert volatility_factor(atr_frac, target, most=10) * atr_frac == pytest.approx(target)
