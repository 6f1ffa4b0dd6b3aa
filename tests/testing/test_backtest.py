"""A stock backtest and the doctor's checks on a strategy of one's own, without network or a user folder."""

import importlib
import json
import socket
import sys
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from freqtrade.exceptions import OperationalException
from tests.support.freqai_runs import SMALL, deep_merge

from auriga.datasets import simulate_market
from auriga.errors import HostError, ParameterError
from auriga.testing import ContractError, backtest, check_strategy, random_walk

EVERY_HOUR = """
from freqtrade.strategy import IStrategy


class EveryHour(IStrategy):
    timeframe = "5m"
    minimal_roi = {}
    stoploss = -0.5
    startup_candle_count = 12

    def populate_indicators(self, dataframe, metadata):
        return dataframe

    def populate_entry_trend(self, dataframe, metadata):
        dataframe["enter_long"] = (dataframe["date"].dt.minute == 0).astype(int)
        dataframe["enter_tag"] = "hour"
        return dataframe

    def populate_exit_trend(self, dataframe, metadata):
        dataframe["exit_long"] = (dataframe["date"].dt.minute == 30).astype(int)
        return dataframe
"""

LEAKS = """
import auriga.testing  # noqa: F401 - an import of ours in a strategy must not matter
from RegimeStrategy import RegimeStrategy


class Leaks(RegimeStrategy):
    def feature_engineering_expand_basic(self, dataframe, metadata, **kwargs):
        frame = super().feature_engineering_expand_basic(dataframe, metadata=metadata, **kwargs)
        return frame.assign(**{"%-next": dataframe["close"].shift(-1) / dataframe["close"]})

    def set_freqai_targets(self, dataframe, metadata, **kwargs):
        close = dataframe["close"]
        future = close.shift(-self.settings.label.horizon - 2)
        label = (future > close).map({True: "up", False: "down"}).where(future.notna())
        return dataframe.assign(**{"&-direction": label})
"""


@pytest.fixture
def hourly(tmp_path: Path) -> Path:
    (tmp_path / "EveryHour.py").write_text(EVERY_HOUR)
    return tmp_path


@pytest.fixture
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*args: Any) -> None:
        raise AssertionError(f"a connection to {args[1:]}")

    monkeypatch.setattr(socket.socket, "connect", refuse)


def test_trades_are_those_that_can_be_worked_out_by_hand(hourly, no_network) -> None:
    """In at the open after each full hour's candle, out at that after the half hour's."""
    candles = random_walk(600)
    trades = backtest("EveryHour", {"BTC/USDT": candles}, strategy_path=hourly)
    opens = candles.set_index("date")["open"]
    first = candles["date"].iloc[12]
    expected = [at for at in opens.index if at.minute == 5 and at - pd.Timedelta("5min") >= first]
    assert trades["open_date"].tolist() == expected
    assert trades["open_rate"].tolist() == opens[expected].tolist()
    assert (trades["close_date"].iloc[:-1] - trades["open_date"].iloc[:-1] == pd.Timedelta("30min")).all()
    leaving = trades["close_date"].iloc[:-1]
    assert trades["close_rate"].iloc[:-1].tolist() == opens[leaving].tolist()
    fee = 0.001
    gross = trades["close_rate"] * (1 - fee) / (trades["open_rate"] * (1 + fee)) - 1
    assert trades["profit_ratio"].to_numpy() == pytest.approx(gross.to_numpy(), abs=1e-7)
    assert set(trades["enter_tag"]) == {"hour"}


def test_pairs_timerange_and_configuration_count(hourly, no_network) -> None:
    candles = {pair: random_walk(900, seed=seed) for seed, pair in enumerate(("BTC/USDT", "ETH/USDT"))}
    given = {"strategy_path": hourly, "timerange": "20250102-20250103"}
    config = {"dry_run_wallet": 500, "stake_amount": 100, "fee": 0.0}
    trades = backtest("EveryHour", candles, config, **given)
    assert set(trades["pair"]) == set(candles)
    assert trades["open_date"].min() >= pd.Timestamp("2025-01-02", tz="UTC")
    assert trades["close_date"].max() <= pd.Timestamp("2025-01-03", tz="UTC")
    assert trades["stake_amount"].to_numpy() == pytest.approx(100, abs=0.1)
    assert set(trades["fee_open"]) == {0.0}
    assert config == {"dry_run_wallet": 500, "stake_amount": 100, "fee": 0.0}
    one_at_a_time = backtest("EveryHour", candles, config | {"max_open_trades": 1}, **given)
    assert len(one_at_a_time) < len(trades)


