"""The caps that no stake may pass."""

import math

from auriga.errors import RiskError
from auriga.risk._numbers import require


def capped_stake(
    stake: float,
    *,
    capital: float,
    leverage: float,
    max_position_frac: float,
    exposure: float,
    max_exposure_frac: float,
    min_stake: float | None,
    max_stake: float,
) -> float:
    """Cut a stake to every cap; none at all when what is left is below the exchange's minimum.

    Parameters
    ----------
    stake : float
        What the rule asks for, in stake currency like every amount here, at least 0.
    capital : float
        At least 0.
    leverage : float
        Of this trade, at least 1.
    max_position_frac : float
        Largest stake as a fraction of the capital, in (0, 1].
    exposure : float
        Sum of stake * leverage of the open trades, at least 0.
    max_exposure_frac : float
        Largest sum of stake * leverage, this trade included, as a fraction of the capital, above 0.
    min_stake : float or None
        The exchange's minimum, at least 0; None for none.
    max_stake : float
        What the exchange and the wallet still allow; infinite for no limit, 0 or less for nothing.

    Returns
    -------
    float
        0, or in [min_stake, stake] and within max_position_frac * capital, max_stake and
        (max_exposure_frac * capital - exposure) / leverage. Never NaN.

    Raises
    ------
    RiskError
        For NaN or a number out of bounds.

    Examples
    --------
    >>> caps = dict(capital=1000, leverage=2, max_position_frac=0.25, max_exposure_frac=1.0)
    >>> capped_stake(300, exposure=0, min_stake=10, max_stake=900, **caps)
    250.0
    >>> capped_stake(300, exposure=800, min_stake=10, max_stake=900, **caps)
    100.0
    >>> capped_stake(300, exposure=990, min_stake=10, max_stake=900, **caps)
    0.0
    """
    stake, capital = require("stake", stake, least=0), require("capital", capital, least=0)
    leverage = require("leverage", leverage, least=1)
    position = capital * require("max_position_frac", max_position_frac, above=0, most=1)
    most = capital * require("max_exposure_frac", max_exposure_frac, above=0)
    room = (most - require("exposure", exposure, least=0)) / leverage
    if math.isnan(max_stake):
        raise RiskError("max_stake is nan; it must be a number, infinite for no limit")
    least = 0.0 if min_stake is None else require("min_stake", min_stake, least=0)
    capped = min(stake, position, room, float(max_stake))
    return capped if capped > 0 and capped >= least else 0.0
