"""Trap T2: on a cached re-run FreqAI computes features of one row, and plain columns made there vanish."""

import logging

import pandas as pd
from tests.support.every_prediction import EVERY_PREDICTION
from tests.support.stock import StockRun, StockStrategy


class Engineered(StockStrategy):
    """Makes a plain column beside its features, and counts the rows it sees."""

    def __init__(self, config):
        super().__init__(config)
        self.sizes: list[int] = []

    def feature_engineering_standard(self, dataframe, metadata, **kwargs):
        self.sizes.append(len(dataframe))
        dataframe["plain"] = 1.0
        return super().feature_engineering_standard(dataframe, metadata, **kwargs)


def test_stock_cached_run_sees_one_row_and_loses_plain_columns(tmp_path, datadir) -> None:
    first = StockRun(tmp_path, datadir, strategy=Engineered)
    trained = first.indicators()
    assert first.strategy.sizes == [len(first.candles())]
    assert "plain" in trained

    again = StockRun(tmp_path, datadir, strategy=Engineered)
    cached = again.indicators()
    assert again.strategy.sizes == [1]
    assert list(trained.columns.difference(cached.columns)) == ["plain"]
    pd.testing.assert_frame_equal(cached, trained[cached.columns])


def make_plain_column(monkeypatch, strategy) -> None:
    """Let Auriga's strategy make a plain column beside its features, too."""
    original = strategy.feature_engineering_standard

    def with_plain(self, dataframe, metadata, **kwargs):
        dataframe = original(self, dataframe, metadata, **kwargs)
        return dataframe.assign(plain=dataframe["close"] * 2)

    monkeypatch.setattr(strategy, "feature_engineering_standard", with_plain)


def test_ours_cached_run_gives_everything_back(freqai_run, monkeypatch, caplog) -> None:
    frames = []
    for _ in range(2):
        run = freqai_run(regime=EVERY_PREDICTION)
        make_plain_column(monkeypatch, type(run.strategy))
        caplog.clear()
        with caplog.at_level(logging.INFO):
            rows = run.backtest_rows(run.indicators("BTC/USDT"))
        frames.append(run.strategy.advise_entry(rows, {"pair": "BTC/USDT"}))
    assert "trained on" not in caplog.text
    trained, cached = frames
    assert trained["plain"].equals(trained["close"] * 2)
    assert trained["enter_tag"].nunique() >= 2
    pd.testing.assert_frame_equal(cached[trained.columns], trained)


def test_a_gap_in_a_plain_column_stays_one_at_first_and_from_disk(freqai_run, monkeypatch) -> None:
    """FreqAI puts 0 where anything is missing that comes with predictions; live it is missing."""
    for _ in range(2):
        run = freqai_run()
        original = type(run.strategy).feature_engineering_standard

        def with_gaps(self, dataframe, metadata, original=original, **kwargs):
            above = dataframe["close"].where(dataframe["date"].dt.hour > 3)
            return original(self, dataframe, metadata, **kwargs).assign(plain=above, always=True)

        monkeypatch.setattr(type(run.strategy), "feature_engineering_standard", with_gaps)
        rows = run.backtest_rows(run.indicators("BTC/USDT"))
        pd.testing.assert_series_equal(
            rows["plain"], rows["close"].where(rows["date"].dt.hour > 3), check_names=False
        )
        assert (rows["always"] == True).all()  # noqa: E712 - FreqAI makes objects of them
