"""A strategy and its model outside of Freqtrade's own commands, for those of ours that only read."""

import copy
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from freqtrade.data.dataprovider import DataProvider
from freqtrade.enums import CandleType, RunMode
from freqtrade.resolvers import StrategyResolver
from freqtrade.strategy import IStrategy

from auriga.errors import HostError
from auriga.host.freqai import RegimeFreqaiModel
from auriga.host.setup import OWN_OPTIONS, Strategy, own_options
from auriga.host.setup import DataProvider as AnyProvider


def offline_config(config: Mapping[str, Any], train_days: int | None = None) -> dict[str, Any]:
    """Copy of a configuration as a backtest has it; `train_days` instead of `freqai.train_period_days`.

    `regime.frozen_models` is left out: what is loaded with it trains, or only computes features.

    Raises
    ------
    HostError
        If it has no FreqAI.
    """
    used = copy.deepcopy(dict(config))
    if not used.get("freqai", {}).get("enabled"):
        raise HostError("the configuration has no enabled freqai section; use the one of the backtest")
    used["regime"] = {name: told for name, told in used.get("regime", {}).items() if name != "frozen_models"}
    used["runmode"] = RunMode.BACKTEST
    used.setdefault("candle_type_def", CandleType.get_default(used.get("trading_mode") or "spot"))
    used.setdefault("dataformat_ohlcv", "feather")
    if train_days:
        used["freqai"]["train_period_days"] = train_days
    return used


def strategy_and_model(config: dict[str, Any], scratch: Path) -> tuple[IStrategy, RegimeFreqaiModel]:
    """Load strategy and model as Freqtrade does; what FreqAI writes at start lands in `scratch`.

    Raises
    ------
    HostError
        If the model is not one of ours.
    OperationalException
        If Freqtrade cannot load them, or they refuse the settings.
    """
    strategy = StrategyResolver.load_strategy(config)
    models = config.get("freqaimodel_path") or config["user_data_dir"] / "freqaimodels"
    strategy.config = config | {
        "user_data_dir": scratch,
        "freqaimodel_path": str(models),
        OWN_OPTIONS: own_options(config),
    }
    listed = SimpleNamespace(whitelist=list(config["exchange"]["pair_whitelist"]))
    strategy.dp = DataProvider(strategy.config, None, listed)
    strategy.ft_bot_start()  # loads the model too
    glue = strategy.freqai
    if not isinstance(glue, RegimeFreqaiModel):
        raise HostError(f"freqaimodel {config['freqaimodel']} is not one of Auriga's; use one that is")
    return strategy, glue


@contextmanager
def provided_by(strategy: Strategy, provider: AnyProvider) -> Iterator[None]:
    """Let a strategy ask another data provider for a while."""
    swapped: Any = strategy
    original, swapped.dp = strategy.dp, provider
    try:
        yield
    finally:
        swapped.dp = original
