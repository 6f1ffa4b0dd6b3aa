"""Trap T9: `set_freqai_targets` runs twice per window on a frame that grows, so its work is quadratic."""

from tests.support.stock import WINDOW, StockRun, StockStrategy


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


def test_ours_labels_all_candles_once_whatever_the_windows(freqai_run, monkeypatch) -> None:
    """Beside that, labels of parts show how far they look: as many for twelve windows as for two."""
    whole, parts = [], []
    for days in (6, 1):
        run = freqai_run(f"{days}", timerange="20240219-20240302", freqai={"backtest_period_days": days})
        labelled, strategy = list[int](), type(run.strategy)
        original = strategy.set_freqai_targets

        def counted(self, dataframe, metadata, original=original, labelled=labelled, **kwargs):
            if metadata["pair"] == "BTC/USDT":
                labelled.append(len(dataframe))
            return original(self, dataframe, metadata, **kwargs)

        with monkeypatch.context() as patch:
            patch.setattr(strategy, "set_freqai_targets", counted)
            candles = len(run.candles("BTC/USDT"))
            run.indicators("BTC/USDT")
        whole.append(labelled.count(candles))
        parts.append(sum(labelled) - candles)
    assert whole == [1, 1]
    assert parts[1] <= 1.1 * parts[0]
