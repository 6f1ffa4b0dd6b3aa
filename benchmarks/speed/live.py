"""A child: the loop of a live bot over many pairs, in process, with the real strategy and FreqAI model.

`python -m benchmarks.speed.live ours OUTPUT FOLDER`: trains every pair in FreqAI's own training thread, then
closes candle after candle and times `strategy.analyze` and the entry signals of all pairs, first with the
training thread idle, then with it training without pause.
"""

import argparse
import json
import logging
import os
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest.mock import patch

from freqtrade.data.dataprovider import DataProvider
from freqtrade.enums import CandleType, RunMode
from freqtrade.resolvers import StrategyResolver

from benchmarks.speed._feed import Feed, live_pairs
from benchmarks.speed._overlays import ROOT, Arm, run_config

_TREES = {"n_estimators": 30, "learning_rate": 0.05, "num_leaves": 31}
_HISTORY = 250
_SETTLE = 2
"""Candles before the clock counts: the first one predicts all history, the second fills caches."""


@dataclass(frozen=True)
class Loop:
    """One new candle: seconds until the signals of all pairs, CPU of other threads, usable pairs."""

    wall: float
    elsewhere: float
    usable: int


class LiveBot:
    """Strategy, model and data provider as Freqtrade builds them for a dry run, on a `Feed`."""

    def __init__(self, arm: Arm, folder: Path, feed: Feed, train_days: int) -> None:
        self.feed = feed
        shipped = json.loads((ROOT / "config.json").read_text())
        config: dict[str, Any] = run_config(
            shipped, arm, trees=_TREES, train_days=train_days, backtest_days=7, pairs=feed.whitelist
        )
        feed.write(folder / "candles")
        config |= {
            "config_files": [str(ROOT / "config.json")],
            "user_data_dir": folder,
            "db_url": "sqlite://",
            "datadir": folder / "candles",
            "runmode": RunMode.DRY_RUN,
            "candle_type_def": CandleType.SPOT,
            "dataformat_ohlcv": "feather",
        }
        self.config = config
        self.strategy = StrategyResolver.load_strategy(config)
        exchange: Any = feed
        self.strategy.dp = DataProvider(config, exchange, feed)
        with patch("freqtrade.freqai.utils.download_all_data_for_training"):  # the feed wrote them
            self.strategy.ft_bot_start()

    def loop(self) -> Loop:
        """Analyze all pairs and ask for their entry signals, as a bot does after a new candle."""
        strategy, timeframe = self.strategy, self.config["timeframe"]
        started, used = time.perf_counter(), _elsewhere()
        strategy.analyze(self.feed.whitelist)
        usable = 0
        for pair in self.feed.whitelist:
            frame, _ = strategy.dp.get_analyzed_dataframe(pair, timeframe)
            strategy.get_entry_signal(pair, timeframe, frame)
            usable += bool(len(frame)) and int(frame["do_predict"].iloc[-1] == 1)
        return Loop(time.perf_counter() - started, _elsewhere() - used, usable)

    def next_candle(self) -> Loop:
        """Close one candle and run the loop."""
        self.feed.advance()
        return self.loop()

    def trained(self) -> dict[str, int]:
        """When each pair's model was trained; 0 for none."""
        known = self.strategy.freqai.dd.pair_dict
        return {
            pair: known[pair]["trained_timestamp"] if pair in known else 0 for pair in self.feed.whitelist
        }

    def wait_for_models(self, patience: float) -> float:
        """Seconds until every pair had its first model."""
        started = time.monotonic()
        while not all(self.trained().values()):
            if time.monotonic() - started > patience:
                raise TimeoutError(f"after {patience:.0f} s models are: {self.trained()}")
            time.sleep(0.2)
        return time.monotonic() - started

    def retrain_without_pause(self) -> None:
        """Let FreqAI's training thread start again and again, with models that take a while."""
        self.config["freqai"]["live_retrain_hours"] = 0
        self.config["freqai"]["model_training_parameters"]["n_estimators"] = 40 * _TREES["n_estimators"]


def _elsewhere() -> float:
    """CPU seconds of this process outside the calling thread."""
    return time.process_time() - time.thread_time()


def measure(arm: Arm, folder: Path, *, pairs: int, loops: int, train_days: int) -> dict[str, Any]:
    """Train, then time loops with the training thread idle and busy."""
    feed = Feed(live_pairs(pairs), _HISTORY, 2 * loops + 2 * _SETTLE)
    bot = LiveBot(arm, folder, feed, train_days)
    bot.loop()
    first_models = bot.wait_for_models(600)
    time.sleep(2)  # the thread has saved its last model
    for _ in range(_SETTLE):
        bot.next_candle()
    idle = [bot.next_candle() for _ in range(loops)]
    bot.retrain_without_pause()
    time.sleep(3)  # the thread looks at its queue once a second
    busy = [bot.next_candle() for _ in range(loops)]
    return {
        "pairs": pairs,
        "first_models": first_models,
        "idle": [loop.__dict__ for loop in idle],
        "busy": [loop.__dict__ for loop in busy],
    }


def main() -> None:
    """Read the arguments, measure, write JSON, and end without waiting for the training thread."""
    parser = argparse.ArgumentParser()
    parser.add_argument("arm", choices=["ours", "stock"])
    parser.add_argument("output", type=Path)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--pairs", type=int, default=20)
    parser.add_argument("--loops", type=int, default=5)
    parser.add_argument("--train-days", type=int, default=15)
    given = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(levelname)s %(message)s")
    code = 1
    try:
        found = measure(
            given.arm, given.folder, pairs=given.pairs, loops=given.loops, train_days=given.train_days
        )
        given.output.write_text(json.dumps(found))
        code = 0
    except Exception:
        logging.exception("live measurement failed")
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


if __name__ == "__main__":
    main()
