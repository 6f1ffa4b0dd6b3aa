"""Freqtrade's configuration files, read the way Freqtrade reads them."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd
from freqtrade.configuration import (
    Configuration,
    TimeRange,
    validate_config_consistency,
)
from freqtrade.constants import (
    DEFAULT_DB_DRYRUN_URL,
    DEFAULT_DB_PROD_URL,
)
from freqtrade.enums import RunMode
from freqtrade.exceptions import FreqtradeException

from auriga.errors import HostError, clause
from auriga.host.setup._command_line import remember_configuration


class ReadConfiguration(Configuration):
    """Freqtrade's configuration without its log file: that is the bot's, and two writers would rotate it."""

    def _process_logging_options(self, config: dict[str, Any]) -> None:
        shown = {name: value for name, value in config.items() if name not in ("log_config", "logfile")}
        super()._process_logging_options(shown)
        config |= {name: shown[name] for name in ("verbosity", "print_colorized")}


def load_config(
    files: Sequence[Path],
    *,
    userdir: Path | None = None,
    datadir: Path | None = None,
    remember: bool = True,
) -> dict[str, Any]:
    """Read configuration files as `freqtrade -c ... -c ...` does, without asking the exchange.

    Parameters
    ----------
    files : sequence of Path
        Later files overlay earlier ones.
    userdir, datadir : Path, optional
        As Freqtrade's options of the same names.
    remember : bool
        Whether these are the user's own files, for remedies that print his command line.

    Returns
    -------
    dict
        With `user_data_dir` and `datadir` as paths.

    Raises
    ------
    HostError
        With Freqtrade's own words for files that are missing or not valid.
    """
    arguments: dict[str, Any] = {"config": [str(file) for file in files]}
    if userdir:
        arguments["user_data_dir"] = str(userdir)
    if datadir:
        arguments["datadir"] = str(datadir)
    try:
        config = ReadConfiguration(arguments, RunMode.UTIL_NO_EXCHANGE).get_config()
        config["dry_run"] = True  # whoever reads does not trade
        validate_config_consistency(config, preliminary=True)
    except FreqtradeException as error:
        raise HostError(f"freqtrade refuses {', '.join(map(str, files))}: {clause(error)}") from None
    if remember:
        remember_configuration(config)
    return config


def bot_database(config: Mapping[str, Any], named: str | None = None) -> str:
    """Address of the database that a bot with this configuration keeps its trades in.

    `named` is another one: an address, or an SQLite file.
    """
    if named:
        return named if "://" in named else f"sqlite:///{named}"
    told = config["original_config"]
    if told.get("dry_run", True):
        url = told.get("db_url")
        return DEFAULT_DB_DRYRUN_URL if url in (None, DEFAULT_DB_PROD_URL) else str(url)
    return str(told.get("db_url") or DEFAULT_DB_PROD_URL)


def within_timerange(frame: pd.DataFrame, timerange: str | None) -> pd.DataFrame:
    """Rows whose `date` lies in a timerange of Freqtrade's notation; all rows without one."""
    asked = TimeRange.parse_timerange(timerange)
    if asked.startdt:
        frame = frame[frame["date"] >= asked.startdt]
    if asked.stopdt:
        frame = frame[frame["date"] < asked.stopdt]
    return frame
