"""Trap T13: FreqAI's inner train/test split has no gap, and shuffling, noise and SVM are not seeded."""

import logging
import random
import re

import numpy as np
import pandas as pd
import pytest
from freqtrade.exceptions import OperationalException
from tests.support.stock import StockRun, WatchedClassifier

# Freqtrade's own call of LightGBM 4.7
pytestmark = pytest.mark.filterwarnings("ignore:The argument 'eval_set' is deprecated")


def watched_fit(folder, datadir, **freqai):
    run = StockRun(folder, datadir, model=WatchedClassifier, **freqai)
    run.indicators()
    return run.strategy.freqai.fits[0]


def test_stock_split_has_no_gap(tmp_path, datadir) -> None:
    fit = watched_fit(tmp_path, datadir, data_split_parameters={"test_size": 0.25, "shuffle": False})
    train, test = len(fit["train_features"]), len(fit["test_features"])
    assert test == 60
    assert train + test == len(fit["train_dates"])


def test_stock_order_hangs_on_the_global_generator(tmp_path, datadir) -> None:
    options = {"data_split_parameters": {"test_size": 0.25}}
    options["feature_parameters"] = {"shuffle_after_split": True}
    fits = []
    for seed in (1, 2):
        random.seed(seed)
        fits.append(watched_fit(tmp_path / str(seed), datadir, **options)["train_features"])
    assert not fits[0].equals(fits[1])
    columns = list(fits[0])
    pd.testing.assert_frame_equal(*(fit.sort_values(columns, ignore_index=True) for fit in fits))


@pytest.mark.parametrize(
    "options",
    [
        pytest.param({"noise_standard_deviation": 0.05}, id="noise"),
        pytest.param(
            {"use_SVM_to_remove_outliers": True, "svm_params": {"shuffle": True, "nu": 0.2, "max_iter": 2}},
            id="svm",
            marks=pytest.mark.filterwarnings("ignore:Maximum number of iteration"),
        ),
    ],
)
def test_stock_steps_are_not_seeded(tmp_path, datadir, options) -> None:
    fits = []
    for seed in (1, 2):
        np.random.seed(seed)  # noqa: NPY002 - what these steps draw from
        fits.append(watched_fit(tmp_path / str(seed), datadir, feature_parameters=options)["train_features"])
    assert not fits[0].equals(fits[1])


def test_ours_purges_rows_whose_label_overlaps_the_held_back_ones(freqai_run, caplog) -> None:
    run = freqai_run(freqai={"data_split_parameters": {"test_size": 0.25}})
    with caplog.at_level(logging.INFO):
        run.indicators("BTC/USDT")
    held_back = [int(rows) for rows in re.findall(r"on (\d+) held-back rows", caplog.text)]
    trained = [int(rows) for rows in re.findall(r"trained on fallback (\d+)", caplog.text)]
    horizon = run.strategy.settings.label.horizon
    assert len(held_back) == len(trained) == 2
    # The last `horizon` candles have no known label, and as many lie between the two parts. Every second
    # candle of two pairs: as many rows as one pair has candles.
    assert [sum(parts) for parts in zip(held_back, trained, strict=True)] == [14 * 288 - 2 * horizon] * 2


def test_ours_is_the_same_whatever_the_global_generators_say(freqai_run) -> None:
    rows = []
    for seed in (1, 2):
        random.seed(seed)
        np.random.seed(seed)  # noqa: NPY002 - the generator that stock steps draw from
        run = freqai_run(str(seed))
        rows.append(run.backtest_rows(run.indicators("BTC/USDT")))
    pd.testing.assert_frame_equal(*rows)


@pytest.mark.parametrize(
    ("block", "option", "value"),
    [
        ("feature_parameters", "shuffle_after_split", True),
        ("feature_parameters", "noise_standard_deviation", 0.05),
        ("feature_parameters", "use_SVM_to_remove_outliers", True),
        ("data_split_parameters", "shuffle", True),
    ],
)
def test_ours_refuses_what_is_not_seeded(freqai_run, block, option, value) -> None:
    with pytest.raises(OperationalException, match=f"freqai.{block}.{option} is {value}"):
        freqai_run(freqai={block: {option: value}})
