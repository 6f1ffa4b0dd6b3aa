"""Trap T18: FreqAI joins stored and live candles of different date types, and can never train again."""

from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest
from freqtrade.data.converter import ohlcv_to_dataframe
from freqtrade.data.history import load_pair_history
from freqtrade.freqai.data_drawer import FreqaiDataDrawer
from freqtrade.strategy import merge_informative_pair

from auriga.candles import resample_candles
from auriga.host.pairs._live_history import align_history_dates

PAIR = "BTC/USDT"
TIMEFRAMES = ["5m", "1h"]


@pytest.fixture
def walk(make_walk) -> pd.DataFrame:
    """Ten whole hours and one candle more: 5m has a new candle when 1h has none."""
    return make_walk(10 * 12 + 1, "5m", seed=1)


@pytest.fixture
def live(walk) -> dict[str, pd.DataFrame]:
    """Candles as Freqtrade makes them from an exchange's answer."""
    return {"5m": _from_exchange(walk, "5m"), "1h": _from_exchange(_hours(walk), "1h")}


@pytest.fixture
def drawer(walk, tmp_path) -> FreqaiDataDrawer:
    """FreqAI's own store with candles as Freqtrade reads them from disk, without the last one."""
    _hours(walk).to_feather(tmp_path / "BTC_USDT-1h.feather")
    walk.iloc[:-1].to_feather(tmp_path / "BTC_USDT-5m.feather")
    freqai = {"feature_parameters": {"include_timeframes": TIMEFRAMES}}
    drawer = FreqaiDataDrawer(tmp_path, {"freqai": freqai, "timeframe": "5m"})
    drawer.historic_data[PAIR] = {
        timeframe: load_pair_history(PAIR, timeframe, tmp_path, data_format="feather")
        for timeframe in TIMEFRAMES
    }
    return drawer


def _hours(walk: pd.DataFrame) -> pd.DataFrame:
    return resample_candles(walk.iloc[:-1], "1h").reset_index(drop=True)


def _from_exchange(candles: pd.DataFrame, timeframe: str) -> pd.DataFrame:
    milliseconds = candles["date"].dt.as_unit("ms").astype("int64")
    ticks = candles.assign(date=milliseconds).to_numpy().tolist()
    return ohlcv_to_dataframe(ticks, timeframe, PAIR, fill_missing=False, drop_incomplete=False)


def _append_new_candle(drawer: FreqaiDataDrawer, live: dict[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """FreqAI's own step, called once for each new candle."""
    provider = SimpleNamespace(get_pair_dataframe=lambda pair, timeframe: live[timeframe])
    strategy: Any = SimpleNamespace(dp=provider)
    kitchen: Any = SimpleNamespace(pair=PAIR, all_pairs=[PAIR])
    drawer.update_historic_data(strategy, kitchen)
    return drawer.historic_data[PAIR]


def test_stock_freqai_still_breaks_its_history(drawer, live) -> None:
    history = _append_new_candle(drawer, live)
    if pd.api.types.is_datetime64_any_dtype(history["5m"]["date"].dtype):
        pytest.fail(
            "Freqtrade or pandas mended trap T18: stored and live dates now join to "
            f"{history['5m']['date'].dtype}. Remove align_history_dates, its call and this file."
        )
    assert history["5m"]["date"].dtype == object
    with pytest.raises(ValueError, match="merge on object and datetime64"):
        merge_informative_pair(history["5m"], history["1h"], "5m", "1h")


def test_aligned_history_stays_dates_and_merges(drawer, live, walk) -> None:
    align_history_dates(drawer.historic_data, live["5m"]["date"], drawer.history_lock)
    history = _append_new_candle(drawer, live)
    assert history["5m"]["date"].dtype == live["5m"]["date"].dtype
    pd.testing.assert_series_equal(history["5m"]["date"], walk["date"], check_dtype=False)
    merged = merge_informative_pair(history["5m"], history["1h"], "5m", "1h")
    assert merged["close_1h"].iloc[-1] == history["1h"]["close"].iloc[-1]


def test_alignment_leaves_equal_dates_alone(drawer, live) -> None:
    align_history_dates(drawer.historic_data, live["5m"]["date"], drawer.history_lock)
    before = {timeframe: drawer.historic_data[PAIR][timeframe] for timeframe in TIMEFRAMES}
    align_history_dates(drawer.historic_data, live["5m"]["date"], drawer.history_lock)
    assert all(drawer.historic_data[PAIR][timeframe] is before[timeframe] for timeframe in TIMEFRAMES)
