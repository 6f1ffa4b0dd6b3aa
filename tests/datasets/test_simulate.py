import pickle
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from auriga.candles import COLUMNS, validate_candles
from auriga.datasets import MARKETS, MarketParameters, SimulatedMarket, simulate_market
from auriga.errors import ParameterError
from auriga.typing import Regime

YEAR = 105_120
EVEN = ((0.9, 0.05, 0.05), (0.025, 0.95, 0.025), (0.01, 0.01, 0.98))


def assert_prefix(long: SimulatedMarket, short: SimulatedMarket) -> None:
    n_candles = len(short.candles)
    pd.testing.assert_frame_equal(long.candles[:n_candles], short.candles, check_exact=True)
    for name in ("regimes", "probability", "probability_next"):
        np.testing.assert_array_equal(getattr(long, name)[:n_candles], getattr(short, name))


@pytest.mark.parametrize("market", MARKETS)
def test_same_seed_same_market(market: str) -> None:
    first, second = (simulate_market(5000, market=market, seed=3) for _ in range(2))
    assert_prefix(first, second)


def test_other_seed_other_market() -> None:
    first, second = (simulate_market(500, seed=seed).candles["close"] for seed in (1, 2))
    assert np.isclose(first, second).mean() < 0.01


@pytest.mark.parametrize("n_candles", [1, 2, 13, 288, 289, 4999])
def test_longer_simulation_begins_with_the_shorter_one(n_candles: int) -> None:
    assert_prefix(simulate_market(20_000, seed=5), simulate_market(n_candles, seed=5))


def test_horizon_changes_the_probability_only() -> None:
    near, far = (simulate_market(3000, seed=5, horizon=horizon) for horizon in (3, 48))
    pd.testing.assert_frame_equal(near.candles, far.candles, check_exact=True)
    np.testing.assert_array_equal(near.probability_next, far.probability_next)
    assert (near.probability != far.probability).any()


def test_pickles() -> None:
    simulated = simulate_market(300)
    assert_prefix(pickle.loads(pickle.dumps(simulated)), simulated)


@pytest.mark.parametrize("market", MARKETS)
@pytest.mark.parametrize(
    ("timeframe", "horizon"), [("5m", 12), ("1m", 12), ("1h", 24), ("7m", 12), ("1d", 1)]
)
def test_candles_are_sound(market: str, timeframe: str, horizon: int) -> None:
    # 1970 began on an opening time of every timeframe, of seven minutes too
    simulated = simulate_market(
        20_000, market=market, timeframe=timeframe, horizon=horizon, start="1970-01-01"
    )
    report = validate_candles(simulated.candles, timeframe)
    assert report.findings == ()
    assert tuple(simulated.candles.columns) == COLUMNS
    assert simulated.candles["date"].dtype == pd.DatetimeTZDtype("ms", "UTC")
    assert isinstance(simulated.candles.index, pd.RangeIndex)


def test_each_candle_opens_at_the_close_before() -> None:
    candles = simulate_market(5000, market=replace(MARKETS["hard"], first_price=30_000.0)).candles
    assert candles["open"][0] == 30_000.0
    np.testing.assert_array_equal(candles["open"][1:], candles["close"][:-1])
    assert (candles["high"] > candles[["open", "close"]].max(axis=1)).mean() > 0.99


def test_truth_has_the_shape_and_types_promised() -> None:
    simulated = simulate_market(1000, market="easy", seed=4, horizon=6)
    assert simulated.regimes.dtype == np.int8
    assert set(np.unique(simulated.regimes)) <= set(Regime.known())
    for probability in (simulated.probability, simulated.probability_next):
        assert probability.shape == (1000,)
        assert ((probability > 0) & (probability < 1)).all()
    assert (simulated.parameters, simulated.seed, simulated.horizon) == (MARKETS["easy"], 4, 6)


def test_start_may_carry_a_zone_and_lie_within_a_day() -> None:
    start = pd.Timestamp("2024-03-01 20:00", tz="America/New_York")
    simulated = simulate_market(600, start=start, market=replace(MARKETS["easy"], transition=EVEN))
    assert simulated.candles["date"][0] == pd.Timestamp("2024-03-02 01:00", tz="UTC")
    same = simulate_market(600, start="2024-03-02 01:00", market=replace(MARKETS["easy"], transition=EVEN))
    assert_prefix(same, simulated)


def test_regime_switches_at_utc_midnight_only() -> None:
    market = replace(MARKETS["easy"], transition=EVEN)
    simulated = simulate_market(100_000, market=market, start="2023-01-01 05:35")
    switched = np.flatnonzero(np.diff(simulated.regimes)) + 1
    at = simulated.candles["date"].iloc[switched]
    assert len(at) > 10
    assert (at == at.dt.normalize()).all()


def _runs(days: np.ndarray) -> pd.DataFrame:
    regime = pd.Series(days)
    run = (regime != regime.shift()).cumsum()
    runs = pd.DataFrame({"regime": regime, "run": run}).groupby("run")["regime"].agg(["first", "size"])
    return runs.iloc[1:-1]


def test_dwell_times_match_the_parameters() -> None:
    calm = replace(MARKETS["noise"], transition=EVEN, daily_volatility=0.005)
    days = simulate_market(100_000, market=calm, timeframe="1d", horizon=1, start="1800-01-01").regimes
    runs = _runs(days)
    for code, dwell in zip((-1, 0, 1), calm.mean_dwell_days, strict=True):
        sizes = runs.loc[runs["first"] == code, "size"]
        assert sizes.mean() == pytest.approx(dwell, abs=4 * dwell / np.sqrt(len(sizes)))
        assert sizes.std() == pytest.approx(np.sqrt(dwell * (dwell - 1)), rel=0.15)


