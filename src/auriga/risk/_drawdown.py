"""What the kill switches measure."""

from collections.abc import Sequence

from auriga.risk._numbers import require


def drawdown_frac(equity: float, peak: float) -> float:
    """Share of the peak that is lost.

    Parameters
    ----------
    equity : float
        What there is now, in stake currency; below 0 everything is lost.
    peak : float
        Highest so far, above 0.

    Returns
    -------
    float
        In [0, 1]; 0 at or above the peak.

    Raises
    ------
    RiskError
        For NaN or a number out of bounds.

    Examples
    --------
    >>> drawdown_frac(900.0, 1200.0)
    0.25
    """
    equity, peak = require("equity", equity), require("peak", peak, above=0)
    return min(max((peak - equity) / peak, 0.0), 1.0)


def consecutive_losses(profits: Sequence[float]) -> int:
    """How many losses stand at the end of a sequence of profits, oldest first; 0 is no loss.

    Raises
    ------
    RiskError
        For NaN or an infinite profit.

    Examples
    --------
    >>> consecutive_losses([-0.01, 0.02, -0.01, -0.03])
    2
    """
    losses = 0
    for profit in profits:
        losses = losses + 1 if require("profits", profit) < 0 else 0
    return losses
