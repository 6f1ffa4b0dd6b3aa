"""Checks of entry and exit rules."""

from collections.abc import Callable

import numpy as np
import pandas as pd

from auriga.testing._candles import made_up_predictions, random_walk
from auriga.testing._compare import candle, cut_rows, name_of, shown, table_of
from auriga.testing._error import ContractError
from auriga.testing._series import check_deterministic, check_no_look_ahead

SIGNALS = ("enter_long", "enter_short", "exit_long", "exit_short")
TAGS = ("enter_tag", "exit_tag")
_MOST = 64


def check_signals(rule: Callable[[pd.DataFrame], pd.DataFrame], frame: pd.DataFrame | None = None) -> None:
    """Check a rule that writes entry or exit columns: it knows a candle and those before it.

    Signals are 1, 0 or missing; no candle enters both sides; the same frame gives the same signals; and no
    signal changes when later candles are cut off, also just after each of up to 64 signals, where a rule
    that reads the next candle shows it.

    Parameters
    ----------
    rule : callable
        Takes a frame of candles with predictions and gives it back with `enter_long`, `enter_short`,
        `exit_long` or `exit_short` (and `enter_tag`, `exit_tag`). Of a hook:
        `lambda frame: strategy.populate_entry_trend(frame, {"pair": "BTC/USDT"})`.
    frame : DataFrame, optional
        By default `made_up_predictions(random_walk(2000))`.

    Raises
    ------
    ContractError
        With the candle, its signal and the remedy; or if no candle has a signal, so that nothing is shown.

    Examples
    --------
    >>> def rule(frame):
    ...     frame["enter_long"] = (frame["probability"] > 0.55).astype(int)
    ...     return frame
    >>> check_signals(rule)
    """
    frame = made_up_predictions(random_walk(2000)) if frame is None else frame
    name = name_of(rule)

    def signals(given: pd.DataFrame) -> pd.DataFrame:
        answer = rule(given.copy())
        if not isinstance(answer, pd.DataFrame):
            raise ContractError(
                f"{name} gives {type(answer).__name__}: give the frame back with the signals in it"
            )
        return answer[[column for column in (*SIGNALS, *TAGS) if column in answer]]

    signals.__name__ = name
    table = table_of(signals, frame)
    _check_values(table, frame, name)
    check_deterministic(signals, frame)
    check_no_look_ahead(signals, frame, cuts=_cuts(table, frame), exact=True)


def _check_values(table: pd.DataFrame, frame: pd.DataFrame, name: str) -> None:
    columns = [column for column in SIGNALS if column in table]
    if not columns:
        raise ContractError(f"{name} writes none of {', '.join(SIGNALS)}: nothing would be traded")
    for column in columns:
        values = table[column]
        odd = np.flatnonzero((values.notna() & ~values.isin([0, 1])).to_numpy())
        if len(odd):
            raise ContractError(
                f"{name} writes {shown(values.iat[odd[0]])} to {column} at {candle(frame, int(odd[0]))}: "
                "Freqtrade reads 1 as a signal, 0 or nothing as none"
            )
    given = (table[columns] == 1).to_numpy()
    if not given.any():
        raise ContractError(
            f"{name} gives no signal on {len(frame)} candles, so this check shows nothing: give a frame on "
            "which it does"
        )
    if {"enter_long", "enter_short"} <= set(columns):
        both = np.flatnonzero(((table["enter_long"] == 1) & (table["enter_short"] == 1)).to_numpy())
        if len(both):
            raise ContractError(
                f"{name} enters both sides at {candle(frame, int(both[0]))}: Freqtrade then opens neither; "
                "let one of them go first"
            )


def _cuts(table: pd.DataFrame, frame: pd.DataFrame) -> list[int]:
    """Evenly spread cuts, and those just after signals: half of the signals come first, half at the end."""
    columns = [column for column in SIGNALS if column in table]
    rows = np.flatnonzero((table[columns] == 1).any(axis=1).to_numpy())
    few = rows[np.unique(np.linspace(0, len(rows) - 1, min(len(rows), _MOST), dtype=int))]
    return [*cut_rows(frame, 16), *(int(row) + 1 for row in few)]
