"""`auriga doctor` finds planted faults by name, says whose they are and what to do, and else is silent."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from tests.support.freqai_runs import SMALL, FreqaiRun, deep_merge
from typer.testing import CliRunner

from auriga.cli._main import app
from auriga.errors import HostError, ParameterError
from auriga.host.doctor import CHECKS, examine
from auriga.host.examination import Finding, Level, Resources

PLENTY = Resources(free_disk=10**12, free_memory=10**12, threads=2)
ONE_PAIR: dict[str, Any] = {
    "regime": {"features": {"groups": ["shape"]}},  # the quickest
    "exchange": {"pair_whitelist": ["BTC/USDT"]},
    "freqai": {"feature_parameters": {"include_corr_pairlist": ["ETH/USDT"]}},
}
STRATEGY = """
import numpy as np
import pandas as pd
from auriga.host.rows import add_label
from strategies.RegimeStrategy import RegimeStrategy


class Planted(RegimeStrategy):
    def {hook}(self, dataframe, *args, **kwargs):
        frame = super().{hook}(dataframe, *args, **kwargs)
        close, volume, pair = frame["close"], frame["volume"], kwargs["metadata"]["pair"]
        {body}
        return frame
"""

OWN = """
import pandas as pd
from auriga.host.rows import add_label, add_regimes
from auriga.host.setup import settings_from_config
from freqtrade.strategy import IStrategy


class Planted(IStrategy):
    timeframe = "5m"
    process_only_new_candles = {only_new}
    startup_candle_count = 100
    minimal_roi = {{"0": 1.0}}
    stoploss = -0.1

    def feature_engineering_expand_all(self, dataframe, period, metadata, **kwargs):
        dataframe["%-change"] = dataframe["close"].pct_change(period)
        return dataframe

    def feature_engineering_expand_basic(self, dataframe, metadata, **kwargs):
        dataframe["%-range"] = {feature}
        return dataframe

    def feature_engineering_standard(self, dataframe, metadata, **kwargs):
        settings = settings_from_config(self.config)
        return add_regimes(dataframe, metadata["pair"], self.dp, settings, self.timeframe)

    def set_freqai_targets(self, dataframe, metadata, **kwargs):
        return add_label(dataframe, settings_from_config(self.config).label)

    def populate_indicators(self, dataframe, metadata):
        return self.freqai.start(dataframe, metadata, self)

    def populate_entry_trend(self, dataframe, metadata):
        return dataframe

    def populate_exit_trend(self, dataframe, metadata):
        return dataframe
"""

MODEL = """
import numpy as np
from freqaimodels.RegimeLightGBMClassifier import RegimeLightGBMClassifier


class PlantedModel(RegimeLightGBMClassifier):
    {body}
