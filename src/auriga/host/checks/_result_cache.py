"""What Freqtrade's cache of results does not know: models, helpers, our code and candles.

Without `--cache none`, `freqtrade backtesting` shows a result of the last day again if configuration and
strategy file are the same. It looks neither at the FreqAI model's file, nor at what the strategy imports, nor
at candles, packages and frozen models. Whatever stands in the strategy's configuration is a part of
Freqtrade's key, so a digest of all that is put there.
"""

import hashlib
import inspect
import json
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Any

from freqtrade.enums import RunMode

import auriga
from auriga.host.freeze import MANIFEST, frozen_folder
from auriga.host.seals import PACKAGES, local_files

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
    for file in (*_code(config), *_frozen(config)):
        digest.update(f"{file.name} ".encode() + _content(file))
    for file in sorted(Path(config["datadir"]).rglob("*")):
        digest.update(f"{file.name} {_seen(file)}".encode())
    digest.update(json.dumps({name: version(name) for name in PACKAGES}).encode())
    config[INPUTS] = digest.hexdigest()


def _code(config: dict[str, Any]) -> Iterator[Path]:
    folders = [Path(inspect.getfile(auriga)).parent]
    for name in ("strategies", "freqaimodels"):
        folders.append(Path(config["user_data_dir"]) / name)
    folders += [Path(config[name]) for name in ("strategy_path", "freqaimodel_path") if config.get(name)]
    for folder in folders:
        yield from sorted(file for file in folder.rglob("*.py") if file.is_file())
    yield from local_files()  # helpers may lie anywhere


def _frozen(config: dict[str, Any]) -> Iterator[Path]:
    """What names frozen models: another folder may have been put in the place of the first."""
    told = config.get("regime", {}).get("frozen_models")
    if isinstance(told, str):
        yield frozen_folder(Path(config["user_data_dir"]), told) / MANIFEST


def _content(file: Path) -> bytes:
    """Content of a file; of one that cannot be read nothing is made either."""
    try:
        return file.read_bytes()
    except OSError:
        return b""


def _seen(file: Path) -> str:
    """Size and time; of a link that leads nowhere, or a file that has just gone, nothing."""
    try:
        seen = file.stat()
    except OSError:
        return ""
    return f"{seen.st_size} {seen.st_mtime_ns}"
