"""The features of a finished backtest, computed once more by the strategy's own hooks."""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from zipfile import ZipFile

from freqtrade.exceptions import FreqtradeException
from freqtrade.strategy import IStrategy

from auriga.columns import plain_feature
from auriga.errors import HostError, clause
from auriga.host.freqai import RegimeFreqaiModel
from auriga.host.reload._load import offline_config, strategy_and_model
from auriga.host.results import BacktestResult
from auriga.host.rows import Market
from auriga.host.seals import SavedModel, differences, facts
from auriga.host.setup import OWN_OPTIONS, candle_format, load_config, own_options

_LEFT_OUT = ("api_server", "telegram", "webhook", "discord", "config_files")
"""Parts of a saved configuration that hold redacted secrets, which Freqtrade would refuse."""


@dataclass(frozen=True)
class Recomputed:
    """A backtest's strategy, loaded again, and the features that it computes.

    Attributes
    ----------
    strategy : IStrategy
    glue : RegimeFreqaiModel
    market : Market
        Computes a pair when it is asked for.
    pairs : tuple of str
    config : dict
    """

    strategy: IStrategy
    glue: RegimeFreqaiModel
    market: Market
    pairs: tuple[str, ...]
    config: dict[str, Any]

    def changes(self, saved: SavedModel) -> list[str]:
        """What a model was made from that is not so today, one line each."""
        today = facts(self.config, self.glue.settings, type(self.glue), self.strategy)
        return differences({name: saved.facts.get(name, "unknown") for name in today}, today)

    def require_columns(self, saved: SavedModel) -> None:
        """Refuse a model whose columns the strategy no longer computes.

        Raises
        ------
        HostError
            Naming some of them.
        """
        today = self.market.feature_names(self.pairs[0])
        if list(saved.features) == today:
            return
        gone = [plain_feature(name) for name in saved.features if name not in today]
        new = [plain_feature(name) for name in today if name not in saved.features]
        raise HostError(
            f"the strategy's features are no longer those of the model ({len(gone)} are gone"
            f"{_some(gone)}, {len(new)} are new{_some(new)}); run the backtest again with today's strategy"
        )


def _some(names: Sequence[str]) -> str:
    return f": {', '.join(names[:3])}" if names else ""


@contextmanager
def recomputed(
    result: BacktestResult, userdir: Path, datadir: Path, *, until: int | None = None
) -> Iterator[Recomputed]:
    """Load the strategy of a backtest as it was configured, without running anything.

    Parameters
    ----------
    result : BacktestResult
    userdir : Path
        As in the backtest.
    datadir : Path
        Folder of the candles it ran on.
    until : int, optional
        Moment (seconds) of the last candle that is needed; by default the end of the backtest.

    Raises
    ------
    HostError
        If the result holds no configuration, or strategy or model cannot be loaded with it.
    """
    with TemporaryDirectory(prefix="auriga-config-") as folder, _in_words(result.path.name):
        config = _run_config(result, userdir, datadir, Path(folder))
        if until is not None:
            config["timerange"] = f"{config['timerange'].split('-')[0]}-{until}"
        with loaded(config, result.pairs) as again:
            yield again


@contextmanager
def loaded(config: Mapping[str, Any], pairs: Sequence[str]) -> Iterator[Recomputed]:
    """Load strategy and model of a configuration whose `timerange` says which candles are needed."""
    with TemporaryDirectory(prefix="auriga-look-") as scratch:
        strategy, glue = strategy_and_model(offline_config(config), Path(scratch))
        candles = strategy.dp.get_pair_dataframe
        market = Market(strategy, strategy.config, glue.settings, glue.label, candles)
        yield Recomputed(strategy, glue, market, tuple(sorted(pairs)), strategy.config)


@contextmanager
def _in_words(source: str) -> Iterator[None]:
    try:
        yield
    except FreqtradeException as error:
        raise HostError(
            f"the strategy of {source} cannot be used as it was: {clause(error)}. Its paths are relative "
            "to the folder it ran in: start there"
        ) from None


def _run_config(result: BacktestResult, userdir: Path, datadir: Path, scratch: Path) -> dict[str, Any]:
    """Freqtrade's configuration of a run, defaults filled in."""
    if not result.config:
        raise HostError(f"{result.path.name} holds no configuration; run the backtest again")
    stats, file = result.stats, scratch / "config.json"
    told = {name: value for name, value in result.config.items() if name not in _LEFT_OUT}
    told |= {
        "strategy": result.strategy,
        "freqaimodel": stats.get("freqaimodel"),
        "timeframe": stats["timeframe"],
        "exchange": told.get("exchange", {}) | {"pair_whitelist": list(result.pairs)},
    }
    file.write_text(json.dumps(told))
    try:
        config = load_config([file], userdir=userdir, datadir=datadir, remember=False)
    except HostError as error:  # which names a file that is gone by then
        why = clause(error).replace(str(file), f"the configuration in {result.path.name}")
        raise HostError(why) from None
    config[OWN_OPTIONS] = own_options()
    config["dataformat_ohlcv"] = candle_format(
        config["datadir"], result.pairs[0], result.timeframe, result.data_format
    )
    # Freqtrade keeps the start of the timerange as it was given; so do we, for the same warm-up.
    return config | {"timerange": stats["timerange"] or f"{result.start:%Y%m%d}-{result.end:%Y%m%d}"}


def told_parameters(result: BacktestResult) -> dict[str, Any]:
    """Values of the parameter file beside the strategy when it was run, by name; empty when it had none."""
    name = f"{result.path.stem}_{result.strategy}.json"
    with ZipFile(result.path) as archive:
        if name not in archive.namelist():
            return {}
        spaces = json.loads(archive.read(name)).get("params", {}).values()
    return {name: value for space in spaces if isinstance(space, dict) for name, value in space.items()}
