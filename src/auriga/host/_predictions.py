"""Out-of-sample predictions that FreqAI cached, joined with what really happened."""

import logging
from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from auriga.columns import DO_PREDICT, TRAINED_AT
from auriga.errors import HostError
from auriga.host._cached_predictions import CachedWindow, cached_windows
from auriga.host._regimes import regime_pair
from auriga.host._results import read_candles
from auriga.host._scored_predictions import COLUMNS, with_outcomes
from auriga.host._slow_candles import read_slow_candles
from auriga.settings import RegimeSettings

logger = logging.getLogger(__name__)


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
    models: Path,
    datadir: Path,
    pairs: Sequence[str],
    settings: RegimeSettings,
    timeframe: str,
    data_format: str | None = None,
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
    data_format : str, optional
        As in `read_candles`.

    Returns
    -------
    DataFrame
        One row for each usable prediction whose outcome is known and not flat: `date`, `pair`,
        `probability`, `prior`, `expert`, `expert_rows`, `trained_at`, `regime`, `up` (the upward move
        that the probability is of, whatever the label: see `label_outcomes`).

    Raises
    ------
    HostError
        If no pair has predictions of our models and candles; otherwise those that lack them are left out and
        told in the log.
    """
    frames, left_out = [], []
    for pair in pairs:
        try:
            candles = read_candles(datadir, pair, timeframe, data_format)
            slow, _ = read_slow_candles(datadir, regime_pair(pair, settings), settings.timeframe, data_format)
            rows = with_outcomes(_cached_rows(models, pair), candles, slow, settings, timeframe)
        except HostError as error:
            left_out.append(error)
            continue
        frames.append(rows[(rows[DO_PREDICT] == 1) & rows["up"].notna()].assign(pair=pair))
    if not frames:
        raise left_out[0]
    for why in left_out:
        logger.warning("left out: %s", why)
    joined = pd.concat(frames, ignore_index=True)
    return joined.assign(up=joined["up"] > 0).drop(columns=["known", "move", DO_PREDICT])
