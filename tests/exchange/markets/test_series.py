"""What a series shows at a given time: never the future."""

import numpy as np
import pytest

from auriga.typing import FloatArray
from auriga_exchange import CandleSeries, resample_series

MINUTE = 60_000


@pytest.fixture
def minutes() -> CandleSeries:
    rng = np.random.default_rng(0)
    close = (100 + np.cumsum(rng.normal(size=240))).round(6)
    open_ = np.r_[100.0, close[:-1]]
    high, low = np.maximum(open_, close) + 0.5, np.minimum(open_, close) - 0.5
    values = np.column_stack([open_, high, low, close, rng.random(240)])
    return CandleSeries("1m", np.arange(240) * MINUTE, values)


def test_complete_candles_do_not_depend_on_the_clock(minutes: CandleSeries) -> None:
    everything = minutes.select(now=10**12).values
    for now in range(0, 240 * MINUTE, 7_919):
        rows = minutes.select(now=now)
        complete = minutes.closed(now)
        assert len(rows.values) == complete + 1
        np.testing.assert_array_equal(rows.values[:complete], everything[:complete])


def test_nothing_that_opens_after_the_clock_is_shown(minutes: CandleSeries) -> None:
    for now in (0, 59_999, 60_000, 60_001, 3_599_999):
        assert minutes.select(now=now).opens_at[-1] <= now
    assert len(minutes.select(now=-1).opens_at) == 0


@pytest.mark.parametrize("timeframe", ["1m", "15m", "1h"])
def test_the_running_candle_grows_into_the_complete_one(minutes: CandleSeries, timeframe: str) -> None:
    series = minutes if timeframe == "1m" else resample_series(minutes, timeframe)
    final = series.values[1]
    opens_at = int(series.opens_at[1])
    seen = [running_values(series, now) for now in range(opens_at, opens_at + series.step, series.step // 50)]
    assert all(values[0] == final[0] for values in seen)
    assert all(final[2] <= values[2] <= values[3] <= values[1] <= final[1] for values in seen)
    assert np.all(np.diff([values[1] for values in seen]) >= 0)
    assert np.all(np.diff([values[2] for values in seen]) <= 0)
    assert np.all(np.diff([values[4] for values in seen]) >= -1e-12)
    np.testing.assert_allclose(running_values(series, opens_at + series.step - 1), final, atol=1e-3)


def running_values(series: CandleSeries, now: int) -> FloatArray:
    return series.select(now=now, limit=1).values[0]


def test_running_candle_is_the_same_on_every_timeframe(minutes: CandleSeries) -> None:
    slow = resample_series(minutes, "1h")
    now = 100 * MINUTE + 12_345
    assert running_values(slow, now)[3] == running_values(minutes, now)[3]
    assert running_values(slow, now)[0] == minutes.values[60, 0]


def test_partly_covered_candles_are_not_resampled(minutes: CandleSeries) -> None:
    cut = CandleSeries("1m", minutes.opens_at[5:230], minutes.values[5:230])
    assert (resample_series(cut, "15m").opens_at // MINUTE).tolist() == list(range(15, 225, 15))


def test_values_of_the_source_are_never_changed(minutes: CandleSeries) -> None:
    before = minutes.values.copy()
    minutes.select(now=90_000)
    resample_series(minutes, "15m").select(now=1_000_000)
    np.testing.assert_array_equal(minutes.values, before)
