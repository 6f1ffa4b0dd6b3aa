"""Where a backtest keeps its models and predictions: every kind of run in a folder of its own.

FreqAI has one folder an identifier and one name a pair and window, so each run writes over the last one,
whichever pairs it was given. Here a run keeps its files in `backtests/<place>`, laid out as FreqAI lays out
the folder of an identifier.
"""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from auriga.host.seals._protocols import Kitchen
from auriga.host.seals._windows import Window, pair_slug

BACKTESTS = "backtests"
"""Folder of all places in FreqAI's folder of an identifier."""

PREDICTIONS = "backtesting_predictions"
"""Folder of predictions in a place, as FreqAI names it."""


def place_name(*, strategy: str, model: str, pairs: Sequence[str], first: Window, frozen: str = "") -> str:
    """Name of the place of runs that share what a walk-forward begins with.

    Runs that differ in nothing but settings, code or candles share a place: what they leave is compared by
    its seals, and what is stale is written anew. Runs of other pairs, another begin, strategy or model may
    both be valid, so neither ever writes over the other.

    Parameters
    ----------
    strategy, model : str
        Names of the classes.
    pairs : sequence of str
        All pairs whose rows a model learns from; empty where each pair has its own.
    first : Window
        The first window: bins of all windows come from its rows.
    frozen : str
        Digest of the frozen models that predict; empty where models are trained.

    Examples
    --------
    >>> first = Window(1704067200000, 1735689600000, 1735689600000, 1736899200000)
    >>> place_name(strategy="RegimeStrategy", model="RegimeLightGBMClassifier", pairs=["BTC"], first=first)
    '20250101-eefa23d6'
    """
    content = repr((strategy, model, sorted(pairs), first.train_start, first.train_stop, frozen))
    digest = hashlib.blake2b(content.encode(), digest_size=4).hexdigest()
    return f"{datetime.fromtimestamp(first.test_start / 1000, tz=UTC):%Y%m%d}-{digest}"


def place_folder(models: Path, place: str) -> Path:
    """Folder of a place; `models` is FreqAI's folder of the identifier."""
    return models / BACKTESTS / place


def place_folders(models: Path) -> list[Path]:
    """All places of an identifier, by name."""
    return sorted(folder for folder in (models / BACKTESTS).glob("*") if folder.is_dir())


def model_place(folder: Path, pair: str, stamp: int) -> tuple[Path, str]:
    """Folder and name of the files of a pair's model, in FreqAI's layout.

    `folder` is a place, or FreqAI's folder of the identifier for a bot's models; `stamp` as `Window.stamp`.
    """
    slug = pair_slug(pair)
    return folder / f"sub-train-{slug}_{stamp}", f"cb_{slug.lower()}_{stamp}"


def prediction_file(folder: Path, pair: str, window: Window) -> Path:
    """File of the predictions of a pair and window in a place.

    The end of the window is a part of the name: the last window of a shorter timerange is a part of a window
    of a longer one, and must not take its place.
    """
    _, name = model_place(folder, pair, window.stamp)
    return folder / PREDICTIONS / f"{name}_{window.test_stop // 1000}_prediction.feather"


def place_of_entry(entry: Mapping[str, Any]) -> Path:
    """Path of a model in the folder of its identifier, as FreqAI's dictionary names it.

    Only its last parts count: the bot may have run in a container, under another path.

    Examples
    --------
    >>> str(place_of_entry({"data_path": "/freqtrade/user_data/models/auriga/sub-train-BTC_USDT_1735689600"}))
    'sub-train-BTC_USDT_1735689600'
    """
    path = Path(entry["data_path"])
    return Path(*path.parts[-3:]) if path.parts[-3:-2] == (BACKTESTS,) else Path(path.name)


def window_stamp(file: Path) -> int:
    """Stamp of the window that a file of predictions is of.

    Examples
    --------
    >>> window_stamp(Path("cb_btc_usdt_1735689600_1736899200_prediction.feather"))
    1735689600
    """
    return int(file.stem.split("_")[-3])


def name_files(dk: Kitchen, pair: str, stamp: int, place: str = "") -> None:
    """Point a data kitchen at the files of a pair's model: a bot's, or those of a place."""
    dk.full_path = Path(dk.get_full_models_path(dk.config))
    folder = place_folder(dk.full_path, place) if place else dk.full_path
    dk.data_path, dk.model_filename = model_place(folder, pair, stamp)
