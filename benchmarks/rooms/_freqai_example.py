"""FreqAI's own example features, computed and merged by FreqAI itself, and ours of the same candles."""

import logging
from typing import Any

import pandas as pd

from benchmarks.rooms._features import PERIODS, feature_matrix, seconds_of
from benchmarks.rooms._inputs import PAIR, TIMEFRAMES, Frames, Market
from benchmarks.rooms._rows import Row

NAME, OURS = "FreqAI's example features", "our features, in turn with those"


def example_frame(frames: Frames) -> pd.DataFrame:
    """The features of `FreqaiExampleStrategy` as `use_strategy_to_populate_indicators` puts them together."""
    from freqtrade.freqai.data_kitchen import FreqaiDataKitchen
    from freqtrade.templates.FreqaiExampleStrategy import FreqaiExampleStrategy

    config = _config()
    kitchen = FreqaiDataKitchen(config, True, PAIR)
    kitchen.live = False  # live it would add labels
    base: dict[str, Any] = dict(frames)  # by timeframe, whatever FreqAI's annotation says
    return kitchen.use_strategy_to_populate_indicators(
        FreqaiExampleStrategy(config), base_dataframes=base, pair=PAIR
    )


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


def measure_example(market: Market, repeats: int) -> list[Row]:
    """Times of our features and of FreqAI's example, run in turn so that both see the same machine."""
    logging.getLogger("freqtrade").setLevel(logging.ERROR)
    frames = market.frames()
    columns = {
        OURS: feature_matrix(frames, market.leaders).shape[1],
        NAME: sum(name.startswith("%") for name in example_frame(frames).columns),
    }
    best = dict.fromkeys(columns, float("inf"))
    for _ in range(repeats):
        best[OURS] = min(best[OURS], seconds_of(lambda: feature_matrix(frames, market.leaders)))
        best[NAME] = min(best[NAME], seconds_of(lambda: example_frame(frames)))
    what = f"{len(market.pair):,} candles of 5m, 15m, 1h"
    return [Row("features", name, what, best[name], columns=columns[name]) for name in columns]
