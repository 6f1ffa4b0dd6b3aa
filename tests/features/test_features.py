"""Columns, types, values and the catalogue of the three feature functions."""

from typing import get_args

import numpy as np
import pandas as pd
import pytest

from auriga import features, indicators
from auriga.columns import feature
from auriga.datasets import simulate_market
from auriga.errors import CandleError, ParameterError
from auriga.settings import FeatureSettings, GroupName

LEADERS = ("BTC/USDT", "ETH/USDT")


@pytest.fixture(scope="module")
def candles() -> pd.DataFrame:
    return simulate_market(600, seed=5).candles


def computed(part: features.FeaturePart, candles: pd.DataFrame) -> pd.DataFrame:
    if part.each == "pair":
        return part.compute(with_everything(candles))
    return part.compute(candles, period=14) if part.each == "period" else part.compute(candles)


def with_everything(candles: pd.DataFrame) -> features.PairInputs:
    """Inputs of a pair that leave no group without its data."""
    dates = candles["date"]
    return features.PairInputs(
        candles.assign(bid=1.0, ask=2.0, delta=1.0, total_trades=3.0),
        dict.fromkeys(LEADERS, candles),
        funding=pd.DataFrame({"date": dates - pd.Timedelta(days=4), "funding_rate": 1e-4}),
        mark=candles[["date", "close"]],
    )


def named_columns(part: features.FeaturePart) -> list[str]:
    """Columns of a part, leader by leader where they have one."""
    endings = [pair.split("/")[0].lower() for pair in LEADERS]
    if not any("<leader>" in name for name in part.features):
        return list(part.features)
    return [name.replace("<leader>", ending) for ending in endings for name in part.features]


def part_name(part: features.FeaturePart) -> str:
    return f"{part.group}-{part.each}"


@pytest.mark.parametrize("part", features.FEATURE_PARTS, ids=part_name)
def test_catalogue_names_every_column(part, candles) -> None:
    frame = computed(part, candles)
    assert list(frame.columns) == named_columns(part)
    assert set(frame.dtypes) == {np.dtype("float32")}
    assert all(feature.meaning and feature.source for feature in part.features.values())
    assert all(name.startswith(f"{part.group}_") for name in part.features)


def test_names_are_unique_and_free_of_freqtrades_signs() -> None:
    names = [name for part in features.FEATURE_PARTS for name in part.features]
    assert len(names) == len(set(names))
    assert not any(set(name) & set("%&") for name in names)
    assert feature(names[0]) == "%-momentum_rsi"


def test_settings_know_the_same_groups_and_defaults() -> None:
    assert set(get_args(GroupName)) >= set(features.FEATURE_GROUPS)
    assert FeatureSettings().groups == features.DEFAULT_GROUPS


def test_group_can_be_left_out_and_an_unknown_one_is_refused(candles) -> None:
    frame = features.period_features(candles, period=14, groups=["volume"])
    assert {str(name).split("_")[0] for name in frame} == {"volume"}
    assert features.basic_features(candles, groups=["calendar"]).shape == (len(candles), 0)
    with pytest.raises(ParameterError, match="there is no feature group volum;"):
        features.basic_features(candles, groups=["volum"])


@pytest.mark.parametrize("period", [2, 14, 50])
def test_period_features_are_the_indicators_of_that_name(candles, period) -> None:
    frame = features.period_features(candles, period=period)
    expected = {
        "momentum_rsi": indicators.rsi(candles, period=period),
        "momentum_mfi": indicators.mfi(candles, period=period),
        "trend_adx": indicators.adx(candles, period=period),
        "trend_efficiency": indicators.efficiency_ratio(candles, period=period),
        "volatility_natr": indicators.natr(candles, period=period),
        "volatility_std": indicators.rolling_std(candles, period=period),
        "volatility_bollinger_width": indicators.bollinger_width(candles, period=period),
        "volatility_bollinger_position": indicators.bollinger_position(candles, period=period),
        "volume_relative": indicators.relative_volume(candles, period=period),
        "volume_vwap_distance": indicators.vwap_distance(candles, period=period),
        "volume_obv_slope": indicators.obv_slope(candles, period=period),
    }
    for name, values in expected.items():
        np.testing.assert_allclose(frame[name], values, rtol=1e-5, atol=1e-6, err_msg=name)


def test_distances_are_measured_in_volatility(candles) -> None:
    frame = features.period_features(candles, period=20)
    close = candles["close"]
    moved = np.log(close / close.shift(20)) / (np.log(close).diff().rolling(20).std() * np.sqrt(20))
    np.testing.assert_allclose(frame["momentum_roc"], moved, rtol=1e-5, atol=1e-6)
    in_atr = (close - indicators.ema(candles, period=20)) / indicators.ema(candles, period=20)
    in_atr *= close / indicators.atr(candles, period=20)
    np.testing.assert_allclose(frame["trend_ema_distance"], in_atr, rtol=1e-5, atol=1e-6)


