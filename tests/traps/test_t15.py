"""Trap T15: each save pickles all training features; `fit_live_predictions_candles` loops over candles."""

import numpy as np
import pandas as pd
import pytest
from freqtrade.freqai.data_kitchen import FreqaiDataKitchen
from freqtrade.freqai.prediction_models.LightGBMClassifier import LightGBMClassifier
from tests.support.stock import WINDOW, StockRun


class Counted(LightGBMClassifier):
    """Counts how often statistics of live predictions are fitted."""

    calls = 0

    def fit_live_predictions(self, dk, pair):
        type(self).calls += 1
        super().fit_live_predictions(dk, pair)


def test_stock_every_save_holds_the_training_features(tmp_path, datadir) -> None:
    run = StockRun(tmp_path, datadir)
    run.indicators()
    saved = [pd.read_pickle(file) for file in run.models.glob("sub-train-*/*_trained_df.pkl")]
    assert [frame.shape for frame in saved] == [(240, 4), (240, 4)]


def test_stock_live_statistics_are_fitted_once_a_candle(tmp_path, datadir, monkeypatch) -> None:
    monkeypatch.setattr(Counted, "calls", 0)
    StockRun(tmp_path, datadir, model=Counted, fit_live_predictions_candles=30).indicators()
    assert Counted.calls == 2 * WINDOW - 30


def test_ours_saves_no_training_features(freqai_run) -> None:
    run = freqai_run()
    candles = run.candles("BTC/USDT")
    kitchen = FreqaiDataKitchen(run.config, False, "BTC/USDT")
    kitchen.find_features(
        kitchen.use_strategy_to_populate_indicators(
            run.strategy, prediction_dataframe=candles, pair="BTC/USDT"
        )
    )
    run.indicators("BTC/USDT")
    models, windows = run.strategy.freqai.full_path, 2
    features = windows * 14 * 288 * len(kitchen.training_features_list) * np.float32().nbytes
    saved = [file for file in models.rglob("*") if file.is_file()]
    kept = sum(file.stat().st_size for file in saved if file.parent.name != "backtesting_predictions")
    assert len([file for file in saved if file.name.endswith("_model.joblib")]) == windows
    assert kept < features / 2


def test_ours_fits_no_live_statistics_in_a_backtest(freqai_run, monkeypatch) -> None:
    run = freqai_run(freqai={"fit_live_predictions_candles": 30})
    calls = []
    monkeypatch.setattr(type(run.strategy.freqai), "fit_live_predictions", lambda *args: calls.append(1))
    rows = run.backtest_rows(run.indicators("BTC/USDT"))
    assert (rows["do_predict"] == 1).all()
    assert not calls


def test_ours_fits_live_statistics_of_returns_at_once(freqai_run, monkeypatch) -> None:
    overlay = {"freqaimodel": "RegimeLightGBMRegressor", "regime": {"label": {"kind": "return"}}}
    run = freqai_run(freqai={"fit_live_predictions_candles": 30}, **overlay)
    rows = run.backtest_rows(run.indicators("BTC/USDT"))
    before = rows["&-return"].iloc[100:130].to_numpy()
    assert rows["&-return_mean"].iloc[130] == pytest.approx(before.mean())
    assert rows["&-return_std"].iloc[130] == pytest.approx(before.std())
    cached = freqai_run(freqai={"fit_live_predictions_candles": 30}, **overlay)
    pd.testing.assert_frame_equal(cached.backtest_rows(cached.indicators("BTC/USDT")), rows)
