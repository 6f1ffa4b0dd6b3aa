"""The ablation's own computations: sets of groups, rows at their own pace, verdicts, and a whole tiny run."""

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from studies.features import __main__ as command
from studies.features import _features, _run
from studies.features._page import page, short
from studies.features._plan import DEFAULTS, trained, variants
from studies.features._regimes import DETECTORS, SHIPPED
from studies.features._run import PARTS, jobs, run
from studies.features._settings import Ablation, from_stored
from studies.features._summary import compare, count, summarise
from studies.features._verdict import answer, judge_detectors, judge_groups, noise_floor
from studies.split._data import own_features
from studies.split._run import Results
from studies.split._scores import Scorer
from studies.split._settings import Study
from studies.split._windows import Rows

from auriga.candles import close_times, resample_candles
from auriga.evaluation import Interval
from auriga.features import FEATURE_GROUPS, basic_features

PAIRS = ("BTC/USDT", "ETH/USDT")
TREES = {"n_estimators": 4, "num_leaves": 4, "min_child_samples": 20, "max_bin": 31, "learning_rate": 0.3}
TINY = Ablation(
    study=replace(
        Study(tree_counts=()),
        pairs=PAIRS,
        timeframes=("5m", "1h"),
        first_at="2024-01-15",
        end_at="2024-01-29",
        n_windows=2,
        test_days=7,
        train_days=5,
        least_train_days=4,
        trees=TREES,
        expert_trees=2,
        min_samples=100,
        n_placebos=1,
    ),
    groups=("shape", "calendar", "volume"),
    default_groups=("shape", "calendar"),
    seeds=(1,),
    noise_seeds=(2,),
    warmup_days=6,
)


def test_every_group_is_left_out_or_added_once() -> None:
    plan = variants(Ablation())
    names = [one.name for one in plan]
    assert len(set(names)) == len(names)
    for group in Ablation().defaults:
        assert f"without {group}" in names and f"{group} alone" in names
    for group in Ablation().others:
        assert f"with {group}" in names
    assert set(Ablation().groups) <= set(FEATURE_GROUPS)


def test_differences_are_those_of_the_larger_set() -> None:
    defaults, noise, *others = variants(TINY)
    assert noise.against(defaults) == ((f"{DEFAULTS}@2",), (f"{DEFAULTS}@1",))
    for one in others:
        larger, smaller = one.against(defaults)
        sets = {name: set(made.groups) for made in variants(TINY) for name in made.predictions}
        assert sets[larger[0]] >= sets[smaller[0]]
        assert (larger == defaults.predictions) == (one.kind in ("without", "alone"))


def test_the_noise_floor_is_the_defaults_with_other_seeds() -> None:
    names = {f"{one.name}@{seed}" for one in trained(TINY) for seed in one.seeds}
    assert all(name in names for one in variants(TINY) for name in one.predictions)
    assert {f"{DEFAULTS}@1", f"{DEFAULTS}@2"} <= names


def test_unknown_groups_and_missing_leaders_are_refused() -> None:
    with pytest.raises(ValueError, match="no feature group tarot"):
        replace(TINY, groups=("shape", "tarot"))
    with pytest.raises(SystemExit, match="lacks ETH/USDT"):
        command.asked(command.parse(["--pairs", "BTC/USDT"]))


def test_the_command_line_changes_what_it_names() -> None:
    asked = command.asked(command.parse(["--quick", "--windows", "3", "--groups", "trend", "shape"]))
    assert asked.study.n_windows == 3 and asked.groups == ("trend", "shape")
    assert asked.study.train_days < Ablation().study.train_days
    assert command.asked(command.parse([])) == Ablation()


def test_a_block_gives_the_newest_row_that_was_known() -> None:
    block = _features.Block("shape", np.array([10, 20]), np.array([[1.0], [2.0]], dtype=np.float32))
    found = block.at(np.array([9, 10, 19, 20, 99]))[:, 0]
    assert np.isnan(found[0]) and found[1:].tolist() == [1, 1, 2, 2]


@pytest.fixture(scope="module")
def folder(tmp_path_factory, make_walk):
    """Candles of both pairs: three weeks of 5m, and the days of three years before."""
    made = tmp_path_factory.mktemp("candles")
    for seed, pair in enumerate(PAIRS):
        fast = make_walk(30 * 288, "5m", seed=seed)
        daily = make_walk(1100, "1d", seed=seed + 10)
        daily["date"] -= daily["date"].iloc[-1] - pd.Timestamp("2024-01-31", tz="UTC")
        for frame, timeframe in ((fast, "5m"), (daily, "1d")):
            frame.to_feather(made / f"{pair.replace('/', '_')}-{timeframe}.feather")
    return made


