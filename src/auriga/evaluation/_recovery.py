"""How well detected regimes match known ones."""

import numpy as np

from auriga.errors import ParameterError
from auriga.typing import Regime, RegimeArray


def recovered_share(true: RegimeArray, detected: RegimeArray) -> float:
    """Share of candles whose detected regime is the true one, among those with an answer.

    Parameters
    ----------
    true, detected : arrays of shape (n,)
        Regime codes; rows where `detected` is `UNKNOWN` do not count.

    Returns
    -------
    float
        In [0, 1]; NaN when no row has an answer.

    Raises
    ------
    ParameterError
        If the lengths differ.

    Examples
    --------
    >>> recovered_share(np.array([1, 1, -1]), np.array([1, 0, -2]))
    0.5
    """
    if len(true) != len(detected):
        raise ParameterError(f"true has {len(true)} rows, detected has {len(detected)}; they must match")
    answered = detected != Regime.UNKNOWN
    return float(np.mean(true[answered] == detected[answered])) if answered.any() else float("nan")
