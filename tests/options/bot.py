"""What a bot predicts live against what a backtest predicts for the same candles: one option, one process.

    python -m tests.options.bot KEY FOLDER

The live side is driven candle by candle, with Freqtrade's own pairlists over the exchange's markets; only the
exchange's answers and the clock are made up. Then `auriga parity` compares its record with a backtest's path.
"""

import copy
import json
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from freqtrade.configuration import validate_config_consistency
from freqtrade.data.dataprovider import DataProvider
from freqtrade.data.history import get_datahandler, load_pair_history
from freqtrade.enums import CandleType, RunMode
from freqtrade.exceptions import FreqtradeException
from freqtrade.persistence import init_db
from freqtrade.plugins.pairlistmanager import PairListManager
from freqtrade.resolvers import ExchangeResolver, StrategyResolver
from tests.conftest import ROOT
from tests.options.markets import SMALL, Market
from tests.options.table import OPTIONS, Option
from tests.support.freqai_runs import deep_merge
from tests.support.stock import LiveRun

from auriga.candles import COLUMNS, resample_candles
from auriga.errors import AurigaError
from auriga.host.parity import live_parity
from auriga.host.reload import market as described

CANDLES = 4


class Bot(LiveRun):
    """`LiveRun` with Freqtrade's pairlists, any data format and any candles."""

    def __init__(self, option: Option, run: "Run", datadir: Path, patch: pytest.MonkeyPatch) -> None:
        self.config, self.strategy, self.freqai = run.config, run.strategy, run.strategy.freqai
        self.now = pd.Timestamp(option.market.live_at, tz="UTC")
        self._format = self.config["dataformat_ohlcv"]
        self._candles = candles_of(option.market, datadir, self._format)
        self.config |= {"runmode": RunMode.DRY_RUN, "datadir": self.config["user_data_dir"] / "data"}
        self.config.pop("timerange")
        self.store(self.config["datadir"])
        self.strategy.dp = self
        self.freqai.scanning = True  # the thread would start here
        bot: Any = self
        self._pairlists = PairListManager(run.exchange, self.config, bot)

        class Clock(datetime):
            @classmethod
            def now(cls, tz: Any = None) -> Any:
                return bot.now.to_pydatetime()

        patch.setattr("freqtrade.freqai.data_kitchen.datetime", Clock)

    def store(self, folder: Path) -> Path:
        """Write the candles that have closed, as a download by now has them."""
        (folder / "futures").mkdir(parents=True, exist_ok=True)
        handler = get_datahandler(folder, self._format)
        for (pair, timeframe), frame in self._candles.items():
            closed = self._closed(frame, timeframe)
            if len(closed):
                handler.ohlcv_store(pair, timeframe, closed, self.config["candle_type_def"])
        return folder

    def current_whitelist(self) -> list[str]:
        self._pairlists.refresh_pairlist()
        return list(self._pairlists.whitelist)

    def with_candles(self) -> list[str]:
        """Pairs that Freqtrade analyses: it leaves those alone that have no candle."""
        timeframe = self.config["timeframe"]
        return [name for name in self.current_whitelist() if len(self.get_pair_dataframe(name, timeframe))]

    def look(self) -> None:
        """What the bot does for a new candle."""
        for pair in self.with_candles():
            self.indicators(pair)

    def get_pair_dataframe(self, pair: str, timeframe: str, candle_type: str = "") -> pd.DataFrame:
        frame = self._candles.get((pair, timeframe))
        if frame is None:
            return pd.DataFrame(columns=list(COLUMNS))
        return self._closed(frame, timeframe).tail(1000).reset_index(drop=True)


def candles_of(market: Market, datadir: Path, data_format: str) -> dict[tuple[str, str], pd.DataFrame]:
    """All candles of a market, holes filled as Freqtrade fills them."""
    found = {}
    for pair in market.pairs:
        kind = CandleType.FUTURES if ":" in pair else CandleType.SPOT
        for timeframe in market.timeframes:
            found[pair, timeframe] = load_pair_history(
                pair, timeframe, datadir, data_format=data_format, candle_type=kind
            )
    return found


def contract(pair: str) -> dict[str, Any]:
    """A market as ccxt describes it; futures settle in what their name ends with."""
    base, _, settle = pair.partition(":")
    told = described(base)
    if not settle:
        return told
    return told | {
        "symbol": pair, "settle": settle, "spot": False, "swap": True, "type": "swap", "linear": True,
        "contract": True, "contractSize": 1,
    }  # fmt: skip


