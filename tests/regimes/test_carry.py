"""A slow candle's regime reaches fast candles when it is known, not before."""

import numpy as np
import pandas as pd
import pytest

from auriga.errors import ParameterError
from auriga.regimes import carry_regimes
from auriga.typing import Regime, RegimeStatus


def slow(days: int) -> pd.DataFrame:
    regimes = np.resize([Regime.BULL, Regime.BEAR, Regime.SIDEWAYS], days)
    dates = pd.date_range("2025-01-01", periods=days, tz="UTC", unit="ms")
    return pd.DataFrame(
        {
            "date": dates,
            "regime": regimes,
            "regime_age": np.arange(float(days)),
            "regime_confidence": 1 - 0.5 / np.arange(1.0, days + 1),
            "regime_status": np.zeros(days, dtype=np.int8),
        }
    )


def fast(start: str, end: str) -> pd.Series:
    return pd.Series(pd.date_range(start, end, freq="5min", tz="UTC", unit="us"))


def test_day_is_known_at_its_close() -> None:
    dates = fast("2025-01-01", "2025-01-03 12:00")
    carried = carry_regimes(slow(3), "1d", dates, "5m")["regime"]
    for date, regime in zip(dates, carried, strict=True):
        closed_days = (date + pd.Timedelta("5min") - pd.Timestamp("2025-01-01", tz="UTC")).days
        assert regime == (slow(3)["regime"][closed_days - 1] if closed_days else Regime.UNKNOWN)


def test_later_slow_candles_change_nothing_before() -> None:
    dates = fast("2025-01-01", "2025-01-04 23:50")
    pd.testing.assert_frame_equal(
        carry_regimes(slow(3), "1d", dates, "5m"), carry_regimes(slow(30), "1d", dates, "5m")
    )


def test_agrees_with_freqtrades_own_merge() -> None:
    from freqtrade.strategy import merge_informative_pair

    dates = fast("2025-01-01", "2025-01-06")
    frame = pd.DataFrame({"date": dates.astype("datetime64[ms, UTC]")})
    merged = merge_informative_pair(frame, slow(6), "5m", "1d", ffill=True)["regime_1d"]
    carried = carry_regimes(slow(6), "1d", dates, "5m")["regime"]
    np.testing.assert_array_equal(merged.fillna(Regime.UNKNOWN).astype(int), carried)


def test_missing_source_becomes_unknown_after_two_days() -> None:
    dates = fast("2025-01-02 23:55", "2025-01-06")
    carried = carry_regimes(slow(2), "1d", dates, "5m")
    unknown = carried["regime"] == Regime.UNKNOWN
    assert dates[unknown].iloc[0] == pd.Timestamp("2025-01-05", tz="UTC")
    assert carried.loc[unknown, "regime_age"].isna().all()


def test_status_tells_the_three_kinds_of_unknown_apart() -> None:
    source = slow(2)
    source["regime"] = [Regime.BULL, Regime.UNKNOWN]
    source["regime_status"] = [RegimeStatus.KNOWN, RegimeStatus.LOW_CONFIDENCE]
    dates = pd.Series(
        pd.to_datetime(
            [
                "2025-01-01 23:50",
                "2025-01-01 23:55",
                "2025-01-02 23:55",
                "2025-01-04 23:55",
                "2025-01-05 00:00",
            ],
            utc=True,
        )
    )
    carried = carry_regimes(source, "1d", dates, "5m")
    assert carried["regime_status"].tolist() == [
        RegimeStatus.WARM_UP,
        RegimeStatus.KNOWN,
        RegimeStatus.LOW_CONFIDENCE,
        RegimeStatus.LOW_CONFIDENCE,
        RegimeStatus.SOURCE_MISSING,
    ]
    np.testing.assert_array_equal(carried["regime_confidence"], [np.nan, 0.5, 0.75, 0.75, np.nan])
    assert carried.dtypes.astype(str).tolist() == ["int8", "float64", "float64", "int8"]


def test_no_slow_candles_mean_unknown() -> None:
    carried = carry_regimes(slow(0), "1d", fast("2025-01-01", "2025-01-02"), "5m")
    assert set(carried["regime"]) == {Regime.UNKNOWN}
    assert set(carried["regime_status"]) == {RegimeStatus.SOURCE_MISSING}


def test_index_of_dates_is_kept() -> None:
    dates = fast("2025-01-01", "2025-01-02")
    dates.index += 100
    assert carry_regimes(slow(2), "1d", dates, "5m").index.equals(dates.index)


def test_faster_regime_timeframe_is_refused() -> None:
    with pytest.raises(ParameterError, match="1h is faster"):
        carry_regimes(slow(2), "1h", fast("2025-01-01", "2025-01-02"), "1d")
