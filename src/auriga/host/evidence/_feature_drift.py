"""How far the features of each test window have moved from those its model learnt from."""

from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from auriga.columns import plain_feature
from auriga.evaluation import population_stability_index
from auriga.host.rows import Market, spread_rows
from auriga.host.seals import Window

_ROWS = 4_000
"""Rows of a span, all pairs together; two samples of the same population then differ by about 0.005."""


def feature_drift(
    market: Market, pairs: Sequence[str], windows: Sequence[Window], *, rows: int = _ROWS
) -> pd.DataFrame:
    """Population stability index of every feature in each window's test span against its training span.

    Parameters
    ----------
    market : Market
    pairs : sequence of str
    windows : sequence of Window
    rows : int
        Rows of a span, evenly spread over pairs and time.

    Returns
    -------
    DataFrame
        Columns `window` (first predicted day), `feature` (plain name), `psi`. Rows with a missing feature
        are left out, as in training.
    """
    names = [plain_feature(name) for name in market.feature_names(pairs[0])]
    return pd.DataFrame(_drifts(market, pairs, windows, names, rows), columns=["window", "feature", "psi"])


def _drifts(
    market: Market, pairs: Sequence[str], windows: Sequence[Window], names: Sequence[str], rows: int
) -> Iterator[tuple[pd.Timestamp, str, float]]:
    for window in windows:
        learnt = _span(market, pairs, window.train_start, window.train_stop, rows)
        tested = _span(market, pairs, window.test_start, window.test_stop, rows)
        first = pd.Timestamp(window.test_start, unit="ms", tz="UTC")
        for column, name in enumerate(names):
            yield first, name, population_stability_index(learnt[:, column], tested[:, column])


def _span(market: Market, pairs: Sequence[str], start: int, stop: int, most: int) -> npt.NDArray[np.float32]:
    """Complete rows of all pairs that open in [start, stop), evenly spread; column by column in memory."""
    parts = []
    for pair in pairs:
        first, last = np.searchsorted(market.features(pair).times, [start, stop])
        rows = spread_rows(int(first), int(last), most // len(pairs))
        parts.append(market.columns(pair).rows(rows))
    values = np.concatenate(parts)
    return np.asfortranarray(values[np.isfinite(values).all(axis=1)])
