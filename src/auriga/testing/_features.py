"""Checks of a strategy's feature hooks."""

from collections.abc import Callable

import pandas as pd

from auriga.testing._candles import random_walk
from auriga.testing._compare import answer_of, apart, candle, name_of
from auriga.testing._error import ContractError
from auriga.testing._series import check_series


def check_features(
    add: Callable[[pd.DataFrame], pd.DataFrame],
    candles: pd.DataFrame | None = None,
    *,
    warmup: int | None = None,
    scale_free: bool = False,
) -> None:
    """Check code that adds feature columns to a frame, as FreqAI's hooks do.

    What was there stays as it was; every new column passes `check_series`. The frame itself may be changed
    or a new one given back.

    Parameters
    ----------
    add : callable
        Takes candles and gives them back with more columns. Of a hook:
        `lambda candles: strategy.feature_engineering_expand_basic(candles, metadata)`.
    candles, warmup, scale_free
        As in `check_series`.

    Raises
    ------
    ContractError
        With the column, the candle, its value and the remedy.

    Examples
    --------
    >>> def add(frame):
    ...     frame["%-change"] = frame["close"].pct_change(3)
    ...     frame["%-range"] = frame["high"] / frame["low"]
    ...     return frame
    >>> check_features(add, warmup=3, scale_free=True)
    """
    candles = random_walk() if candles is None else candles
    name = name_of(add)
    whole = answer_of(add, candles.copy())
    if not isinstance(whole, pd.DataFrame) or len(whole) != len(candles):
        given = f"{len(whole)} rows" if isinstance(whole, pd.DataFrame) else type(whole).__name__
        raise ContractError(
            f"{name} gives {given} for {len(candles)} candles: give the frame back, row by row"
        )
    lost = [str(column) for column in candles if column not in whole]
    if lost:
        raise ContractError(
            f"{name} loses {', '.join(lost)} of the frame: give every column back, and new ones"
        )
    if list(whole) == list(candles):
        raise ContractError(f"{name} adds no column: give the frame back with the features in it")
    where = apart(whole[list(candles)], candles, exact=True)
    if where.any():
        place = int(where.any(axis=0).argmax())
        row = int(where[:, place].argmax())
        raise ContractError(
            f"{name} changes {candles.columns[place]} at {candle(candles, row)}: give features a column of "
            "their own"
        )

    def added(frame: pd.DataFrame) -> pd.DataFrame:
        before = list(frame)
        return add(frame.copy()).drop(columns=before)

    added.__name__ = name
    check_series(added, candles, warmup=warmup, scale_free=scale_free)
