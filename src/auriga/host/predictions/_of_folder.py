"""Usable predictions of a finished backtest, joined with what really happened."""

import logging
from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from auriga.columns import DO_PREDICT, EXPECTED_BP, PRIOR, PROBABILITY
from auriga.errors import HostError
from auriga.host.predictions._scored import COLUMNS, MOVED_BP, with_outcomes
from auriga.host.predictions._traded import TradedPredictions
from auriga.host.results import BacktestResult, WalkForward, read_candles, read_slow_candles
from auriga.host.rows import regime_pair

logger = logging.getLogger(__name__)


def read_predictions(
    result: BacktestResult, models: Path, datadir: Path, pairs: Sequence[str] | None = None
) -> pd.DataFrame:
    """Predictions that a backtest traded on, with outcome and regime by the settings of that run.

    Parameters
    ----------
    result : BacktestResult
    models : Path
        FreqAI's folder of all identifiers, `user_data/models`.
    datadir : Path
        Folder of the candles the backtest ran on.
    pairs : sequence of str, optional
        Only these; default: all that were predicted.

    Returns
    -------
    DataFrame
        One row for each usable prediction whose outcome is known and not flat: `date`, `pair`,
        `probability`, `prior`, `expert`, `expert_rows`, `regime`, `up` (the upward move that the
        probability is of, whatever the label: see `label_outcomes`).

    Raises
    ------
    HostError
        If the predictions are gone, of another run or of another model, or no pair has candles; otherwise
        pairs without are left out and named in the log.
    """
    WalkForward(result).require()
    traded = TradedPredictions(result, models)
    frames: list[pd.DataFrame] = []
    left_out: list[HostError] = []
    for pair in pairs or traded.pairs:
        if pair not in traded.pairs:
            left_out.append(HostError(f"{result.path.name} was given no predictions of {pair}"))
            continue
        rows = pd.concat([window.rows for window in traded.windows(pair)], ignore_index=True)
        if PROBABILITY not in rows:
            raise HostError(f"the predictions of {pair} have no column {PROBABILITY!r}: {result.path.name}")
        settings, kind = result.settings, result.data_format
        try:
            candles = read_candles(datadir, pair, result.timeframe, kind)
            slow, _ = read_slow_candles(datadir, regime_pair(pair, settings), settings.timeframe, kind)
        except HostError as error:
            left_out.append(error)
            continue
        rows = rows[list(COLUMNS)].drop_duplicates("date", keep="last")
        scored = with_outcomes(rows, candles, slow, settings, result.timeframe)
        known = scored[["up", PROBABILITY, PRIOR]].notna().all(axis=1)
        frames.append(scored[(scored[DO_PREDICT] == 1) & known].assign(pair=pair))
    if not frames:
        raise left_out[0]
    for why in left_out:
        logger.warning("left out: %s", why)
    joined = pd.concat(frames, ignore_index=True)
    return joined.assign(up=joined["up"] > 0).drop(
        columns=["known", "move", DO_PREDICT, EXPECTED_BP, MOVED_BP]
    )
