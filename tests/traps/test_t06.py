"""Trap T6: a window of one class ends a backtest; a class first seen after a retrain ends live analysis."""

import numpy as np
import pytest
from tests.support.stock import LABEL, WINDOW, LiveRun, StockRun, StockStrategy, quiet_dry_run

from auriga.columns import DIRECTION


class FewClasses(StockStrategy):
    """Labels with as many classes as a test wants."""

    classes = ("up", "down")

    def set_freqai_targets(self, dataframe, metadata, **kwargs):
        dataframe[LABEL] = np.resize(self.classes, len(dataframe))
        return dataframe


def test_stock_window_of_one_class_ends_the_backtest(tmp_path, datadir) -> None:
    run = StockRun(tmp_path, datadir, strategy=FewClasses)
    run.strategy.classes = ("up",)
    with pytest.raises(ValueError, match=f"array length {WINDOW} does not match index length {2 * WINDOW}"):
        run.indicators()


@quiet_dry_run
def test_stock_new_class_after_a_retrain_ends_the_analysis(tmp_path, datadir, monkeypatch) -> None:
    run = LiveRun(StockRun(tmp_path, datadir, strategy=FewClasses), monkeypatch)
    run.train()
    assert "flat" not in run.indicators()
    run.strategy.classes = ("up", "down", "flat")
    run.train()
    run.advance()
    with pytest.raises(KeyError, match="flat"):
        run.indicators()


def test_ours_always_returns_every_class(freqai_run, monkeypatch) -> None:
    run = freqai_run()
    strategy = type(run.strategy)
    original = strategy.set_freqai_targets

    def rising(self, dataframe, metadata, **kwargs):
        dataframe = original(self, dataframe, metadata, **kwargs)
        kept = dataframe[DIRECTION].isna() | (dataframe["date"] >= "2024-02-19")
        return dataframe.assign(**{DIRECTION: dataframe[DIRECTION].where(kept, "up")})

    monkeypatch.setattr(strategy, "set_freqai_targets", rising)
    rows = run.backtest_rows(run.indicators("BTC/USDT"))
    np.testing.assert_allclose(rows["up"] + rows["down"], 1)
    expected = np.repeat(
        [0, 1], [7 * 288, 7 * 288 + 1]
    )  # a certainty that means nothing, then a second class
    np.testing.assert_array_equal(rows["do_predict"], expected)


@quiet_dry_run
def test_ours_new_class_after_a_retrain_is_predicted(freqai_run, monkeypatch) -> None:
    run = LiveRun(freqai_run(regime={"label": {"threshold": 1.0}}), monkeypatch)
    strategy = type(run.strategy)
    original = strategy.set_freqai_targets

    def never_flat(self, dataframe, metadata, **kwargs):
        dataframe = original(self, dataframe, metadata, **kwargs)
        assert (dataframe[DIRECTION] == "flat").any()
        return dataframe.assign(**{DIRECTION: dataframe[DIRECTION].replace("flat", "up")})

    with monkeypatch.context() as patch:
        patch.setattr(strategy, "set_freqai_targets", never_flat)
        run.train()
        assert (run.indicators()["flat"] < 0.01).all()
    run.train()
    run.advance()
    last = run.indicators().iloc[-1]
    assert last["do_predict"] == 1
    assert last["flat"] > 0.05
    assert last[["up", "down", "flat"]].sum() == pytest.approx(1)
