"""The groups oscillator, range, flow and profile: their columns, and that these stay moderate."""

import numpy as np
import pandas as pd
import pytest

from auriga import features, indicators
from auriga.datasets import simulate_market
from auriga.errors import ParameterError

GROUPS = ("oscillator", "range", "flow", "profile")


@pytest.fixture(scope="module")
def candles() -> pd.DataFrame:
    return simulate_market(600, seed=9).candles


def test_groups_are_offered_and_not_used_unless_asked_for(candles) -> None:
    assert set(GROUPS) <= set(features.FEATURE_GROUPS)
    assert not set(GROUPS) & set(features.DEFAULT_GROUPS)
    frame = features.period_features(candles, period=14)
    assert not {str(name).split("_")[0] for name in frame} & set(GROUPS)


@pytest.mark.parametrize("period", [2, 14, 50])
def test_period_features_are_the_indicators_of_that_name(candles, period) -> None:
    frame = features.period_features(candles, period=period, groups=GROUPS)
    expected = {
        "oscillator_stochastic": indicators.stochastic,
        "oscillator_stochastic_rsi": indicators.stochastic_rsi,
        "oscillator_aroon": indicators.aroon_oscillator,
        "range_parkinson": indicators.parkinson,
        "range_garman_klass": indicators.garman_klass,
        "range_yang_zhang": indicators.yang_zhang,
        "range_volatility_of_volatility": indicators.volatility_of_volatility,
        "flow_volume_ema_ratio": indicators.volume_ema_ratio,
        "flow_volume_change": indicators.volume_change,
        "flow_volume_spike": indicators.volume_spike,
        "flow_range_correlation": indicators.range_volume_correlation,
        "flow_chaikin_money_flow": indicators.chaikin_money_flow,
        "profile_control_distance": indicators.point_of_control_distance,
        "profile_value_area_position": indicators.value_area_position,
        "profile_value_area_width": indicators.value_area_width,
    }
    assert set(expected) | {"oscillator_trix"} == set(frame)
    for name, function in expected.items():
        values = function(candles, period=period)
        np.testing.assert_allclose(frame[name], values, rtol=1e-5, atol=1e-6, err_msg=name)
    deviation = np.log(candles["close"]).diff().rolling(period).std()
    trix = indicators.trix(candles, period=period) / deviation
    np.testing.assert_allclose(frame["oscillator_trix"], trix.clip(-10, 10), rtol=1e-4, atol=1e-5)


def test_basic_features_from_their_definitions(candles) -> None:
    frame = features.basic_features(candles, groups=GROUPS)
    close, volume = candles["close"], candles["volume"]
    deviation = np.log(close).diff().rolling(100).std() * np.sqrt(20)
    relative = volume / volume.rolling(20).mean()
    expected = {
        "oscillator_ultimate": indicators.ultimate_oscillator(candles),
        "oscillator_ppo": indicators.ppo(candles) * close / indicators.atr(candles, period=14),
        "oscillator_true_strength": indicators.true_strength(candles),
        "range_ewma_ratio": indicators.ewma_ratio(candles),
        "flow_session_vwap": (indicators.session_vwap_distance(candles) / deviation).clip(-10, 10),
        "flow_chaikin_oscillator": indicators.chaikin_oscillator(candles),
        "flow_relative_lag_1": relative.shift(1),
        "flow_relative_lag_2": relative.shift(2),
        "flow_relative_lag_3": relative.shift(3),
    }
    assert list(frame) == list(expected)
    for name, values in expected.items():
        np.testing.assert_allclose(frame[name], values, rtol=1e-4, atol=1e-5, err_msg=name)


@pytest.mark.parametrize("group", GROUPS)
def test_bad_period_is_refused_by_every_group_alone(candles, group) -> None:
    with pytest.raises(ParameterError, match="period=1 "):
        features.period_features(candles, period=1, groups=[group])


def test_features_do_not_know_the_price_or_the_unit_of_volume(candles) -> None:
    units = {"open": 2.0**-20, "high": 2.0**-20, "low": 2.0**-20, "close": 2.0**-20, "volume": 2.0**15}
    other = candles.assign(**{name: candles[name] * factor for name, factor in units.items()})
    for part in features.FEATURE_PARTS:
        if part.group in GROUPS:
            period = {"period": 14} if part.each == "period" else {}
            mine, theirs = part.compute(candles, **period), part.compute(other, **period)
            pd.testing.assert_frame_equal(theirs, mine, rtol=1e-4, atol=1e-5)


def test_still_and_silent_market_is_neutral(candles) -> None:
    still = candles.assign(open=7.3, high=7.3, low=7.3, close=7.3, volume=0.0)
    last = pd.concat(
        [
            features.period_features(still, period=14, groups=GROUPS).iloc[-1],
            features.basic_features(still, groups=GROUPS).iloc[-1],
        ]
    )
    neutral = {
        "oscillator_stochastic": 50.0,
        "oscillator_stochastic_rsi": 50.0,
        "oscillator_ultimate": 50.0,
        "range_ewma_ratio": 1.0,
        "flow_volume_ema_ratio": 1.0,
        "flow_relative_lag_1": 1.0,
        "flow_relative_lag_2": 1.0,
        "flow_relative_lag_3": 1.0,
        "profile_value_area_position": 0.5,
    }
    assert last[list(neutral)].to_dict() == neutral
    assert (last.drop(list(neutral)).abs() < 1e-6).all()


def test_illiquid_market_stays_moderate() -> None:
    # One trade in five candles, prices on a coarse grid, volume over twelve orders of magnitude.
    rng = np.random.default_rng(4)
    count = 2000
    traded = rng.random(count) < 0.2
    close = np.round(np.exp(np.cumsum(np.where(traded, rng.normal(0, 0.01, count), 0.0))), 2)
    candles = pd.DataFrame(
        {
            "date": pd.date_range("2025-01-01", periods=count, freq="5min", tz="UTC"),
            "open": close,
            "high": close,
            "low": close,
            "close": close,
            "volume": np.where(traded, 10.0 ** rng.uniform(-6, 6, count), 0.0),
        }
    )
    for frame in (
        features.period_features(candles, period=14, groups=GROUPS),
        features.basic_features(candles, groups=GROUPS),
    ):
        known = frame.iloc[100:]
        assert np.isfinite(known.to_numpy()).all()
        assert known.abs().max().max() <= 100.0 + 1e-3