def test_a_class_is_loaded_from_its_file(hourly, monkeypatch, no_network) -> None:
    monkeypatch.syspath_prepend(str(hourly))
    loaded: Any = importlib.import_module("EveryHour")
    given = {"BTC/USDT": random_walk(300)}
    by_class = backtest(loaded.EveryHour, given)
    pd.testing.assert_frame_equal(by_class, backtest("EveryHour", given, strategy_path=hourly))
    del sys.modules["EveryHour"]


def test_nothing_is_left_behind(hourly, monkeypatch, tmp_path) -> None:
    place = tmp_path / "temporary"
    place.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(place))
    backtest("EveryHour", {"BTC/USDT": random_walk(300)}, strategy_path=hourly)
    with pytest.raises(OperationalException, match="Impossible to load Strategy 'Nowhere'"):
        backtest("Nowhere", {"BTC/USDT": random_walk(300)}, strategy_path=hourly)
    assert list(place.iterdir()) == []


@pytest.mark.parametrize(
    ("candles", "config", "words"),
    [
        ({}, {}, "candles are given of no pair; give at least two candles of each pair, all of one quote"),
        ({"BTC/USDT": random_walk(1)}, {}, "candles are given of BTC/USDT; give at least two"),
        ({"BTC/USDT": random_walk(9), "ETH/BTC": random_walk(9)}, {}, "all of one quote currency"),
        ({"BTC/USDT": random_walk(9)}, {"trading_mode": "futures"}, "trading_mode is not spot"),
    ],
)
def test_what_cannot_be_run_is_refused(hourly, candles, config, words) -> None:
    with pytest.raises(ParameterError, match=words):
        backtest("EveryHour", candles, config, strategy_path=hourly)


def test_a_whole_strategy_is_checked_as_the_doctor_does(root, tmp_path, monkeypatch, no_network) -> None:
    (tmp_path / "Leaks.py").write_text(LEAKS)
    (tmp_path / "RegimeStrategy.py").write_text((root / "strategies" / "RegimeStrategy.py").read_text())
    config = deep_merge(json.loads((root / "config.json").read_text()), SMALL)
    config["freqai"]["feature_parameters"]["include_corr_pairlist"] = ["BTC/USDT"]
    config["freqaimodel_path"] = str(root / "freqaimodels")
    candles = {"BTC/USDT": simulate_market(42 * 288, market="easy", seed=0, start="2024-01-01").candles}
    given: dict[str, Any] = {"strategy_path": tmp_path, "timerange": "20240205-20240212"}
    with pytest.raises(ContractError) as told:
        check_strategy("Leaks", candles, config, **given)
    lines = str(told.value).splitlines()
    assert any(
        "next" in line and "candles ahead" in line and "no negative shift" in line for line in lines
    ), lines
    assert any("looks 14 candles ahead, but regime.label.horizon is 12" in line for line in lines), lines
    check_strategy("RegimeStrategy", candles, config, **given)
    with pytest.raises(HostError, match="no enabled freqai"):
        check_strategy("RegimeStrategy", candles, {}, **given)
    for name in ("Leaks", "RegimeStrategy"):
        sys.modules.pop(name, None)


def test_slower_candles_are_made_of_those_given(hourly, tmp_path, no_network) -> None:
    (tmp_path / "EveryHour.py").write_text(
        EVERY_HOUR
        + """
    def informative_pairs(self):
        return [("BTC/USDT", "1h")]

    def populate_indicators(self, dataframe, metadata):
        slow = self.dp.get_pair_dataframe("BTC/USDT", "1h")
        assert len(slow) == 50, len(slow)
        return dataframe.assign(mine=slow["volume"].sum())
"""
    )
    assert len(backtest("EveryHour", {"BTC/USDT": random_walk(600)}, strategy_path=tmp_path)) > 40
