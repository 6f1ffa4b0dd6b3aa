"""Trap T3: `do_predict` is 1 where features were missing; the outlier vector overwrites the mask of NaNs."""

import numpy as np
from tests.support.stock import StockRun, StockStrategy

HOUR = 7  # of the day in which a feature is missing


class Holed(StockStrategy):
    """Lacks a feature for one hour of every day."""

    def feature_engineering_standard(self, dataframe, metadata, **kwargs):
        dataframe = super().feature_engineering_standard(dataframe, metadata, **kwargs)
        return without_hour(dataframe, "%-hour_of_day")


def without_hour(frame, column):
    frame[column] = frame["close"].where(frame["date"].dt.hour != HOUR, np.nan)
    return frame


def test_stock_missing_features_count_as_usable(tmp_path, datadir) -> None:
    rows = StockRun(tmp_path, datadir, strategy=Holed).indicators()
    missing = rows["date"].dt.hour == HOUR
    assert missing.sum() == 4
    assert (rows["do_predict"].iloc[:-1] == 1).all()  # FreqAI never predicts the candle at the end


def test_ours_missing_features_are_not_usable(freqai_run, monkeypatch) -> None:
    run = freqai_run()
    strategy = type(run.strategy)
    original = strategy.feature_engineering_standard

    def holed(self, dataframe, metadata, **kwargs):
        return without_hour(original(self, dataframe, metadata, **kwargs), "%-planted")

    monkeypatch.setattr(strategy, "feature_engineering_standard", holed)
    rows = run.backtest_rows(run.indicators("BTC/USDT"))
    missing = rows["date"].dt.hour == HOUR
    assert missing.sum() == 14 * 12
    assert (rows["do_predict"] == 0).equals(missing)
