"""Trap T12: a model loaded from disk is paired with the feature pipeline that is in memory."""

import shutil

import pandas as pd
from tests.support.stock import WINDOW, StockRun


def test_stock_mixed_run_scales_old_models_with_a_new_pipeline(tmp_path, datadir) -> None:
    """Train the first window anew while the second one's model is on disk, as after an interrupted run."""
    run = StockRun(tmp_path, datadir)
    whole = run.indicators()
    shutil.rmtree(run.models / "backtesting_predictions")
    first = min(run.models.glob("sub-train-*"))
    shutil.rmtree(first)

    mixed = StockRun(tmp_path, datadir).indicators()
    pd.testing.assert_frame_equal(mixed.iloc[:WINDOW], whole.iloc[:WINDOW])
    assert not mixed["up"].iloc[WINDOW:].equals(whole["up"].iloc[WINDOW:])

    shutil.rmtree(run.models / "backtesting_predictions")
    from_disk = StockRun(tmp_path, datadir).indicators()
    pd.testing.assert_frame_equal(from_disk, whole)  # nothing trained, so each model has its own pipeline


def test_ours_mixed_run_gives_what_one_run_gives(freqai_run, caplog) -> None:
    caplog.set_level("INFO")
    run = freqai_run()
    whole = run.backtest_rows(run.indicators("BTC/USDT"))
    models = run.place
    shutil.rmtree(models / "backtesting_predictions")
    shutil.rmtree(min(models.glob("sub-train-BTC_USDT_*")))
    caplog.clear()
    mixed = freqai_run()
    pd.testing.assert_frame_equal(mixed.backtest_rows(mixed.indicators("BTC/USDT")), whole)
    assert caplog.text.count(": trained on") == 1