@pytest.fixture(scope="module")
def cache(tmp_path_factory):
    return tmp_path_factory.mktemp("cache")


@pytest.fixture
def named(folder, monkeypatch):
    monkeypatch.setenv("AURIGA_REAL_DATA", str(folder))
    monkeypatch.setattr(_run, "_loaded", {})


def loaded(folder, cache, groups, ablation=TINY):
    for pair in PAIRS:
        _features.compute_features(folder, pair, groups, ablation, cache)
    return [_features.load_features(folder, pair, groups, ablation, cache) for pair in PAIRS]


def test_features_are_those_of_the_study_and_of_the_product(folder, cache) -> None:
    groups = tuple(dict.fromkeys(("momentum", "trend", "volatility", "volume", "shape")))
    ours, leader = loaded(folder, cache, groups)
    candles = _features.load_candles(folder, PAIRS[0], TINY)
    rows = np.array([2500, 3000, 4321])
    own = _features.feature_rows(ours, [], rows)
    assert np.array_equal(np.sort(own), np.sort(own_features(candles, TINY.study)[rows]))
    both = _features.feature_rows(ours, [leader], rows)
    assert np.array_equal(both[:, own.shape[1] :], _features.feature_rows(leader, [], rows))
    columns = _features.column_groups(ours, [leader])
    assert len(columns) == both.shape[1] and set(columns) == set(groups)


def test_slow_features_count_from_the_close_of_their_candle(folder, cache) -> None:
    ours, _ = loaded(folder, cache, ("shape",))
    candles = _features.load_candles(folder, PAIRS[0], TINY)
    hourly = resample_candles(candles, "1h")
    row = 3000
    closed = close_times(hourly["date"], "1h") <= close_times(candles["date"], "5m")[row]
    expected = basic_features(hourly, groups=("shape",))[closed.to_numpy()].iloc[-1].to_numpy()
    found = _features.feature_rows(ours, [], np.array([row]))[0]
    assert np.array_equal(found[-len(expected) :], expected)


def test_a_group_that_holds_the_signal_is_seen_to_matter(tmp_path) -> None:
    rng = np.random.default_rng(0)

    def rows(n: int) -> Rows:
        X = rng.normal(size=(n, 3)).astype(np.float32)
        dates = np.arange(n) * 3600 * 10**9
        up = X[:, 0] + rng.normal(size=n) > 0
        return Rows(X, dates, np.zeros(n, np.int8), up, {SHIPPED: np.zeros(n, np.int8)})

    test = rows(24 * 7 * 6)
    columns = np.array(["shape", "calendar", "volume"])
    train = rows(2000)
    said, seconds = _run._groups(train, test, PAIRS[:1], columns, TINY, tmp_path)
    assert seconds["columns: without shape"] == 1 and seconds["columns: everything"] == 3
    told: dict[str, Any] = dict(said)
    scorer = Scorer(Results(test.dates, test.pair, test.up, told, {}, 0.0))
    defaults, *others = variants(TINY)
    found = {one.name: compare({"all": scorer}, *one.against(defaults))["all"] for one in others}
    helped = {name: answer(Interval(*one["log_loss_1e5"]), 50) for name, one in found.items()}
    assert helped["without shape"] == "yes" and helped["calendar alone"] == "yes"
    assert helped["with volume"] != "yes" and helped["shape alone"] != "yes"


def test_only_sets_that_hold_a_changed_group_are_trained_again(tmp_path, monkeypatch) -> None:
    rng = np.random.default_rng(1)
    regimes = {SHIPPED: np.zeros(900, np.int8)}
    made = Rows(
        rng.normal(size=(900, 3)).astype(np.float32),
        np.arange(900) * 3600 * 10**9,
        np.zeros(900, np.int8),
        rng.random(900) > 0.5,
        regimes,
    )
    columns = np.array(["shape", "calendar", "volume"])

    def run_on(train: Rows) -> list[str]:
        fitted: list[str] = []

        def fit(variant, *rest):
            fitted.append(variant.name)
            return original(variant, *rest)

        monkeypatch.setattr(_run, "_fit", fit)
        _run._groups(train, made, PAIRS[:1], columns, TINY, tmp_path)
        return fitted

    original = _run._fit
    different = [DEFAULTS, "without shape", "without calendar", "with volume"]  # the rest are the same sets
    assert run_on(made) == different
    assert run_on(made) == []
    changed = made.X + np.array([0, 0, 1], dtype=np.float32)
    assert run_on(replace(made, X=changed)) == ["with volume"]
    assert run_on(replace(made, up=~made.up)) == different


