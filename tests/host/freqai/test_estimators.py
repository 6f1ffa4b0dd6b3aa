"""Every model file of `freqaimodels` trains, predicts and is used through the same strategy."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from freqtrade.exceptions import OperationalException

from auriga.columns import EXPERT, PROBABILITY, RETURN
from auriga.typing import Regime

NONE = dict.fromkeys(
    [
        "n_estimators", "learning_rate", "num_leaves", "min_child_samples", "subsample", "subsample_freq",
        "colsample_bytree", "reg_lambda", "max_bin",
    ]
)  # fmt: skip


def parameters(**own):
    return {"freqai": {"model_training_parameters": NONE | own}}


OVERLAYS: dict[str, dict[str, Any]] = {
    "RegimeLightGBMClassifier": {},
    "RegimeLightGBMRegressor": {"regime": {"label": {"kind": "return"}}},
    "RegimeXGBoostClassifier": {
        "freqai": {"model_training_parameters": NONE | {"n_estimators": 10, "max_depth": 3}}
    },
    "RegimeRandomForestClassifier": {
        "freqai": {"model_training_parameters": NONE | {"n_estimators": 10, "max_depth": 4}}
    },
    "RegimeLogisticRegression": {
        "regime": {"scheme": "shrunk"},
        "freqai": {"model_training_parameters": NONE | {"C": 0.01}},
    },
}


def test_every_model_file_is_covered(root) -> None:
    assert {file.stem for file in Path(root / "freqaimodels").glob("*.py")} == set(OVERLAYS)


@pytest.mark.parametrize("name", OVERLAYS)
def test_trains_and_predicts_every_candle(freqai_run, name) -> None:
    run = freqai_run(freqaimodel=name, **OVERLAYS[name])
    rows = run.backtest_rows(run.indicators("ETH/USDT"))
    assert (rows["do_predict"] == 1).all()
    assert rows[PROBABILITY].between(0.01, 0.99).all()
    assert rows[PROBABILITY].std() > 0.001
    assert set(rows[EXPERT].unique()) - {float(Regime.UNKNOWN)}
    entries = run.strategy.advise_entry(rows, {"pair": "ETH/USDT"})
    assert entries["enter_long"].isin([0, 1]).all()
    again = freqai_run("again", freqaimodel=name, **OVERLAYS[name])
    np.testing.assert_array_equal(
        again.backtest_rows(again.indicators("ETH/USDT"))[PROBABILITY], rows[PROBABILITY]
    )


@pytest.mark.parametrize("name", ["RegimeLightGBMClassifier", "RegimeLightGBMRegressor"])
def test_features_have_63_bins_unless_told_otherwise(freqai_run, name) -> None:
    overlay = OVERLAYS[name]
    silent = freqai_run(freqaimodel=name, **(overlay | parameters(n_estimators=5)))
    assert silent.strategy.freqai.make_estimator().get_params()["max_bin"] == 63
    asked = freqai_run("asked", freqaimodel=name, **(overlay | parameters(n_estimators=5, max_bin=255)))
    assert asked.strategy.freqai.make_estimator().get_params()["max_bin"] == 255


def test_regressor_predicts_returns_and_their_sign_is_the_probabilitys(freqai_run) -> None:
    run = freqai_run(freqaimodel="RegimeLightGBMRegressor", **OVERLAYS["RegimeLightGBMRegressor"])
    rows = run.backtest_rows(run.indicators("BTC/USDT"))
    assert rows[RETURN].abs().between(0, 0.1).all()
    assert ((rows[RETURN] > 0) == (rows[PROBABILITY] > 0.5)).all()


@pytest.mark.parametrize(
    ("overlay", "words"),
    [
        (
            {"freqaimodel": "RegimeLightGBMRegressor"},
            "this model learns '&-return'.*'return' for a regressor",
        ),
        ({"regime": {"label": {"kind": "return"}}}, "this model learns '&-direction'"),
        (
            {"freqai": {"model_training_parameters": {"num_leafs": 7}}},
            r"has num_leafs \(did you mean num_leaves\?\), which LGBMClassifier does not know",
        ),
        (
            {"freqaimodel": "RegimeLogisticRegression", "freqai": {"model_training_parameters": NONE}},
            "scheme 'warm_start' continues a model with more trees, which Pipeline cannot; use 'shrunk'",
        ),
        (
            {"freqai": {"model_training_parameters": {"early_stopping_rounds": 5}}},
            "early_stopping_rounds is 5; it is not supported",
        ),
        (
            {"regime": {"expert_train_period_days": 7}},
            "expert_train_period_days is 7, less than freqai.train_period_days 14",
        ),
    ],
)
def test_what_cannot_work_is_refused_with_the_remedy(freqai_run, overlay, words) -> None:
    with pytest.raises(OperationalException, match=words):
        freqai_run(**overlay).indicators("BTC/USDT")
