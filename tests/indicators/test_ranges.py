"""Range volatility against its formulas in plain Python, by hand, and on paths of known volatility."""

import math
import statistics

import numpy as np
import pytest

from auriga import indicators as ind
from auriga.errors import ParameterError

PERIODS = (2, 7, 30)


def known(series) -> list[float]:
    return series.dropna().tolist()


def gapped(candles):
    """The random walk with opens of their own, so that bodies and gaps between candles exist."""
    rng = np.random.default_rng(3)
    share = rng.random(len(candles))
    return candles.assign(open=candles["low"] + share * (candles["high"] - candles["low"]))


def parkinson(rows, t, period):
    squares = [math.log(rows[j]["high"] / rows[j]["low"]) ** 2 for j in range(t - period + 1, t + 1)]
    return math.sqrt(sum(squares) / (4 * period * math.log(2)))


def garman_klass(rows, t, period):
    total = 0.0
    for j in range(t - period + 1, t + 1):
        spread = math.log(rows[j]["high"] / rows[j]["low"])
        body = math.log(rows[j]["close"] / rows[j]["open"])
        total += 0.5 * spread**2 - (2 * math.log(2) - 1) * body**2
    return math.sqrt(total / period)


def yang_zhang(rows, t, period):
    gaps, bodies, within = [], [], []
    for j in range(t - period + 1, t + 1):
        row = rows[j]
        gaps.append(math.log(row["open"] / rows[j - 1]["close"]))
        up, down, body = (math.log(row[name] / row["open"]) for name in ("high", "low", "close"))
        bodies.append(body)
        within.append(up * (up - body) + down * (down - body))
    k = 0.34 / (1.34 + (period + 1) / (period - 1))
    mean = sum(within) / period
    return math.sqrt(statistics.variance(gaps) + k * statistics.variance(bodies) + (1 - k) * mean)


@pytest.mark.parametrize("period", PERIODS)
@pytest.mark.parametrize("reference", [parkinson, garman_klass, yang_zhang], ids=lambda f: f.__name__)
def test_from_the_formulas(walk, reference, period) -> None:
    candles = gapped(walk)
    rows = candles.to_dict("records")
    actual = getattr(ind, reference.__name__)(candles, period=period)
    expected = [reference(rows, t, period) for t in range(period, len(rows))]
    np.testing.assert_allclose(actual.iloc[period:], expected, rtol=1e-9)


def test_parkinson_by_hand(frame) -> None:
    # Log ranges 1 and 3, mean square 5.
    candles = frame([1, 1], high=[math.e, math.e**3], low=[1, 1])
    assert known(ind.parkinson(candles, period=2)) == pytest.approx([math.sqrt(5 / (4 * math.log(2)))])


def test_garman_klass_sees_the_body_that_parkinson_does_not(frame) -> None:
    # A log range of 1 that is all body leaves 1/2 - (2 ln 2 - 1); without body 1/2 remains.
    candles = frame([math.e, 1], high=[math.e, math.e], low=[1, 1]).assign(open=[1.0, 1.0])
    expected = math.sqrt((0.5 - (2 * math.log(2) - 1) + 0.5) / 2)
    assert known(ind.garman_klass(candles, period=2)) == pytest.approx([expected])


def test_yang_zhang_of_gaps_alone(frame) -> None:
    # No candle has a range: only the variance of the gaps 1 and 3 is left.
    candles = frame([1, math.e, math.e**4])
    assert known(ind.yang_zhang(candles, period=2)) == pytest.approx([math.sqrt(2)])


def test_yang_zhang_ignores_a_steady_drift(frame) -> None:
    # Every candle rises by the same factor from low to high without a gap.
    path = 1.01 ** np.arange(31)
    candles = frame(path[1:], high=path[1:], low=path[:-1]).assign(open=path[:-1])
    assert max(known(ind.yang_zhang(candles, period=10))) < 1e-7
    assert min(known(ind.parkinson(candles, period=10))) > 0.005


def test_estimators_find_the_volatility_of_a_fine_path(frame) -> None:
    # 400 steps a candle: the estimators are nearly unbiased, being derived for a continuous path.
    steps = np.random.default_rng(5).normal(0, 0.01 / 20, (2000, 400))
    path = np.exp(np.cumsum(steps).reshape(steps.shape))
    open_ = np.r_[1.0, path[:-1, -1]]
    candles = frame(
        path[:, -1], high=np.maximum(path.max(axis=1), open_), low=np.minimum(path.min(axis=1), open_)
    ).assign(open=open_)
    for estimate in (ind.parkinson, ind.garman_klass, ind.yang_zhang):
        assert estimate(candles, period=1999).iloc[-1] == pytest.approx(0.01, rel=0.06)


@pytest.mark.parametrize("period", PERIODS)
def test_volatility_of_volatility_from_its_definition(walk, period) -> None:
    rows = walk.to_dict("records")
    volatility = {t: parkinson(rows, t, period) for t in range(period - 1, len(rows))}
    actual = ind.volatility_of_volatility(walk, period=period)
    for t in range(2 * (period - 1), len(rows), 50):
        sample = [volatility[j] for j in range(t - period + 1, t + 1)]
        expected = statistics.stdev(sample) / statistics.mean(sample)
        assert actual.iloc[t] == pytest.approx(expected, rel=1e-6)


def test_ewma_ratio_from_its_recursion(walk) -> None:
    returns = np.log(walk["close"]).diff().to_numpy()[1:]
    expected = []
    recent = usual = recent_weight = usual_weight = 0.0
    for value in returns**2:
        # RiskMetrics' recursion, each variance divided by the weight that has been given out so far.
        recent, recent_weight = recent * 9 / 11 + value * 2 / 11, recent_weight * 9 / 11 + 2 / 11
        usual, usual_weight = usual * 39 / 41 + value * 2 / 41, usual_weight * 39 / 41 + 2 / 41
        expected.append((recent / recent_weight) / (usual / usual_weight))
    np.testing.assert_allclose(known(ind.ewma_ratio(walk, fast=10, slow=40)), expected[39:], rtol=1e-9)


def test_ewma_ratio_by_hand_and_after_a_shock(frame) -> None:
    # Weights of fast = 2 are 1 and 1/3, of slow = 3 they are 1, 1/2 and 1/4.
    closes = np.exp(np.cumsum([0.0, 1.0, 0.0, 0.0]))
    expected = (1 / 9 / (1 + 1 / 3 + 1 / 9)) / (1 / 4 / (1 + 1 / 2 + 1 / 4))
    assert known(ind.ewma_ratio(frame(closes), fast=2, slow=3)) == pytest.approx([expected])
    shocked = np.exp(np.cumsum([*[0.001, -0.001] * 200, 0.05]))
    assert known(ind.ewma_ratio(frame(shocked)))[-2] == pytest.approx(1.0)
    assert 4.0 < known(ind.ewma_ratio(frame(shocked)))[-1] < 5.0


def test_lengths_in_the_wrong_order_are_refused(walk) -> None:
    with pytest.raises(ParameterError, match="fast=100 must be below slow=100"):
        ind.ewma_ratio(walk, fast=100)
    with pytest.raises(ParameterError, match="fast=1 "):
        ind.ewma_ratio.warmup_candles(fast=1)
