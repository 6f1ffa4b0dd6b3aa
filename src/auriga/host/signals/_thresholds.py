"""The strategy's parameters that say how sure a prediction has to be."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from auriga.typing import FloatArray, Regime


@dataclass(frozen=True)
class Thresholds:
    """The strategy's parameters of entries and exits; the offset of a regime is added to all three."""

    long: float
    short: float
    exit: float
    bull_offset: float = 0.0
    sideways_offset: float = 0.0
    bear_offset: float = 0.0

    @property
    def in_order(self) -> bool:
        """Whether short <= exit <= long: no candle then is reason to enter and to leave one side.

        Examples
        --------
        >>> Thresholds(0.55, 0.45, 0.5).in_order, Thresholds(0.55, 0.45, 0.6).in_order
        (True, False)
        """
        return self.short <= self.exit <= self.long

    def offset(self, regime: Regime) -> float:
        """Offset of a known regime.

        Raises
        ------
        KeyError
            For `Regime.UNKNOWN`, which has none.
        """
        return {
            Regime.BULL: self.bull_offset,
            Regime.SIDEWAYS: self.sideways_offset,
            Regime.BEAR: self.bear_offset,
        }[regime]

    def offsets(self, regimes: pd.Series) -> FloatArray:
        """Offset of each candle's regime, NaN where it is unknown."""
        codes = regimes.to_numpy()
        return np.select(
            [codes == regime for regime in Regime.known()],
            [self.offset(regime) for regime in Regime.known()],
            np.nan,
        )
