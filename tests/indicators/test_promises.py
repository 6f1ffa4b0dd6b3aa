"""What all indicators promise besides the contract: names, refusals, neutral values."""

import inspect

import numpy as np
import pytest

from auriga import indicators
from auriga.errors import CandleError, ParameterError

NAMED = [getattr(indicators, name) for name in indicators.__all__]
FUNCTIONS = [function for function in NAMED if not inspect.isclass(function)]
BY_PERIOD = [
    function for function in FUNCTIONS if list(inspect.signature(function).parameters)[1:] == ["period"]
]

NEUTRAL = {
    "adx": 0.0,
    "aroon_oscillator": 0.0,
    "atr": 0.0,
    "bollinger_position": 0.5,
    "bollinger_width": 0.0,
    "cci": 0.0,
    "chaikin_money_flow": 0.0,
    "chaikin_oscillator": 0.0,
    "down_fractal_age": 200.0,
    "down_fractal_distance": 0.0,
    "efficiency_ratio": 0.0,
    "ema_distance": 0.0,
    "ewma_ratio": 1.0,
    "fibonacci_distance": 0.0,
    "fibonacci_retracement": 0.0,
    "garman_klass": 0.0,
    "log_return": 0.0,
    "macd_histogram": 0.0,
    "mfi": 50.0,
    "natr": 0.0,
    "obv_slope": 0.0,
    "parkinson": 0.0,
    "point_of_control_distance": 0.0,
    "ppo": 0.0,
    "range_volume_correlation": 0.0,
    "relative_volume": 1.0,
    "roc": 0.0,
    "rolling_std": 0.0,
    "rsi": 50.0,
    "session_vwap_distance": 0.0,
    "sma_distance": 0.0,
    "stochastic": 50.0,
    "stochastic_rsi": 50.0,
    "trend_direction": 0.0,
    "trix": 0.0,
    "true_strength": 0.0,
    "ultimate_oscillator": 50.0,
    "up_fractal_age": 200.0,
    "up_fractal_distance": 0.0,
    "value_area_position": 0.5,
    "value_area_width": 0.0,
    "volatility_of_volatility": 0.0,
    "volume_change": 0.0,
    "volume_ema_ratio": 1.0,
    "volume_spike": 0.0,
    "volume_zscore": 0.0,
    "vwap_distance": 0.0,
    "williams_r": -50.0,
    "yang_zhang": 0.0,
    "zigzag_age": 200.0,
    "zigzag_direction": 0.0,
    "zigzag_swing": 0.0,
    "zigzag_waves": 0.0,
}


def each(functions):
    return pytest.mark.parametrize("function", functions, ids=lambda function: function.__name__)


@each(FUNCTIONS)
def test_carries_its_contract(function) -> None:
    assert isinstance(function.scale_free, bool)
    kinds = [parameter.kind for parameter in inspect.signature(function).parameters.values()]
    assert set(kinds[1:]) <= {inspect.Parameter.KEYWORD_ONLY}
    # An indicator without a length has nothing to wait for.
    assert function.warmup_candles() >= (1 if kinds[1:] else 0)


@each(FUNCTIONS)
def test_docstring_keeps_the_five_promises(function) -> None:
    text = inspect.getdoc(function) or ""
    for promise in ("uses candles <= t", "shape (n_candles,)", "NaN", "Raises", "References", ">>>"):
        assert promise in text


@each(FUNCTIONS)
def test_missing_column_is_refused(function, walk) -> None:
    with pytest.raises(CandleError, match="volume"):
        function(walk.drop(columns="volume"))


@each(BY_PERIOD)
@pytest.mark.parametrize("period", [-1, 0, 100_001, 2.5, 14.0, True, "14", None])
def test_period_out_of_range_is_refused(function, period, walk) -> None:
    allowed = rf"period={period!r} is not a whole number from {function.minimum} to 100000"
    with pytest.raises(ParameterError, match=allowed):
        function(walk, period=period)
    with pytest.raises(ParameterError, match=allowed):
        function.warmup_candles(period=period)


