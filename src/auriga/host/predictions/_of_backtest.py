"""All predictions of one backtest with their outcomes, and why some are missing."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from auriga.columns import (
    DO_PREDICT,
    EXPECTED_BP,
    EXPECTED_SIGMAS,
    EXPERT,
    EXPERT_ROWS,
    PRIOR,
    PROBABILITY,
    REGIME,
)
from auriga.errors import AurigaError, clause
from auriga.host.predictions._scored import COLUMNS, MOVED_BP, with_outcomes
from auriga.host.predictions._traded import TradedPredictions
from auriga.host.results import BacktestResult, WalkForward, read_candles, read_slow_candles
from auriga.host.rows import regime_pair
from auriga.typing import Regime

KEPT = ("pair", "window", *COLUMNS, "known", "up", "move", REGIME, EXPECTED_BP, MOVED_BP)


@dataclass(frozen=True, eq=False)
class BacktestPredictions:
    """Rows of all pairs and windows of one backtest.

    Attributes
    ----------
    rows : DataFrame
        One row a pair and candle: `pair`, `window` (FreqAI's number), `date`, `probability`, `prior`,
        `expert`, `expert_rows`, `do_predict`, `known`, `up`, `move`, `regime`, `expected_bp`, `moved_bp`.
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

    Raises
    ------
    HostError
        If the predictions that are there are not those of this backtest, naming why.
    """
    missing = WalkForward(result).missing
    if missing:
        return BacktestPredictions(_no_rows(), (f"{missing}.",))
    traded = TradedPredictions(result, models)
    frames: list[pd.DataFrame] = []
    notes = [
        f"{pair} was given no predictions: it had no candles."
        for pair in result.pairs
        if pair not in traded.pairs
    ]
    for pair in traded.pairs:
        rows = _rows(traded, pair)
        try:
            frames.append(_scored(rows, result, datadir, pair))
        except AurigaError as error:
            notes.append(f"Predictions of {pair} cannot be scored: {clause(error)}")
    together = pd.concat(frames, ignore_index=True) if frames else _no_rows()
    return BacktestPredictions(together, tuple(dict.fromkeys(notes)))


def _rows(traded: TradedPredictions, pair: str) -> pd.DataFrame:
    frames = []
    for window in traded.windows(pair):
        told = [EXPECTED_SIGMAS] if EXPECTED_SIGMAS in window.rows else []  # earlier versions did not tell
        frames.append(window.rows[[*COLUMNS, *told]].assign(window=window.stamp))
    return pd.concat(frames, ignore_index=True).drop_duplicates("date")


def _scored(rows: pd.DataFrame, result: BacktestResult, datadir: Path, pair: str) -> pd.DataFrame:
    settings = result.settings
    candles = read_candles(datadir, pair, result.timeframe, result.data_format)
    source = regime_pair(pair, settings)
    slow, _ = read_slow_candles(datadir, source, settings.timeframe, result.data_format)
    scored = with_outcomes(rows, candles, slow, settings, result.timeframe).assign(pair=pair)
    unknown = {EXPERT: int(Regime.UNKNOWN), EXPERT_ROWS: 0, DO_PREDICT: 0}
    scored = scored.fillna(unknown).astype({EXPERT: np.int8, EXPERT_ROWS: np.int64, DO_PREDICT: np.int8})
    return scored[list(KEPT)]


def _no_rows() -> pd.DataFrame:
    numbers = dict.fromkeys(
        (PROBABILITY, PRIOR, EXPERT, EXPERT_ROWS, DO_PREDICT, "up", "move", REGIME, EXPECTED_BP, MOVED_BP),
        float,
    )
    return pd.DataFrame(columns=list(KEPT)).astype(numbers | {"known": bool, "date": "datetime64[ms, UTC]"})
