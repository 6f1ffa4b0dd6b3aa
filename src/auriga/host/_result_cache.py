"""What Freqtrade's cache of results does not know: models, helpers, our code and candles.

Without `--cache none`, `freqtrade backtesting` shows a result of the last day again if configuration and
strategy file are the same. It looks neither at the FreqAI model's file, nor at what the strategy imports, nor
at the candles. Whatever stands in the strategy's configuration is a part of Freqtrade's key, so a digest of
all that is put there.
"""

import hashlib
import inspect
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from freqtrade.enums import RunMode  # type: ignore[import-untyped]

import auriga

INPUTS = "auriga_inputs"
"""Key in the configuration."""


def name_inputs(config: dict[str, Any]) -> None:
    """Put a digest of everything else that a backtest depends on into its configuration.

    Code is read; of candles, only name, size and time of each file are looked at: a file that was written
    anew with the same content costs one more run of the backtest, from cached predictions.
    """
    if config.get("runmode") != RunMode.BACKTEST:
        return
    digest = hashlib.blake2b(digest_size=16)
    for file in _code(config):
        digest.update(file.name.encode() + file.read_bytes())
    for file in sorted(Path(config["datadir"]).rglob("*")):
        seen = file.stat()
        digest.update(f"{file.name} {seen.st_size} {seen.st_mtime_ns}".encode())
    config[INPUTS] = digest.hexdigest()


def _code(config: dict[str, Any]) -> Iterator[Path]:
    folders = [Path(inspect.getfile(auriga)).parent]
    for name in ("strategies", "freqaimodels"):
        folders.append(Path(config["user_data_dir"]) / name)
    folders += [Path(config[name]) for name in ("strategy_path", "freqaimodel_path") if config.get(name)]
    for folder in folders:
        yield from sorted(file for file in folder.rglob("*.py") if file.is_file())
