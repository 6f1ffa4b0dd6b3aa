"""Expected moves of predictions: learned where there is an edge, and the same on every path."""

from typing import Any

import numpy as np
import pandas as pd
import pytest
from tests.support.freqai_runs import write_candles
from tests.support.stock import LiveRun, quiet_dry_run

from auriga.columns import DIRECTION, DO_PREDICT, EXPECTED_SIGMAS, EXPERT, PROBABILITY, REGIME, RETURN
from auriga.datasets import simulate_market
from auriga.host.freqai import RegimeClassifierModel
from auriga.host.rows import class_lean, expected_bp, label_classes
from auriga.host.rows._expected_move import moves_in_sigmas
from auriga.models import MoveScale
from auriga.settings import LabelSettings
from auriga.typing import Regime

pytestmark = quiet_dry_run
LONGER = {"freqai": {"train_period_days": 45, "model_training_parameters": {"n_estimators": 40}}}


def models_of(run) -> list[Any]:
    return list(run.strategy.freqai._run._models.values())


def predicted(run, pair: str = "BTC/USDT") -> pd.DataFrame:
    return run.backtest_rows(run.indicators(pair))


# --- what is learned ------------------------------------------------------------------------------


def test_the_edge_of_a_market_is_expected_in_its_size(freqai_run) -> None:
    """Out of sample, moves follow what was expected of them: 1 sigma is 1 sigma, within its error."""
    run = freqai_run(timerange="20240219-20240312", **LONGER)
    expected, realised, days = [], [], []
    for pair in ("BTC/USDT", "ETH/USDT"):
        rows = predicted(run, pair)
        moves = moves_in_sigmas(rows, 12)
        known = np.isfinite(moves)
        expected.append(rows[EXPECTED_SIGMAS].to_numpy()[known])
        realised.append(moves[known])
        days.append(rows["date"].dt.day_of_year.to_numpy()[known])
    x, y, day = (np.concatenate(part) for part in (expected, realised, days))
    slope = x @ y / (x @ x)
    sums = np.bincount(day, x * (y - slope * x))
    error = np.sqrt(sums @ sums) / (x @ x)
    assert slope > 3 * error
    assert abs(slope - 1) < 2.5 * error
    assert np.abs(x).max() > 0.2


def test_next_to_nothing_is_expected_of_noise(freqai_run, tmp_path) -> None:
    data = tmp_path / "noise"
    for seed, pair in enumerate(("BTC/USDT", "ETH/USDT")):
        market = simulate_market(72 * 288, market="noise", seed=seed, start="2024-01-01")
        write_candles(data, pair, market.candles)
    rows = predicted(freqai_run("noise", data=data, **LONGER))
    assert (rows[DO_PREDICT] == 1).all()
    assert np.sqrt(np.mean(rows[EXPECTED_SIGMAS] ** 2)) < 0.02


def test_a_prediction_is_worth_what_held_back_rows_showed_of_its_expert(freqai_run, caplog) -> None:
    caplog.set_level("INFO")
    run = freqai_run(**LONGER)
    rows = predicted(run)
    first, second = models_of(run)
    half = rows["date"] < "2024-02-26"
    for model, part in ((first, rows[half]), (second, rows[~half])):
        scale = model.moves_
        assert scale.slope > 2 * scale.error
        assert scale.windows == pytest.approx(0.25 * 45 * 24, abs=2)  # hours of the last quarter
        lean = (part["up"] - part["down"]).to_numpy()
        wanted = scale.expected(lean, part[EXPERT].to_numpy())
        np.testing.assert_array_equal(part[EXPECTED_SIGMAS], wanted)
        assert f"measured {scale.slope:.2f} +- {scale.error:.2f} in {scale.windows} windows" in caplog.text


def test_what_comes_after_the_training_changes_nothing(freqai_run) -> None:
    """The last days of the candles cut off: models of the windows before expect the same."""
    whole = predicted(freqai_run())
    cut = predicted(freqai_run("cut", timerange="20240219-20240229"))
    pd.testing.assert_series_equal(cut[EXPECTED_SIGMAS], whole[EXPECTED_SIGMAS].iloc[: len(cut)])


# --- every path -----------------------------------------------------------------------------------


def test_the_column_is_on_disk_and_comes_back_from_there(freqai_run) -> None:
    run = freqai_run()
    rows = predicted(run)
    stored = pd.concat(pd.read_feather(file) for file in sorted(run.place.rglob("cb_btc_usdt_*.feather")))
    np.testing.assert_array_equal(stored[EXPECTED_SIGMAS], rows[EXPECTED_SIGMAS])
    again = predicted(freqai_run())
    np.testing.assert_array_equal(again[EXPECTED_SIGMAS], rows[EXPECTED_SIGMAS])


