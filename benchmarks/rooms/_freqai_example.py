"""FreqAI's own example features of the same candles, computed and merged by FreqAI itself."""

import logging
from typing import Any

import pandas as pd

from benchmarks.rooms._features import PERIODS, best_seconds
from benchmarks.rooms._inputs import PAIR, TIMEFRAMES, Market
from benchmarks.rooms._rows import Row

NAME = "FreqAI's example features"


def example_frame(market: Market) -> pd.DataFrame:
    """The features of `FreqaiExampleStrategy` as `use_strategy_to_populate_indicators` puts them together."""
    from freqtrade.freqai.data_kitchen import FreqaiDataKitchen  # type: ignore[import-untyped]
    from freqtrade.templates.FreqaiExampleStrategy import (  # type: ignore[import-untyped]
        FreqaiExampleStrategy,
    )

    config = _config()
    kitchen = FreqaiDataKitchen(config, True, PAIR)
    kitchen.live = False  # live it would add labels
    frames = {name: frame.copy() for name, frame in market.frames().items()}
    frame: pd.DataFrame = kitchen.use_strategy_to_populate_indicators(
        FreqaiExampleStrategy(config), base_dataframes=frames, pair=PAIR
    )
    return frame


def _config() -> dict[str, Any]:
    return {
        "timeframe": TIMEFRAMES[0],
        "stake_currency": "USDT",
        "exchange": {"name": "binance", "pair_whitelist": [PAIR]},
        "freqai": {
            "feature_parameters": {
                "include_timeframes": list(TIMEFRAMES),
                "include_corr_pairlist": [],
                "indicator_periods_candles": list(PERIODS),
                "include_shifted_candles": 0,
                "label_period_candles": 12,
            }
        },
    }


def measure_example(market: Market, repeats: int) -> Row:
    """Time of FreqAI's example features."""
    logging.getLogger("freqtrade").setLevel(logging.ERROR)
    columns = sum(name.startswith("%") for name in example_frame(market).columns)
    seconds = best_seconds(lambda: example_frame(market), repeats)
    what = f"{len(market.pair):,} candles of 5m, with 15m and 1h"
    return Row("features", NAME, what, seconds, columns=columns)
