"""A label of your own: copy it beside `RegimeStrategy.py`, then `--strategy MeanAhead`.

A label may look as far ahead as `regime.label.horizon` says, and no further: training ends that many candles
before the test.
"""

from typing import Any

import numpy as np
import pandas as pd
from RegimeStrategy import RegimeStrategy

from auriga.columns import DIRECTION


def mean_ahead(candles: pd.DataFrame, horizon: int) -> pd.Series:
    """Whether the mean of the next `horizon` closes is above the close: `up` or `down`.

    Looks forward: uses the closes of candles t to t + horizon. Missing for the last `horizon` candles, whose
    future is not there yet, and where the mean is the close.
    """
    close = candles["close"]
    mean = close[::-1].rolling(horizon).mean()[::-1].shift(-1)
    named = pd.Series(np.where(mean > close, "up", "down"), index=candles.index)
    return named.where(mean.notna() & (mean != close))


class MeanAhead(RegimeStrategy):
    """`RegimeStrategy` whose models learn where the price will be on average, not where it ends."""

    def set_freqai_targets(
        self, dataframe: pd.DataFrame, metadata: dict[str, Any], **kwargs: Any
    ) -> pd.DataFrame:
        """The column that a classifier learns."""
        label = mean_ahead(dataframe, self.settings.label.horizon)
        return dataframe.assign(**{DIRECTION: label})
