"""What models use and how features drift, and single candles explained, on a market whose cause is known."""

import json
import shutil
import time
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import numpy as np
import pandas as pd
import pytest
from tests.support.freqai_runs import SMALL, FreqaiRun, deep_merge, write_candles
from typer.testing import CliRunner

from auriga.cli._main import app
from auriga.columns import PROBABILITY
from auriga.errors import HostError, ParameterError
from auriga.host.evidence import model_evidence
from auriga.host.explain import explain_backtest_candle
from auriga.host.results import BacktestResult
from auriga.host.results._walk_forward import WalkForward
from auriga.host.seals._run_record import RUNS, run_records
from auriga.host.setup import load_config

PAIRS = ["BTC/USDT", "ETH/USDT"]
SPAN = "20240219-20240304"  # two windows of seven days
OPTIONS: dict[str, Any] = {
    "regime": {"min_samples": 100},
    "freqai": {"save_backtest_models": True, "feature_parameters": {"include_corr_pairlist": ["BTC/USDT"]}},
}
AT = pd.Timestamp("2024-02-21 10:05", tz="UTC")


def planted_market(seed: int) -> pd.DataFrame:
    """Prices that rise in the first half of each day, fall in the second, and are wild in the last week."""
    rng, n = np.random.default_rng(seed), 66 * 288
    hour = np.arange(n) % 288 / 12
    wild = np.where(np.arange(n) >= 56 * 288, 3.0, 1.0)
    steps = 0.0004 * np.sin(2 * np.pi * hour / 24) + rng.normal(scale=0.001, size=n) * wild
    close = 100 * np.exp(np.cumsum(steps))
    open_ = np.r_[100.0, close[:-1]]
    spread = np.abs(rng.normal(scale=0.0005, size=(2, n))) * wild
    return pd.DataFrame(
        {
            "date": pd.date_range("2024-01-01", periods=n, freq="5min", tz="UTC", unit="ms"),
            "open": open_,
            "high": np.maximum(open_, close) * (1 + spread[0]),
            "low": np.minimum(open_, close) * (1 - spread[1]),
            "close": close,
            "volume": rng.lognormal(size=n),
        }
    )


class World:
    """A user folder with the models and predictions of a backtest, and its result."""

    def __init__(self, root: Path, folder: Path) -> None:
        self.user_data, self.datadir = folder / "user_data", folder / "data"
        told = deep_merge(deep_merge(json.loads((root / "config.json").read_text()), SMALL), OPTIONS)
        paths = {name: str(root / told[name]) for name in ("strategy_path", "freqaimodel_path")}
        self.config = told | paths
        self.user_data.mkdir()
        file = folder / "config.json"
        file.write_text(json.dumps(self.config))
        freqai = load_config([file], userdir=self.user_data)["freqai"]  # with Freqtrade's defaults
        self.overlay = OPTIONS | {"timerange": SPAN, "freqai": freqai}

    @property
    def models(self) -> Path:
        return self.user_data / "models"

    @property
    def own(self) -> Path:
        return self.models / self.config["freqai"]["identifier"]

    def result(self, **changed: Any) -> BacktestResult:
        """A result as Freqtrade keeps it, its configuration overlaid."""
        file = self.user_data / "backtest_results" / "backtest-result-1.zip"
        file.parent.mkdir(exist_ok=True)
        with ZipFile(file, "w") as archive:
            archive.writestr("backtest-result-1_config.json", json.dumps(deep_merge(self.config, changed)))
        stats = {
            "strategy_name": "RegimeStrategy",
            "freqaimodel": "RegimeLightGBMClassifier",
            "freqai_identifier": self.config["freqai"]["identifier"],
            "timeframe": "5m",
            "timerange": SPAN,
            "pairlist": PAIRS,
            "backtest_start": "2024-02-19 00:00:00",
            "backtest_end": "2024-03-04 00:00:00",
            "backtest_run_start_ts": 0,
            "backtest_run_end_ts": int(time.time()) + 60,
        }
        return BacktestResult(file, pd.DataFrame(), stats)

    def evidence(self, **options: Any):
        return model_evidence(self.result(), self.models, self.datadir, **options)

    def explain(self, pair: str = "ETH/USDT", at: pd.Timestamp = AT, **options: Any):
        return explain_backtest_candle(self.result(), self.models, self.datadir, pair, at, **options)

    def cached(self, pair: str, at: pd.Timestamp) -> Any:
        slug = pair.replace("/", "_").lower()
        files = sorted(self.own.rglob(f"backtesting_predictions/cb_{slug}_*.feather"))
        rows = pd.concat([pd.read_feather(file) for file in files]).drop_duplicates("date", keep="last")
        return rows.set_index("date").loc[at]

    def copy(self, folder: Path) -> "World":
        """Files that a test may change; the candles are shared."""
        other = object.__new__(World)
        other.__dict__ |= self.__dict__ | {"user_data": folder / "user_data"}
        shutil.copytree(self.user_data, other.user_data)
        return other


