"""No stake passes a cap, and no sequence of trades passes the exposure."""

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auriga.risk import capped_stake

amounts = st.floats(0, 1e9)
fracs = st.floats(1e-6, 1)
leverages = st.floats(1, 125)
orders = st.lists(
    st.one_of(
        st.tuples(st.just("open"), st.floats(0, 2000), leverages),
        st.tuples(st.just("close"), st.integers(0, 50), st.just(1.0)),
    ),
    max_size=60,
)


@given(
    amounts, amounts, leverages, fracs, amounts, st.floats(1e-6, 125), st.none() | amounts,
    st.floats(-1, 1e9) | st.just(math.inf),
)  # fmt: skip
def test_no_cap_is_passed(
    stake, capital, leverage, position, exposure, exposure_frac, min_stake, max_stake
) -> None:
    result = capped_stake(
        stake, capital=capital, leverage=leverage, max_position_frac=position, exposure=exposure,
        max_exposure_frac=exposure_frac, min_stake=min_stake, max_stake=max_stake,
    )  # fmt: skip
    least, most = min_stake or 0.0, exposure_frac * capital
    assert 0 <= result <= stake
    assert result <= max(0, max_stake)
    assert result <= position * capital
    assert result == 0 or result >= least
    assert result == 0 or exposure + result * leverage <= most * (1 + 1e-12)
    allowed = min(stake, max_stake, position * capital, (most - exposure) / leverage)
    if allowed < least or allowed <= 0:
        assert result == 0
    else:
        assert result == allowed  # no cap bites that is not there


def test_each_cap_by_hand() -> None:
    free: dict[str, Any] = {
        "capital": 1000.0, "leverage": 1.0, "max_position_frac": 1.0, "exposure": 0.0,
        "max_exposure_frac": 10.0, "min_stake": None, "max_stake": math.inf,
    }  # fmt: skip
    assert capped_stake(300, **free) == 300
    assert capped_stake(300, **free | {"max_position_frac": 0.1}) == 100
    assert capped_stake(300, **free | {"max_stake": 50.0}) == 50
    assert capped_stake(300, **free | {"exposure": 9900.0}) == 100
    assert capped_stake(300, **free | {"exposure": 9900.0, "leverage": 4.0}) == 25
    assert capped_stake(300, **free | {"exposure": 20_000.0}) == 0
    assert capped_stake(300, **free | {"min_stake": 300.0}) == 300
    assert capped_stake(300, **free | {"min_stake": 301.0}) == 0
    assert capped_stake(300, **free | {"max_stake": -1e-9}) == 0
    assert capped_stake(0, **free) == 0


@given(orders, st.floats(1, 1e5), fracs, st.floats(0.01, 10), st.floats(0, 100))
def test_random_portfolios_stay_within_the_exposure(todo, capital, position, exposure_frac, least) -> None:
    trades: list[tuple[float, float]] = []
    for action, value, leverage in todo:
        if action == "close":
            del trades[value : value + 1]
            continue
        held = sum(stake * times for stake, times in trades)
        stake = capped_stake(
            value, capital=capital, leverage=leverage, max_position_frac=position, exposure=held,
            max_exposure_frac=exposure_frac, min_stake=least, max_stake=math.inf,
        )  # fmt: skip
        if stake:
            trades.append((stake, leverage))
        assert sum(stake * times for stake, times in trades) <= exposure_frac * capital * (1 + 1e-9)


def test_a_full_portfolio_takes_no_more_until_one_is_closed() -> None:
    def next_stake(held: float) -> float:
        return capped_stake(
            400, capital=1000, leverage=2, max_position_frac=0.4, exposure=held, max_exposure_frac=2.0,
            min_stake=5, max_stake=math.inf,
        )  # fmt: skip

    held = 0.0
    stakes = []
    while stake := next_stake(held):
        stakes.append(stake)
        held += stake * 2
    assert stakes == [400, 400, 200]
    assert next_stake(held - 800) == pytest.approx(400)
