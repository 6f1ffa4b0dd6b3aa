"""Detectors side by side, and one of them in detail."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from auriga.errors import ParameterError
from auriga.evaluation._recovery import recovered_share
from auriga.evaluation._regime_delay import switch_delays
from auriga.evaluation._regime_statistics import (
    dwell_times,
    flips_per_month,
    regime_performance,
    transition_matrix,
    unknown_share,
)
from auriga.typing import FloatArray, Regime, RegimeArray


def regime_table(
    close: FloatArray, regimes: RegimeArray, timeframe: str, *, known_before: bool = True
) -> pd.DataFrame:
    """Everything about each regime in one row: time, dwell, performance and what follows.

    Parameters
    ----------
    close : array of shape (n,)
        Closing prices, above 0.
    regimes : array of shape (n,)
        Regime codes.
    timeframe : str
        Of the candles.
    known_before : bool
        As in `regime_performance`.

    Returns
    -------
    DataFrame indexed by bear, sideways, bull
        Columns of `regime_performance`, `dwell_times` and `transition_matrix` (as `to_bear`, ...).

    Examples
    --------
    >>> table = regime_table(np.array([1.0, 2.0, 4.0]), np.array([1, 1, 1]), "1d")
    >>> table.loc["bull", ["time_frac", "longest_dwell", "to_bull"]].tolist()
    [1.0, 3.0, 1.0]
    """
    performance = regime_performance(close, regimes, timeframe, known_before=known_before)
    following = transition_matrix(regimes).add_prefix("to_")
    return pd.concat([performance, dwell_times(regimes), following], axis=1)


def compare_regimes(
    detected: Mapping[str, RegimeArray], references: Mapping[str, RegimeArray], timeframe: str
) -> pd.DataFrame:
    """Detectors side by side: how often they flip, how long regimes last, how late they are.

    Parameters
    ----------
    detected : mapping of str to array of shape (n,)
        Regimes known at the close of candle t, by name of the detector.
    references : mapping of str to array of shape (n,)
        Regimes in force during candle t to compare with: hindsight, the truth of a simulation.
    timeframe : str
        Of the candles.

    Returns
    -------
    DataFrame indexed by detector, then reference
        `unknown_frac`, `flips_per_month`, `median_dwell` (candles, complete runs of any regime); and for each
        reference `<name>_agreement` (share of answers), `<name>_delay` (median, candles),
        `<name>_early_frac` (switches it stood at already), `<name>_missed_frac` (never followed) and
        `<name>_switches` (judged ones). A reference's
        row says the first three of itself. Rows of `UNKNOWN` count in `unknown_frac` alone.

    Raises
    ------
    ParameterError
        If lengths differ, or a detector has the name of a reference.

    Examples
    --------
    >>> truth = np.array([1, 1, 1, -1, -1, -1])
    >>> seen = np.array([1, 1, 1, 1, -1, -1])
    >>> compare_regimes({"late": seen}, {"truth": truth}, "1d").loc["late", "truth_delay"]
    np.float64(1.0)
    """
    if both := sorted(set(detected) & set(references)):
        raise ParameterError(f"{both} are detectors and references; give them different names")
    rows = {name: _own(regimes, timeframe) for name, regimes in {**detected, **references}.items()}
    for name, regimes in detected.items():
        for reference, known in references.items():
            rows[name] |= _against(reference, known, regimes)
    return pd.DataFrame.from_dict(rows, orient="index", dtype=np.float64)


def _own(regimes: RegimeArray, timeframe: str) -> dict[str, float]:
    return {
        "unknown_frac": unknown_share(regimes),
        "flips_per_month": flips_per_month(regimes, timeframe),
        "median_dwell": _median_dwell(regimes),
    }


def _median_dwell(regimes: RegimeArray) -> float:
    """Median of the runs whose both ends were seen, whatever their regime."""
    starts = np.flatnonzero(np.diff(regimes)) + 1
    known = regimes[starts] != Regime.UNKNOWN
    whole = known & np.r_[known[1:], False] & (regimes[starts - 1] != Regime.UNKNOWN)
    lengths = np.diff(np.r_[starts, len(regimes)])[whole]
    return float(np.median(lengths)) if len(lengths) else float("nan")


def _against(name: str, reference: RegimeArray, detected: RegimeArray) -> dict[str, float]:
    delays = switch_delays(reference, detected)
    return {
        f"{name}_agreement": recovered_share(reference, detected),
        f"{name}_delay": delays.median,
        f"{name}_early_frac": delays.early / delays.judged if delays.judged else float("nan"),
        f"{name}_missed_frac": delays.missed_share,
        f"{name}_switches": float(delays.judged),
    }