@pytest.fixture(scope="module")
def world(root, tmp_path_factory) -> World:
    made = World(root, tmp_path_factory.mktemp("planted"))
    for seed, pair in enumerate(PAIRS):
        write_candles(made.datadir, pair, planted_market(seed))
    run = FreqaiRun(root, made.user_data, made.datadir, made.overlay)
    for pair in PAIRS:
        run.indicators(pair)
    made.config[RUNS] = {"RegimeStrategy": next(run_records(made.own)).run}
    return made


@pytest.fixture(scope="module")
def evidence(world):
    return world.evidence()


def test_the_planted_cause_is_the_most_important_feature(evidence) -> None:
    assert evidence.missing == ""
    assert evidence.notes == ()
    table = evidence.importance
    assert set(table["expert"]) >= {"fallback", "bull", "bear"}
    for expert, rows in table.groupby("expert"):
        assert rows["shap_frac"].sum() == pytest.approx(1), expert
        assert rows["gain_frac"].sum() == pytest.approx(1), expert
        assert rows["feature"].iloc[0].startswith("calendar_hour"), expert  # sorted by SHAP
    base = table[table["expert"] == "fallback"].set_index("feature")
    assert base["gain_frac"].idxmax().startswith("calendar_hour")


def test_drift_is_found_where_it_was_planted(evidence) -> None:
    drift = evidence.drift.pivot(index="feature", columns="window", values="psi")
    first, second = drift.columns
    assert (first, second) == (pd.Timestamp("2024-02-19", tz="UTC"), pd.Timestamp("2024-02-26", tz="UTC"))
    assert drift.loc["volatility_natr_14_own_5m", first] < 0.1
    assert drift.loc["volatility_natr_14_own_5m", second] > 1
    assert drift.filter(like="calendar_hour", axis=0).max(axis=None) < 0.05


def test_windows_that_are_left_out_are_told(world) -> None:
    few = world.evidence(max_windows=1)
    assert few.drift["window"].nunique() == 1
    assert "1 of 2 windows were looked at, evenly spread" in few.notes


def test_an_explained_candle_says_what_the_backtest_said(world) -> None:
    for pair in PAIRS:
        found, cached = world.explain(pair, top=3), world.cached(pair, AT)
        assert found.notes == ()
        assert found.model.probability == cached[PROBABILITY]
        assert found.model.recomputed == pytest.approx(cached[PROBABILITY], abs=1e-12)
        assert found.model.expert_rows == cached["expert_rows"]
        assert found.model.expert == found.signal.regime
        total = found.model.expected + sum(s.contribution for s in found.model.shares) + found.model.rest
        assert 1 / (1 + np.exp(-total)) == pytest.approx(cached[PROBABILITY], abs=1e-12)
        assert found.model.shares[0].feature.startswith("calendar_hour")
        assert len(found.model.shares) == 3
        assert (found.model.trained_from, found.model.trained_until) == (
            pd.Timestamp("2024-02-05", tz="UTC"),
            pd.Timestamp("2024-02-19", tz="UTC"),
        )


def test_the_verdict_of_a_candle_is_the_signal(world, root) -> None:
    run = FreqaiRun(root, world.user_data, world.datadir, world.overlay)
    frame = run.strategy.advise_entry(run.indicators("ETH/USDT"), {"pair": "ETH/USDT"}).set_index("date")
    tested = frame[frame.index >= "2024-02-19"]
    for signal, said in ((1, "long: "), (0, "no ")):
        at = tested.index[tested["enter_long"] == signal][5]
        found = world.explain(at=at).signal
        assert found.verdict.startswith(said)
        assert found.confidence == pytest.approx(tested.loc[at, "confidence"], abs=1e-9)
        assert found.atr_frac == pytest.approx(tested.loc[at, "atr_frac"])


def test_thresholds_are_those_of_the_parameter_file_of_the_run(world, tmp_path) -> None:
    own = world.copy(tmp_path)
    result = own.result()
    with ZipFile(result.path, "a") as archive:
        params = {"params": {"enter": {"long_threshold": 0.61, "bull_offset": 0.02, "bear_offset": 0.02}}}
        archive.writestr("backtest-result-1_RegimeStrategy.json", json.dumps(params))
    found = explain_backtest_candle(result, own.models, own.datadir, "ETH/USDT", AT)
    assert found.signal.offset is not None
    assert found.signal.long_threshold == pytest.approx(0.61 + found.signal.offset)


