"""The FreqAI loop on real candles: every window trains, several regimes get a model of their own."""

import pandas as pd
import pytest

from auriga.columns import EXPERT, EXPERT_ROWS, PROBABILITY, REGIME
from auriga.typing import Regime

pytestmark = pytest.mark.real
PAIRS = ("BTC/USDT", "ETH/USDT")


@pytest.fixture
def real_run(freqai_run, real_data, tmp_path, write_candles):
    """Daily candles as they are; the rest from 5m, which is all the folder may hold."""
    data = tmp_path / "real"
    for pair in PAIRS:
        stem = pair.replace("/", "_")
        candles = pd.read_feather(real_data / f"{stem}-5m.feather")
        recent = candles[candles["date"].between("2024-09-01", "2025-02-15", inclusive="left")]
        write_candles(data, pair, recent)
        pd.read_feather(real_data / f"{stem}-1d.feather").to_feather(data / f"{stem}-1d.feather")

    def run(name: str = "run"):
        return freqai_run(
            name,
            data=data,
            timerange="20250115-20250212",
            regime={
                "timeframe": "1d",
                "moving_average": {"period": 200, "enter_level": 0.05, "exit_level": 0.02},
                "price_change": {"period": 30, "enter_level": 0.1, "exit_level": 0.05},
            },
            freqai={"train_period_days": 90, "backtest_period_days": 14},
        )

    return run


def test_every_window_trains_and_predicts(real_run, caplog) -> None:
    run = real_run()
    for pair in PAIRS:
        rows = run.backtest_rows(run.indicators(pair))
        assert len(rows) == 28 * 288 + 1  # with the candle that opens at the end
        assert (rows["do_predict"] == 1).mean() > 0.999
        assert rows[PROBABILITY].between(0, 1).all()
        assert (rows[REGIME] != Regime.UNKNOWN).all()
        own = rows[rows[EXPERT] != Regime.UNKNOWN]
        assert (own[EXPERT] == own[REGIME]).all()
        assert (rows[EXPERT_ROWS] > 0).all()
    assert "could not be trained" not in caplog.text
    assert "not trained" not in caplog.text


def test_same_trades_twice(real_run) -> None:
    first, second = (
        run.strategy.advise_entry(run.indicators("BTC/USDT"), {"pair": "BTC/USDT"})
        for run in (real_run("one"), real_run("two"))
    )
    assert first["enter_long"].sum() > 0
    pd.testing.assert_frame_equal(first, second)
