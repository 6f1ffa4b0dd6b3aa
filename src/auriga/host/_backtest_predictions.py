"""All predictions of one backtest with their outcomes, and why some are missing."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from auriga.columns import DO_PREDICT, EXPERT, EXPERT_ROWS, PRIOR, PROBABILITY, REGIME
from auriga.errors import AurigaError
from auriga.host._cached_predictions import (
    CachedWindow,
    identifier_folder,
    of_this_run,
    prediction_file,
    windows_of_backtest,
)
from auriga.host._regimes import regime_pair
from auriga.host._results import BacktestResult, read_candles
from auriga.host._scored_predictions import COLUMNS, with_outcomes
from auriga.host._slow_candles import read_slow_candles
from auriga.host._walk_forward import WalkForward
from auriga.typing import Regime

KEPT = ("pair", "window", *COLUMNS, "known", "up", "move", REGIME)


@dataclass(frozen=True, eq=False)
class BacktestPredictions:
    """Rows of all pairs and windows of one backtest.

    Attributes
    ----------
    rows : DataFrame
        One row a pair and candle: `pair`, `window` (FreqAI's number), `date`, `probability`, `prior`,
        `expert`, `expert_rows`, `do_predict`, `known`, `up`, `move`, `regime`.
    notes : tuple of str
        What is missing, and why.
    """

    rows: pd.DataFrame
    notes: tuple[str, ...]


def backtest_predictions(result: BacktestResult, models: Path, datadir: Path) -> BacktestPredictions:
    """Predictions that a backtest has read or written, with outcomes by its own settings.

    Parameters
    ----------
    result : BacktestResult
    models : Path
        FreqAI's folder of all identifiers, `user_data/models`.
    datadir : Path
        Folder of the candles.
    """
    missing = WalkForward(result).missing
    if missing:
        return BacktestPredictions(_no_rows(), (f"{missing}.",))
    frames: list[pd.DataFrame] = []
    notes: list[str] = []
    for pair in result.pairs:
        windows = tuple(windows_of_backtest(result, models, pair))
        rows = _rows(windows)
        notes += _missing(result, models, pair, windows)
        if len(rows):
            try:
                frames.append(_scored(rows, result, datadir, pair))
            except AurigaError as error:
                notes.append(f"Predictions of {pair} cannot be scored: {error}")
    together = pd.concat(frames, ignore_index=True) if frames else _no_rows()
    return BacktestPredictions(together, tuple(dict.fromkeys(notes)))


def _rows(windows: Sequence[CachedWindow]) -> pd.DataFrame:
    """Rows of a pair; empty when there are none or they are of another model."""
    frames = [
        window.rows[list(COLUMNS)].assign(window=window.stamp) for window in windows if _is_ours(window)
    ]
    return pd.concat(frames, ignore_index=True).drop_duplicates("date") if frames else pd.DataFrame()


def _is_ours(window: CachedWindow) -> bool:
    return set(COLUMNS) <= set(window.rows.columns)


def _missing(
    result: BacktestResult, models: Path, pair: str, windows: Sequence[CachedWindow]
) -> Iterator[str]:
    """Why windows of a pair are not there."""
    folder = identifier_folder(result, models)
    files = [prediction_file(folder, pair, stamp) for stamp in WalkForward(result).stamps]
    gone = [file for file in files if not file.is_file()]
    later = [file for file in files if file.is_file() and not of_this_run(file, result)]
    read = {window.file for window in windows}
    damaged = [file for file in files if of_this_run(file, result) and file not in read]
    if len(gone) == len(files):
        yield f"No cached predictions of {pair} in {folder}: removed, or the run had another models folder."
    elif gone:
        yield f"{pair}: {len(gone)} of {len(files)} windows have no cached predictions."
    if later:
        yield f"{pair}: {len(later)} of {len(files)} windows were predicted anew after this backtest."
    if damaged:
        yield f"{pair}: {len(damaged)} of {len(files)} windows cannot be read, the first: {damaged[0]}."
    if not all(map(_is_ours, windows)):
        yield f"{pair}: the predictions are of {result.stats.get('freqaimodel')}, without `{PROBABILITY}`."


def _scored(rows: pd.DataFrame, result: BacktestResult, datadir: Path, pair: str) -> pd.DataFrame:
    settings = result.settings
    candles = read_candles(datadir, pair, result.timeframe)
    slow, _ = read_slow_candles(datadir, regime_pair(pair, settings), settings.timeframe)
    scored = with_outcomes(rows, candles, slow, settings, result.timeframe).assign(pair=pair)
    unknown = {EXPERT: int(Regime.UNKNOWN), EXPERT_ROWS: 0, DO_PREDICT: 0}
    scored = scored.fillna(unknown).astype({EXPERT: np.int8, EXPERT_ROWS: np.int64, DO_PREDICT: np.int8})
    return scored[list(KEPT)]


def _no_rows() -> pd.DataFrame:
    numbers = dict.fromkeys(
        (PROBABILITY, PRIOR, EXPERT, EXPERT_ROWS, DO_PREDICT, "up", "move", REGIME), float
    )
    return pd.DataFrame(columns=list(KEPT)).astype(numbers | {"known": bool, "date": "datetime64[ms, UTC]"})
