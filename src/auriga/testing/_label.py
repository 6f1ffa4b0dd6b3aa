"""Checks of labels."""

import numpy as np
import pandas as pd

from auriga.errors import ParameterError
from auriga.look_ahead import LONGEST_HORIZON, Reach, label_reach
from auriga.testing._candles import random_walk
from auriga.testing._compare import Compute, candle, name_of, shown, table_of, titled
from auriga.testing._error import ContractError
from auriga.testing._series import check_deterministic, check_index_kept, check_input_unchanged
from auriga.wording import counted

_MOMENTS = 64


def check_label(
    label: Compute, horizon: int, candles: pd.DataFrame | None = None, *, moments: int = _MOMENTS
) -> None:
    """Check that a label looks no further ahead than it says, and is missing where its future is not there.

    A training ends `horizon` candles before its test, so a label that looks further knows the test. Labels
    are computed again of candles that end earlier, at many moments: half of them spread evenly, half after
    the largest moves, ranges and volumes.

    Parameters
    ----------
    label : callable
        Takes candles and gives a label for each: a series, an array or a frame. Of a hook:
        `lambda candles: strategy.set_freqai_targets(candles, metadata)["&-direction"]`.
    horizon : int
        Candles that it may look ahead: `regime.label.horizon`, at least 1.
    candles : DataFrame, optional
        By default 3000 candles of `random_walk`.
    moments : int
        How many.

    Raises
    ------
    ContractError
        With the candle, its label, and the horizon it really has.
    ParameterError
        If the horizon is no whole number from 1 to a quarter of the candles.

    Examples
    --------
    >>> def move(candles):
    ...     return candles["close"].shift(-12) / candles["close"] - 1
    >>> check_label(move, 12)
    >>> check_label(move, 11)
    Traceback (most recent call last):
    auriga.testing._error.ContractError: move looks 12 candles ahead, but 11 were promised: at candle ...
    """
    candles = random_walk(3000) if candles is None else candles
    if not 1 <= horizon <= len(candles) // 4:
        raise ParameterError(
            f"horizon is {horizon}; it has to be from 1 to {len(candles) // 4}, a quarter of the candles"
        )
    check_input_unchanged(label, candles)
    check_deterministic(label, candles)
    check_index_kept(label, candles)
    table = table_of(label, candles)
    for place in range(table.shape[1]):
        _check_column(label, place, table, horizon, candles, moments)


def _check_column(
    label: Compute, place: int, table: pd.DataFrame, horizon: int, candles: pd.DataFrame, moments: int
) -> None:
    def of(frame: pd.DataFrame) -> np.ndarray[tuple[int], np.dtype[np.object_]]:
        return np.asarray(table_of(label, frame).iloc[:, place].to_numpy())

    title, values = titled(name_of(label), table, place), of(candles)
    if pd.isna(values).all():
        raise ContractError(
            f"{title} labels none of {len(candles)} candles: give the check more candles, or look at the "
            "label"
        )
    found = label_reach(of, candles, values, len(candles), horizon=horizon, moments=moments)
    if found.ahead > horizon:
        raise ContractError(_too_far(title, found, horizon, candles, of))
    tail = np.flatnonzero(~pd.isna(values[-horizon:]))
    if len(tail) or found.invented:
        row = len(values) - horizon + int(tail[0]) if len(tail) else None
        where = "" if row is None else f", {shown(values[row])} at {candle(candles, row)}"
        raise ContractError(
            f"{title} labels candles whose next {horizon} candles are not there yet{where}: give NaN there, "
            "as label.where(future.notna()) does; a bot would learn what never was"
        )


def _too_far(title: str, found: Reach, horizon: int, candles: pd.DataFrame, of: Compute) -> str:
    row = found.rows[0]
    whole, stop = of(candles)[row], min(len(candles), row + horizon + 1)
    cut = of(candles.iloc[:stop])[row]
    example = (
        f"at {candle(candles, row)} it is {shown(whole)}, but {shown(cut)} when {candle(candles, stop - 1)} "
        "is the last"
    )
    if found.ahead > LONGEST_HORIZON:
        return (
            f"{title} depends on all candles at once: {example}; take out of it what is computed over the "
            "whole frame, such as a mean, a quantile, ranks or bfill"
        )
    return (
        f"{title} looks {counted(found.ahead, 'candle')} ahead, but {horizon} were promised: {example}; say "
        f"{found.ahead}, or let it look less far"
    )
