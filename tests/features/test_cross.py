"""The pair beside leaders: known betas, a plain reference, and candles that are missing."""

import math
import statistics

import numpy as np
import pandas as pd
import pytest

from auriga import features
from auriga.errors import CandleError

(PART,) = (part for part in features.FEATURE_PARTS if part.group == "cross")
ROWS = 900


def candles_of(returns: np.ndarray, start: str = "2025-01-01") -> pd.DataFrame:
    close = 100 * np.exp(np.cumsum(returns))
    frame = pd.DataFrame({"date": pd.date_range(start, periods=len(close), freq="5min", tz="UTC")})
    return frame.assign(open=close, high=close, low=close, close=close, volume=1.0)


@pytest.fixture
def noise() -> np.ndarray:
    return np.random.default_rng(8).normal(0, 0.002, (2, ROWS))


def cross(pair: pd.DataFrame, **leaders: pd.DataFrame) -> pd.DataFrame:
    named = {f"{name.upper()}/USDT": frame for name, frame in leaders.items()}
    return PART.compute(features.PairInputs(pair, named))


def test_twice_the_leader_has_beta_two_and_correlation_one(noise) -> None:
    frame = cross(candles_of(2 * noise[0]), btc=candles_of(noise[0])).iloc[288:]
    np.testing.assert_allclose(frame["cross_beta_btc"], 2.0, rtol=1e-5)
    np.testing.assert_allclose(frame["cross_correlation_btc"], 1.0, rtol=1e-5)
    against = cross(candles_of(-0.5 * noise[0]), btc=candles_of(noise[0])).iloc[288:]
    np.testing.assert_allclose(against["cross_beta_btc"], -0.5, rtol=1e-5)
    np.testing.assert_allclose(against["cross_correlation_btc"], -1.0, rtol=1e-5)


def test_against_the_formulas_of_a_textbook(noise) -> None:
    pair, leader = candles_of(0.7 * noise[0] + noise[1]), candles_of(noise[0])
    frame = cross(pair, eth=leader)
    own, other = np.log(pair["close"]).tolist(), np.log(leader["close"]).tolist()
    for t in (288, 289, 500, ROWS - 1):
        x = [other[row] - other[row - 1] for row in range(t - 287, t + 1)]
        y = [own[row] - own[row - 1] for row in range(t - 287, t + 1)]
        line = statistics.linear_regression(x, y)
        row = frame.iloc[t]
        assert row["cross_beta_eth"] == pytest.approx(line.slope, rel=1e-5)
        assert row["cross_correlation_eth"] == pytest.approx(statistics.correlation(x, y), rel=1e-5)
        for period in (1, 3, 12):
            moved = (other[t] - other[t - period]) / (statistics.stdev(x) * math.sqrt(period))
            assert row[f"cross_return_{period}_eth"] == pytest.approx(moved, rel=1e-5)
        apart = statistics.stdev(b - a for a, b in zip(x, y, strict=True))
        for period in (12, 48, 288):
            ahead = (own[t] - own[t - period]) - (other[t] - other[t - period])
            expected = ahead / (apart * math.sqrt(period))
            assert row[f"cross_strength_{period}_eth"] == pytest.approx(expected, rel=1e-5)


def test_leader_beside_itself(noise) -> None:
    leader = candles_of(noise[0])
    frame = cross(leader, btc=leader, eth=candles_of(noise[1])).iloc[288:]
    assert frame["cross_beta_btc"].eq(1).all()
    assert frame["cross_correlation_btc"].eq(1).all()
    for period in (12, 48, 288):
        assert frame[f"cross_strength_{period}_btc"].eq(0).all()
    assert frame["cross_beta_eth"].abs().max() < 0.5


def test_same_columns_for_a_pair_and_for_a_leader(noise) -> None:
    one, two = candles_of(noise[0]), candles_of(noise[1])
    assert list(cross(one, btc=one, eth=two)) == list(cross(candles_of(noise.sum(0)), btc=one, eth=two))


def test_candles_are_paired_by_their_opening_time(noise) -> None:
    leader = candles_of(noise[0])
    pair = candles_of(2 * noise[0]).iloc[100:].reset_index(drop=True)
    frame = cross(pair, btc=leader)
    np.testing.assert_allclose(frame["cross_beta_btc"].iloc[288:], 2.0, rtol=1e-5)
    assert frame["cross_beta_btc"].iloc[:288].isna().all()
    # The same moments in another unit, as files and exchanges give them.
    coarse = leader.assign(date=leader["date"].astype("datetime64[ms, UTC]"))
    pd.testing.assert_frame_equal(cross(pair, btc=coarse), frame)


def test_missing_candles_of_a_leader_are_never_filled(noise) -> None:
    leader, pair = candles_of(noise[0]), candles_of(noise[1])
    whole = cross(pair, btc=leader)
    late = cross(pair, btc=leader.iloc[:-1])
    assert late.iloc[-1].isna().all()
    pd.testing.assert_frame_equal(late.iloc[:-1], whole.iloc[:-1])
    holed = cross(pair, btc=leader.drop(index=400))
    # Without candle 400 there is no return at 400 and 401: windows with either are incomplete.
    gap = holed["cross_beta_btc"].isna()
    assert gap[gap].index.tolist() == [*range(288), *range(400, 401 + 288)]
    pd.testing.assert_frame_equal(holed.iloc[:400], whole.iloc[:400])


def test_market_that_stands_still_has_no_beta(noise) -> None:
    still, moving = candles_of(np.zeros(ROWS)), candles_of(noise[0])
    for frame in (cross(moving, btc=still), cross(still, btc=moving), cross(still, btc=still)):
        known = frame.iloc[288:]
        assert known[["cross_beta_btc", "cross_correlation_btc"]].eq(0).all(axis=None)
        assert known.notna().all(axis=None)


def test_leaders_are_required_and_told_apart(noise) -> None:
    pair = candles_of(noise[0])
    with pytest.raises(CandleError, match="include_corr_pairlist"):
        cross(pair)
    twice = {"BTC/USDT": pair, "BTC/USDC": pair}
    with pytest.raises(CandleError, match="different base currencies"):
        PART.compute(features.PairInputs(pair, twice))
    with pytest.raises(CandleError, match="1 candles of a pair are duplicated"):
        cross(pair, btc=pd.concat([pair, pair.iloc[[-1]]]))
