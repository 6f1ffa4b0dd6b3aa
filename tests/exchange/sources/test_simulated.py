"""Simulated markets behind the exchange."""

import subprocess
import sys

import numpy as np
import pytest

from auriga.datasets import simulate_market
from auriga.errors import ParameterError
from auriga.simulated import SimulationPlan, pair_seed, simulate_exchange


def test_pairs_differ_and_repeat() -> None:
    plan = SimulationPlan(pairs=("BTC/USDT", "ETH/USDT"), days=2)
    first, second = simulate_exchange(plan), simulate_exchange(plan)
    bitcoin, ether = (first.native(name)["5m"].values for name in ("BTCUSDT", "ETHUSDT"))
    assert not np.array_equal(bitcoin, ether)
    np.testing.assert_array_equal(bitcoin, second.native("BTCUSDT")["5m"].values)


def test_pair_seeds_are_the_same_in_every_process() -> None:
    code = "from auriga.simulated import pair_seed; print(pair_seed(3, 'BTC/USDT'))"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert int(result.stdout) == pair_seed(3, "BTC/USDT")


def test_candles_are_those_of_the_market_up_to_the_tick() -> None:
    store = simulate_exchange(SimulationPlan(market="easy", pairs=("BTC/USDT",), seed=5, days=3))
    truth = simulate_market(3 * 288, market="easy", seed=pair_seed(5, "BTC/USDT")).candles
    tick = float(store.symbols["BTCUSDT"].tick_size)
    served = store.native("BTCUSDT")["5m"].values
    np.testing.assert_allclose(served[:, :4], truth.iloc[:, 1:5], atol=tick / 2 + 1e-12)
    np.testing.assert_array_equal(served[:, 4], truth["volume"])
    np.testing.assert_allclose(served[:, :4] / tick, np.round(served[:, :4] / tick), atol=1e-6)
    assert (served[:, 1] >= served[:, [0, 3]].max(axis=1)).all()
    assert (served[:, 2] <= served[:, [0, 3]].min(axis=1)).all()


def test_running_prices_are_on_the_tick() -> None:
    series = simulate_exchange(SimulationPlan(pairs=("BTC/USDT",), days=1)).native("BTCUSDT")["5m"]
    close = series.select(now=int(series.opens_at[9]) + 123_457, limit=1).values[0, 3]
    assert close == round(close, series.decimals)


@pytest.mark.parametrize(
    "wrong",
    [
        {"days": 0},
        {"timeframe": "7m"},
        {"pairs": ()},
        {"pairs": ("BTC/USDT", "BTC/USDT")},
        {"pairs": ("BTCUSDT",)},
        {"pairs": ("btc/usdt",)},
        {"pairs": ("BTC/USDT:USDT",)},
        {"market": "nowhere"},
        {"start": "tomorrow"},
    ],
)
def test_impossible_plans_are_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ParameterError):
        simulate_exchange(SimulationPlan(**{"days": 1, "pairs": ("BTC/USDT",), **wrong}))  # type: ignore[arg-type]
