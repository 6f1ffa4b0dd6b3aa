"""Out-of-sample predictions that FreqAI cached, joined with what really happened."""

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from auriga.columns import DO_PREDICT, PRIOR, PROBABILITY, TRAINED_AT
from auriga.errors import HostError
from auriga.host._cached_predictions import CachedWindow, cached_windows
from auriga.host._regimes import regime_pair
from auriga.host._results import read_candles
from auriga.host._scored_predictions import COLUMNS, with_outcomes
from auriga.settings import RegimeSettings


def _cached_rows(models: Path, pair: str) -> pd.DataFrame:
    windows = [_stamped(window) for window in cached_windows(models, pair)]
    if not windows:
        raise HostError(f"no cached predictions of {pair} in {models}; run freqtrade backtesting first")
    rows = pd.concat(windows, ignore_index=True)
    if missing := [name for name in COLUMNS if name not in rows]:
        raise HostError(
            f"the cached predictions of {pair} in {models} have no column {missing[0]!r}: they are of "
            "another FreqAI model; backtest with --freqaimodel RegimeLightGBMClassifier"
        )
    return rows[[*COLUMNS, TRAINED_AT]].drop_duplicates("date", keep="last")


def _stamped(window: CachedWindow) -> pd.DataFrame:
    """Rows of one window; files of older versions tell by their name alone which window it is."""
    rows = window.rows
    return rows if TRAINED_AT in rows else rows.assign(**{TRAINED_AT: window.stamp})


def read_predictions(
    models: Path, datadir: Path, pairs: Sequence[str], settings: RegimeSettings, timeframe: str
) -> pd.DataFrame:
    """Cached backtest predictions of several pairs with outcome and regime.

    Parameters
    ----------
    models : Path
        FreqAI's folder of the identifier, `user_data/models/<identifier>`.
    datadir : Path
        Folder of the candles the backtest ran on.
    pairs : sequence of str
    settings : RegimeSettings
        The same as in the backtest.
    timeframe : str
        Base timeframe.

    Returns
    -------
    DataFrame
        One row for each usable prediction whose outcome is known and not flat: `date`, `pair`,
        `probability`, `prior`, `expert`, `expert_rows`, `trained_at`, `regime`, `up` (the upward move
        that the probability is of, whatever the label: see `label_outcomes`).

    Raises
    ------
    HostError
        If there are no predictions, none of our models, or no candles.
    """
    frames = []
    for pair in pairs:
        candles = read_candles(datadir, pair, timeframe)
        slow = read_candles(datadir, regime_pair(pair, settings), settings.timeframe)
        rows = with_outcomes(_cached_rows(models, pair), candles, slow, settings, timeframe)
        known = rows[["up", PROBABILITY, PRIOR]].notna().all(axis=1)
        frames.append(rows[(rows[DO_PREDICT] == 1) & known].assign(pair=pair))
    joined = pd.concat(frames, ignore_index=True)
    return joined.assign(up=joined["up"] > 0).drop(columns=["known", "move", DO_PREDICT])
