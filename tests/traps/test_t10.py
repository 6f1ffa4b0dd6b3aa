"""Trap T10: `np.where(close.shift(-h) > close, "up", "down")` labels the unknown tail "down"."""

from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest
from freqtrade.templates.FreqaiExampleHybridStrategy import FreqaiExampleHybridStrategy
from tests.support.stock import LABEL, PAIR, StockRun, WatchedClassifier, read_candles

from auriga.columns import DIRECTION, EXPERT_ROWS, PRIOR, PROBABILITY


def test_stock_example_labels_an_unknown_future_down(datadir) -> None:
    candles = read_candles(datadir, PAIR, "1h")
    plain: Any = SimpleNamespace(freqai=SimpleNamespace())
    cut = FreqaiExampleHybridStrategy.set_freqai_targets(plain, candles.head(1000).copy(), {})
    whole = FreqaiExampleHybridStrategy.set_freqai_targets(plain, candles.copy(), {})
    assert (cut[LABEL].tail(50) == "down").all()
    assert (whole[LABEL].iloc[950:1000] == "up").any()


def test_stock_trains_on_the_invented_labels(tmp_path, datadir) -> None:
    run = StockRun(tmp_path, datadir, model=WatchedClassifier)
    run.indicators()
    fit = run.strategy.freqai.fits[0]
    tail = fit["train_labels"][LABEL].tail(run.strategy.horizon)
    assert (tail == "down").all()
    last = fit["train_dates"].iloc[-1]
    assert f"{last:%Y-%m-%d %H:%M}" == "2024-02-04 23:00"  # the last candle before its prediction window


def test_ours_unknown_future_has_no_label(freqai_run) -> None:
    run = freqai_run()
    candles, horizon = run.candles("BTC/USDT"), run.strategy.settings.label.horizon
    cut = run.strategy.set_freqai_targets(candles.head(1000).copy(), {"pair": "BTC/USDT"})[DIRECTION]
    whole = run.strategy.set_freqai_targets(candles.copy(), {"pair": "BTC/USDT"})[DIRECTION]
    assert cut.tail(horizon).isna().all()
    assert cut.head(1000 - horizon).equals(whole.head(1000 - horizon))
    assert whole.iloc[1000 - horizon : 1000].notna().all()


@pytest.mark.parametrize(
    ("since", "columns"),
    [
        pytest.param("00:00", [EXPERT_ROWS, PRIOR], id="labels"),
        pytest.param("00:05", [EXPERT_ROWS, PRIOR, PROBABILITY], id="predictions"),
    ],
)
def test_ours_learns_nothing_from_its_prediction_window(
    freqai_run, datadir, tmp_path, write_candles, since, columns
) -> None:
    """Double or halve all prices from the start of the window on: the same model answers its first candle."""
    answers = []
    for factor in (2.0, 0.5):
        for pair in ("BTC/USDT", "ETH/USDT"):
            candles = read_candles(datadir, pair, "5m")
            candles.loc[candles["date"] >= f"2024-02-19 {since}", ["open", "high", "low", "close"]] *= factor
            write_candles(tmp_path / str(factor), pair, candles)
        run = freqai_run(f"{factor}", data=tmp_path / str(factor), timerange="20240219-20240226")
        answers.append(run.backtest_rows(run.indicators("BTC/USDT")))
    doubled, halved = answers
    pd.testing.assert_series_equal(doubled[columns].iloc[0], halved[columns].iloc[0])
    assert not doubled[PROBABILITY].equals(halved[PROBABILITY])
