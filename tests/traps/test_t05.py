"""Trap T5: one window that fails to train ends a classifier's backtest, or becomes zeros.

Freqtrade 2026.9 fills the rows of a failed window with zeros (`_append_null_backtesting_predictions`). That
mended a failure in the first window and all failures of regressors. From the second window on a
classifier's backtest still ends: FreqAI collects each class once per window, and the doubled names break
the same function.
"""

from typing import Any

import numpy as np
import pytest
from freqtrade.freqai.prediction_models.LightGBMClassifier import LightGBMClassifier
from freqtrade.freqai.prediction_models.LightGBMRegressor import LightGBMRegressor
from tests.support.stock import LABEL, WINDOW, StockRun, StockStrategy

from auriga.columns import DIRECTION, PROBABILITY


def failing(model: Any, window: int) -> Any:
    """Return a model class whose training fails in one window, counted from 1."""

    class Failing(model):
        fits = 0

        def fit(self, data_dictionary, dk, **kwargs):
            type(self).fits += 1
            if self.fits == window:
                raise RuntimeError("planted")
            return super().fit(data_dictionary, dk, **kwargs)

    return Failing


class Regression(StockStrategy):
    """Predicts the move itself."""

    def set_freqai_targets(self, dataframe, metadata, **kwargs):
        dataframe["&-move"] = dataframe["close"].shift(-self.horizon) / dataframe["close"] - 1
        return dataframe


def test_stock_first_failed_window_of_a_classifier_is_zeros(tmp_path, datadir) -> None:
    rows = StockRun(tmp_path, datadir, model=failing(LightGBMClassifier, 1)).indicators()
    assert (rows[[LABEL, "up", "down", "do_predict"]].iloc[:WINDOW] == 0).all(axis=None)
    assert (rows["do_predict"].iloc[WINDOW:-1] == 1).all()  # FreqAI never predicts the candle at the end


def test_stock_later_failed_window_of_a_classifier_ends_the_backtest(tmp_path, datadir) -> None:
    run = StockRun(tmp_path, datadir, model=failing(LightGBMClassifier, 2))
    with pytest.raises(AttributeError, match="'DataFrame' object has no attribute 'dtype'"):
        run.indicators()


def test_stock_failed_window_of_a_regressor_is_zeros(tmp_path, datadir) -> None:
    run = StockRun(tmp_path, datadir, strategy=Regression, model=failing(LightGBMRegressor, 2))
    rows = run.indicators()
    assert (rows[["&-move", "do_predict"]].iloc[WINDOW:] == 0).all(axis=None)
    assert (rows["do_predict"].iloc[:WINDOW] == 1).all()


@pytest.mark.parametrize(
    ("start", "end", "label"),
    [
        pytest.param("2024-02-15", "2024-02-25", np.nan, id="no label in two windows"),
        pytest.param("2024-02-20 12:00", "2024-02-20 13:00", "unknown", id="error in two windows"),
    ],
)
def test_ours_windows_that_fail_are_not_traded_and_the_others_are(
    freqai_run, monkeypatch, start, end, label
) -> None:
    """Four windows of three days, trained on seven, of which the middle two cannot be trained."""
    run = freqai_run(
        timerange="20240219-20240302", freqai={"train_period_days": 7, "backtest_period_days": 3}
    )
    strategy = type(run.strategy)
    original = strategy.set_freqai_targets

    def planted(self, dataframe, metadata, **kwargs):
        dataframe = original(self, dataframe, metadata, **kwargs)
        rows = (dataframe["date"] >= start) & (dataframe["date"] < end)
        return dataframe.assign(**{DIRECTION: dataframe[DIRECTION].mask(rows, label)})

    monkeypatch.setattr(strategy, "set_freqai_targets", planted)
    rows = run.backtest_rows(run.indicators("BTC/USDT"))
    usable = rows["do_predict"].to_numpy()
    expected = np.repeat([1, 0, 0, 1], 3 * 288)
    np.testing.assert_array_equal(usable, [*expected, 1])  # the candle at the end is of the last window
    np.testing.assert_allclose(rows[PROBABILITY], rows["up"] / (rows["up"] + rows["down"]))
