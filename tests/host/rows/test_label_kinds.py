"""Every kind of label trains, predicts and keeps the meaning of `probability`."""

from typing import Any

import numpy as np
import pandas as pd
import pytest
from freqtrade.exceptions import OperationalException
from tests.support.stock import LiveRun, quiet_dry_run

from auriga.columns import (
    CONFIDENCE,
    DIRECTION,
    DO_PREDICT,
    LONG_THRESHOLD,
    PRIOR,
    PROBABILITY,
    REGIME,
    RETURN,
    SHORT_THRESHOLD,
)
from auriga.host.rows._labels import add_label, label_spans, primary_side
from auriga.indicators import atr
from auriga.labels import future_return, triple_barrier
from auriga.settings import LabelSettings
from auriga.typing import Regime

BARRIERS: dict[str, Any] = {"kind": "triple_barrier", "upper_atr": 2.0, "lower_atr": 2.0}
META: dict[str, Any] = {"kind": "meta", "upper_atr": 2.0, "lower_atr": 2.0}


def predicted(run, pair: str = "BTC/USDT") -> pd.DataFrame:
    return run.backtest_rows(run.indicators(pair))


def first_model(run):
    models = run.strategy.freqai._run._models
    return next(iter(models.values()))


def test_triple_barrier_has_three_classes_and_probability_is_the_upper_share(freqai_run, caplog) -> None:
    caplog.set_level("INFO")
    rows = predicted(freqai_run(regime={"label": BARRIERS}))
    assert (rows[DO_PREDICT] == 1).all()
    assert rows[DIRECTION].isin(["down", "flat", "up"]).all()
    np.testing.assert_allclose(rows[["down", "flat", "up"]].sum(axis=1), 1)
    np.testing.assert_allclose(rows[PROBABILITY], rows["up"] / (rows["up"] + rows["down"]))
    assert rows[PROBABILITY].std() > 0.001
    assert "labels triple_barrier, 12 candles: down" in caplog.text
    assert "average uniqueness" in caplog.text


def test_meta_answers_only_where_the_regime_takes_a_side(freqai_run) -> None:
    run = freqai_run(regime={"label": META})
    rows = predicted(run)
    side = primary_side(rows[REGIME].to_numpy().astype(np.int8))
    assert {-1, 0, 1} == set(side), "the market shows all regimes"
    np.testing.assert_array_equal(rows[DO_PREDICT], side != 0)
    known = rows[side != 0]
    assert known[DIRECTION].isin(["right", "wrong"]).all()
    long = known[REGIME] == Regime.BULL
    np.testing.assert_allclose(known[PROBABILITY][long], known["right"][long])
    np.testing.assert_allclose(known[PROBABILITY][~long], known["wrong"][~long])
    assert known[PRIOR].groupby(long).nunique().le(2).all()  # two windows
    assert (rows.loc[side == 0, [PROBABILITY, PRIOR]] == 0.5).all(axis=None)
    entries = run.strategy.advise_entry(rows, {"pair": "BTC/USDT"})
    assert (entries["enter_long"][side == 0] == 0).all()


def test_meta_trains_on_rows_with_a_side_only(freqai_run) -> None:
    plain, meta = (
        freqai_run("plain", regime={"scheme": "pooled"}),
        freqai_run("meta", regime={"scheme": "pooled", "label": META}),
    )
    one, other = (predicted(run)[REGIME] for run in (plain, meta))
    pd.testing.assert_series_equal(one, other)
    counts = [first_model(run).experts_[Regime.UNKNOWN].n_samples for run in (plain, meta)]
    assert 0 < counts[1] < counts[0]


def test_scaled_return_is_in_its_own_unit_and_its_sign_is_the_probabilitys(freqai_run, caplog) -> None:
    caplog.set_level("INFO")
    label = {"kind": "scaled_return"}
    rows = predicted(freqai_run(freqaimodel="RegimeLightGBMRegressor", regime={"label": label}))
    assert (rows[DO_PREDICT] == 1).all()
    assert ((rows[RETURN] > 0) == (rows[PROBABILITY] > 0.5)).all()
    assert rows[RETURN].abs().max() > 0.02  # a fraction of the price would be hundredths of that
    assert "labels scaled_return, 12 candles: mean" in caplog.text


@pytest.mark.parametrize("label", [{}, BARRIERS], ids=["direction", "triple_barrier"])
def test_return_weights_reach_the_models_and_favour_large_moves(freqai_run, label) -> None:
    plain, weighted = (
        freqai_run(str(on), regime={"return_weights": on, "label": label}) for on in (False, True)
    )
    assert not np.allclose(predicted(plain)[PROBABILITY], predicted(weighted)[PROBABILITY])
    glue = weighted.strategy.freqai
    table = glue._run._training_table("BTC/USDT")
    weights = glue.weights(table, int(table.times[0]), int(table.times[-1]))
    assert weights.mean() == pytest.approx(1)
    sizes = np.abs(table.spans.returns)
    assert weights[sizes > np.quantile(sizes, 0.9)].min() > weights[sizes < np.quantile(sizes, 0.5)].max()