def test_a_whole_run_is_kept_and_fills_the_page(named, cache, monkeypatch) -> None:
    results = run(PARTS, TINY, cache, processes=1)
    assert all(job.file.exists() for part in PARTS for job in jobs(part, TINY, cache))
    groups = results["groups"]
    assert set(groups.said) == {f"{one.name}@{seed}" for one in trained(TINY) for seed in one.seeds}
    assert all(np.all((said > 0) & (said < 1)) for said in groups.said.values())
    assert len(groups.up) == len(groups.regimes[SHIPPED]) > 7000

    monkeypatch.setattr(_run, "run_job", lambda job: pytest.fail(f"{job.start} was trained again"))
    again = run(PARTS, TINY, cache, processes=1)
    assert np.array_equal(again["groups"].said["everything@1"], groups.said["everything@1"])

    numbers = summarise(results, TINY, cache)
    assert numbers["n_comparisons"] == count(numbers) > 4 * len(variants(TINY))
    assert [one["name"] for one in numbers["detectors"]["detectors"]] == list(DETECTORS)
    assert from_stored(numbers["settings"]) == TINY
    text = page(numbers)
    assert "{" not in text and "nan" not in text
    assert judge_groups(numbers).sentence in text and judge_detectors(numbers).sentence in text
    assert judge_groups(numbers).sentence in short({k: v for k, v in numbers.items() if k != "detectors"})


def test_comparisons_are_counted_wherever_they_stand() -> None:
    found = {"auc_1e4": [0, 0, 0], "log_loss_1e5": [0, 0, 0]}
    assert count({"a": {"all": found}, "b": [{"found": found}, 3]}) == 4


def numbers_with(**found: tuple[float, float, float]) -> dict[str, Any]:
    """Made-up numbers of the tiny plan."""
    rows = [
        {
            "name": one.name,
            "kind": one.kind,
            "found": {"all": {"log_loss_1e5": found.get(one.name, (0, -9, 9)), "auc_1e4": (0, -9, 9)}},
        }
        for one in variants(TINY)
    ]
    return {
        "n_comparisons": 100,
        "settings": {"default_groups": TINY.default_groups},
        "groups": {"variants": rows},
    }


def test_groups_are_judged_by_the_interval_that_allows_for_all_comparisons() -> None:
    nothing = judge_groups(numbers_with())
    assert not nothing.winners and not nothing.needed and nothing.unproven == ("shape", "calendar")
    assert nothing.enough_alone == ("shape", "calendar")
    assert "lowers the log-loss by more than chance" in nothing.sentence
    lead = judge_groups(numbers_with(**{"with volume": (-10, -19, -1)}))
    assert lead.leads == ("volume",) and "a lead and no result" in lead.sentence
    noisy = judge_groups(numbers_with(**{"with volume": (-10, -19, -1), "other seeds": (11, 2, 20)}))
    assert not noisy.leads and noise_floor(numbers_with(**{"other seeds": (-11, -20, -2)})) == 11
    found = judge_groups(
        numbers_with(
            **{
                "with volume": (-40, -49, -31),
                "without shape": (-10, -19, -1),
                "without calendar": (10, 1, 19),
                "shape alone": (-90, -99, -81),
            }
        )
    )
    assert found.winners == ("volume",) and "should be added" in found.sentence
    assert found.needed == ("shape",) and found.harmful == ("calendar",)
    assert found.enough_alone == ("calendar",)


def detector_numbers(gain: tuple[float, float, float], against: tuple[float, float, float]) -> dict[str, Any]:
    def loss(interval):
        return {"all": {"log_loss_1e5": interval}}

    rest = {"draws": [{"log_loss_1e5": (0, -9, 9)}]}
    return {
        "n_comparisons": 100,
        "detectors": {
            "detectors": [
                {"name": SHIPPED, "found": loss((0, -9, 9)), "against_placebo": loss((0, -9, 9)), **rest},
                {"name": "volatility", "found": loss(gain), "against_placebo": loss(against), **rest},
            ]
        },
    }


def test_a_detector_must_beat_the_base_and_its_placebo() -> None:
    shown = judge_detectors(detector_numbers((-40, -49, -31), (-40, -49, -31)))
    assert shown.best == "volatility" and shown.answer == "yes" and "should replace" in shown.sentence
    lucky = judge_detectors(detector_numbers((-40, -49, -31), (-10, -29, 9)))
    assert lucky.answer == "a lead" and "no detector is shown" in lucky.sentence
