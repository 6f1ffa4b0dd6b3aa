"""FreqAI's cached predictions, window by window, as a backtest has left them."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from auriga.errors import HostError
from auriga.host._results import BacktestResult
from auriga.host._walk_forward import WalkForward
from auriga.host._windows import pair_slug

_SECOND = 1.0


@dataclass(frozen=True, eq=False)
class CachedWindow:
    """Predictions of one pair and window.

    Attributes
    ----------
    pair : str
    stamp : int
        FreqAI's number of the window: where its training ended, in seconds since 1970.
    file : Path
    rows : DataFrame
        As written: `date`, `do_predict` and whatever the model returns.
    """

    pair: str
    stamp: int
    file: Path
    rows: pd.DataFrame


def cached_windows(folder: Path, pair: str) -> Iterator[CachedWindow]:
    """All cached windows of a pair in the folder of an identifier, oldest first, whoever wrote them.

    Raises
    ------
    HostError
        If a file is damaged.
    """
    pattern = prediction_file(folder, pair, "??????????")
    for file in sorted(pattern.parent.glob(pattern.name)):
        rows = read_rows(file)
        if rows is None:
            raise HostError(f"{file} is damaged; move it away and run the backtest again")
        yield CachedWindow(pair, int(file.stem.split("_")[-2]), file, rows)


def windows_of_backtest(result: BacktestResult, models: Path, pair: str) -> Iterator[CachedWindow]:
    """Cached windows of a pair that a backtest has read or written, oldest first.

    Those of other windows, and those written after the backtest had ended, are of another run. A damaged file
    is left out.

    Parameters
    ----------
    result : BacktestResult
    models : Path
        FreqAI's folder of all identifiers, `user_data/models`.
    pair : str
    """
    folder = identifier_folder(result, models)
    for stamp in WalkForward(result).stamps:
        file = prediction_file(folder, pair, stamp)
        if of_this_run(file, result) and (rows := read_rows(file)) is not None:
            yield CachedWindow(pair, stamp, file, rows)


def identifier_folder(result: BacktestResult, models: Path) -> Path:
    """FreqAI's folder of the identifier that a backtest ran with; `models` itself if it had none."""
    return models / str(result.stats.get("freqai_identifier") or "")


def prediction_file(folder: Path, pair: str, stamp: int | str) -> Path:
    """Where the predictions of a pair and window are kept."""
    return folder / "backtesting_predictions" / f"cb_{pair_slug(pair).lower()}_{stamp}_prediction.feather"


def read_rows(file: Path) -> pd.DataFrame | None:
    """Predictions of a file; None where it is damaged."""
    try:
        return pd.read_feather(file)
    except (OSError, ValueError):  # Arrow's errors are of these kinds
        return None


def of_this_run(file: Path, result: BacktestResult) -> bool:
    """Whether a file is there and was not written after the backtest had ended."""
    return file.is_file() and file.stat().st_mtime <= result.ended_at + _SECOND
