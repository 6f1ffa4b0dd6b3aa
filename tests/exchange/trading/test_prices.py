"""The path of the candles as the desk sees it."""

from decimal import Decimal

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from auriga_exchange import CandleSeries, CandleStore
from auriga_exchange.trading import Leg, PriceSource
from auriga_exchange.wire._refusals import RequestError

MINUTE = 60_000


@pytest.fixture(scope="module")
def prices() -> PriceSource:
    opens_at = np.array([0, 1, 5]) * MINUTE  # three minutes are missing
    values = np.array([[100.0, 106, 97, 103, 30], [103.0, 104, 99, 100, 60], [90.0, 91, 89, 90, 3]])
    return PriceSource(CandleStore({("BTC", "USDT"): {"1m": CandleSeries("1m", opens_at, values)}}))


def test_the_path_has_the_turns_of_the_candles(prices: PriceSource) -> None:
    legs = list(prices.path("BTCUSDT", 0, 10 * MINUTE))
    turns = [int(leg.first) for leg in legs] + [int(legs[-1].last)]
    assert turns == [100, 97, 106, 103, 104, 99, 90, 89, 91, 90]
    assert [leg.starts_at for leg in legs[:3]] == [0, 20_000, 40_000]
    assert sum(leg.volume for leg in legs) == 93


def test_the_path_agrees_with_the_price_that_is_served(prices: PriceSource) -> None:
    for now in range(0, 2 * MINUTE, 1_700):
        (leg, *_) = prices.path("BTCUSDT", now, now)
        share = Decimal(now - leg.starts_at) / (leg.ends_at - leg.starts_at)
        assert abs(leg.first + (leg.last - leg.first) * share - prices.price("BTCUSDT", now)) < Decimal(
            "1e-7"
        )


def test_a_hole_has_no_path_and_no_volume(prices: PriceSource) -> None:
    assert list(prices.path("BTCUSDT", 2 * MINUTE + 1, 5 * MINUTE - 1)) == []
    assert prices.volume("BTCUSDT", 2 * MINUTE, 5 * MINUTE) == 0
    assert prices.price("BTCUSDT", 4 * MINUTE) == 100
    assert prices.volume("BTCUSDT", 30_000, 90_000) == pytest.approx(45)


def test_before_the_first_candle_there_is_no_price(prices: PriceSource) -> None:
    with pytest.raises(RequestError, match="Invalid symbol"):
        prices.price("BTCUSDT", -1)


@example(first=1, last=4, level=2, below=True)  # a third of a minute, which has no finite decimals
@given(first=st.integers(1, 50), last=st.integers(1, 50), level=st.integers(0, 51), below=st.booleans())
def test_a_leg_tells_exactly_when_it_is_beyond_a_level(
    first: int, last: int, level: int, below: bool
) -> None:
    leg = Leg(100, 160, Decimal(first), Decimal(last), Decimal(1))
    there = [
        at
        for at in range(100, 161)
        for price in [first + Decimal(last - first) * (at - 100) / 60]
        if (price <= level if below else price >= level)
    ]
    times = leg.times(Decimal(level), below=below)
    assert times == ((there[0], there[-1]) if there else None)
