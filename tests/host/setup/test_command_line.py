"""Remedies print the user's own command line, which does what it says when it is pasted."""

import json
import shlex
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from auriga.cli._lazy import COMMANDS, command
from auriga.host.setup import load_config
from auriga.host.setup._command_line import (
    _WITHOUT_DATADIR,
    OWN_OPTIONS,
    _read_last,
    download_command,
    download_commands,
    own_command,
    own_options,
    remember_configuration,
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


def loaded(*names: str, **folders: Any):
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
    assert own_command("auriga", "reconcile", "--days", "30", config=config) == (
        "auriga reconcile -c mine.json --userdir elsewhere --days 30"  # it has no such option
    )


def test_a_folder_that_the_configuration_names_is_the_usual_one(desk: Path) -> None:
    (desk / "named.json").write_text(json.dumps({"user_data_dir": str(desk / "elsewhere")}))
    (desk / "elsewhere").mkdir()
    assert own_options(loaded("mine.json", "named.json")) == ["-c", "mine.json", "-c", "named.json"]


def test_commands_that_read_no_candles_are_those_without_the_option(desk: Path) -> None:
    """Of those that are told the user's own files; `backtest` has a workplace of its own."""
    commands = {name: command(name) for name in COMMANDS}
    told = {
        name: {word for parameter in command.params for word in parameter.opts}
        for name, command in commands.items()
    }
    asked = {name for name, words in told.items() if {"--userdir", "--config"} <= words} - {"backtest"}
    assert {name for name in asked if "--datadir" not in told[name]} == set(_WITHOUT_DATADIR)


def test_files_that_any_file_adds_come_with_it(desk: Path) -> None:
    """They are looked for beside it."""
    (desk / "more").mkdir()
    (desk / "more" / "extra.json").write_text(json.dumps({"stake_amount": 30}))
    (desk / "more" / "small.json").write_text(json.dumps({"add_config_files": ["extra.json"]}))
    assert own_options(loaded("mine.json", "more/small.json")) == ["-c", "mine.json", "-c", "more/small.json"]


def test_a_configuration_that_was_made_for_a_look_prints_the_users_own(desk: Path) -> None:
    config = loaded("mine.json") | {"user_data_dir": Path("/scratch")}
    config[OWN_OPTIONS] = ["-c", "mine.json"]
    assert own_command("auriga", "doctor", config=config) == "auriga doctor -c mine.json"


def test_the_configuration_read_last_serves_functions_that_know_none(desk: Path) -> None:
    loaded("mine.json")
    assert download_command(BTC, "5m") == (
        "freqtrade download-data -c mine.json --pairs BTC/USDT --timeframes 5m"
    )


def test_a_configuration_of_a_look_is_remembered_where_none_was_read(desk: Path, monkeypatch) -> None:
    config = loaded("mine.json")
    remember_configuration(config | {"config_files": ["other.json"]}, anew=False)
    assert own_options() == ["-c", "mine.json"]
    _read_last.clear()
    remember_configuration(config | {"config_files": ["other.json"]}, anew=False)
    assert own_options() == ["-c", "other.json"]


def test_the_market_is_named_where_the_configuration_has_another(desk: Path) -> None:
    perpetual = "BTC/USDT:USDT"
    assert "--trading-mode futures" in download_command(perpetual, "1h", config=loaded("mine.json"))
    command = download_command(perpetual, "1h", config=loaded("mine.json", "futures.json"))
    assert command.startswith("freqtrade download-data -c mine.json -c futures.json --pairs")
    assert "--trading-mode" not in command
    given = loaded("mine.json") | {"trading_mode": "futures"}  # by a word of the command line
    assert "--trading-mode futures" in download_command(perpetual, "1h", config=given)


def test_a_last_day_is_named(desk: Path) -> None:
    days = (pd.Timestamp("2025-01-02 13:00"), pd.Timestamp("2025-02-03"))
    assert download_command(BTC, "5m", *days, config=loaded("mine.json")).endswith(
        "--pairs BTC/USDT --timeframes 5m --timerange 20250102-20250203"
    )


def test_slow_candles_are_asked_for_further_back_than_fast_ones(desk: Path) -> None:
    days = {"1d": "2024-01-01", "5m": "2025-01-02", "1h": "2025-01-01"}
    needed = {timeframe: pd.Timestamp(day) for timeframe, day in days.items()}
    fast, slow = download_commands([BTC], needed, "--prepend", config=loaded("mine.json")).split(" && ")
    assert fast.endswith("--pairs BTC/USDT --timeframes 5m 1h --prepend --timerange 20250101-")
    assert slow.endswith("--pairs BTC/USDT --timeframes 1d --prepend --timerange 20240101-")
