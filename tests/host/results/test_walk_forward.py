"""Windows of a finished backtest are those that FreqAI had made of the same configuration while it ran."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import numpy as np
import pandas as pd
import pytest
from freqtrade.exchange import timeframe_to_seconds
from freqtrade.freqai.data_kitchen import FreqaiDataKitchen
from tests.support.freqai_runs import FreqaiRun, write_candles
from tests.support.made_results import CONFIG, made_result, read

from auriga.errors import HostError
from auriga.host.evidence import prediction_evidence
from auriga.host.explain import explain_backtest_candle
from auriga.host.freeze import freeze_backtest
from auriga.host.freqai import RegimeFreqaiModel
from auriga.host.freqai._backtest import BacktestRun
from auriga.host.results import BacktestResult
from auriga.host.results._walk_forward import WalkForward
from auriga.host.seals._windows import Window
from auriga.host.setup import look_back_for_experts
from auriga.host.verdict import verdict_of

N_CASES = 200
PAIRS = ("BTC/USDT", "ETH/USDT")


@dataclass(frozen=True)
class Case:
    """What a user asks for, and which candles he has."""

    timerange: str
    timeframe: str
    train_days: int
    period_days: float
    expert_days: int | None
    buffer: int
    first_missing: int
    last_missing: int

    @property
    def config(self) -> dict[str, Any]:
        freqai = CONFIG["freqai"] | {
            "train_period_days": self.train_days,
            "backtest_period_days": self.period_days,
            "feature_parameters": {"buffer_train_data_candles": self.buffer} if self.buffer else {},
        }
        regime = {} if self.expert_days is None else {"expert_train_period_days": self.expert_days}
        return CONFIG | {"timeframe": self.timeframe, "freqai": freqai, "regime": regime}


def side(moment: int, rng: np.random.Generator) -> str:
    """A moment (seconds) in one of the ways in which Freqtrade reads it."""
    when = pd.Timestamp(moment, unit="s")
    forms = [str(moment), f"{moment}000", f"{when:%Y%m%dT%H%M%S}"]
    forms += [f"{when:%Y%m%dT%H%M}"] if moment % 60 == 0 else []
    forms += [f"{when:%Y%m%d}"] * 4 if moment % 86_400 == 0 else []
    return str(rng.choice(forms))


def cases() -> list[Case]:
    """Half of them are whole numbers of periods."""
    rng, found = np.random.default_rng(14), []
    for number in range(N_CASES):
        timeframe = str(rng.choice(["1m", "5m", "15m", "1h", "4h", "1d"]))
        period = float(rng.choice([0.25, 0.5, 1.37, 2, 7, 7, 14, 14, 30, 0.0417]))
        period = int(period) if period == int(period) and rng.random() < 0.8 else period
        grain = int(rng.choice([86_400, 3600, 60, 1], p=[0.6, 0.2, 0.1, 0.1]))
        start = int(rng.integers(1_600_000_000, 1_735_000_000)) // grain * grain
        seconds = int(period * 86_400)
        length = seconds * int(rng.integers(1, 9))
        if number % 2:
            length = int(rng.integers(0, 60 * 86_400)) // grain * grain
        train = int(rng.integers(1, 60))
        found.append(
            Case(
                timerange=f"{side(start, rng)}-{side(start + length, rng)}",
                timeframe=timeframe,
                train_days=train,
                period_days=period,
                expert_days=train + int(rng.integers(0, 400)) if rng.random() < 0.3 else None,
                buffer=int(rng.choice([0, 0, 3, 100])),
                first_missing=int(rng.choice([0, 0, 1, 50])),
                last_missing=int(rng.choice([0, 0, 1, 50])),
            )
        )
    return found


class Planned(Exception):
    """A backtest has its windows."""

    def __init__(self, windows: list[Window]) -> None:
        self.windows = tuple(windows)


class PlanOnly(BacktestRun):
    """Ends where windows are known, before anything is computed from candles."""

    def __init__(self, model: Any, strategy: Any) -> None:
        self.strategy, self._glue = strategy, model

    def _plan(self, windows: list[Window]) -> None:
        raise Planned(windows)


class BareModel(RegimeFreqaiModel):
    """What `start_backtesting` needs of a model."""

    def __init__(self, config: dict[str, Any]) -> None:
        self.config, self.freqai_info = config, config["freqai"]
        self.ft_params = self.freqai_info["feature_parameters"]
        self.base_tf_seconds = timeframe_to_seconds(config["timeframe"])
        self.step, self.pair_it, self._run = 1000 * self.base_tf_seconds, 0, None

    def new_run(self, strategy: Any) -> BacktestRun:
        return PlanOnly(self, strategy)


_BARE: Any = BareModel
_BARE.__abstractmethods__ = frozenset()


def windows_of_freqai(case: Case, folder: Path) -> tuple[Window, ...]:
    """Windows that a backtest of this configuration trains, by FreqAI's kitchen and our model."""
    file = folder / "config.json"
    file.touch()
    config = case.config | {"timerange": case.timerange, "config_files": [str(file)], "user_data_dir": folder}
    config["freqai"] = dict(config["freqai"])
    look_back_for_experts(config)
    kitchen = FreqaiDataKitchen(config, False, "BTC/USDT")
    with pytest.raises(Planned) as planned:
        _BARE(config).start_backtesting(pd.DataFrame(), {"pair": "BTC/USDT"}, kitchen, object())
    return planned.value.windows


