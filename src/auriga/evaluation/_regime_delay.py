"""How late a detector notices what a reference (hindsight, or the truth of a simulation) knows."""

from dataclasses import dataclass

import numpy as np

from auriga.errors import ParameterError
from auriga.typing import FloatArray, Regime, RegimeArray


@dataclass(frozen=True, eq=False)
class SwitchDelays:
    """What became of each switch of a reference.

    Attributes
    ----------
    delays : float array of shape (n_followed,)
        Candles from the switch until the detector first agreed; 0 means at the close of the candle in which
        the new regime began.
    early : int
        Switches into a regime that the detector named already on the candle before: a lucky guess or a
        detector that never moves, and no delay either way.
    missed : int
        Switches whose regime ended before the detector agreed.
    unjudged : int
        Switches that no verdict is possible on: the detector was `UNKNOWN` before it could agree, or the
        sample ended first.
    """

    delays: FloatArray
    early: int
    missed: int
    unjudged: int

    @property
    def judged(self) -> int:
        """Switches with a verdict."""
        return len(self.delays) + self.early + self.missed

    @property
    def median(self) -> float:
        """Median delay of the switches that were followed, in candles; NaN if there is none."""
        return float(np.median(self.delays)) if len(self.delays) else float("nan")

    @property
    def missed_share(self) -> float:
        """Share of the judged switches that were never followed; NaN if there is none."""
        return self.missed / self.judged if self.judged else float("nan")


def switch_delays(reference: RegimeArray, detected: RegimeArray) -> SwitchDelays:
    """Delay of a detector behind each switch of a reference.

    Parameters
    ----------
    reference : array of shape (n,)
        Regime in force during candle t: the truth of a simulation, or `offline_regimes`.
    detected : array of shape (n,)
        Regime known at the close of candle t; rows of `UNKNOWN` are no answer.

    Returns
    -------
    SwitchDelays

    Raises
    ------
    ParameterError
        If the lengths differ.

    Examples
    --------
    The switch to bull is seen two candles late, the short bear never; how the last one ends is open.

    >>> reference = np.array([0, 0, 1, 1, 1, 1, -1, -1, 0, 0])
    >>> detected = np.array([0, 0, 0, 0, 1, 1, 1, 1, 1, 1])
    >>> found = switch_delays(reference, detected)
    >>> found.delays.tolist(), found.early, found.missed, found.unjudged
    ([2.0], 0, 1, 1)
    """
    if len(reference) != len(detected):
        raise ParameterError(f"reference has {len(reference)} rows, detected has {len(detected)}")
    starts = np.flatnonzero(np.diff(reference)) + 1
    ends = [*starts[1:].tolist(), len(reference)]
    delays, early, missed, unjudged = [], 0, 0, 0
    for start, end in zip(starts.tolist(), ends, strict=False):
        answers = detected[start:end]
        decisive = np.flatnonzero((answers == reference[start]) | (answers == Regime.UNKNOWN))
        if detected[start - 1] == reference[start]:
            early += 1
        elif len(decisive) and answers[decisive[0]] != Regime.UNKNOWN:
            delays.append(float(decisive[0]))
        elif len(decisive) or end == len(reference):
            unjudged += 1
        else:
            missed += 1
    return SwitchDelays(np.array(delays, dtype=np.float64), early, missed, unjudged)
