"""Trap T9: `set_freqai_targets` runs twice per window on a frame that grows, so its work is quadratic."""

from tests.host.stock import WINDOW, StockRun, StockStrategy


class Counted(StockStrategy):
    """Counts the rows it labels."""

    def __init__(self, config):
        super().__init__(config)
        self.labelled: list[int] = []

    def set_freqai_targets(self, dataframe, metadata, **kwargs):
        self.labelled.append(len(dataframe))
        return super().set_freqai_targets(dataframe, metadata, **kwargs)


def test_stock_labels_a_growing_frame_twice_per_window(tmp_path, datadir) -> None:
    run = StockRun(tmp_path, datadir, strategy=Counted, timerange="20240205-20240213")
    run.indicators()
    candles, windows = len(run.candles()), 4
    first = candles - 1 - windows * WINDOW  # FreqAI never predicts the candle at the end
    expected = [first + WINDOW * (window + part) for window in range(windows) for part in (0, 1)]
    assert run.strategy.labelled == expected
    assert sum(expected) > 6 * candles


def test_ours_labels_no_more_than_the_candles_of_each_window(freqai_run, monkeypatch) -> None:
    run = freqai_run(timerange="20240219-20240302", freqai={"backtest_period_days": 3})
    labelled, strategy = [], type(run.strategy)
    original = strategy.set_freqai_targets

    def counted(self, dataframe, metadata, **kwargs):
        if metadata["pair"] == "BTC/USDT":
            labelled.append(len(dataframe))
        return original(self, dataframe, metadata, **kwargs)

    monkeypatch.setattr(strategy, "set_freqai_targets", counted)
    run.indicators("BTC/USDT")
    windows, days = 4, 14 + 3
    assert 0 < sum(labelled) <= windows * days * 288
