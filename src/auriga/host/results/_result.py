"""What a backtest left on disk, as plain frames."""

import json
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd
from freqtrade.data.btanalysis import (
    get_latest_backtest_filename,
    load_backtest_data,
    load_backtest_stats,
)
from freqtrade.data.history import load_pair_history
from freqtrade.exceptions import FreqtradeException

from auriga.errors import HostError, clause, named
from auriga.host.setup import candle_format, candle_kind, download_command, own_command
from auriga.settings import RegimeSettings, parse_settings

_DAMAGE = (OSError, EOFError, NotImplementedError, zipfile.BadZipFile, zlib.error)
"""What reading a damaged zip raises; `NotImplementedError` for an unknown way of packing."""

UNREADABLE = (ValueError, KeyError, TypeError, AttributeError, FreqtradeException, *_DAMAGE)
"""What Freqtrade's functions raise for a file that is no result, or a damaged one."""

_NEEDED = ("pairlist", "timeframe", "backtest_start", "backtest_end")
"""Statistics without which nothing can be said of a backtest."""


@dataclass(frozen=True)
class BacktestResult:
    """One strategy's backtest.

    Attributes
    ----------
    path : Path
        The zip file that Freqtrade wrote.
    trades : DataFrame
        One row a trade, Freqtrade's columns (`pair`, `open_date`,
        `close_date`, `profit_abs`, `enter_tag`, ...).
    stats : dict
        Freqtrade's statistics of the strategy.
    """

    path: Path
    trades: pd.DataFrame
    stats: dict[str, Any]

    @property
    def pairs(self) -> list[str]:
        """Pairs of the backtest, in configured order."""
        return list(self.stats["pairlist"])

    @property
    def start(self) -> pd.Timestamp:
        """First candle (UTC)."""
        return pd.Timestamp(self.stats["backtest_start"], tz="UTC")

    @property
    def end(self) -> pd.Timestamp:
        """Last candle (UTC)."""
        return pd.Timestamp(self.stats["backtest_end"], tz="UTC")

    @property
    def ended_at(self) -> float:
        """When Freqtrade was done, in seconds since 1970; 0 where the result does not say."""
        return float(self.stats.get("backtest_run_end_ts") or 0)

    @property
    def strategy(self) -> str:
        """Name of the strategy."""
        return str(self.stats.get("strategy_name") or "")

    @property
    def timeframe(self) -> str:
        """Base timeframe."""
        return str(self.stats["timeframe"])

    @cached_property
    def config(self) -> Mapping[str, Any]:
        """Freqtrade's configuration of the run, without secrets and `user_data_dir`; empty if not kept.

        Raises
        ------
        HostError
            If the result is damaged there.
        """
        try:
            config = json.loads(self.part("config.json") or b"{}")
        except (ValueError, *_DAMAGE) as error:
            raise HostError(f"the configuration in {self.path.name} is damaged: {clause(error)}") from None
        if not isinstance(config, dict):
            raise HostError(
                f"the configuration in {self.path.name} is damaged: it is a {type(config).__name__}"
            )
        return {name: value for name, value in config.items() if value is not None}

    @property
    def data_format(self) -> str | None:
        """Format of its candles, as its configuration files say; None where they do not."""
        told = self.config.get("dataformat_ohlcv")
        return None if told is None else str(told)

    def part(self, name: str) -> bytes | None:
        """Return what Freqtrade has kept under a name, such as `config.json`; None where there is none."""
        if not zipfile.is_zipfile(self.path):
            return None
        with zipfile.ZipFile(self.path) as kept:
            full = f"{self.path.stem}_{name}"
            return kept.read(full) if full in kept.namelist() else None

    @cached_property
    def settings(self) -> RegimeSettings:
        """The `regime` block of the run, whatever it says today; defaults if there was none.

        Raises
        ------
        SettingsError
            If this version of Auriga does not know them.
        """
        return parse_settings(dict(self.config.get("regime", {})))


def read_backtest(results: Path, strategy: str = "RegimeStrategy") -> BacktestResult:
    """Read a backtest result, or the latest one of a folder.

    Parameters
    ----------
    results : Path
        A result zip or the `backtest_results` folder.
    strategy : str
        Which strategy of the result.

    Raises
    ------
    HostError
        If there is no result, none of this strategy, or it is damaged.
    """
    try:
        path = results / get_latest_backtest_filename(results) if results.is_dir() else results
        stats = load_backtest_stats(path)
        trades = load_backtest_data(path, strategy)
        own = {"strategy_name": strategy} | stats["strategy"][strategy]
    except UNREADABLE as error:
        raise HostError(f"no backtest of {strategy} in {results}: {why_unreadable(error)}") from None
    lacking = [name for name in _NEEDED if own.get(name) is None]
    if lacking:
        raise HostError(f"{path} does not tell {', '.join(lacking)}; run the backtest again")
    return BacktestResult(path, trades, own)


def why_unreadable(error: BaseException) -> str:
    """Return why a file is no result, and what to do, as the end of a sentence."""
    command = own_command("freqtrade", "backtesting", "--timerange", "START-END")
    if isinstance(error, ValueError | FreqtradeException):
        return f"{clause(error)}. Run this first: {command}"
    return f"the file is damaged ({named(error)}). Run the backtest again: {command}"


def read_candles(datadir: Path, pair: str, timeframe: str, data_format: str | None = None) -> pd.DataFrame:
    """Downloaded candles of a pair (a perpetual is named `BTC/USDT:USDT`) as on disk; holes stay holes.

    In `data_format` (`dataformat_ohlcv`) where there is such a file, else in the format that there is.

    Raises
    ------
    HostError
        If there are none, with the command that gets them.
    """
    candles = load_pair_history(
        pair=pair,
        timeframe=timeframe,
        datadir=datadir,
        fill_up_missing=False,
        candle_type=candle_kind(pair),
        data_format=candle_format(datadir, pair, timeframe, data_format),
    )
    if candles.empty:
        raise HostError(
            f"no {timeframe} candles of {pair} in {datadir}; get them with: "
            f"{download_command(pair, timeframe)}"
        )
    return candles
