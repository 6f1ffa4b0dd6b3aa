"""The picture is drawn from candles and trades, with as many bands as the regime has runs."""

import pandas as pd
import pytest
from matplotlib.figure import Figure

from auriga.candles import resample_candles
from auriga.errors import HostError
from auriga.host.results import BacktestResult
from auriga.report import draw_backtest
from auriga.report._backtest_picture import _shade_regimes
from auriga.settings import parse_settings

SETTINGS = parse_settings(
    {"timeframe": "1h", "rules": ["price_change"], "price_change": {"period": 5}, "min_dwell": 1}
)


@pytest.fixture
def result(tmp_path, make_walk):
    candles = make_walk(3000, "5m", seed=11, daily=0.1)
    candles.to_feather(tmp_path / "BTC_USDT-5m.feather")
    resample_candles(candles, "1h").to_feather(tmp_path / "BTC_USDT-1h.feather")
    dates = candles["date"].iloc[[1000, 1100, 1500, 1600]].to_list()
    trades = pd.DataFrame(
        {
            "pair": "BTC/USDT",
            "open_date": dates[::2],
            "close_date": dates[1::2],
            "open_rate": 100.0,
            "close_rate": 101.0,
            "profit_abs": [10.0, -5.0],
        }
    )
    stats = {
        "pairlist": ["BTC/USDT"],
        "starting_balance": 1000,
        "backtest_start": "2024-01-03 00:00:00",
        "backtest_end": "2024-01-11 00:00:00",
    }
    return BacktestResult(tmp_path / "none.zip", trades, stats)


def test_picture_is_written(result, tmp_path) -> None:
    target = draw_backtest(result, tmp_path, SETTINGS, tmp_path / "plot" / "a.png", caption="test")
    assert target.read_bytes().startswith(b"\x89PNG")
    assert target.stat().st_size > 20_000


def test_backtest_without_trades_is_drawn_too(result, tmp_path) -> None:
    empty = BacktestResult(result.path, result.trades.iloc[:0], result.stats)
    assert draw_backtest(empty, tmp_path, SETTINGS, tmp_path / "b.png").exists()


def test_missing_candles_are_named(result, tmp_path) -> None:
    (tmp_path / "BTC_USDT-5m.feather").unlink()
    with pytest.raises(HostError, match=r"no 5m candles of BTC/USDT .*download-data"):
        draw_backtest(result, tmp_path, SETTINGS, tmp_path / "c.png")


def test_one_band_for_each_run_of_a_regime() -> None:
    axes = Figure().subplots()
    dates = pd.Series(pd.date_range("2024-01-01", periods=6, tz="UTC"))
    _shade_regimes(axes, dates, pd.Series([1, 1, 0, -1, -1, 1]))
    assert len(axes.patches) == 4
