"""Remedies print the user's own command line, which does what it says when it is pasted."""

import json
import shlex
from pathlib import Path

import pandas as pd
import pytest

from auriga.host import load_config
from auriga.host._command_line import (
    OWN_OPTIONS,
    download_command,
    download_commands,
    own_command,
    own_options,
)

BTC = "BTC/USDT"


@pytest.fixture
def desk(tmp_path: Path, monkeypatch) -> Path:
    """A working directory with two configuration files, one of which adds a third."""
    monkeypatch.chdir(tmp_path)
    exchange = {"name": "binance", "pair_whitelist": [BTC], "key": "", "secret": ""}
    pricing = {"price_side": "same", "use_order_book": True, "order_book_top": 1}
    plain = {
        "exchange": exchange, "stake_currency": "USDT", "stake_amount": 10, "max_open_trades": 1,
        "dry_run": True, "pairlists": [{"method": "StaticPairList"}],
        "entry_pricing": pricing, "exit_pricing": pricing,
    }  # fmt: skip
    (tmp_path / "base.json").write_text(json.dumps(plain))
    (tmp_path / "mine.json").write_text(json.dumps({"add_config_files": ["base.json"]}))
    (tmp_path / "small set.json").write_text(json.dumps({"stake_amount": 20}))
    (tmp_path / "futures.json").write_text(json.dumps({"trading_mode": "futures", "margin_mode": "isolated"}))
    (tmp_path / "user_data").mkdir()
    return tmp_path


def loaded(*names: str, **folders: Path):
    return load_config([Path(name) for name in names], **folders)


def test_files_are_named_as_they_were_given_and_defaults_are_not(desk: Path) -> None:
    config = loaded("mine.json", "small set.json")
    assert own_options(config) == ["-c", "mine.json", "-c", "small set.json"]
    assert own_command("freqtrade", "backtesting", config=config) == (
        "freqtrade backtesting -c mine.json -c 'small set.json'"
    )


def test_folders_are_named_where_they_are_not_the_usual_ones(desk: Path) -> None:
    (desk / "elsewhere").mkdir()
    config = loaded("mine.json", userdir=desk / "elsewhere", datadir=desk / "my candles")
    words = shlex.split(own_command("auriga", "doctor", config=config))
    assert words[2:] == ["-c", "mine.json", "--userdir", "elsewhere", "--datadir", "my candles"]
    assert "--datadir" not in own_command("auriga", "reconcile", config=config)  # it has no such option


def test_a_configuration_that_was_made_for_a_look_prints_the_users_own(desk: Path) -> None:
    config = loaded("mine.json") | {"user_data_dir": Path("/scratch")}
    config[OWN_OPTIONS] = ["-c", "mine.json"]
    assert own_command("auriga", "doctor", config=config) == "auriga doctor -c mine.json"


def test_the_configuration_read_last_serves_functions_that_know_none(desk: Path) -> None:
    loaded("mine.json")
    assert download_command(BTC, "5m") == (
        "freqtrade download-data -c mine.json --pairs BTC/USDT --timeframes 5m"
    )


def test_the_market_is_named_where_the_configuration_has_another(desk: Path) -> None:
    perpetual = "BTC/USDT:USDT"
    assert "--trading-mode futures" in download_command(perpetual, "1h", config=loaded("mine.json"))
    command = download_command(perpetual, "1h", config=loaded("mine.json", "futures.json"))
    assert command.startswith("freqtrade download-data -c mine.json -c futures.json --pairs")
    assert "--trading-mode" not in command


def test_slow_candles_are_asked_for_further_back_than_fast_ones(desk: Path) -> None:
    days = {"1d": "2024-01-01", "5m": "2025-01-02", "1h": "2025-01-01"}
    needed = {timeframe: pd.Timestamp(day) for timeframe, day in days.items()}
    fast, slow = download_commands([BTC], needed, "--prepend", config=loaded("mine.json")).split(" && ")
    assert fast.endswith("--pairs BTC/USDT --timeframes 5m 1h --prepend --timerange 20250101-")
    assert slow.endswith("--pairs BTC/USDT --timeframes 1d --prepend --timerange 20240101-")
