"""The user's own command line, for remedies that can be pasted as they stand."""

import shlex
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd
from freqtrade.configuration.load_config import load_config_file
from freqtrade.exceptions import FreqtradeException

from auriga.candles import timeframe_delta

OWN_OPTIONS = "auriga_own_options"
"""Key of a configuration that was made for a look, of scratch folders and files: the user's own options."""

_DAY = pd.Timedelta(days=1)
_WITHOUT_DATADIR = ("backup", "freeze", "journal", "reconcile")
"""Commands of `auriga` that read no candles."""
_read_last: dict[str, Any] = {}
"""What `load_config` read last. An `auriga` command reads one configuration, and some of its helpers know
candle folders alone."""


def remember_configuration(config: Mapping[str, Any], *, anew: bool = True) -> None:
    """Take this configuration for remedies of functions that are not given one; not `anew`: unless one is."""
    if _read_last and not anew:
        return
    _read_last.clear()
    _read_last.update(config)


def own_options(config: Mapping[str, Any] | None = None) -> list[str]:
    """Return `-c`, `--userdir` and `--datadir` as the user has given them; what is the default is left out.

    Parameters
    ----------
    config : mapping, optional
        Freqtrade's configuration; by default the one that `load_config` read last.
    """
    known = _read_last if config is None else config
    if OWN_OPTIONS in known:
        return list(known[OWN_OPTIONS])
    words = [word for file in _given_files(known) for word in ("-c", file)]
    userdir = known.get("user_data_dir")
    original = known.get("original_config") or {}
    usual = Path(original.get("user_data_dir") or Path.cwd() / "user_data").absolute()
    if userdir and Path(userdir).absolute() != usual:
        words += ["--userdir", _shown(userdir)]
    datadir = known.get("datadir")
    exchange = str(known.get("exchange", {}).get("name", "")).lower()
    if datadir and Path(datadir).absolute() != Path(userdir or usual).absolute() / "data" / exchange:
        words += ["--datadir", _shown(datadir)]
    return words


def _given_files(config: Mapping[str, Any]) -> list[str]:
    """Files in the order of the command line: Freqtrade lists them the last one first.

    Those that another one adds (`add_config_files`) come with it.
    """
    files = list(dict.fromkeys(reversed(config.get("config_files") or [])))
    added = {path for file in files for path in _added_by(Path(file))}
    kept = [file for file in files if Path(file).resolve() not in added]
    return [_shown(file) for file in kept or files]


def _added_by(file: Path) -> set[Path]:
    try:
        names = load_config_file(str(file)).get("add_config_files", [])
    except (FreqtradeException, OSError, AttributeError):  # gone since, or no JSON any more
        return set()
    return {(file.resolve().parent / name).resolve() for name in names}


def _shown(path: str | Path) -> str:
    """Path as it is pasted: relative where that is shorter."""
    whole, here = Path(path), Path.cwd()
    return str(whole.relative_to(here)) if whole.is_absolute() and whole.is_relative_to(here) else str(whole)


def own_command(program: str, command: str, *words: str, config: Mapping[str, Any] | None = None) -> str:
    """Return a command line that can be pasted into a shell, with the user's own files and folders.

    Parameters
    ----------
    program : str
        `freqtrade` or `auriga`.
    command : str
        Such as `download-data`.
    *words : str
        Further words, not quoted.
    config : mapping, optional
        As in `own_options`.

    Examples
    --------
    >>> own_command("freqtrade", "backtesting", "--timerange", "20250101-",
    ...             config={"config_files": ["my config.json"]})
    "freqtrade backtesting -c 'my config.json' --timerange 20250101-"
    """
    options = own_options(config)
    if program == "auriga" and command in _WITHOUT_DATADIR and "--datadir" in options:
        place = options.index("--datadir")
        del options[place : place + 2]
    return shlex.join([program, command, *options, *words])


def download_command(
    pairs: str | Iterable[str],
    timeframes: str | Iterable[str] = (),
    since: pd.Timestamp | None = None,
    until: pd.Timestamp | None = None,
    *options: str,
    config: Mapping[str, Any] | None = None,
) -> str:
    """Return the `freqtrade download-data` that gets candles of these pairs.

    Parameters
    ----------
    pairs, timeframes : str or iterable of str
        No pairs: those of the configuration.
    since, until : Timestamp, optional
        First and last day that is asked for.
    *options : str
        Such as `--prepend`, without which nothing before the first stored candle is downloaded.
    config : mapping, optional
        As in `own_options`.
    """
    words: list[str] = []
    for name, values in (("--pairs", pairs), ("--timeframes", timeframes)):
        listed = [values] if isinstance(values, str) else list(values)
        words += [name, *listed] if listed else []
    futures = any(":" in word for word in words)
    known = _read_last if config is None else config
    words += options
    if futures and (known.get("original_config") or known).get("trading_mode") != "futures":
        words += ["--trading-mode", "futures"]
    if since is not None:
        words += ["--timerange", f"{since:%Y%m%d}-" + (f"{until:%Y%m%d}" if until is not None else "")]
    return own_command("freqtrade", "download-data", *words, config=config)


def download_commands(
    pairs: Sequence[str],
    needed: Mapping[str, pd.Timestamp],
    *options: str,
    config: Mapping[str, Any] | None = None,
) -> str:
    """Commands that get several timeframes, one after the other.

    Slow candles reach back further for their warm-up, and as many days of fast ones would be gigabytes.

    Parameters
    ----------
    pairs : sequence of str
    needed : mapping of str to Timestamp
        First moment that is needed, by timeframe.
    *options : str
    config : mapping, optional
        As in `own_options`.
    """
    slow = [timeframe for timeframe in needed if timeframe_delta(timeframe) >= _DAY]
    groups = [[timeframe for timeframe in needed if timeframe not in slow], slow]
    return " && ".join(
        download_command(
            pairs,
            sorted(group, key=timeframe_delta),
            min(needed[timeframe] for timeframe in group),
            None,
            *options,
            config=config,
        )
        for group in groups
        if group
    )
