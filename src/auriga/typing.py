"""Types shared by all rooms: array aliases, the `Regime` enumeration and its status."""

from enum import IntEnum
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

BoolArray: TypeAlias = npt.NDArray[np.bool_]
FloatArray: TypeAlias = npt.NDArray[np.float64]
IntArray: TypeAlias = npt.NDArray[np.int64]
RegimeArray: TypeAlias = npt.NDArray[np.int8]


class Regime(IntEnum):
    """The market regime at the close of a candle.

    The known regimes are ordered by direction, so `-1 < 0 < 1` reads bear < sideways < bull.
    `UNKNOWN` is not a fourth market: there is no answer, and `RegimeStatus` says why.

    Examples
    --------
    >>> Regime.BULL.label
    'bull'
    >>> Regime(-1)
    <Regime.BEAR: -1>
    >>> [regime.label for regime in Regime.known()]
    ['bear', 'sideways', 'bull']
    """

    UNKNOWN = -2
    BEAR = -1
    SIDEWAYS = 0
    BULL = 1

    @property
    def label(self) -> str:
        """Lower-case name, as used in entry tags and tables."""
        return self.name.lower()

    @property
    def expert(self) -> str:
        """Name of the expert that a code stands for: `UNKNOWN` is the fallback, the model of all rows.

        Examples
        --------
        >>> [regime.expert for regime in Regime]
        ['fallback', 'bear', 'sideways', 'bull']
        """
        return "fallback" if self is Regime.UNKNOWN else self.label

    @classmethod
    def known(cls) -> tuple["Regime", ...]:
        """Return the regimes that are an answer, in order: bear, sideways, bull."""
        return (cls.BEAR, cls.SIDEWAYS, cls.BULL)


class RegimeStatus(IntEnum):
    """Why a regime is known or not.

    `WARM_UP`: too little history, or not confirmed yet. `LOW_CONFIDENCE`: there is an answer, but less sure
    than was asked for. `SOURCE_MISSING`: the slow candles have ended or were never there.

    Examples
    --------
    >>> RegimeStatus.LOW_CONFIDENCE.label
    'low confidence'
    """

    KNOWN = 0
    WARM_UP = 1
    LOW_CONFIDENCE = 2
    SOURCE_MISSING = 3

    @property
    def label(self) -> str:
        """Lower-case words, as used in messages and tables."""
        return self.name.lower().replace("_", " ")
