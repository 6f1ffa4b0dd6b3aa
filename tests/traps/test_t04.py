"""Trap T4: a regime sent as a feature is rescaled or dropped per window, and loses its rows to outliers."""

import numpy as np
import pandas as pd
import pytest
from freqtrade.exceptions import OperationalException
from tests.support.stock import StockRun, StockStrategy, WatchedClassifier

from auriga.columns import EXPERT, REGIME
from auriga.typing import Regime


class RegimeFeature(StockStrategy):
    """Sends a regime as a feature: three codes at first, two from 28 January, one from the 30th."""

    def feature_engineering_standard(self, dataframe, metadata, **kwargs):
        day = dataframe["date"].dt.day_of_year
        dataframe["%-regime"] = np.select([day < 28, day < 30], [-1.0, day % 2], default=1.0)
        return super().feature_engineering_standard(dataframe, metadata, **kwargs)


def test_stock_scales_or_drops_a_regime_per_window(tmp_path, datadir) -> None:
    timerange = "20240205-20240211"
    run = StockRun(tmp_path, datadir, strategy=RegimeFeature, model=WatchedClassifier, timerange=timerange)
    run.indicators()
    first, second, third = (fit["train_features"] for fit in run.strategy.freqai.fits)
    assert sorted(first["%-regime"].unique()) == [-1, 0, 1]  # the codes -1, 0, 1
    assert sorted(second["%-regime"].unique()) == [-1, 1]  # the codes 0, 1: sideways now looks like bear
    assert "%-regime" not in third
    assert "%-hour_of_day" in third


def test_stock_outlier_step_drops_rows_and_their_index(tmp_path, datadir) -> None:
    outliers = {"use_SVM_to_remove_outliers": True, "svm_params": {"shuffle": False, "nu": 0.2}}
    run = StockRun(tmp_path, datadir, model=WatchedClassifier, feature_parameters=outliers)
    run.indicators()
    fit = run.strategy.freqai.fits[0]
    assert 0 < len(fit["train_features"]) < len(fit["train_dates"])
    assert fit["train_features"].index.equals(pd.RangeIndex(len(fit["train_features"])))


def test_ours_sends_rows_to_the_expert_of_their_regime_in_every_window(freqai_run) -> None:
    run = freqai_run()
    rows = run.backtest_rows(run.indicators("BTC/USDT"))
    expert, regime = rows[EXPERT].to_numpy(), rows[REGIME].to_numpy()
    routed = expert != Regime.UNKNOWN
    first, second = routed[: 7 * 288], routed[7 * 288 :]
    assert first.any() and second.any() and len(second) == 7 * 288 + 1
    assert len(np.unique(expert[routed])) >= 2
    np.testing.assert_array_equal(expert[routed], regime[routed])


@pytest.mark.parametrize("option", ["use_SVM_to_remove_outliers", "use_DBSCAN_to_remove_outliers"])
def test_ours_refuses_steps_that_drop_rows(freqai_run, option) -> None:
    with pytest.raises(OperationalException, match=f"{option} is True, which is not supported"):
        freqai_run(freqai={"feature_parameters": {option: True}})