def result_of(case: Case, folder: Path) -> BacktestResult:
    """The result of that backtest, as far as windows are read from it: a zip and Freqtrade's statistics."""
    path = folder / "backtest_results" / "backtest-result.zip"
    path.parent.mkdir(exist_ok=True)
    with ZipFile(path, "w") as archive:
        archive.writestr("backtest-result_config.json", json.dumps(case.config))
    start, stop = (moment_of(text) for text in case.timerange.split("-"))
    step = pd.Timedelta(seconds=timeframe_to_seconds(case.timeframe))
    stats = {
        "strategy_name": "RegimeStrategy",
        "timerange": case.timerange,
        "timeframe": case.timeframe,
        "freqai_identifier": "made",
        "backtest_start": f"{start + case.first_missing * step:%Y-%m-%d %H:%M:%S}",
        "backtest_end": f"{stop - case.last_missing * step:%Y-%m-%d %H:%M:%S}",
    }
    return BacktestResult(path, pd.DataFrame(), stats)


def moment_of(text: str) -> pd.Timestamp:
    if len(text) in (10, 13) and "T" not in text:
        return pd.Timestamp(int(text[:10]), unit="s")
    return pd.Timestamp(text)


def test_windows_are_those_of_freqai_for_two_hundred_timeranges(tmp_path) -> None:
    whole = 0
    for case in cases():
        expected = windows_of_freqai(case, tmp_path)
        walk = WalkForward(result_of(case, tmp_path))
        assert walk.windows == expected, case
        assert walk.stamps == tuple(window.stamp for window in expected) == tuple(walk.by_stamp), case
        spans = {window.test_stop - window.test_start for window in expected[:-1]}
        assert spans <= {1000 * int(case.period_days * 86_400)}
        last = expected[-1].test_stop - expected[-1].test_start - 1000 * timeframe_to_seconds(case.timeframe)
        whole += last in spans
    assert whole > N_CASES // 4, "whole numbers of periods are among them"


def test_the_readers_of_windows_make_nothing_beside_the_result(tmp_path) -> None:
    result = result_of(cases()[0], tmp_path)
    before = sorted(tmp_path.rglob("*"))
    assert WalkForward(result).windows
    assert sorted(tmp_path.rglob("*")) == before


@pytest.mark.parametrize(
    ("timerange", "expected"),
    [
        ("20250301-20250412", ["2025-03-01", "2025-03-15", "2025-03-29"]),  # of the shipped `make backtest`
        ("20250301T1200-20250314", ["2025-03-01 12:00"]),
        ("20250301-20250301", ["2025-03-01"]),  # one candle
    ],
)
def test_windows_are_named_by_the_first_day_they_predict(tmp_path, timerange, expected) -> None:
    for buffer in (0, 12):
        case = Case(timerange, "5m", 45, 14, None, buffer, 0, 0)
        walk = WalkForward(result_of(case, tmp_path))
        assert list(walk.names.values()) == expected
        assert tuple(walk.names) == walk.stamps


def holed(folder: Path, datadir: Path, start: pd.Timestamp, stop: pd.Timestamp) -> Path:
    """Candles of all pairs without those that open at the start and at the end of a timerange."""
    for pair in PAIRS:
        candles = pd.read_feather(datadir / f"{pair.replace('/', '_')}-5m.feather")
        write_candles(folder, pair, candles[~candles["date"].isin([start, stop])].reset_index(drop=True))
    return folder