class Run:
    """A strategy with its model, as a bot of this option builds them."""

    def __init__(self, option: Option, folder: Path, datadir: Path) -> None:
        self.config = configured(option, folder, datadir)
        self.exchange = ExchangeResolver.load_exchange(copy.deepcopy(self.config), validate=False)
        self.exchange._api.set_markets([contract(pair) for pair in option.market.pairs])
        self.exchange._markets = self.exchange._api.markets
        answer_pairlists(self.exchange, option.market, datadir)
        init_db("sqlite://")
        self.strategy = StrategyResolver.load_strategy(self.config)
        validate_config_consistency(self.config)
        self.strategy.dp = DataProvider(self.config, self.exchange)
        live = {**self.config, "runmode": RunMode.DRY_RUN}
        self.strategy.dp.add_pairlisthandler(PairListManager(self.exchange, live, self.strategy.dp))
        self.strategy.dp._pairlists.refresh_pairlist()
        self.strategy.ft_bot_start()


def answer_pairlists(exchange: Any, market: Market, datadir: Path) -> None:
    """Let an exchange without network answer what pairlists ask."""
    ticker = {"last": 100.0, "bid": 99.99, "ask": 100.0, "quoteVolume": 1e6, "percentage": 1.0, "symbol": ""}
    frames = candles_of(market, datadir, market.data_format)

    def candles(wanted: Any, **_: Any) -> dict[Any, pd.DataFrame]:
        return {
            (pair, timeframe, kind): resample_candles(frames[pair, market.timeframes[0]], timeframe)
            for pair, timeframe, kind in wanted
        }

    exchange.get_tickers = lambda *_, **__: {pair: {**ticker, "symbol": pair} for pair in market.pairs}
    exchange.exchange_has = lambda name: True
    exchange.refresh_latest_ohlcv = candles
    exchange.refresh_ohlcv_with_cache = candles
    exchange.check_delisting_time = lambda pair: None


def configured(option: Option, folder: Path, datadir: Path) -> dict[str, Any]:
    """Configuration of a dry-run bot of this option."""
    config = json.loads((ROOT / "config.json").read_text())
    listed = {"exchange": {"pair_whitelist": list(option.market.pairs)}}
    for overlay in (SMALL, listed, option.market.settings):
        config = deep_merge(config, dict(overlay))
    config = deep_merge(config, dict(option.overlay))
    folder.mkdir(parents=True, exist_ok=True)
    futures = config.get("trading_mode") == "futures"
    return {
        "timerange": option.market.timerange,
        **config,
        "config_files": [str(ROOT / "config.json")],
        "strategy_path": str(ROOT / "strategies"),
        "freqaimodel_path": str(ROOT / "freqaimodels"),
        "user_data_dir": folder,
        "datadir": datadir,
        "runmode": RunMode.BACKTEST,  # or FreqAI would download; the bot has its own candles
        "dry_run": True,
        "candle_type_def": CandleType.FUTURES if futures else CandleType.SPOT,
        "dataformat_ohlcv": config.get("dataformat_ohlcv", "feather"),
    }


def answer(option: Option, folder: Path, datadir: Path) -> str:
    """`works` with what was compared, or how it is refused, or what is wrong."""
    with pytest.MonkeyPatch.context() as patch:
        run = Run(option, folder, datadir)
        bot = Bot(option, run, datadir, patch)
        if not bot.current_whitelist():
            return "refused: Active pair whitelist is empty."  # what Freqtrade says in every loop
        bot.look()
        for pair in bot.current_whitelist():
            bot.train(pair)
        bot.look()  # FreqAI does not trade on its first prediction
        for _ in range(CANDLES):
            bot.advance()
            bot.look()
        bot.freqai.dd.save_historic_predictions_to_disk()
        left_out = {name: value for name, value in run.config.items() if name not in ("runmode", "timerange")}
        result = live_parity(left_out | {"datadir": bot.store(folder / "downloaded")})
    pairs = [pair for pair, rows in result.compared.items() if rows]
    if not result.agrees:
        return f"differs: {result.differences[0]}"
    untrained = {*bot.current_whitelist()} - {*bot.freqai.train_queue}
    if untrained:
        return f"differs: {', '.join(untrained)} never trained"
    expected = option.pairs or bot.with_candles()
    if set(pairs) != set(expected):
        return f"differs: {', '.join(pairs)} predicted, not {', '.join(expected)}"
    return f"works: {sum(result.compared.values())} candles of {len(pairs)} pairs"


def main() -> None:
    """Print the answer of one option as the last line."""
    key, folder, datadir = sys.argv[1:]
    (option,) = (one for one in OPTIONS if one.key == key)
    try:
        said = answer(option, Path(folder), Path(datadir))
    except (FreqtradeException, AurigaError) as error:
        said = f"refused: {error}"
    print("\n" + said.replace("\n", " "))


if __name__ == "__main__":
    main()
