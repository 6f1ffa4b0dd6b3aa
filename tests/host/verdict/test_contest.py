"""The verdict through Freqtrade's own resolvers and data provider, on markets whose truth is known."""

import logging
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LogisticRegression
from tests.support.contests import CONTEST, PAIRS, made_result, market, write_markets
from typer.testing import CliRunner

from auriga.cli._main import app
from auriga.errors import HostError
from auriga.host.reload._recomputed import recomputed
from auriga.host.results._walk_forward import WalkForward
from auriga.host.verdict import verdict_of
from auriga.host.verdict._contest import Contest
from auriga.host.verdict._contestants import Contestants, require_same_rows
from auriga.host.verdict._plan import contest_plan, coprime_step
from auriga.host.verdict._rows import placebo_regimes
from auriga.models import RegimeClassifier
from auriga.typing import Regime

KEEP = [
    f"momentum_{name}_own_5m" for name in ("roc_14", "macd_gen", "return_3_gen")
]  # what moves prices in these markets, and nothing that tells the regime
FEATURES = {"features": {"keep": KEEP}}


@pytest.fixture(scope="module")
def split_market(tmp_path_factory) -> Path:
    """Momentum continues in bull and reverses in bear stretches; each drifts its own way."""
    return write_markets(tmp_path_factory.mktemp("split"), market(effect=0.15, bear_effect=-0.15, drift=0.03))


@pytest.fixture(scope="module")
def same_market(tmp_path_factory) -> Path:
    """Momentum always continues: regimes are mere names."""
    return write_markets(tmp_path_factory.mktemp("same"), market(effect=0.05, bear_effect=0.05, drift=0.0))


@pytest.fixture
def result(root, tmp_path):
    return made_result(root, tmp_path / "user_data", regime=FEATURES)


@pytest.fixture
def contest(result, split_market):
    with recomputed(result, result.path.parent.parent, split_market) as look:
        yield Contest(look, list(WalkForward(result).windows))


def prepared(contest):
    plan = contest_plan(contest.windows, "quick", glue=contest.glue, n_pairs=len(contest.pairs))
    contest._prepare(plan)
    return plan


def test_says_yes_where_the_split_must_win_and_the_same_the_second_time(result, split_market) -> None:
    told = verdict_of(result, split_market, cache=False)
    assert told.pays is True, told.sentence
    assert told.sentence.startswith("Yes: ")
    assert (told.n_windows, told.n_windows_of) == (5, 5)
    assert "every 5. candle" in told.sample
    again = verdict_of(result, split_market, cache=False)
    assert again.sentence == told.sentence
    pd.testing.assert_frame_equal(again.variants, told.variants)


def test_says_no_where_regimes_mean_nothing(root, tmp_path, same_market) -> None:
    trees = {"model_training_parameters": {"n_estimators": 100}}
    result = made_result(root, tmp_path / "user_data", regime=FEATURES, freqai=trees)
    told = verdict_of(result, same_market, cache=False)
    assert told.pays is False, told.sentence
    assert told.sentence.startswith("No: ")


def test_everybody_learns_from_and_is_asked_about_the_same_rows(contest, monkeypatch) -> None:
    learned: list[np.ndarray] = []
    asked: list[int] = []
    for model, named in ((RegimeClassifier, True), (LogisticRegression, False)):
        fit, predict = model.fit, model.predict_proba

        def spied_fit(self, X, y, fit=fit, named=named, **given):
            learned.append(y == "up" if named else y)
            return fit(self, X, y, **given)

        def spied_predict(self, X, predict=predict, **given):
            asked.append(len(X))
            return predict(self, X, **given)

        monkeypatch.setattr(model, "fit", spied_fit)
        monkeypatch.setattr(model, "predict_proba", spied_predict)
    plan = prepared(contest)
    frame = contest.predictions(contest.windows[1], plan)
    assert len(learned) == len(asked) == 5
    assert all(np.array_equal(one, learned[0]) for one in learned)
    assert set(asked) == {len(frame)}
    assert frame.notna().all().all()
    window = contest.windows[1]
    assert frame["time"].between(window.test_start, window.test_stop - 1).all()


def test_other_rows_are_refused(contest) -> None:
    prepared(contest)
    plain, told = contest._tables
    require_same_rows(plain, told)
    later = replace(told, times=told.times + 1)
    with pytest.raises(HostError, match="different rows"):
        require_same_rows(plain, later)
    fewer = told.take(np.arange(len(told) - 1))
    with pytest.raises(HostError, match="different rows"):
        Contestants(contest.glue, plain, fewer, (0, 1), 1.0)


def test_models_know_nothing_from_the_end_of_training_on(contest) -> None:
    prepared(contest)
    window = contest.windows[2]
    rows = contest._training_rows(contest._tables[0], window, None)
    horizon = contest.glue.settings.label.horizon * contest.glue.step
    assert rows.times.max() + horizon < window.train_stop <= window.test_start
    assert rows.times.min() >= window.train_start


