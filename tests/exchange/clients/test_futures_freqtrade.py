"""Stock Freqtrade on the futures of a recorded market, in processes of its own."""

import json
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from tests.support.futures_world import write_contracts
from tests.support.programs import run_program

pytestmark = pytest.mark.host

STRATEGY = '''
from freqtrade.strategy import IStrategy


class Both(IStrategy):
    """Long in even and short in odd stretches of 20 candles of an hour."""

    INTERFACE_VERSION = 3
    timeframe = "1h"
    can_short = True
    stoploss = -0.5
    minimal_roi = {"0": 10}
    startup_candle_count = 0

    def leverage(self, *args, **kwargs):
        return 3.0

    def populate_indicators(self, frame, metadata):
        stretch = (frame["date"].dt.dayofyear * 24 + frame["date"].dt.hour) // 20 % 2
        return frame.assign(stretch=stretch)

    def populate_entry_trend(self, frame, metadata):
        frame.loc[frame["stretch"] == 0, "enter_long"] = 1
        frame.loc[frame["stretch"] == 1, "enter_short"] = 1
        return frame

    def populate_exit_trend(self, frame, metadata):
        frame.loc[frame["stretch"] == 1, "exit_long"] = 1
        frame.loc[frame["stretch"] == 0, "exit_short"] = 1
        return frame
'''


@pytest.fixture(scope="module")
def contracts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_contracts(tmp_path_factory.mktemp("contracts"))


@pytest.fixture(scope="module")
def running(
    contracts: Path, tmp_path_factory: pytest.TempPathFactory, exchange_process: Callable[..., Any]
) -> Iterator[Any]:
    overlay = tmp_path_factory.mktemp("overlay") / "futures.json"
    options = ("--candles", str(contracts), "--mode", "futures", "--no-limits")
    with exchange_process(overlay, *options) as running:
        yield running


@pytest.fixture(scope="module")
def workplace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("workplace")
    (folder / "user_data" / "strategies").mkdir(parents=True)
    (folder / "user_data" / "strategies" / "both.py").write_text(STRATEGY)
    side = {"price_side": "same", "use_order_book": True, "order_book_top": 1}
    config = {
        "max_open_trades": 2,
        "stake_currency": "USDT",
        "stake_amount": 200,
        "dry_run": True,
        "dry_run_wallet": 1000,
        "timeframe": "1h",
        "exchange": {"name": "binance", "pair_whitelist": ["BTC/USDT:USDT", "ETH/USDT:USDT"]},
        "pairlists": [{"method": "StaticPairList"}],
        "entry_pricing": side,
        "exit_pricing": side,
    }
    (folder / "config.json").write_text(json.dumps(config))
    return folder


def freqtrade(workplace: Path, overlay: Path, command: str, *options: str) -> str:
    words = ["freqtrade", command, "-c", "config.json", "-c", str(overlay), *options]
    run = run_program(words, cwd=workplace)
    assert run.returncode == 0, run.stdout
    return run.stdout


@pytest.fixture(scope="module")
def downloaded(running: Any, workplace: Path) -> Path:
    options = ("--trading-mode", "futures", "--timeframes", "5m", "1h", "--timerange", "20250101-")
    freqtrade(workplace, running.overlay, "download-data", *options)
    return workplace / "user_data" / "data" / "binance" / "futures"


@pytest.mark.parametrize("kind", ["5m-futures", "1h-mark"])
def test_downloaded_candles_are_those_of_the_recording(downloaded: Path, contracts: Path, kind: str) -> None:
    for base in ("BTC", "ETH"):
        name = f"{base}_USDT_USDT-{kind}.feather"
        received = pd.read_feather(downloaded / name)
        received["date"] = received["date"].dt.as_unit("ms")
        # Freqtrade takes the last candle of every download for the running one and drops it.
        expected = pd.read_feather(contracts / "futures" / name).iloc[:-1]
        pd.testing.assert_frame_equal(received, expected, check_exact=True)


def test_downloaded_funding_rates_are_those_of_the_recording(downloaded: Path, contracts: Path) -> None:
    for base in ("BTC", "ETH"):
        name = f"{base}_USDT_USDT-1h-funding_rate.feather"
        received, expected = pd.read_feather(downloaded / name), pd.read_feather(contracts / "futures" / name)
        np.testing.assert_array_equal(
            received["date"].dt.as_unit("ms").astype("int64"), expected["date"].astype("int64")
        )
        np.testing.assert_array_equal(received["funding_rate"], expected.iloc[:, 1])


def test_pairs_are_listed(running: Any, workplace: Path) -> None:
    listed = freqtrade(workplace, running.overlay, "list-pairs", "--trading-mode", "futures", "--print-list")
    assert all(f"{base}/USDT:USDT" in listed for base in ("BTC", "ETH", "SOL"))


def test_a_backtest_trades_both_ways_and_pays_funding(
    running: Any, workplace: Path, downloaded: Path, contracts: Path
) -> None:
    options = ("--strategy", "Both", "--timerange", "20250105-20250210", "--cache", "none")
    freqtrade(workplace, running.overlay, "backtesting", *options)
    results = workplace / "user_data" / "backtest_results"
    (archive,) = results.glob("*.zip")
    with zipfile.ZipFile(archive) as unpacked:
        report = json.loads(unpacked.read(f"{archive.stem}.json"))
    trades = report["strategy"]["Both"]["trades"]
    assert {trade["is_short"] for trade in trades} == {True, False} and len(trades) > 20
    assert all(trade["leverage"] == 3 for trade in trades)
    longs = [trade for trade in trades if trade["pair"] == "BTC/USDT:USDT" and not trade["is_short"]]
    assert longs
    for trade in longs:
        assert trade["funding_fees"] == pytest.approx(_funding(contracts, trade), abs=1e-6)


def _funding(contracts: Path, trade: dict[str, Any]) -> float:
    """What a long position pays: rate times mark price times amount, at every payment while it is open."""
    folder = contracts / "futures"
    rates = pd.read_feather(folder / "BTC_USDT_USDT-1h-funding_rate.feather").set_index("date")[
        "funding_rate"
    ]
    marks = pd.read_feather(folder / "BTC_USDT_USDT-1h-mark.feather").set_index("date")["open"]
    opened, closed = (
        pd.Timestamp(trade[f"{side}_timestamp"], unit="ms", tz="UTC") for side in ("open", "close")
    )
    paid = rates[(rates.index >= opened) & (rates.index <= closed)]
    return -float((paid * marks[paid.index]).sum() * trade["amount"])
