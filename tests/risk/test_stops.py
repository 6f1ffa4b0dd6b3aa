"""A stop only ever moves with the trade."""

from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auriga.errors import RiskError
from auriga.risk import (
    break_even_stop,
    initial_stop,
    stop_distance,
    stop_price,
    take_profit_frac,
    tightened,
    trailing_stop,
)

sides = st.sampled_from(["long", "short"])
prices = st.floats(0.01, 1e6)
distances = st.floats(0.0001, 0.99)
paths = st.lists(st.floats(-0.2, 0.2), min_size=1, max_size=60)
multiples = st.floats(0, 20)
rules = st.fixed_dictionaries(
    {
        "open_rate": prices,
        "side": sides,
        "distance_frac": distances,
        "atr": st.floats(0, 1e4),
        "break_even_atr": multiples,
        "trailing_start_atr": multiples,
        "trailing_atr": multiples,
        "cost_frac": st.floats(0, 0.05),
    }
)


def best_rates(open_rate: float, side: str, moves: list[float]) -> list[float]:
    """Best rate after each candle of a random price path that starts at the entry."""
    rate, best, found = open_rate, open_rate, []
    for move in moves:
        rate *= 1 + move
        best = max(best, rate) if side == "long" else min(best, rate)
        found.append(best)
    return found


@given(rules, paths)
def test_the_stop_never_moves_against_the_trade(rule, moves) -> None:
    sign = 1 if rule["side"] == "long" else -1
    best = best_rates(rule["open_rate"], rule["side"], moves)
    stops = [stop_price(best_rate=rate, **rule) for rate in [rule["open_rate"], *best]]
    assert all(sign * later >= sign * earlier for earlier, later in pairwise(stops))
    first = initial_stop(rule["open_rate"], rule["distance_frac"], rule["side"])
    assert all(sign * stop >= sign * first for stop in stops)


@given(rules, paths)
def test_the_stop_never_stands_beyond_the_best_rate(rule, moves) -> None:
    sign = 1 if rule["side"] == "long" else -1
    for best in best_rates(rule["open_rate"], rule["side"], moves):
        assert sign * stop_price(best_rate=best, **rule) <= sign * best


@given(rules, paths)
def test_without_break_even_and_trailing_the_first_stop_stays(rule, moves) -> None:
    rule = rule | {"break_even_atr": 0, "trailing_start_atr": 0}
    first = initial_stop(rule["open_rate"], rule["distance_frac"], rule["side"])
    for best in best_rates(rule["open_rate"], rule["side"], moves):
        assert stop_price(best_rate=best, **rule) == first


def test_a_short_stop_by_hand() -> None:
    rule: dict[str, Any] = {
        "open_rate": 100.0, "side": "short", "distance_frac": 0.05, "atr": 1.0, "cost_frac": 0.003,
        "break_even_atr": 3, "trailing_start_atr": 6, "trailing_atr": 4,
    }  # fmt: skip
    stops = [stop_price(best_rate=rate, **rule) for rate in (101.0, 97.5, 97.0, 94.0, 90.0)]
    assert stops == pytest.approx([105, 105, 99.7, 98, 94])


def test_break_even_waits_until_the_costs_are_paid() -> None:
    rule: dict[str, Any] = {
        "open_rate": 100.0, "side": "long", "distance_frac": 0.05, "atr": 0.1, "cost_frac": 0.003,
        "break_even_atr": 1, "trailing_start_atr": 0, "trailing_atr": 4,
    }  # fmt: skip
    assert stop_price(best_rate=100.2, **rule) == 95
    assert stop_price(best_rate=100.4, **rule) == pytest.approx(100.3)


@given(prices, prices, sides)
def test_tightened_takes_the_nearer_one_in_any_order(one, other, side) -> None:
    assert tightened(one, other, side) == tightened(other, one, side)
    assert tightened(one, other, side) == (max(one, other) if side == "long" else min(one, other))


@given(prices, distances, sides)
def test_the_first_stop_stands_its_distance_away_on_the_losing_side(rate, distance, side) -> None:
    stop = initial_stop(rate, distance, side)
    assert stop > 0
    assert (rate - stop) / rate * (1 if side == "long" else -1) == pytest.approx(distance)


@given(prices, st.floats(0, 0.05), sides)
def test_break_even_pays_the_costs_and_no_more(rate, costs, side) -> None:
    gain = (break_even_stop(rate, costs, side) - rate) / rate * (1 if side == "long" else -1)
    assert gain == pytest.approx(costs, abs=1e-9)


@given(prices, prices, st.floats(0, 1e6), sides)
def test_the_trailing_stop_follows_and_is_a_price(one, other, distance, side) -> None:
    worse, better = sorted((one, other), reverse=side == "short")
    before, after = trailing_stop(worse, distance, side), trailing_stop(better, distance, side)
    assert min(before, after) >= 0
    assert tightened(before, after, side) == after


def test_distances_by_hand() -> None:
    atr: dict[str, Any] = {"kind": "atr", "atr_frac": 0.004, "stop_atr": 5.0, "fixed_frac": 0.5}
    assert stop_distance(factor=1, **atr) == pytest.approx(0.02)
    assert stop_distance(factor=2, **atr) == pytest.approx(0.04)
    assert stop_distance(factor=0.5, **atr | {"kind": "fixed"}) == 0.25
    assert stop_distance(factor=1, **atr | {"atr_frac": 0.0}) == 0.0001
    assert stop_distance(factor=1, **atr | {"atr_frac": 3.0}) == 0.99


@given(
    st.sampled_from(["atr", "fixed"]), st.floats(0, 1e6), st.floats(1e-6, 100), st.floats(1e-6, 0.999),
    st.floats(1e-6, 10), sides, prices,
)  # fmt: skip
def test_every_distance_is_one_that_a_stop_can_stand_at(
    kind, atr_frac, stop_atr, fixed_frac, factor, side, rate
) -> None:
    distance = stop_distance(
        kind=kind, atr_frac=atr_frac, stop_atr=stop_atr, fixed_frac=fixed_frac, factor=factor
    )
    assert 0 < distance <= 0.99
    assert initial_stop(rate, distance, side) > 0


def test_another_kind_or_side_is_refused() -> None:
    with pytest.raises(RiskError, match="'atr' or 'fixed'"):
        stop_distance(kind="wide", atr_frac=0.1, stop_atr=1, fixed_frac=0.1, factor=1)
    with pytest.raises(RiskError, match="'long' or 'short'"):
        tightened(1.0, 2.0, "buy")


@given(st.floats(0, 1), st.floats(0.1, 100), st.floats(1, 5))
def test_take_profit_is_proportional(atr_frac, multiple, times) -> None:
    assert take_profit_frac(atr_frac, multiple) == atr_frac * multiple
    assert take_profit_frac(atr_frac, multiple * times) >= take_profit_frac(atr_frac, multiple)