def test_transition_frequencies_match_the_matrix() -> None:
    calm = replace(MARKETS["noise"], transition=EVEN, daily_volatility=0.005)
    days = simulate_market(100_000, market=calm, timeframe="1d", horizon=1, start="1800-01-01").regimes
    for code, row in zip((-1, 0, 1), EVEN, strict=True):
        after = days[1:][days[:-1] == code]
        shares = [(after == following).mean() for following in (-1, 0, 1)]
        np.testing.assert_allclose(shares, row, atol=4 * np.sqrt(0.25 / len(after)))


def test_ready_made_markets_dwell_for_weeks() -> None:
    for name in ("easy", "standard", "hard"):
        assert all(44 < days < 121 for days in MARKETS[name].mean_dwell_days)


@pytest.mark.parametrize("market", ["easy", "standard", "hard"])
def test_regimes_differ_in_drift(market: str) -> None:
    drifts: dict[int, list[float]] = {code: [] for code in (-1, 0, 1)}
    for seed in range(4):
        simulated = simulate_market(3 * YEAR, market=market, seed=seed)
        returns: Any = np.log(simulated.candles["close"] / simulated.candles["open"])
        for code, mean in returns.groupby(simulated.regimes).mean().items():
            drifts[code].append(mean * 288)
    means = [np.mean(drifts[code]) for code in (-1, 0, 1)]
    assert means == sorted(means)
    np.testing.assert_allclose(means, MARKETS[market].daily_drift, atol=0.0028)


def _daily_volatility(market: MarketParameters | str) -> float:
    simulated = simulate_market(3 * YEAR, market=market)
    return float(np.log(simulated.candles["close"]).iloc[::288].diff().std())


@pytest.mark.parametrize("market", ["easy", "standard", "hard", "noise"])
def test_daily_volatility_is_realistic(market: str) -> None:
    assert 0.015 < _daily_volatility(market) < 0.03


def test_daily_volatility_is_the_parameter_where_nothing_else_moves_prices() -> None:
    assert _daily_volatility("noise") == pytest.approx(0.02, rel=0.08)
    assert _daily_volatility(replace(MARKETS["noise"], volatility_spread=0.0)) == pytest.approx(
        0.02, rel=0.08
    )


def _autocorrelation(values: np.ndarray, lag: int) -> float:
    return float(np.corrcoef(values[lag:], values[:-lag])[0, 1])


@pytest.mark.parametrize("market", MARKETS)
def test_volatility_clusters_and_tails_are_fat(market: str) -> None:
    candles = simulate_market(2 * YEAR, market=market).candles
    returns = np.log((candles["close"] / candles["open"]).to_numpy())
    assert all(_autocorrelation(np.abs(returns), lag) > 0.05 for lag in (1, 12, 100, 200))
    assert abs(_autocorrelation(returns, 300)) < 0.02
    assert np.mean((returns / returns.std()) ** 4) > 4


def test_constant_volatility_has_neither_clusters_nor_tails() -> None:
    market = replace(MARKETS["noise"], volatility_spread=0.0)
    candles = simulate_market(2 * YEAR, market=market).candles
    returns = np.log((candles["close"] / candles["open"]).to_numpy())
    assert abs(_autocorrelation(np.abs(returns), 12)) < 0.01
    assert np.mean((returns / returns.std()) ** 4) == pytest.approx(3, abs=0.1)


def test_range_is_that_of_a_random_walk() -> None:
    """Parkinson (1980): the mean squared log range is 4 ln 2 times the variance."""
    candles = simulate_market(2 * YEAR, market=replace(MARKETS["noise"], volatility_spread=0.0)).candles
    squared = np.log(candles["high"] / candles["low"]) ** 2
    close_to_close = np.log(candles["close"] / candles["open"]).var()
    assert squared.mean() / close_to_close == pytest.approx(4 * np.log(2), rel=0.03)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"n_candles": 0}, r"n_candles is 0; .*>= 1"),
        ({"n_candles": 10.5}, r"n_candles is 10.5; .*whole number"),
        ({"n_candles": True}, r"n_candles is True"),
        ({"seed": -1}, r"seed is -1; .*>= 0"),
        (
            {"market": "wild"},
            r"market 'wild' is unknown; choose one of easy, standard, hard, noise",
        ),
        ({"market": ["easy"]}, r"market \['easy'\] is unknown"),
        ({"start": "yesterday-ish"}, r"start 'yesterday-ish' is not a date; write"),
        ({"start": None}, r"start None is not a date"),
        (
            {"start": "2024-01-01 00:03"},
            r"start 2024-01-01 00:03.* opening time of 5m candles; try 2024-01-01",
        ),
        ({"timeframe": "5x"}, r"timeframe '5x'"),
        ({"horizon": 0}, r"horizon is 0; .*>= 1"),
        ({"horizon": 73}, r"horizon 73 exceeds volatility_lag 72; shorten it or raise"),
        ({"timeframe": "4h"}, r"horizon 12 exceeds one day of 4h candles \(6\); shorten"),
    ],
)
def test_refusal_names_the_value_and_the_remedy(arguments: dict[str, object], message: str) -> None:
    with pytest.raises(ParameterError, match=message):
        simulate_market(**{"n_candles": 100, **arguments})  # type: ignore[arg-type]


def test_prices_beyond_floats_are_refused() -> None:
    steep = replace(MARKETS["noise"], daily_drift=(0.1, 0.1, 0.1))
    with pytest.raises(ParameterError, match="more than floats hold; simulate fewer candles"):
        simulate_market(10_000, market=steep, timeframe="1d", horizon=1)