@quiet_dry_run
@pytest.mark.parametrize(
    ("model", "label"),
    [
        ("RegimeLightGBMClassifier", BARRIERS),
        ("RegimeLightGBMClassifier", META),
        ("RegimeLightGBMRegressor", {"kind": "scaled_return"}),
    ],
    ids=lambda value: value["kind"] if isinstance(value, dict) else "",
)
def test_live_answers_as_the_backtest_does(freqai_run, monkeypatch, caplog, model, label) -> None:
    caplog.set_level("INFO")
    run = LiveRun(freqai_run(freqaimodel=model, regime={"label": label, "return_weights": True}), monkeypatch)
    run.train("BTC/USDT")
    assert f"2 pairs: labels {label['kind']}, 12 candles" in caplog.text
    run.indicators("BTC/USDT")
    run.advance()
    signalled = run.strategy.ft_advise_signals(run.indicators("BTC/USDT"), {"pair": "BTC/USDT"})
    row = signalled.iloc[-1]
    usable = label["kind"] != "meta" or row[REGIME] in (Regime.BULL, Regime.BEAR)
    assert row[DO_PREDICT] == usable
    assert 0 < row[PROBABILITY] < 1
    beyond = usable and not row[SHORT_THRESHOLD] <= row[PROBABILITY] <= row[LONG_THRESHOLD]
    assert (row[CONFIDENCE] > 0) == beyond
    plots = run.strategy.plot_config["subplots"]
    assert {name for plot in plots.values() for name in plot} <= set(signalled.columns)


def test_labels_that_look_too_far_are_refused_for_barriers_too(freqai_run, monkeypatch) -> None:
    run = freqai_run(regime={"label": BARRIERS})

    def far(self, dataframe, metadata, **kwargs):
        return add_label(dataframe, LabelSettings(**(BARRIERS | {"horizon": 24})))

    monkeypatch.setattr(type(run.strategy), "set_freqai_targets", far)
    with pytest.raises(
        OperationalException, match=r"looks \d+ candles ahead, but regime.label.horizon is 12"
    ):
        run.indicators("BTC/USDT")


@pytest.mark.parametrize(
    ("kind", "model", "words"),
    [
        (
            "scaled_return",
            "RegimeLightGBMClassifier",
            "'direction', 'triple_barrier' or 'meta' for a classifier",
        ),
        ("triple_barrier", "RegimeLightGBMRegressor", "'scaled_return' or 'return' for a regressor"),
    ],
)
def test_kind_of_the_other_model_is_refused(freqai_run, kind, model, words) -> None:
    with pytest.raises(OperationalException, match=words):
        freqai_run(freqaimodel=model, regime={"label": {"kind": kind}}).indicators("BTC/USDT")


def test_meta_without_a_regime_column_says_what_to_do(walk) -> None:
    with pytest.raises(OperationalException, match="add it in feature_engineering_standard"):
        add_label(walk, LabelSettings(kind="meta"))


def test_classes_are_named_after_the_barriers(walk) -> None:
    settings = LabelSettings(**(BARRIERS | {"upper_atr": 1.0, "lower_atr": 1.0}))
    touches = triple_barrier(walk, horizon=12, atr=atr(walk), upper_atr=1.0, lower_atr=1.0)["label"]
    labelled = add_label(walk, settings)[DIRECTION]
    for code, name in ((-1, "down"), (0, "flat"), (1, "up")):
        np.testing.assert_array_equal(labelled == name, touches == code)
    assert labelled.isna().sum() == 14 + 12
    assert pd.api.types.is_string_dtype(add_label(walk[:5], settings)[DIRECTION].dtype)


@pytest.mark.parametrize("regime", Regime)
def test_meta_is_right_where_the_side_gains(walk, regime) -> None:
    frame = walk.assign(regime=np.int8(regime))
    labelled = add_label(frame, LabelSettings(**META))[DIRECTION]
    side = {Regime.BULL: 1, Regime.BEAR: -1}.get(regime)
    if side is None:
        assert labelled.isna().all()
        return
    returns = label_spans(frame, LabelSettings(**META)).returns
    known = ~np.isnan(returns)
    np.testing.assert_array_equal(labelled[known] == "right", returns[known] * side > 0)
    assert labelled[~known].isna().all()


def test_spans_are_the_horizon_or_end_at_the_touch(walk) -> None:
    plain = label_spans(walk, LabelSettings(horizon=5))
    assert (plain.candles == 5).all()
    np.testing.assert_allclose(plain.returns, future_return(walk, horizon=5), rtol=1e-6)
    barriers = label_spans(walk, LabelSettings(**(BARRIERS | {"upper_atr": 1.0})))
    assert set(np.unique(barriers.candles)) == set(range(1, 13))
    scaled = label_spans(walk, LabelSettings(kind="scaled_return", horizon=5))
    np.testing.assert_allclose(
        scaled.returns, add_label(walk, LabelSettings(kind="scaled_return", horizon=5))[RETURN], rtol=1e-6
    )
