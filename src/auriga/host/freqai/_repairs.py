"""Repairs of what Freqtrade 2026.9 cannot do by itself; each has a test named after its trap."""

from threading import Lock

import pandas as pd


def align_history_dates(history: dict[str, dict[str, pd.DataFrame]], like: pd.Series, lock: Lock) -> None:
    """Give FreqAI's stored candles the date type of the live ones (trap T18).

    Stored feather candles are `datetime64[ms]`, live ones `datetime64[us]` with another UTC object;
    pandas 3.1 turns their concatenation into `object`, and every later training fails to merge it.

    Parameters
    ----------
    history : dict of pair to dict of timeframe to DataFrame
        FreqAI's `historic_data`, changed in place.
    like : Series
        Dates of live candles.
    lock : Lock
        FreqAI's `history_lock`: the training thread reads the same frames.
    """
    with lock:
        for frames in history.values():
            for timeframe, frame in frames.items():
                if "date" in frame and frame["date"].dtype != like.dtype:
                    dates = pd.to_datetime(frame["date"], utc=True).astype(like.dtype)
                    frames[timeframe] = frame.assign(date=dates)