def test_changed_candles_are_told(world, tmp_path) -> None:
    own = world.copy(tmp_path)
    own.datadir = tmp_path / "data"
    for seed, pair in enumerate(PAIRS):
        candles = planted_market(seed)
        candles.loc[candles["date"] == AT, "volume"] *= 50
        candles.loc[candles["date"] == AT, ["close", "high"]] *= 1.05
        write_candles(own.datadir, pair, candles)
    found = own.explain()
    assert found.model.probability == world.cached("ETH/USDT", AT)[PROBABILITY]
    assert any("the probability comes out as" in note for note in found.notes)


def test_without_saved_models_the_remedy_is_named(world, tmp_path) -> None:
    own = world.copy(tmp_path)
    for file in own.own.rglob("sub-train-*/*_model.joblib"):
        file.unlink()
    evidence = own.evidence()
    assert evidence.importance.empty
    assert list(evidence.drift.columns) == ["window", "feature", "psi"]
    assert "set freqai.save_backtest_models to true" in evidence.missing
    found = own.explain()
    assert found.model.probability == world.cached("ETH/USDT", AT)[PROBABILITY]
    assert found.model.shares == ()
    assert found.signal.verdict
    assert any("save_backtest_models" in note for note in found.notes)


def test_a_tampered_model_is_not_unpickled(world, tmp_path, monkeypatch) -> None:
    own = world.copy(tmp_path)
    loads = []
    monkeypatch.setattr("auriga.host.seals._saved.load_model", lambda *place: loads.append(place))
    for file in own.own.rglob("sub-train-*/*_model.joblib"):
        file.write_bytes(file.read_bytes()[:-1] + b"x")
    assert "checksum differs" in own.evidence().missing
    assert any("checksum differs" in note for note in own.explain().notes)
    assert loads == []


def test_models_of_other_code_are_looked_at_and_that_is_said(world, tmp_path) -> None:
    own = world.copy(tmp_path)
    for file in own.own.rglob("sub-train-*/*_seal.json"):
        seal = json.loads(file.read_text())
        seal["facts"]["code.auriga"], seal["schema"] = '"older"', 1
        file.write_text(json.dumps(seal))
    evidence = own.evidence()
    assert len(evidence.importance)
    assert any("made from something else than there is today" in note for note in evidence.notes)


def test_features_that_are_no_longer_those_of_the_model_are_one_sentence(world) -> None:
    result = world.result(freqai={"feature_parameters": {"indicator_periods_candles": [21]}})
    evidence = model_evidence(result, world.models, world.datadir)
    assert "the strategy's features are no longer those of the model" in evidence.missing
    found = explain_backtest_candle(result, world.models, world.datadir, "ETH/USDT", AT)
    assert any("features are no longer those of the model" in note for note in found.notes)


def test_a_strategy_that_is_gone_is_one_sentence(world, tmp_path) -> None:
    result = world.result(strategy_path=str(tmp_path))
    evidence = model_evidence(result, world.models, world.datadir)
    assert "RegimeStrategy" in evidence.missing
    assert "start there" in evidence.missing
    found = explain_backtest_candle(result, world.models, world.datadir, "ETH/USDT", AT)
    assert found.model.probability == world.cached("ETH/USDT", AT)[PROBABILITY]
    assert any("start there" in note for note in found.notes)


def test_candles_outside_of_the_backtest_are_refused(world) -> None:
    with pytest.raises(HostError, match=r"did not predict 2024-03-10 .*reaches from 2024-02-19"):
        world.explain(at=pd.Timestamp("2024-03-10", tz="UTC"))
    with pytest.raises(HostError, match="no pair SOL/USDT; it has BTC/USDT, ETH/USDT"):
        world.explain("SOL/USDT")
    with pytest.raises(HostError, match="made without FreqAI"):
        WalkForward(world.result(freqai={"enabled": False})).require()


@pytest.mark.parametrize(
    ("options", "error", "said"),
    [
        ([], ParameterError, "the number of a trade, or --candle"),
        (["1", "--candle", "2024-01-01"], ParameterError, "one of the two"),
        (["--candle", "2024-01-01"], ParameterError, "--candle and --pair belong together"),
        (["1", "--result", "latest", "--db", "x.sqlite"], ParameterError, "exclude each other"),
        (["1", "--db", "nowhere.sqlite"], HostError, "no database .*nowhere.sqlite"),
        (["1", "--result", "nowhere.zip"], HostError, "Run this first: freqtrade backtesting"),
    ],
)
def test_what_is_missing_is_named(options, error, said) -> None:
    done = CliRunner().invoke(app, ["explain", *options])
    assert isinstance(done.exception, error)
    with pytest.raises(error, match=said):
        raise done.exception