@pytest.mark.parametrize("holes", [False, True], ids=["every candle", "first and last missing"])
def test_a_backtest_of_whole_periods_has_all_its_predictions(root, tmp_path, datadir, holes) -> None:
    start, stop = pd.Timestamp("2024-02-05", tz="UTC"), pd.Timestamp("2024-02-26", tz="UTC")
    data = holed(tmp_path / "data", datadir, start, stop) if holes else datadir
    run = FreqaiRun(root, tmp_path / "run", data, {"timerange": "20240205-20240226"})
    frames = {pair: run.backtest_rows(run.indicators(pair)) for pair in PAIRS}
    configured = {name: run.config[name] for name in ("regime", "freqai", "timerange")}
    made = made_result(tmp_path / "run" / "backtest_results", [], days=21, pairs=PAIRS, **configured)
    stats = read(made).stats | {"backtest_start": f"{frames[PAIRS[0]]['date'].iloc[0]:%Y-%m-%d %H:%M:%S}"}
    result = BacktestResult(made, read(made).trades, stats)
    files = (run.place / "backtesting_predictions").glob("cb_btc_usdt_*.feather")
    assert list(WalkForward(result).stamps) == sorted(int(file.stem.split("_")[3]) for file in files)
    found = prediction_evidence(result, tmp_path / "run" / "models", data)
    assert found.notes == ()
    assert found.windows.index.tolist() == ["2024-02-05", "2024-02-12", "2024-02-19"]
    assert (found.windows["unusable_frac"] == 0).all()
    known = 21 * 288 + 1 - 2 * holes
    assert found.by_pair["rows"].tolist() == [known, known, 2 * known]


def without_freqai(tmp_path: Path) -> BacktestResult:
    return read(made_result(tmp_path / "backtest_results", [], days=2, freqai=None, freqaimodel=None))


@pytest.mark.parametrize(
    "asked",
    [
        lambda result, folder: WalkForward(result).require(),
        lambda result, folder: freeze_backtest(result, folder, folder / "frozen"),
        lambda result, folder: explain_backtest_candle(result, folder, folder, "BTC/USDT", result.start),
        lambda result, folder: verdict_of(result, folder),
    ],
    ids=["windows", "freeze", "explain", "verdict"],
)
def test_a_result_without_freqai_is_refused_in_the_same_words(tmp_path, asked) -> None:
    with pytest.raises(HostError, match=r"\.zip was made without FreqAI"):
        asked(without_freqai(tmp_path), tmp_path)


def test_what_a_result_does_not_say_is_named(tmp_path) -> None:
    case = Case("20240205-20240212", "5m", 14, 7, None, 0, 0, 0)
    result = result_of(case, tmp_path)
    mute = BacktestResult(result.path, result.trades, result.stats | {"timerange": ""})
    with pytest.raises(HostError, match="does not say its timerange"):
        WalkForward(mute).require()
    with ZipFile(result.path, "w"):
        pass
    with pytest.raises(HostError, match="holds no configuration"):
        WalkForward(result_at(result)).require()
    for days in (0.000001, 0.00001):
        wrong = result_of(Case("20240205-20240212", "5m", 14, days, None, 0, 0, 0), tmp_path)
        with pytest.raises(HostError, match=f"backtest_period_days is {days}"):
            WalkForward(wrong).require()


def result_at(result: BacktestResult) -> BacktestResult:
    return BacktestResult(result.path, result.trades, result.stats)


def test_settings_without_a_value_are_as_if_they_were_not_there(tmp_path) -> None:
    """JSON's null."""
    case = Case("20240205-20240226", "5m", 14, 7, None, 0, 0, 0)
    expected = WalkForward(result_of(case, tmp_path)).windows
    empty = case.config | {"regime": {"expert_train_period_days": None}}
    empty["freqai"] = empty["freqai"] | {"feature_parameters": {"buffer_train_data_candles": None}}
    result = result_of(case, tmp_path)
    with ZipFile(result.path, "w") as archive:
        archive.writestr("backtest-result_config.json", json.dumps(empty))
    assert WalkForward(result_at(result)).windows == expected


def test_freqai_that_is_switched_off_has_no_windows(tmp_path) -> None:
    case = Case("20240205-20240226", "5m", 14, 7, None, 0, 0, 0)
    result = result_of(case, tmp_path)
    off = case.config | {"freqai": case.config["freqai"] | {"enabled": False}}
    with ZipFile(result.path, "w") as archive:
        archive.writestr("backtest-result_config.json", json.dumps(off))
    assert WalkForward(result_at(result)).windows == ()
