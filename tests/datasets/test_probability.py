from dataclasses import dataclass, replace
from functools import cache

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import log_loss, roc_auc_score

from auriga.datasets import MARKETS, MarketParameters, SimulatedMarket, simulate_market
from auriga.datasets._calendar import make_calendar
from auriga.datasets._drivers import draw_drivers
from auriga.datasets._probability import State, rise_probability
from auriga.typing import BoolArray, FloatArray, IntArray

HORIZON = 12
RESTLESS = replace(
    MARKETS["easy"],
    transition=((0.4, 0.1, 0.5), (0.2, 0.4, 0.4), (0.7, 0.1, 0.2)),
    daily_drift=(-0.08, 0.0, 0.08),
)


@cache
def _long(name: str) -> SimulatedMarket:
    return simulate_market(600_000 if name == "standard" else 400_000, market=name, seed=0)


def _outcomes(simulated: SimulatedMarket, horizon: int = HORIZON) -> tuple[FloatArray, BoolArray]:
    """Probability and outcome of every horizon-th candle, so that outcomes do not overlap."""
    probability = simulated.probability if horizon == simulated.horizon else simulated.probability_next
    close = simulated.candles["close"].to_numpy()
    rose = close[horizon:] > close[:-horizon]
    return probability[:-horizon:horizon], rose[::horizon]


def _assert_calibrated(probability: FloatArray, rose: BoolArray, bins: int = 10) -> None:
    """Each bin's share of rises lies within four standard errors of its mean probability."""
    order = np.argsort(probability, kind="stable")
    for part in np.array_split(order, bins):
        error = np.sqrt((probability[part] * (1 - probability[part])).sum()) / len(part)
        assert abs(rose[part].mean() - probability[part].mean()) < 4 * error


@pytest.mark.parametrize("name", MARKETS)
@pytest.mark.parametrize("horizon", [HORIZON, 1])
def test_probability_is_calibrated_in_deciles(name: str, horizon: int) -> None:
    _assert_calibrated(*_outcomes(_long(name), horizon))


@pytest.mark.parametrize("code", [-1, 0, 1])
def test_probability_is_calibrated_within_each_regime(code: int) -> None:
    simulated = _long("standard")
    probability, rose = _outcomes(simulated)
    chosen = simulated.regimes[:-HORIZON:HORIZON] == code
    _assert_calibrated(probability[chosen], rose[chosen])


def test_probability_is_calibrated_across_midnights() -> None:
    """Half of all candles of 1h and horizon 12 see the next day, in which the regime often differs."""
    simulated = simulate_market(400_000, market=RESTLESS, timeframe="1h", horizon=12, start="1990-01-01")
    probability, rose = _outcomes(simulated)
    late = simulated.candles["date"].dt.hour.to_numpy()[:-HORIZON:HORIZON] >= 12
    assert 0.4 < late.mean() < 0.6
    _assert_calibrated(probability[late], rose[late])


def test_probability_is_calibrated_on_days() -> None:
    """Every daily candle is followed by a midnight: all answers are mixtures."""
    simulated = simulate_market(40_000, market=RESTLESS, timeframe="1d", horizon=1, start="1900-01-01")
    _assert_calibrated(*_outcomes(simulated, 1))


def test_probability_is_calibrated_on_minutes() -> None:
    _assert_calibrated(*_outcomes(simulate_market(400_000, market="easy", timeframe="1m", seed=2)))


@pytest.mark.parametrize("name", ["easy", "standard", "hard"])
def test_no_perturbed_probability_scores_better(name: str) -> None:
    simulated = _long(name)
    probability, rose = _outcomes(simulated)
    best = log_loss(rose, probability)
    assert best < log_loss(rose, np.full(len(rose), rose.mean()))
    for factor in (0.5, 1.5):
        assert best < log_loss(rose, np.clip(0.5 + factor * (probability - 0.5), 0.001, 0.999))
    for shift in (-0.02, 0.02):
        assert best < log_loss(rose, np.clip(probability + shift, 0.01, 0.99))


@cache
def _best_auc(name: str) -> float:
    probability, rose = _outcomes(_long(name))
    return float(roc_auc_score(rose, probability))


@pytest.mark.parametrize(
    ("name", "low", "high"), [("easy", 0.62, 0.66), ("standard", 0.58, 0.61), ("hard", 0.54, 0.56)]
)
def test_best_auc_of_each_market(name: str, low: float, high: float) -> None:
    assert low < _best_auc(name) < high


