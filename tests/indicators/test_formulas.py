"""The same formulas written differently, in pandas or plain Python, on a random walk."""

import numpy as np
import pandas as pd
import pytest
import talib

from auriga import indicators as ind

PERIODS = (2, 7, 30)


def close_to(actual: pd.Series, expected: pd.Series | np.ndarray) -> None:
    np.testing.assert_allclose(actual.to_numpy(), np.asarray(expected), rtol=1e-9, atol=1e-9)


def wilder(values: pd.Series, period: int) -> pd.Series:
    """Wilder's average from its definition: a mean to start with, then one step a candle."""
    smoothed = pd.Series(np.nan, index=values.index)
    smoothed.iloc[period] = values.iloc[1 : period + 1].mean()
    for t in range(period + 1, len(values)):
        smoothed.iloc[t] = (smoothed.iloc[t - 1] * (period - 1) + values.iloc[t]) / period
    return smoothed


def true_range(candles: pd.DataFrame) -> pd.Series:
    before = candles["close"].shift()
    ranges = [
        candles["high"] - candles["low"],
        (candles["high"] - before).abs(),
        (candles["low"] - before).abs(),
    ]
    return pd.concat(ranges, axis=1).max(axis=1)


@pytest.mark.parametrize("period", PERIODS)
def test_trend(walk, period) -> None:
    close = walk["close"]
    mean = close.rolling(period).mean()
    close_to(ind.sma(walk, period=period), mean)
    close_to(ind.sma_distance(walk, period=period), (close - mean) / mean)
    seeded = close.mask(close.index < period, mean).mask(close.index < period - 1)
    ema = seeded.ewm(span=period, adjust=False).mean()
    close_to(ind.ema(walk, period=period), ema)
    close_to(ind.ema_distance(walk, period=period), (close - ema) / ema)
    path = close.diff().abs().rolling(period).sum()
    close_to(ind.efficiency_ratio(walk, period=period), (close - close.shift(period)).abs() / path)


def test_macd(walk) -> None:
    close_to(ind.macd_histogram(walk), talib.MACD(walk["close"].to_numpy(), 12, 26, 9)[2])
    fast, slow = (walk["close"].ewm(span=span).mean() for span in (12, 26))
    line = fast - slow
    # Another start, the same values once it is forgotten.
    late = (line - line.ewm(span=9).mean()).iloc[-200:]
    np.testing.assert_allclose(ind.macd_histogram(walk).iloc[-200:], late, atol=1e-6)


@pytest.mark.parametrize("period", PERIODS)
def test_momentum(walk, period) -> None:
    moves = walk["close"].diff()
    gain, loss = wilder(moves.clip(lower=0), period), wilder(-moves.clip(upper=0), period)
    close_to(ind.rsi(walk, period=period), 100 * gain / (gain + loss))
    highest, lowest = walk["high"].rolling(period).max(), walk["low"].rolling(period).min()
    close_to(ind.williams_r(walk, period=period), -100 * (highest - walk["close"]) / (highest - lowest))
    typical = (walk["high"] + walk["low"] + walk["close"]) / 3
    deviation = typical.rolling(period).apply(lambda window: np.abs(window - window.mean()).mean(), raw=True)
    close_to(ind.cci(walk, period=period), (typical - typical.rolling(period).mean()) / (0.015 * deviation))
    high, low, close, volume = (walk[name].to_numpy() for name in ("high", "low", "close", "volume"))
    close_to(ind.mfi(walk, period=period), talib.MFI(high, low, close, volume, period))


@pytest.mark.parametrize("period", PERIODS)
def test_directional_movement(walk, period) -> None:
    high, low, close = (walk[name].to_numpy() for name in ("high", "low", "close"))
    close_to(ind.adx(walk, period=period), talib.ADX(high, low, close, period))
    up, down = walk["high"].diff(), -walk["low"].diff()
    plus = up.where((up > down) & (up > 0), 0.0).iloc[1:]
    minus = down.where((down > up) & (down > 0), 0.0).iloc[1:]
    ranges = true_range(walk).iloc[1:]
    # Another start, the same values once it is forgotten.
    average = [values.ewm(alpha=1 / period, adjust=False).mean() for values in (plus, minus, ranges)]
    expected = 100 * (average[0] - average[1]) / average[2]
    actual = ind.trend_direction(walk, period=period)
    np.testing.assert_allclose(actual.iloc[-50:], expected.iloc[-50:], atol=1e-4)


@pytest.mark.parametrize("period", PERIODS)
def test_volatility(walk, period) -> None:
    close = walk["close"]
    middle, deviation = close.rolling(period).mean(), close.rolling(period).std(ddof=0)
    lower, upper = middle - 2 * deviation, middle + 2 * deviation
    close_to(ind.bollinger_position(walk, period=period), (close - lower) / (upper - lower))
    close_to(ind.bollinger_width(walk, period=period), (upper - lower) / middle)
    atr = wilder(true_range(walk), period)
    close_to(ind.atr(walk, period=period), atr)
    close_to(ind.natr(walk, period=period), atr / close)
    close_to(ind.rolling_std(walk, period=period), np.log(close).diff().rolling(period).std())


@pytest.mark.parametrize("period", PERIODS)
def test_volume(walk, period) -> None:
    close, volume = walk["close"], walk["volume"]
    on_balance = (np.sign(close.diff()) * volume).cumsum()
    slope = (on_balance - on_balance.shift(period).fillna(0)) / volume.rolling(period).sum()
    close_to(ind.obv_slope(walk, period=period), slope.mask(slope.index < period))
    relative = volume / volume.rolling(period).mean()
    close_to(ind.relative_volume(walk, period=period), relative)
    level = np.log1p(relative)
    score = (level - level.rolling(period).mean()) / level.rolling(period).std()
    close_to(ind.volume_zscore(walk, period=period), score)
    typical = (walk["high"] + walk["low"] + close) / 3
    vwap = (typical * volume).rolling(period).sum() / volume.rolling(period).sum()
    close_to(ind.vwap_distance(walk, period=period), close / vwap - 1)


@pytest.mark.parametrize("period", PERIODS)
def test_returns(walk, period) -> None:
    close = walk["close"]
    close_to(ind.roc(walk, period=period), close.pct_change(period))
    close_to(ind.log_return(walk, period=period), np.log(close).diff(period))
