"""Funding rates and basis: each value from the candle on at which a live bot could have it."""

import numpy as np
import pandas as pd
import pytest

from auriga import features
from auriga.errors import CandleError

(PART,) = (part for part in features.FEATURE_PARTS if part.group == "funding")


def at(*moments: str) -> pd.DatetimeIndex:
    return pd.to_datetime([f"2025-01-{moment}" for moment in moments], utc=True)


@pytest.fixture
def candles() -> pd.DataFrame:
    """Two days of five-minute candles, each close one above the last."""
    close = 1000.0 + np.arange(576)
    frame = pd.DataFrame({"date": pd.date_range("2025-01-05", periods=576, freq="5min", tz="UTC")})
    return frame.assign(open=close, high=close, low=close, close=close, volume=1.0)


@pytest.fixture
def funding() -> pd.DataFrame:
    """Rates of 1, 2, 3 ... basis points every eight hours from New Year on."""
    settled = pd.date_range("2025-01-01", "2025-01-06 16:00", freq="8h", tz="UTC")
    return pd.DataFrame({"date": settled, "funding_rate": 1e-4 * np.arange(1, len(settled) + 1)})


@pytest.fixture
def mark() -> pd.DataFrame:
    """Mark prices at 01:00 and 02:00 of the first day."""
    return pd.DataFrame({"date": at("05 01:00", "05 02:00"), "close": [1000.0, 1030.0]})


def computed(candles, funding, mark) -> pd.DataFrame:
    frame = PART.compute(features.PairInputs(candles, funding=funding, mark=mark))
    return frame.set_index(pd.DatetimeIndex(candles["date"]))


def test_rate_counts_from_the_candle_that_opens_at_its_settlement(candles, funding, mark) -> None:
    rate = computed(candles, funding, mark)["funding_rate"]
    # The 13th rate is settled at midnight of the 5th, the 14th at eight.
    assert rate[at("05 00:00", "05 07:55", "05 08:00", "05 15:55", "05 16:00")].tolist() == pytest.approx(
        [13, 13, 14, 14, 15]
    )


def test_mean_of_the_nine_rates_of_three_days(candles, funding, mark) -> None:
    mean = computed(candles, funding, mark)["funding_mean"]
    assert mean[at("05 08:00")].tolist() == pytest.approx([np.mean(range(6, 15))])
    # With rates from the 3rd only, three days of them are known at midnight of the 6th.
    short = computed(candles, funding.iloc[6:], mark)["funding_mean"]
    assert short.first_valid_index() == at("06 00:00")[0]
    assert short[at("06 00:00")].tolist() == pytest.approx([np.mean(range(8, 17))])


def test_basis_compares_prices_of_the_same_moment(candles, funding, mark) -> None:
    basis = computed(candles, funding, mark)["funding_basis"]
    # The candle of 00:55 closes at one o'clock with 1011, where the mark price is 1000; the one of 01:55
    # closes with 1023, where it is 1030.
    assert basis[at("05 01:00", "05 01:55")].tolist() == pytest.approx([110.0, 110.0], rel=1e-5)
    assert basis[at("05 02:00")].tolist() == pytest.approx([1e4 * (1023 / 1030 - 1)], rel=1e-5)
    assert basis.first_valid_index() == at("05 01:00")[0]


def test_nothing_is_carried_for_more_than_a_day(candles, funding, mark) -> None:
    frame = computed(candles, funding.iloc[:13], mark)
    assert frame["funding_rate"].last_valid_index() == at("06 00:00")[0]
    assert frame["funding_basis"].last_valid_index() == at("06 02:00")[0]


def test_later_data_changes_nothing_earlier(candles, funding, mark) -> None:
    whole = computed(candles, funding, mark)
    stop = at("05 08:00")[0]
    cut = computed(candles, funding[funding["date"] < stop], mark[mark["date"] < stop])
    pd.testing.assert_frame_equal(cut[cut.index < stop], whole[whole.index < stop])


@pytest.mark.parametrize("absent", ["funding", "mark"])
def test_without_futures_data_the_remedy_is_named(candles, funding, mark, absent) -> None:
    for nothing in (None, pd.DataFrame()):
        given = {"funding": funding, "mark": mark} | {absent: nothing}
        with pytest.raises(CandleError, match=f"no data .{absent}.*download-data --trading-mode futures"):
            PART.compute(features.PairInputs(candles, **given))


def test_funding_is_off_unless_asked_for() -> None:
    assert "funding" in features.FEATURE_GROUPS
    assert "funding" not in features.DEFAULT_GROUPS