@pytest.mark.parametrize("kind", ["direction", "return", "scaled_return"])
def test_a_bot_expects_what_its_model_expects_in_a_backtest(freqai_run, monkeypatch, kind) -> None:
    """FreqAI asks a live model about the newest candle alone; the sigma there wants those before."""
    model = {"freqaimodel": "RegimeLightGBMRegressor"} if kind != "direction" else {}
    run = LiveRun(freqai_run("bot", regime={"label": {"kind": kind}}, **model), monkeypatch)
    run.train("BTC/USDT")
    run.indicators("BTC/USDT")
    run.advance()
    frame = run.indicators("BTC/USDT")
    live = frame.iloc[-1]
    assert live[DO_PREDICT] == 1
    glue = run.freqai
    market = glue.live_run.market
    own, last = market.rows("BTC/USDT"), np.array([len(frame) - 1])
    assert own.features.times[-1] == live["date"].timestamp() * 1000
    trained = glue.dd.model_dictionary["BTC/USDT"]
    replayed, _ = glue.predict_rows(trained, market.predictable("BTC/USDT", last), *own.asked(last))
    assert live[EXPECTED_SIGMAS] == replayed[EXPECTED_SIGMAS].iloc[0] != 0
    moves = expected_bp(frame, 12)
    assert np.isfinite(moves[-1])
    if kind == "return":
        assert moves[-1] == pytest.approx(1e4 * live[RETURN])


@pytest.mark.parametrize("kind", ["return", "scaled_return"])
def test_a_regressor_expects_what_it_predicts(freqai_run, kind) -> None:
    run = freqai_run(freqaimodel="RegimeLightGBMRegressor", regime={"label": {"kind": kind}})
    frame = run.indicators("BTC/USDT")
    moves = run.backtest_rows(frame.assign(moves=expected_bp(frame, 12)))
    assert np.isfinite(moves["moves"]).all()
    assert (np.sign(moves["moves"]) == np.sign(moves[RETURN])).all()
    if kind == "return":
        np.testing.assert_allclose(moves["moves"], 1e4 * moves[RETURN])


def test_a_model_that_does_not_know_expects_nothing_instead_of_no_move(freqai_run, monkeypatch) -> None:
    """As one that was saved before there were expected moves: FreqAI would make a 0 of the missing value."""
    monkeypatch.setattr(RegimeClassifierModel, "learn_moves", lambda *given: None)
    run = freqai_run()
    frame = run.indicators("BTC/USDT")
    rows = run.backtest_rows(frame)
    assert (rows[DO_PREDICT] == 1).all()
    assert rows[EXPECTED_SIGMAS].isna().all()
    assert np.isnan(expected_bp(frame, 12)).all()


# --- what a label leans to ------------------------------------------------------------------------


def lean(label, shares, regimes=(0,)) -> list[float]:
    settings = LabelSettings(**label)
    names = sorted(label_classes(settings))
    values = np.array([[share[name] for name in names] for share in shares])
    return class_lean(values, names, np.array(regimes, dtype=np.int8), settings).tolist()


def test_flat_counts_as_no_move() -> None:
    shares = [{"up": 0.3, "flat": 0.6, "down": 0.1}]
    assert lean({"threshold": 1.0}, shares) == pytest.approx([0.2])


def test_uneven_barriers_count_by_their_distance() -> None:
    """Three ATRs above, one below: without a drift the lower one is met three times as often."""
    label = {"kind": "triple_barrier", "upper_atr": 3.0, "lower_atr": 1.0}
    shares = [{"up": 0.2, "flat": 0.2, "down": 0.6}, {"up": 0.5, "flat": 0.0, "down": 0.5}]
    assert lean(label, shares) == pytest.approx([0.0, 0.5])


def test_meta_leans_to_the_side_of_its_rule() -> None:
    shares = [{"right": 0.6, "wrong": 0.4}] * 4
    regimes = [Regime.BULL, Regime.BEAR, Regime.SIDEWAYS, Regime.UNKNOWN]
    assert lean({"kind": "meta"}, shares, regimes) == pytest.approx([0.2, -0.2, 0.0, 0.0])
    uneven = {"kind": "meta", "upper_atr": 3.0, "lower_atr": 1.0}
    shares = [{"right": 0.25, "wrong": 0.75}, {"right": 0.75, "wrong": 0.25}]
    assert lean(uneven, shares, [Regime.BULL, Regime.BEAR]) == pytest.approx([0.0, 0.0])


@pytest.mark.parametrize(
    "label",
    [{"kind": "triple_barrier"}, {"kind": "meta"}, {"threshold": 0.2}],
    ids=["triple_barrier", "meta", "flat"],
)
def test_every_label_of_classes_has_its_slope(freqai_run, label) -> None:
    run = freqai_run(regime={"label": label})
    rows = predicted(run)
    for model in models_of(run):
        assert isinstance(model.moves_, MoveScale)
        assert model.moves_.reason == ""
    used = rows[rows[DO_PREDICT] == 1]
    assert np.isfinite(used[EXPECTED_SIGMAS]).all()
    if label.get("kind") == "meta":
        assert (rows.loc[rows[REGIME] == Regime.SIDEWAYS, EXPECTED_SIGMAS] == 0).all()
    else:
        agreeing = np.sign(used["up"] - used["down"]) * used[EXPECTED_SIGMAS] >= 0
        assert agreeing.all()
    assert {DIRECTION, PROBABILITY} <= set(rows)
