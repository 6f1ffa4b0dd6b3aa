"""Candles that several rooms test with, and where the repository and the real candles are."""

import logging
import os
import time
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, settings

from auriga.candles import timeframe_delta

ROOT = Path(__file__).parents[1]

# Most machines that run tests are in UTC, most traders are not: a time without a zone has to hurt here.
os.environ["TZ"] = "Asia/Tokyo"
time.tzset()

LONGEST = (
    "tests/whole/test_dry_run.py",
    "tests/whole/test_stock_commands.py",
    "tests/simulated/test_truth.py",
    "tests/whole/test_guard_live.py",
    "tests/exchange/clients/test_footprint.py",
    "tests/options/test_options.py",
    "tests/report/test_report_command.py",
    "tests/report/test_failing_parts.py",
    "tests/host/pairs/test_pairs_left_out.py",
    "tests/host/seals/test_places.py",
    "tests/examples/test_examples.py",
    "tests/examples/test_add_your_own.py",
    "tests/contracts/test_series_contract.py",
    "tests/faults/test_kills.py",
    "tests/host/freqai/test_live_model.py",
    "tests/benchmarks/test_rooms.py",
    "tests/whole/test_guard_futures.py",
    "tests/faults/test_fire_cells.py",
    "tests/cli/test_features.py",
    "tests/faults/test_exchange_killed.py",
    "tests/datasets/test_simulate.py",
    "tests/datasets/test_probability.py",
    "tests/exchange/clients/test_streams_freqtrade.py",
    "tests/whole/test_futures.py",
    "tests/host/doctor/test_doctor.py",
    "tests/report/test_page_in_browser.py",
    "tests/host/parity/test_parity.py",
    "tests/host/freeze/test_frozen_models.py",
    "tests/host/explain/test_explain_bot.py",
    "tests/host/evidence/test_model_evidence.py",
    "tests/whole/test_live_configuration.py",
)
"""Files that take longest come first, so that none of them is left for the end of a run on several workers.
Files that wait for a live bot stand between those that compute."""

# The same examples every time, and no verdict about the speed of a shared machine.
settings.register_profile(
    "auriga", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("auriga")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    places = {ROOT / name: place for place, name in enumerate(LONGEST)}
    items.sort(key=lambda item: places.get(item.path, len(places)))


@pytest.fixture(autouse=True)
def quiet_root_logger() -> None:
    """Freqtrade, run in a test's own process, sets the root logger to INFO for whoever comes after."""
    logging.root.setLevel(logging.WARNING)


@pytest.fixture(scope="session")
def root() -> Path:
    return ROOT


@pytest.fixture
def walk() -> pd.DataFrame:
    """600 sound 5m candles of a seeded random walk."""
    return random_walk(600, "5m", seed=7)


def random_walk(n_candles: int, timeframe: str, *, seed: int, daily: float = 0.02) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    step = timeframe_delta(timeframe)
    scale = daily * (step / pd.Timedelta(days=1)) ** 0.5
    close = 100 * np.exp(np.cumsum(rng.normal(scale=scale, size=n_candles)))
    open_ = np.r_[100.0, close[:-1]]
    spread = np.abs(rng.normal(scale=scale / 2, size=(2, n_candles)))
    return pd.DataFrame(
        {
            "date": pd.date_range("2024-01-01", periods=n_candles, freq=step, tz="UTC", unit="ms"),
            "open": open_,
            "high": np.maximum(open_, close) * (1 + spread[0]),
            "low": np.minimum(open_, close) * (1 - spread[1]),
            "close": close,
            "volume": rng.lognormal(size=n_candles),
        }
    )


@pytest.fixture(scope="session")
def make_walk():
    return random_walk


@pytest.fixture(scope="session")
def real_data() -> Path:
    """Folder of real Binance candles (see CONTRIBUTING); tests that need it are skipped without."""
    folder = os.environ.get("AURIGA_REAL_DATA")
    if not folder:
        pytest.skip("AURIGA_REAL_DATA is not set")
    path = (ROOT / folder).resolve()
    path = path / "binance" if (path / "binance").is_dir() else path
    if not list(path.glob("*.feather")):
        pytest.fail(f"AURIGA_REAL_DATA names {path}, where there are no candles")
    return path