def test_basic_features_from_their_definitions(candles) -> None:
    frame = features.basic_features(candles)
    open_, high, low, close = (candles[name] for name in ("open", "high", "low", "close"))
    atr, spread = indicators.atr(candles, period=14), high - low
    returns = np.log(close).diff()
    short, long = returns.rolling(20).std(), returns.rolling(100).std()
    top, bottom = np.maximum(open_, close), np.minimum(open_, close)
    expected = {
        "momentum_macd": indicators.macd_histogram(candles) / atr,
        "momentum_return_1": returns / short,
        "momentum_return_3": np.log(close).diff(3) / (short * np.sqrt(3)),
        "volume_zscore": indicators.volume_zscore(candles, period=20),
        "shape_body": (close - open_) / atr,
        "shape_range": spread / atr,
        "shape_upper_wick": (high - top) / spread,
        "shape_lower_wick": (bottom - low) / spread,
        "volatility_ratio": short / long,
    }
    for name, values in expected.items():
        np.testing.assert_allclose(frame[name], values, rtol=1e-4, atol=1e-5, err_msg=name)


def test_body_and_wicks_fill_the_range(candles) -> None:
    frame = features.basic_features(candles).dropna()
    body = (frame["shape_body"].abs() / frame["shape_range"]).to_numpy()
    filled = body + frame["shape_upper_wick"] + frame["shape_lower_wick"]
    np.testing.assert_allclose(filled, 1.0, atol=1e-4)


def test_features_do_not_know_the_price_or_the_unit_of_volume(candles) -> None:
    units = {"open": 2.0**-20, "high": 2.0**-20, "low": 2.0**-20, "close": 2.0**-20, "volume": 2.0**15}
    other = candles.assign(**{name: candles[name] * factor for name, factor in units.items()})
    for compute in (features.basic_features, lambda frame: features.period_features(frame, period=14)):
        pd.testing.assert_frame_equal(compute(other), compute(candles), rtol=1e-4, atol=1e-5)


def test_still_market_is_neutral(candles) -> None:
    still = candles.assign(open=7.3, high=7.3, low=7.3, close=7.3, volume=0.0)
    last = features.basic_features(still).iloc[-1]
    assert last["volatility_ratio"] == 1.0
    assert (last.drop("volatility_ratio").abs() < 1e-6).all()
    neutral = {
        "momentum_rsi": 50.0,
        "momentum_mfi": 50.0,
        "volatility_bollinger_position": 0.5,
        "volume_relative": 1.0,
    }
    by_period = features.period_features(still, period=14).iloc[-1]
    assert by_period[list(neutral)].to_dict() == neutral
    assert (by_period.drop(list(neutral)).abs() < 1e-6).all()


def test_steady_drift_stays_within_ten_deviations(candles) -> None:
    steady = pd.Series(100 * 1.001 ** np.arange(len(candles))) * (1 + 1e-7 * (np.arange(len(candles)) % 3))
    drifting = candles.assign(open=steady, high=steady, low=steady, close=steady)
    assert features.period_features(drifting, period=14)["momentum_roc"].dropna().max() == 10.0
    assert features.basic_features(drifting)["momentum_return_1"].dropna().max() == 10.0


def test_missing_column_and_bad_period_are_refused(candles) -> None:
    with pytest.raises(CandleError, match="volume"):
        features.basic_features(candles.drop(columns="volume"))
    with pytest.raises(ParameterError, match="period=1 "):
        features.period_features(candles, period=1)


def test_calendar_at_the_quarters_of_the_circle() -> None:
    hours = ["2025-01-06 00:00", "2025-01-06 06:00", "2025-01-06 12:00", "2025-01-06 18:00"]  # a Monday
    frame = features.calendar_features(pd.Series(pd.to_datetime(hours, utc=True)))
    np.testing.assert_allclose(frame["calendar_hour_sin"], [0, 1, 0, -1], atol=1e-7)
    np.testing.assert_allclose(frame["calendar_hour_cos"], [1, 0, -1, 0], atol=1e-7)
    np.testing.assert_allclose(frame["calendar_weekday_sin"], 0.0, atol=1e-7)
    np.testing.assert_allclose(frame["calendar_weekday_cos"], 1.0, atol=1e-7)


def test_calendar_knows_minutes_and_every_weekday() -> None:
    half_past = features.calendar_features(pd.Series(pd.to_datetime(["2025-01-08 01:30"], utc=True))).iloc[0]
    assert half_past["calendar_hour_sin"] == pytest.approx(np.sin(2 * np.pi * 1.5 / 24), abs=1e-6)
    assert half_past["calendar_weekday_sin"] == pytest.approx(np.sin(2 * np.pi * 2 / 7), abs=1e-6)
    week = pd.Series(pd.date_range("2025-01-06", periods=7, tz="UTC"))
    assert len(features.calendar_features(week).round(4).drop_duplicates()) == 7


def test_calendar_keeps_the_index_and_refuses_local_time() -> None:
    dates = pd.Series(pd.date_range("2025-01-06", periods=3, freq="h", tz="UTC"), index=[7, 8, 9])
    assert features.calendar_features(dates).index.tolist() == [7, 8, 9]
    for wrong in (dates.dt.tz_localize(None), dates.dt.tz_convert("Europe/Berlin"), dates.astype(str)):
        with pytest.raises(CandleError, match="utc=True"):
            features.calendar_features(wrong)