@each(FUNCTIONS)
def test_unknown_and_positional_parameters_are_refused(function, walk) -> None:
    for candles in (walk, walk.iloc[:0]):
        with pytest.raises(TypeError):
            function(candles, window=3)
        with pytest.raises(TypeError):
            function(candles, 14)
    with pytest.raises(TypeError):
        function.warmup_candles(14)


@each(BY_PERIOD)
def test_name_says_the_period(function, walk) -> None:
    assert function(walk, period=np.int64(7)).name == f"{function.__name__}_7"


def test_macd_is_named_after_all_lengths_and_keeps_their_order(walk) -> None:
    assert indicators.macd_histogram(walk).name == "macd_histogram_12_26_9"
    with pytest.raises(ParameterError, match="fast=26 must be below slow=26"):
        indicators.macd_histogram(walk, fast=26)
    with pytest.raises(ParameterError, match="signal=1 "):
        indicators.macd_histogram(walk, signal=1)


@pytest.mark.parametrize("price", [1e-8, 0.1, 7.3, 65432.1])
@pytest.mark.parametrize("name", NEUTRAL)
def test_still_and_silent_market_is_neutral(frame, name, price) -> None:
    function = getattr(indicators, name)
    values = function(frame([price] * 100, volume=0.0))
    expected = np.full(100 - function.warmup_candles(), NEUTRAL[name])
    np.testing.assert_allclose(values.iloc[function.warmup_candles() :], expected, rtol=0, atol=1e-12)


def test_every_indicator_without_unit_has_a_neutral_value() -> None:
    assert {function.__name__ for function in FUNCTIONS} - set(NEUTRAL) == {"sma", "ema"}


def test_rounding_of_the_typical_price_is_not_a_move(frame) -> None:
    # (0.4 + 0.1) + 0.1 and (0.3 + 0.1) + 0.2 are equal on paper and differ in the last bit.
    candles = frame([0.1, 0.2] * 20, high=[0.4, 0.3] * 20, low=[0.1, 0.1] * 20)
    assert (indicators.cci(candles, period=20).dropna() == 0.0).all()
    assert (indicators.mfi(candles, period=14).dropna() == 50.0).all()


@pytest.mark.parametrize("name", ["adx", "rsi", "trend_direction"])
def test_a_long_pause_is_remembered_at_every_price_level(walk, name) -> None:
    # TA-Lib before 0.8 forgets once an average falls below 1e-14 of whatever the unit is.
    prices = ["open", "high", "low", "close"]
    paused = walk.assign(
        **{price: walk[price].where(walk.index < 100, walk["close"][99]) for price in prices}
    )
    cheap = paused.assign(**{price: paused[price] * 2.0**-36 for price in prices})
    function = getattr(indicators, name)
    np.testing.assert_array_equal(function(cheap), function(paused))


def test_efficiency_never_exceeds_one(frame) -> None:
    # Summed in floating point, the path of this straight line is shorter than its net move.
    rising = frame([0.8, 1.2, 3.1, 3.6, 6.7])
    assert indicators.efficiency_ratio(rising, period=2).max() == 1.0


def test_rsi_remembers_through_a_pause_and_tells_fall_from_pause(frame) -> None:
    paused = indicators.rsi(frame([10, 11, 10.5, 12, *[12] * 10]), period=3)
    np.testing.assert_allclose(paused.iloc[4:], paused.iloc[3], rtol=1e-12)
    falling = indicators.rsi(frame(np.arange(30.0, 10.0, -1.0)), period=3)
    assert (falling.dropna() == 0.0).all()


def test_an_outlier_leaves_no_residue_in_later_windows(frame) -> None:
    volume = [1.0] * 30 + [1e12] + [0.0] * 40
    candles = frame(np.tile([10.0, 10.1], 36)[:71], volume=volume)
    assert (indicators.relative_volume(candles, period=20).iloc[-10:] == 1.0).all()
    assert (indicators.mfi(candles, period=20).iloc[-10:] == 50.0).all()
    assert (indicators.vwap_distance(candles, period=20).iloc[-10:] == 0.0).all()


def test_money_flow_does_not_depend_on_its_unit(walk) -> None:
    tiny = walk.assign(volume=walk["volume"] * 2.0**-60)
    np.testing.assert_allclose(indicators.mfi(tiny), indicators.mfi(walk), rtol=1e-12)