"""

BASIC, STANDARD = "feature_engineering_expand_basic", "feature_engineering_standard"
TARGETS = "set_freqai_targets"
OWN_CLOCK = """slow = self.dp.get_pair_dataframe(pair, "1h")[["date", "close"]]
        slow["date"] = (slow["date"]{delay}).astype(frame["date"].dtype)
        merged = pd.merge_asof(frame[["date"]], slow.dropna(), on="date")
        frame["%-planted"] = (merged["close"] / close.to_numpy() - 1).to_numpy()"""


@dataclass(frozen=True)
class Planted:
    """A fault: what it is planted into, the finding that must name it, and the words it must be told in."""

    check: str
    finding: str
    culprit: str
    remedy: str
    level: Level = Level.WRONG
    strategy: str = ""
    model: str = ""
    config: dict[str, Any] = field(default_factory=dict)
    candles: Callable[[Path], None] | None = None
    resources: Resources = PLENTY


def feature(body: str, hook: str = BASIC) -> str:
    return STRATEGY.format(hook=hook, body=body)


def edited(name: str, change: Callable[[pd.DataFrame], pd.DataFrame]) -> Callable[[Path], None]:
    """Change one file of candles in a copy of the folder."""

    def edit(folder: Path) -> None:
        file = folder / f"{name}.feather"
        frame = change(pd.read_feather(file)).reset_index(drop=True)
        file.unlink()  # it is a link to the shared file
        frame.to_feather(file)

    return edit


def damaged(name: str, change: Callable[[bytes], bytes]) -> Callable[[Path], None]:
    """Change the bytes of one file in a copy of the folder."""

    def damage(folder: Path) -> None:
        file = folder / f"{name}.feather"
        content = file.read_bytes()
        file.unlink()  # it is a link to the shared file
        file.write_bytes(change(content))

    return damage


def before(day: str) -> Callable[[pd.DataFrame], pd.DataFrame]:
    return lambda frame: frame[frame["date"] < day]


def hole(first: int, number: int) -> Callable[[pd.DataFrame], pd.DataFrame]:
    return lambda frame: frame.drop(index=range(first, first + number))


def upside_down(frame: pd.DataFrame) -> pd.DataFrame:
    low: Any = frame.loc[15_000, "low"]
    frame.loc[15_000, "high"] = low * 0.9
    return frame


FAULTS = {
    "future of a feature": Planted(
        "look_ahead", "look_ahead", "planted_gen_own_5m looks 1 5m candles ahead", "no negative shift",
        strategy=feature('frame["%-planted"] = close.shift(-1) / close - 1'),
    ),
    "statistics of the whole sample": Planted(
        "look_ahead", "look_ahead", "planted_gen_own_1h looks as far as the whole sample",
        "statistics of the candles before",
        strategy=feature('frame["%-planted"] = (close - close.mean()) / close.std()'),
    ),
    "centred window": Planted(
        "look_ahead", "look_ahead", "planted_gen_own_5m looks 10 5m candles ahead", "no centred window",
        strategy=feature('frame["%-planted"] = close.rolling(21, center=True).mean() / close'),
    ),
    "slow candle that is not over": Planted(
        "look_ahead", "look_ahead", "planted looks", "slow candles only once they have closed",
        strategy=feature(OWN_CLOCK.format(delay=""), STANDARD),
    ),
    "future of a regime": Planted(
        "look_ahead", "look_ahead", "regime looks", "compute it from candles up to its own",
        strategy=feature('frame["regime"] = frame["regime"].shift(-5).ffill().astype("int8")', STANDARD),
    ),
    "sum since the beginning": Planted(
        "start_up", "start_up", "planted_gen_own_5m (BTC/USDT)", "no number of candles that was tried",
        strategy=feature('frame["%-planted"] = (volume * np.sign(close.diff())).cumsum()'),
    ),
    "long memory": Planted(
        "start_up", "start_up", "planted_gen_own_5m (BTC/USDT), from 240 candles",
        "set startup_candle_count to",
        strategy=feature('frame["%-planted"] = close.ewm(span=250, adjust=False).mean() / close'),
    ),
    "label beyond the horizon": Planted(
        "label", "label_horizon", "set_freqai_targets looks 24 candles ahead", "raise regime.label.horizon",
        strategy=feature(
            'frame = add_label(frame, self.settings.label.model_copy(update={"horizon": 24}))', TARGETS
        ),
    ),
    "no purge before the test": Planted(
        "windows", "label_overlap", "PlantedModel, window 2024-02-05 to 2024-02-19: the last training row",
        "do not override learn_stop",
        model=MODEL.format(body="def learn_stop(self, train_stop):\n        return train_stop"),
    ),
    "no purge before the validation": Planted(
        "windows", "label_overlap", "sees 12 candles of the validation rows", "purged_split",
        config={"freqai": {"data_split_parameters": {"test_size": 0.2}}},
        model=MODEL.format(
            body="""def fit(self, data_dictionary, dk, **kwargs):
        rows = data_dictionary["rows"]
        middle = np.median(rows.times)
        model = self.fit_rows(
            self.make_model(), rows.take(np.flatnonzero(rows.times < middle)), 0, data_dictionary["stop"]
        )
        self.holdout_score(model, rows.take(np.flatnonzero(rows.times >= middle)))
        return model"""
        ),
    ),
    "shuffled split": Planted(
        "settings", "shuffled", "freqai.data_split_parameters.shuffle is True", "Remove it",
        config={"freqai": {"data_split_parameters": {"shuffle": True}}},
    ),
    "rows shuffled by the model": Planted(
        "windows", "shuffled", "out of time order", "any shuffle from fit",
        model=MODEL.format(
            body="""def fit(self, data_dictionary, dk, **kwargs):
        rows = data_dictionary["rows"]
        order = np.random.default_rng(0).permutation(len(rows))
        mixed = type(rows)(rows.data, rows.target[order], rows.regimes[order], rows.times[order],
                           rows.pairs[order], rows.spans.take(order), rows.names)
        return self.fit_rows(self.make_model(), mixed, data_dictionary["start"], data_dictionary["stop"])"""
        ),
    ),
    "column that is always missing": Planted(
        "missing", "always_missing", "planted_gen_own_5m of BTC/USDT is missing in all", "take it out",
        strategy=feature('frame["%-planted"] = np.nan'),
    ),
    "column that is often missing": Planted(
        "missing", "missing_values", "planted_gen_own_1h", "look at how these features divide",
        Level.WARNING,
        strategy=feature('frame["%-planted"] = close.diff().where(close.diff() > 0)'),
    ),
    "column that never changes": Planted(
        "missing", "constant", "planted_gen_own_5m of BTC/USDT has one value", "take it out", Level.WARNING,
        strategy=feature('frame["%-planted"] = 3.0'),
    ),
    "one class in a window": Planted(
        "classes", "one_class", "2024-02-05 to 2024-02-19 (all pairs)", "lengthen freqai.train_period_days",
        strategy=feature(
            'known = frame["&-direction"].notna() & (frame["date"] < "2024-02-19")\n'
            '        frame.loc[known, "&-direction"] = "up"',
            TARGETS,
        ),
    ),
    "experts without rows": Planted(
        "classes", "no_expert", "bear and sideways and bull", "lower regime.min_samples", Level.WARNING,
        config={"regime": {"min_samples": 10**6}},
    ),
    "hole of an outage": Planted(
        "candles", "candle_gap", "BTC/USDT lacks 30 candles of 5m (first at 2024-02-", "an outage",
        Level.WARNING, candles=edited("BTC_USDT-5m", hole(14_000, 30)),
    ),
    "hole of a download": Planted(
        "candles", "candle_gap", "BTC/USDT lacks 900 candles of 5m", "download-data",
        candles=edited("BTC_USDT-5m", hole(14_000, 900)),
    ),
    "duplicates": Planted(
        "candles", "candle_duplicate", "BTC/USDT 5m: 10 duplicated candles, first at", "remove the file",
        candles=edited("BTC_USDT-5m", lambda frame: pd.concat([frame[:15_010], frame[15_000:]])),
    ),
    "contradiction": Planted(
        "candles", "candle_contradiction", "ETH/USDT 5m: 1 candle whose high or low", "remove the file",
        candles=edited("ETH_USDT-5m", upside_down),
    ),
    "file that was cut short": Planted(
        "candles", "candle_damage", "BTC_USDT-1h.feather is not a readable feather file (", "remove the file",
        candles=damaged("BTC_USDT-1h", lambda whole: whole[: len(whole) // 2]),
    ),
    "empty file": Planted(
        "candles", "candle_damage", "ETH_USDT-5m.feather is empty (0 bytes)", "remove the file",
        candles=damaged("ETH_USDT-5m", lambda whole: b""),
    ),
    "file with local times": Planted(
        "candles", "candle_damage", "BTC_USDT-1h.feather: the date column has type datetime64[ms]", "remove",
        candles=edited("BTC_USDT-1h", lambda frame: frame.assign(date=frame["date"].dt.tz_localize(None))),
    ),
    "candles end early": Planted(
        "candles", "candle_end", "BTC/USDT 5m candles end at 2024-02-26 00:00",
        "end the timerange at 20240226",
        candles=edited("BTC_USDT-5m", before("2024-02-26")),
    ),
    "no candles of a timeframe": Planted(
        "candles", "candle_missing", "no 1h candles of BTC/USDT", "freqtrade download-data",
        candles=lambda folder: (folder / "BTC_USDT-1h.feather").unlink(),
    ),
    "too little history": Planted(
        "history", "too_little_history", "BTC/USDT 5m candles begin 2024-02-15", "--prepend --timerange 2024",
        candles=edited("BTC_USDT-5m", lambda frame: frame[frame["date"] >= "2024-02-15"]),
    ),
    "too little history of the regime": Planted(
        "history", "regime_history", "BTC/USDT 4h candles begin 2024-02-14", "--timeframes 4h --prepend",
        candles=edited("BTC_USDT-4h", lambda frame: frame[frame["date"] >= "2024-02-14"]),
    ),
    "disk": Planted(
        "plan", "plan_disk", "2 windows x 1 pair", "remove old folders of user_data/models",
        resources=Resources(free_disk=1000, free_memory=10**12, threads=2),
    ),
    "memory": Planted(
        "plan", "plan_memory", "nearly all of", "regime.sample_every", Level.WARNING,
        resources=Resources(free_disk=10**12, free_memory=10**7, threads=2),
    ),
    "model that cannot learn": Planted(
        "plan", "training_failed", "ValueError: it was never written", "correct the model",
        model=MODEL.format(
            body="""def fit_rows(self, model, rows, start, stop, shared=None):
        raise ValueError("it was never written")"""
        ),
    ),
    "currency": Planted(
        "settings", "stake_currency", "BTC/USDT is not traded in stake_currency EUR", "take it out",
        config={"stake_currency": "EUR"},
    ),
    "ignored option": Planted(
        "settings", "ignored_option", "label_period_candles is 24", "set both", Level.WARNING,
        config={"freqai": {"feature_parameters": {"label_period_candles": 24}}},
    ),
    "strategy of one's own that predicts open candles": Planted(
        "settings", "process_only_new_candles", "Planted.process_only_new_candles is False", "set it to True",
        strategy=OWN.format(only_new=False, feature='dataframe["high"] / dataframe["low"]'),
    ),
    "strategy of one's own that fills backwards": Planted(
        "look_ahead", "look_ahead", "range_gen_own_5m looks", "no bfill",
        strategy=OWN.format(
            only_new=True,
            feature='(dataframe["high"] / dataframe["low"]).where(dataframe.index % 7 == 0).bfill()',
        ),
    ),
}  # fmt: skip

CLEAN = {
    "features": feature(
        'frame["%-planted_past"] = close.shift(1) / close - 1\n'
        '        frame["%-planted_score"] = (close - close.rolling(50).mean()) / close.rolling(50).std()\n'
        '        frame["%-planted_memory"] = close.ewm(span=20, adjust=False).mean() / close\n'
        '        frame["%-planted_flow"] = (volume * np.sign(close.diff())).rolling(30).sum()'
    ),
    "slow candles": feature(OWN_CLOCK.format(delay=' + pd.Timedelta("55min")'), STANDARD),
    "own": OWN.format(only_new=True, feature='dataframe["high"] / dataframe["low"]'),
}


class Clinic:
    """Configurations with planted faults, in a workplace of their own."""

    def __init__(self, root: Path, place: Path, datadir: Path) -> None:
        self.root, self.place, self.datadir = root, place, datadir
        place.mkdir(parents=True, exist_ok=True)

    def config(self, strategy: str = "", model: str = "", **overlay: Any) -> dict[str, Any]:
        file = self.root / "config.json"
        config = deep_merge(deep_merge(json.loads(file.read_text()), SMALL), overlay)
        config |= {
            "config_files": [str(file)],
            "strategy_path": self._code("strategies", "Planted", strategy),
            "freqaimodel_path": self._code("freqaimodels", "PlantedModel", model),
            "user_data_dir": self.place / "user_data",
            "datadir": self.datadir,
            "timerange": "20240219-20240304",
        }
        config |= {"strategy": "Planted"} if strategy else {}
        return config | ({"freqaimodel": "PlantedModel"} if model else {})

    def _code(self, folder: str, name: str, text: str) -> str:
        if not text:
            return str(self.root / folder)
        (self.place / folder).mkdir(exist_ok=True)
        (self.place / folder / f"{name}.py").write_text(text)
        return str(self.place / folder)

    def linked_candles(self) -> Path:
        folder = self.place / "candles"
        folder.mkdir()
        for file in self.datadir.iterdir():
            (folder / file.name).symlink_to(file)
        return folder


@pytest.fixture
def clinic(root, tmp_path, datadir) -> Clinic:
    return Clinic(root, tmp_path, datadir)


def bad(found: list[tuple[Any, Finding]]) -> list[Finding]:
    return [finding for _, finding in found if finding.level > Level.OK]


@pytest.mark.parametrize("name", FAULTS)
def test_a_planted_fault_is_found(clinic, name) -> None:
    fault = FAULTS[name]
    if fault.candles:
        clinic.datadir = clinic.linked_candles()
        fault.candles(clinic.datadir)
    config = clinic.config(fault.strategy, fault.model, **deep_merge(ONE_PAIR, fault.config))
    found = bad(examine(config, only=[fault.check], resources=fault.resources))
    named = [finding for finding in found if finding.name == fault.finding]
    assert named, found
    assert any(fault.culprit in finding.what for finding in named), named
    assert any(fault.remedy in finding.remedy for finding in named), named
    assert {finding.level for finding in named} == {fault.level}


def test_the_shipped_strategy_has_no_finding(clinic) -> None:
    found = examine(clinic.config(), resources=PLENTY)
    assert bad(found) == []
    assert [check.name for check, _ in found] == [check.name for check in CHECKS]


@pytest.mark.parametrize("name", CLEAN)
def test_clean_features_have_no_finding(clinic, name) -> None:
    config = clinic.config(CLEAN[name], **ONE_PAIR)
    checks = ["settings", "missing", "look_ahead", "start_up", "label", "windows"]
    assert bad(examine(config, only=checks, resources=PLENTY)) == []


# --- saved models and predictions -----------------------------------------------------------------

KEPT = deep_merge(ONE_PAIR, {"freqai": {"save_backtest_models": True}})


@pytest.fixture(scope="module")
def finished(root, tmp_path_factory, datadir) -> Path:
    """Folder of a user after a backtest of two windows that kept its models."""
    place = tmp_path_factory.mktemp("finished")
    run = FreqaiRun(root, place / "user_data", datadir, KEPT)
    # FreqaiRun leaves out the candle that opens at the end of the timerange; Freqtrade does not.
    run.indicators("BTC/USDT", run.strategy.dp.get_pair_dataframe("BTC/USDT", "5m"))
    return place


def saved(clinic: Clinic, finished: Path, **overlay: Any) -> list[Finding]:
    config = clinic.config(**deep_merge(KEPT, overlay))
    config["user_data_dir"] = finished / "user_data"
    return [finding for _, finding in examine(config, only=["saved"], resources=PLENTY)]


def test_files_of_the_same_run_are_no_finding(clinic, finished) -> None:
    (only,) = saved(clinic, finished)
    assert only.level is Level.OK
    assert "4 saved models and predictions" in only.what


def test_a_stale_cache_is_found(clinic, finished) -> None:
    (only,) = saved(clinic, finished, freqai={"model_training_parameters": {"n_estimators": 11}})
    assert (only.name, only.level) == ("stale_cache", Level.WARNING)
    assert "4 of 4 saved models and predictions" in only.what
    assert "freqai.model_training_parameters.n_estimators: 10 -> 11" in only.what
    assert "give freqai.identifier ('auriga') a new name" in only.remedy


def test_a_stale_cache_that_is_refused_is_wrong(clinic, finished) -> None:
    (only,) = saved(clinic, finished, regime={"stale_models": "refuse", "label": {"horizon": 6}})
    assert (only.name, only.level) == ("stale_cache", Level.WRONG)
    assert "the run will refuse them" in only.what
    assert "regime.stale_models to 'retrain'" in only.remedy


def test_a_damaged_model_is_found_and_left_alone(clinic, finished) -> None:
    file = next((finished / "user_data").rglob("*_model.joblib"))
    whole = file.read_bytes()
    file.write_bytes(whole[:1000])
    try:
        (only,) = saved(clinic, finished)
        assert (only.name, only.level) == ("damaged_file", Level.WARNING)
        assert file.name in only.what
        assert "restore them from a backup" in only.remedy
        assert file.read_bytes() == whole[:1000]
    finally:
        file.write_bytes(whole)


def test_an_unreadable_dictionary_is_found_and_left_alone(clinic, finished) -> None:
    file = finished / "user_data" / "models" / "auriga" / "pair_dictionary.json"
    file.write_text('{"BTC/USDT": {"model_fil')
    try:
        found = saved(clinic, finished)
        assert [finding.name for finding in found] == ["damaged_file"]
        assert str(file) in found[0].what
        assert file.is_file()
    finally:
        file.unlink()


# --- what cannot be looked at ---------------------------------------------------------------------


def test_frozen_models_need_no_look_at_training(clinic) -> None:
    """Their training is over: windows, classes and the plan would tell of one that never happens."""
    frozen = clinic.config(regime={"frozen_models": "frozen/first"})
    found = examine(frozen, only=("windows", "classes", "plan"))
    assert [(check.name, finding.level) for check, finding in found] == [("windows", Level.OK)]
    assert "frozen/first" in found[0][1].what


def test_frozen_models_that_cannot_be_used_are_found(clinic) -> None:
    (found,) = bad(examine(clinic.config(regime={"frozen_models": "frozen/first"}), only=("settings",)))
    assert found.name == "frozen_models"
    assert "frozen/first" in found.what and "regime.frozen_models out" in found.what


def test_a_strategy_that_cannot_be_loaded_is_one_finding(clinic) -> None:
    found = bad(examine(clinic.config() | {"strategy": "Nowhere"}, resources=PLENTY))
    assert [finding.name for finding in found] == ["settings", "not_made"]
    assert "Nowhere" in found[0].what
    assert f"{len(CHECKS) - 1} other checks" in found[1].what


def test_what_a_hook_raises_is_a_finding(clinic) -> None:
    config = clinic.config(feature('frame["no such column"]'), **ONE_PAIR)
    found = bad(examine(config, only=["missing", "look_ahead"], resources=PLENTY))
    assert "KeyError: 'no such column'" in found[0].what
    assert {finding.level for finding in found} == {Level.WRONG}


def test_a_strategy_without_regimes_is_told_where_to_add_them(clinic) -> None:
    config = clinic.config(feature('frame = frame.drop(columns="regime")', STANDARD), **ONE_PAIR)
    found = bad(examine(config, only=["missing", "look_ahead", "classes"], resources=PLENTY))
    assert len(found) == 1  # once, although three checks need them
    assert "auriga.host.rows.add_regimes" in found[0].what


def test_a_leading_pair_is_cut_at_the_same_moment(clinic) -> None:
    body = (
        'other = self.dp.get_pair_dataframe("ETH/USDT", "5m").set_index("date")["close"]\n'
        '        frame["%-planted"] = other.reindex(frame["date"] + pd.Timedelta("{ahead}")).to_numpy()'
    )
    ahead = clinic.config(feature(body.format(ahead="10min"), STANDARD), **ONE_PAIR)
    found = bad(examine(ahead, only=["look_ahead"], resources=PLENTY))
    assert [finding.what.split(":")[0] for finding in found] == ["planted looks 2 5m candles ahead"]


def test_without_a_timerange_the_last_candles_are_looked_at(clinic) -> None:
    config = clinic.config(**ONE_PAIR)
    del config["timerange"]
    (_, finding), *_ = examine(config, only=["settings", "candles", "history"], resources=PLENTY)
    assert (finding.level, "20240227-20240312" in finding.what) == (Level.OK, True)


@pytest.mark.parametrize("timerange", ["20240304-20240219", "20240304-20240304", "yesterday"])
def test_a_timerange_that_is_none_is_refused(clinic, timerange) -> None:
    with pytest.raises(HostError, match=f"{timerange}.*20250101-20250401"):
        examine(clinic.config(**ONE_PAIR) | {"timerange": timerange}, resources=PLENTY)


def test_an_unknown_check_is_refused(clinic) -> None:
    with pytest.raises(ParameterError, match="there is no check candels; there are settings, candles"):
        examine(clinic.config(), only=["candels"])


def test_no_candles_at_all_is_refused(clinic, tmp_path) -> None:
    clinic.datadir = tmp_path
    config = clinic.config()
    del config["timerange"]
    with pytest.raises(HostError, match="freqtrade download-data"):
        examine(config)


# --- command --------------------------------------------------------------------------------------


@pytest.fixture
def run_command(clinic):
    def run(*options: str, **overlay: Any) -> Any:
        small = clinic.place / "small.json"
        folders = {
            "strategy_path": str(clinic.root / "strategies"),
            "freqaimodel_path": str(clinic.root / "freqaimodels"),
        }
        small.write_text(json.dumps(deep_merge(deep_merge(SMALL, ONE_PAIR), overlay) | folders))
        (clinic.place / "user_data").mkdir(exist_ok=True)
        places = ["--datadir", str(clinic.datadir), "--userdir", str(clinic.place / "user_data")]
        files = ["-c", str(clinic.root / "config.json"), "-c", str(small)]
        asked = ["doctor", *files, *places, "--timerange", "20240219-20240304", *options]
        return CliRunner().invoke(app, asked, catch_exceptions=False)

    return run


def test_the_command_tells_by_exit_code_and_json(run_command) -> None:
    quick = ["--only", "settings", "--only", "candles"]
    fine = run_command(*quick, "--strict")
    assert fine.exit_code == 0
    assert "0 wrong, 0 warnings, 2 ok" in fine.stdout
    ignored = {"freqai": {"feature_parameters": {"label_period_candles": 24}}}
    assert run_command(*quick, **ignored).exit_code == 0
    assert run_command(*quick, "--strict", **ignored).exit_code == 1
    wrong = run_command(*quick, "--json", stake_currency="EUR")
    assert wrong.exit_code == 1
    (finding, _) = json.loads(wrong.stdout)
    assert (finding["check"], finding["finding"], finding["level"]) == ("settings", "stake_currency", "wrong")
    assert "take it out" in finding["remedy"]


def test_the_command_takes_pairs_and_strategy(run_command) -> None:
    result = run_command("--only", "candles", "--json", "--pairs", "ETH/USDT,DOGE/USDT")
    assert result.exit_code == 1
    found = json.loads(result.stdout)
    assert {entry["what"].split(" in ")[0] for entry in found} == {
        f"no {timeframe} candles of DOGE/USDT" for timeframe in ("5m", "1h", "4h", "1d")
    }
    unknown = run_command("--only", "settings", "--strategy", "Nowhere")
    assert unknown.exit_code == 1
    assert "Nowhere" in unknown.stdout
