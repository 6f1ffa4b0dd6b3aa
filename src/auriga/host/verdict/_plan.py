"""Which windows and rows a contest of models is held on, and what was left out."""

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np

from auriga.host.freqai import RegimeFreqaiModel
from auriga.host.seals import DAY, Window

Sample = Literal["quick", "full"]

QUICK_WINDOWS = 6
"""Most windows of a quick contest, evenly spread over those of the backtest."""

QUICK_ROWS = 20_000
"""Most training rows of a window of a quick contest."""

QUICK_TEST_EVERY = 5
"""A quick contest asks about every fifth candle; labels of neighbours overlap anyway."""


@dataclass(frozen=True)
class ContestPlan:
    """What a contest is held on: fixed by the settings, never by how fast a machine is.

    Attributes
    ----------
    windows : tuple of Window
    n_windows_of : int
        Windows of the backtest.
    train_every, test_every : int
        Candles: every k-th one is trained on, or asked about.
    own_train_every : int
        What the configured training takes.
    draws : int
        Placebos.
    sample : str
        What was left out, in words.
    """

    windows: tuple[Window, ...]
    n_windows_of: int
    train_every: int
    test_every: int
    own_train_every: int
    draws: int
    sample: str

    @property
    def thinning(self) -> float:
        """Share of the configured training's rows that are left."""
        return self.own_train_every / self.train_every

    @property
    def facts(self) -> dict[str, str]:
        """What predictions depend on, for their seal."""
        return {"contest.rows": f"{self.train_every}/{self.test_every}", "contest.draws": str(self.draws)}


def contest_plan(
    windows: list[Window], sample: Sample, *, glue: RegimeFreqaiModel, n_pairs: int
) -> ContestPlan:
    """Every window and row, or for `quick` a fixed thinning of both."""
    own = glue.sample_every(n_pairs)
    if sample == "full":
        return ContestPlan(tuple(windows), len(windows), own, 1, own, 3, "")
    spread = np.unique(np.linspace(0, len(windows) - 1, min(QUICK_WINDOWS, len(windows))).round().astype(int))
    chosen = tuple(windows[number] for number in spread)
    longest = max(window.train_stop - window.train_start for window in windows)
    shared = n_pairs if glue.settings.trains_on_all_pairs else 1
    every = max(own, coprime_step(-(-longest // glue.step * shared // QUICK_ROWS), DAY // glue.step))
    test_every = coprime_step(QUICK_TEST_EVERY, DAY // glue.step)
    said = (
        f"{len(chosen)} of {len(windows)} windows; trained on every {every}. candle (configured: every "
        f"{own}.), asked about every {test_every}.; one placebo"
    )
    return ContestPlan(chosen, len(windows), every, test_every, own, 1, said)


def coprime_step(least: int, day: int) -> int:
    """Smallest step from `least` on that meets every time of the day in turn.

    Every twelfth candle of five minutes would be the one that opens on the hour.

    Examples
    --------
    >>> coprime_step(12, 288)
    13
    """
    return next(step for step in range(max(least, 1), least + day + 2) if math.gcd(step, day) == 1)
