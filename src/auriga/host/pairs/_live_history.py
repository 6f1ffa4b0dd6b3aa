"""Stored candles of a live bot: pairs that are new, that pause or that have none yet stop no other pair."""

import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from threading import Lock

import pandas as pd
from freqtrade.exceptions import OperationalException

from auriga.host.pairs._participants import with_place
from auriga.host.pairs._roll_call import none_left
from auriga.host.rows import Market

logger = logging.getLogger(__name__)

History = dict[str, dict[str, pd.DataFrame]]
"""Candles of pairs by timeframe."""


def join_new_candles(history: History, candles: Callable[[str, str], pd.DataFrame]) -> None:
    """Take over candles that FreqAI could not append: those after none, and those after a long pause.

    It looks at the last stored candle of each pair, in one loop: a pair that was listed after the start ends
    the loop for all of them (`IndexError`), and so does one whose stored candles end before the newest
    candles of the exchange begin.

    Parameters
    ----------
    history : dict of pair to dict of timeframe to DataFrame
        Changed in place; the caller holds its lock.
    candles : callable
        Newest candles of a pair and timeframe.
    """
    for pair, frames in history.items():
        for timeframe, stored in frames.items():
            newest = candles(pair, timeframe)
            if not len(newest):
                continue
            if not len(stored):
                frames[timeframe] = newest.reset_index(drop=True)
            elif stored["date"].iloc[-1] < newest["date"].iloc[0]:
                frames[timeframe] = pd.concat([stored, newest], ignore_index=True)


def without_candles(
    pairs: Iterable[str], timeframes: Sequence[str], candles: Callable[[str, str], pd.DataFrame]
) -> list[str]:
    """Pairs and timeframes that have no candle at all, as `BTC/USDT 1h`."""
    return [
        f"{pair} {timeframe}"
        for pair in pairs
        for timeframe in timeframes
        if not len(candles(pair, timeframe))
    ]


def learnable_pairs(
    market: Market, pairs: Sequence[str], history: Mapping[str, Mapping[str, pd.DataFrame]]
) -> list[str]:
    """Pairs that a training can learn from; the others are named, with the reason.

    Raises
    ------
    OperationalException
        If none is left, or for what concerns every pair.
    """
    left_out: dict[str, str] = {}
    for pair in pairs:
        absent = [timeframe for timeframe, frame in history[pair].items() if not len(frame)]
        if absent:
            left_out[pair] = f"no {' and no '.join(absent)} candles"
            continue
        try:
            market.rows(pair)
        except OperationalException:  # settings, or hooks that no pair can be computed with
            raise
        except Exception as error:  # hooks are anybody's code
            left_out[pair] = with_place(error)
    if len(left_out) == len(pairs):
        raise OperationalException(none_left(left_out))
    for pair, why in left_out.items():
        logger.warning("%s: left out of training: %s", pair, why)
    return [pair for pair in pairs if pair not in left_out]


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