def test_later_prices_change_no_earlier_prediction(result, split_market, tmp_path, contest) -> None:
    window = contest.windows[1]
    before = contest.predictions(window, prepared(contest))
    later = tmp_path / "later"
    later.mkdir()
    stop = pd.Timestamp(window.test_stop, unit="ms", tz="UTC") + pd.Timedelta(days=1)
    for file in split_market.iterdir():
        frame = pd.read_feather(file)
        beyond = (frame["date"] >= stop).to_numpy()
        frame.loc[beyond, ["open", "high", "low", "close"]] *= 1.5
        frame.to_feather(later / file.name)
    with recomputed(result, result.path.parent.parent, later) as look:
        other = Contest(look, list(WalkForward(result).windows))
        after = other.predictions(window, prepared(other))
    placebo = [name for name in before if name.startswith("placebo")]  # may know how long later stretches are
    pd.testing.assert_frame_equal(before.drop(columns=placebo), after.drop(columns=placebo))


def test_placebos_keep_stretches_and_differ_by_draw_and_pair(contest) -> None:
    first, again, second = (
        placebo_regimes(contest.market, contest.pairs, contest.windows, draw) for draw in (1, 1, 2)
    )
    for pair in PAIRS:
        real = contest.market.rows(pair).regimes
        times = contest.market.rows(pair).features.times
        inside = times >= contest.windows[0].train_start
        assert np.array_equal(first[pair], again[pair])
        assert np.array_equal(np.bincount(first[pair] + 2), np.bincount(real + 2))
        assert not np.array_equal(first[pair][inside], real[inside])
        assert np.array_equal(first[pair][~inside], real[~inside])
        assert np.array_equal(first[pair] == Regime.UNKNOWN, real == Regime.UNKNOWN)
    assert any(not np.array_equal(first[pair], second[pair]) for pair in PAIRS)


class Interrupted(Exception):
    """What an interrupt does in the middle."""


def test_an_interrupted_contest_goes_on_and_a_changed_one_starts_anew(
    root, tmp_path, split_market, result, monkeypatch, caplog
) -> None:
    trained: list[int] = []
    predictions = Contest.predictions

    def counted(self, window, plan):
        trained.append(1)
        return predictions(self, window, plan)

    monkeypatch.setattr(Contest, "predictions", counted)

    def stop_at_two(done: int, of: int) -> None:
        if done == 2:
            raise Interrupted

    with pytest.raises(Interrupted):
        verdict_of(result, split_market, on_progress=stop_at_two)
    folder = result.path.parent.parent / "verdicts" / result.path.stem / "quick"
    assert len(list(folder.glob("*.feather"))) == 2
    trained.clear()
    told = verdict_of(result, split_market)
    assert len(trained) == 3
    trained.clear()
    assert verdict_of(result, split_market).sentence == told.sentence
    assert not trained

    damaged = sorted(folder.glob("*.feather"))[0]
    damaged.write_bytes(damaged.read_bytes()[:-1] + b"x")
    trained.clear()
    assert verdict_of(result, split_market).sentence == told.sentence
    assert len(trained) == 1
    changed = made_result(root, result.path.parent.parent, regime=FEATURES | {"min_samples": 150})
    trained.clear()
    with caplog.at_level(logging.WARNING):
        verdict_of(changed, split_market)
    assert len(trained) == 5
    assert "regime.min_samples: 200 -> 150" in caplog.text


@pytest.mark.parametrize("scheme", ["pooled", "pooled_with_regime"])
def test_nothing_to_judge_without_experts(root, tmp_path, split_market, scheme) -> None:
    result = made_result(root, tmp_path / "user_data", regime={"scheme": scheme})
    with pytest.raises(HostError, match=f"{scheme}.*no split to judge"):
        verdict_of(result, split_market)


def test_regressors_are_judged_by_the_probability_they_trade_on(root, tmp_path, split_market) -> None:
    label = {"label": {"kind": "return", "horizon": 12}}
    result = made_result(
        root, tmp_path / "user_data", freqaimodel="RegimeLightGBMRegressor", regime=FEATURES | label
    )
    told = verdict_of(result, split_market, cache=False)
    assert told.variants["auc"].between(0.5, 1).all()
    assert told.pays is not False


def test_the_command_prints_tables_and_ends_with_the_sentence(root, result, split_market) -> None:
    home = result.path.parent.parent
    options = [
        "-c",
        str(root / "config.json"),
        "--quick",
        "--userdir",
        str(home),
        "--datadir",
        str(split_market),
    ]
    output = CliRunner().invoke(app, ["verdict", *options], catch_exceptions=False).output
    told = verdict_of(result, split_market)
    assert output.rstrip().endswith(told.sentence)
    assert all(title in output for title in told.variants["title"])
    assert all(reason in output for reason in told.reasons)
    with pytest.raises(HostError, match=r"no result nothing\.zip"):
        CliRunner().invoke(app, ["verdict", "nothing.zip", *options], catch_exceptions=False)


def test_a_quick_step_meets_every_time_of_the_day() -> None:
    assert {step * k % 288 for step in [coprime_step(12, 288)] for k in range(288)} == set(range(288))
    assert coprime_step(1, 24) == 1
    assert CONTEST["freqai"]["train_period_days"] == 35