def test_noise_has_nothing_to_learn() -> None:
    noise = _long("noise")
    np.testing.assert_array_equal(noise.probability, 0.5)
    np.testing.assert_array_equal(noise.probability_next, 0.5)


def _driver_estimates(candles: pd.DataFrame) -> tuple[pd.Series, pd.Series]:
    """Momentum and volume as a trader sees them: from candles <= t alone."""
    close, log_volume = np.log(candles["close"]), np.log(candles["volume"])
    return close.diff(HORIZON), log_volume.rolling(12).mean() - log_volume.rolling(2016).mean()


@dataclass(frozen=True)
class _Correlations:
    momentum: dict[int, float]
    volume: dict[int, float]
    pooled_momentum: float


@cache
def _correlations() -> _Correlations:
    simulated = _long("standard")
    candles, regime = simulated.candles, simulated.regimes
    ahead = np.log(candles["close"]).diff(HORIZON).to_numpy()[HORIZON:]
    momentum, volume = (series.to_numpy()[:-HORIZON] for series in _driver_estimates(candles))
    known = np.flatnonzero(~np.isnan(volume))
    rows = {code: known[regime[known] == code] for code in (-1, 0, 1)}
    even = np.concatenate([part[: min(map(len, rows.values()))] for part in rows.values()])

    def correlation(values: FloatArray, chosen: IntArray) -> float:
        return float(np.corrcoef(values[chosen], ahead[chosen])[0, 1])

    return _Correlations(
        {code: correlation(momentum, part) for code, part in rows.items()},
        {code: correlation(volume, part) for code, part in rows.items()},
        correlation(momentum, even),
    )


def test_momentum_seen_in_candles_has_opposite_signs_in_bull_and_bear() -> None:
    momentum = _correlations().momentum
    assert momentum[1] > 0.1
    assert momentum[-1] < -0.1
    assert abs(momentum[0]) < 0.5 * momentum[1]


def test_volume_matters_in_sideways_regimes_only() -> None:
    volume = _correlations().volume
    assert volume[0] > 0.1
    assert max(abs(volume[1]), abs(volume[-1])) < 0.02


def test_pooled_over_regimes_momentum_averages_away() -> None:
    """With as many candles of each regime; where one prevails, so does its sign."""
    found = _correlations()
    assert abs(found.pooled_momentum) < 0.5 * min(abs(found.momentum[1]), abs(found.momentum[-1]))


def _state(market: MarketParameters, n_candles: int, horizon: int) -> State:
    calendar = make_calendar(n_candles, "2023-01-01", "1h")
    price, volume = (np.random.default_rng(seed) for seed in (1, 2))
    return State(
        drivers=draw_drivers(n_candles, horizon, calendar.candles_a_day, market, price, volume),
        drift=np.asarray(market.daily_drift) / calendar.candles_a_day,
        transition=np.asarray(market.transition),
        regime=np.arange(n_candles) % 3,
        steps_to_midnight=calendar.steps_to_midnight,
    )


def _played_forward(state: State, row: int, horizon: int, paths: int) -> float:
    """Share of rises when the next candles are drawn one by one, as the definition of the market says."""
    rng = np.random.default_rng(row)
    following = rng.choice(3, size=paths, p=state.transition[state.regime[row]])
    values = [np.full(paths, driver.values[row + 1]) for driver in state.drivers.all]
    total = np.zeros(paths)
    for step in range(1, horizon + 1):
        crossed = step >= state.steps_to_midnight[row]
        regime = following if crossed else np.full(paths, state.regime[row])
        shock, other = rng.standard_normal((2, paths))
        expected = sum(d.effect[regime] * v for d, v in zip(state.drivers.all, values, strict=True))
        total += state.drift[regime] + state.drivers.volatility[row + step] * (expected + shock)
        moves = zip(state.drivers.all, values, (shock, shock, other), strict=True)
        values = [d.persistence * v + d.impact * s for d, v, s in moves]
    return float((total > 0).mean())


@pytest.mark.parametrize("row", [3, 4, 11, 12, 16, 19, 23])
def test_probability_is_what_playing_the_market_forward_gives(row: int) -> None:
    strong = replace(RESTLESS, momentum_effect=(-0.4, 0.1, 0.4), volume_effect=(0.1, 0.4, -0.2))
    state = _state(strong, 48, HORIZON)
    expected = _played_forward(state, row, HORIZON, 200_000)
    assert rise_probability(state, HORIZON)[row] == pytest.approx(expected, abs=0.0045)
