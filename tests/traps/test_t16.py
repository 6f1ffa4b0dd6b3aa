"""Trap T16: the live bot fills candles it skipped with zeros, which look like predictions.

Freqtrade 2026.9 says so in the log and still does it. An expired model gives zeros too, with a
`do_predict` of 2, so a rule that asks for anything but 0 trades on them.
"""

import pytest
from tests.support.every_prediction import EVERY_PREDICTION
from tests.support.stock import LiveRun, StockRun, quiet_dry_run

from auriga.columns import PROBABILITY

pytestmark = quiet_dry_run


def test_stock_skipped_candles_are_zeros(tmp_path, datadir, monkeypatch) -> None:
    run = LiveRun(StockRun(tmp_path, datadir), monkeypatch)
    run.train()
    run.indicators()
    run.advance(4)
    rows = run.indicators().tail(4)
    assert (rows[["up", "down"]].iloc[:3] == 0).all(axis=None)  # to a rule without do_predict: a sure fall
    assert rows["do_predict"].tolist() == [0, 0, 0, 1]
    assert rows["up"].iloc[3] > 0


def test_stock_expired_model_gives_zeros(tmp_path, datadir, monkeypatch) -> None:
    run = LiveRun(StockRun(tmp_path, datadir, expiration_hours=1), monkeypatch)
    run.train()
    run.indicators()
    run.advance(2)
    rows = run.indicators().tail(2)
    assert (rows[["up", "down"]] == 0).all(axis=None)
    assert rows["do_predict"].tolist() == [0, 2]


@pytest.mark.parametrize(
    ("candles", "last"), [pytest.param(4, 1, id="skipped"), pytest.param(13, 2, id="expired")]
)
def test_ours_trades_nothing_on_zeros(freqai_run, monkeypatch, candles, last) -> None:
    run = LiveRun(freqai_run(freqai={"expiration_hours": 1}, regime=EVERY_PREDICTION), monkeypatch)
    run.train()
    run.indicators()
    run.advance(candles)
    rows = run.indicators().tail(candles).reset_index(drop=True)
    assert rows["do_predict"].tolist() == [0] * (candles - 1) + [last]
    unusable = rows["do_predict"] != 1
    # Traded candles, beyond every threshold: nothing but do_predict keeps them from being acted on.
    assert (rows["volume"] > 0).all()
    assert (rows.loc[unusable, PROBABILITY] < run.strategy.short_threshold.value).all()
    assert (rows.loc[unusable, PROBABILITY] < run.strategy.exit_threshold.value).all()

    run.config["trading_mode"] = "futures"
    signals = run.strategy.advise_entry(rows, {"pair": "BTC/USDT"})
    signals = run.strategy.advise_exit(signals, {"pair": "BTC/USDT"})
    acted = (signals[["enter_long", "enter_short", "exit_long", "exit_short"]] == 1).any(axis=1)
    assert not acted[unusable].any()
    assert acted[~unusable].all()
