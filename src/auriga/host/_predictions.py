"""Out-of-sample predictions that FreqAI cached, joined with what really happened."""

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from auriga.columns import DO_PREDICT, EXPERT, EXPERT_ROWS, PRIOR, PROBABILITY, TRAINED_AT
from auriga.errors import HostError
from auriga.host._regimes import market_regimes, regime_pair
from auriga.host._results import read_candles
from auriga.host._windows import pair_slug
from auriga.labels import direction
from auriga.settings import RegimeSettings

_COLUMNS = ["date", PROBABILITY, PRIOR, EXPERT, EXPERT_ROWS, DO_PREDICT]


def _cached_windows(models: Path, pair: str) -> pd.DataFrame:
    pattern = f"cb_{pair_slug(pair).lower()}_??????????_prediction.feather"
    files = sorted((models / "backtesting_predictions").glob(pattern))
    if not files:
        raise HostError(f"no cached predictions of {pair} in {models}; run freqtrade backtesting first")
    windows = pd.concat([_window(file) for file in files], ignore_index=True)
    return windows.drop_duplicates("date", keep="last")


def _window(file: Path) -> pd.DataFrame:
    """Predictions of one window; files of older versions tell by their name alone which window it is."""
    frame = pd.read_feather(file)
    if TRAINED_AT not in frame:
        frame[TRAINED_AT] = int(file.stem.split("_")[-2])
    return frame[[*_COLUMNS, TRAINED_AT]]


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
        One row for each usable prediction whose outcome is known: `date`, `pair`, `probability`,
        `prior`, `expert`, `expert_rows`, `trained_at`, `regime`, `up` (whether the close rose over the
        horizon).

    Raises
    ------
    HostError
        If there are no predictions or no candles.
    """
    frames = []
    for pair in pairs:
        candles = read_candles(datadir, pair, timeframe)
        slow = read_candles(datadir, regime_pair(pair, settings), settings.timeframe)
        outcome = direction(candles, horizon=settings.label.horizon)
        truth = candles[["date"]].assign(outcome=outcome)
        truth["regime"] = market_regimes(slow, candles["date"], settings, timeframe)["regime"]
        rows = _cached_windows(models, pair).merge(truth, on="date", how="inner")
        frames.append(rows[(rows[DO_PREDICT] == 1) & rows["outcome"].notna()].assign(pair=pair))
    joined = pd.concat(frames, ignore_index=True)
    return joined.assign(up=joined["outcome"] == "up").drop(columns=["outcome", DO_PREDICT])
