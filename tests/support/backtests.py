"""Stock Freqtrade's backtest of the strategy in this process, with predictions that a test makes up.

Only FreqAI and the exchange's answers are replaced: markets come from here, predictions from the test. The
strategy, its hooks and Freqtrade's loop are what a user runs.
"""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
from freqtrade.enums import CandleType, RunMode
from freqtrade.optimize.backtesting import Backtesting
from freqtrade.persistence import LocalTrade
from tests.support.freqai_runs import SMALL, deep_merge

from auriga.host.reload import made_up_exchange
from auriga.host.setup import give_parameters
from auriga.testing import made_up_predictions

Predict = Callable[[pd.DataFrame, str], pd.DataFrame]


def made_up(frame: pd.DataFrame, pair: str) -> pd.DataFrame:
    """Probabilities that wander between 0.3 and 0.7, and a new regime every day; of each pair others."""
    return made_up_predictions(frame, seed=ord(pair[0]))


def backtest_config(root: Path, user_data: Path, datadir: Path, **overlay: Any) -> dict[str, Any]:
    """`config.json` with small settings, as the command line would hand it to a backtest."""
    config = deep_merge(deep_merge(json.loads((root / "config.json").read_text()), SMALL), overlay)
    user_data.mkdir(parents=True, exist_ok=True)
    config["freqai"]["enabled"] = False
    return {
        "timerange": "20240205-20240219",
        **config,
        "strategy_path": str(root / "strategies"),
        "user_data_dir": user_data,
        "datadir": datadir,
        "runmode": RunMode.BACKTEST,
        "candle_type_def": CandleType.SPOT,
        "dataformat_ohlcv": "feather",
        "export": "none",
        "amend_last_stake_amount": False,
    }


class MadeUpBacktest:
    """A backtest of `RegimeStrategy`; keywords of `run` are values of the strategy's parameters.

    Attributes
    ----------
    trades : list of LocalTrade
        Closed ones, in the order in which they closed.
    frames : dict
        Analysed frame of each pair.
    asked : list of dict
        Arguments of each call of `custom_stake_amount`, what it gave, and the capital and exposure then.
    """

    def __init__(self, config: dict[str, Any], predict: Predict = made_up) -> None:
        self.config = config
        self.loop = Backtesting(config, exchange=made_up_exchange(config))
        self.strategy: Any = self.loop.strategylist[0]
        self.asked: list[dict[str, Any]] = []
        self._predict = predict

    def run(self, **parameters: float) -> "MadeUpBacktest":
        give_parameters(self.strategy, parameters)
        self._replace_the_model()
        self._watch_stakes()
        try:
            data, timerange = self.loop.load_bt_data()
            self.loop.backtest_one_strategy(self.strategy, data, timerange)
            self.trades = list(LocalTrade.bt_trades)
            provider: Any = self.loop.dataprovider
            cached = provider._DataProvider__cached_pairs
            self.frames = {pair: frame for (pair, _, _), (frame, _) in cached.items()}
        finally:
            Backtesting.cleanup()
            self.loop.exchange.close()  # or its event loop is left to the garbage collector
        return self

    def _replace_the_model(self) -> None:
        test, strategy = self, self.strategy
        start = strategy.bot_start

        class Model:
            def start(self, frame: pd.DataFrame, metadata: dict[str, Any], strategy: Any) -> pd.DataFrame:
                return test._predict(frame, metadata["pair"])

        def bot_start(**kwargs: Any) -> None:
            start(**kwargs)
            strategy.checked_pairs |= dict.fromkeys(test.config["exchange"]["pair_whitelist"], "")

        strategy.load_freqAI_model = lambda: None
        strategy.freqai = Model()
        strategy.bot_start = bot_start

    def _watch_stakes(self) -> None:
        stake = self.strategy.custom_stake_amount

        def watched(**given: Any) -> float:
            answer = stake(**given)
            open_trades = list(LocalTrade.bt_trades_open)
            self.asked.append(
                given
                | {
                    "answer": answer,
                    "capital": self.strategy.wallets.get_total_stake_amount(),
                    "exposure": sum(trade.stake_amount * trade.leverage for trade in open_trades),
                }
            )
            return answer

        self.strategy.custom_stake_amount = watched
