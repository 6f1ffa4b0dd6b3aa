"""The Kelly fraction, and the two estimates it is computed from."""

from collections.abc import Iterable

from auriga.risk._numbers import require

_PAYOFFS = (0.001, 1000.0)


def calibrated(probability: float, slope: float) -> float:
    """Pull a probability towards 0.5 or away from it: its log-odds times `slope`.

    Parameters
    ----------
    probability : float
        In [0, 1].
    slope : float
        In [0, 10]: 0 gives 0.5, 1 the probability itself, below 1 less sure.

    Returns
    -------
    float
        In [0, 1]: p**s / (p**s + (1 - p)**s).

    Raises
    ------
    RiskError
        For NaN or a number out of bounds.

    References
    ----------
    Platt, J. (1999). Probabilistic outputs for support vector machines; here without a constant.

    Examples
    --------
    >>> round(calibrated(0.8, 0.5), 6)  # odds 4 become 2
    0.666667
    """
    probability = require("probability", probability, least=0, most=1)
    slope = require("slope", slope, least=0, most=10)
    rise, fall = probability**slope, (1 - probability) ** slope
    return float(rise / (rise + fall))


def kelly_fraction(win_probability: float, payoff: float) -> float:
    """Share of the capital to bet so that it grows fastest in the long run.

    Parameters
    ----------
    win_probability : float
        In [0, 1].
    payoff : float
        What a win gains for each unit that a loss costs, above 0.

    Returns
    -------
    float
        In [0, 1]: p - (1 - p) / payoff; 0 when there is no edge.

    Raises
    ------
    RiskError
        For NaN or a number out of bounds.

    References
    ----------
    Kelly, J. L. (1956). A new interpretation of information rate.

    Examples
    --------
    >>> round(kelly_fraction(0.6, 1.0), 6)
    0.2
    >>> kelly_fraction(0.5, 1.0)
    0.0
    """
    win = require("win_probability", win_probability, least=0, most=1)
    payoff = require("payoff", payoff, above=0)
    return max(0.0, win - (1 - win) / payoff)


def payoff_ratio(profits: Iterable[float], *, min_trades: int, default: float) -> float:
    """Mean gain over mean loss of closed trades.

    Parameters
    ----------
    profits : iterable of float
        Of closed trades, as fractions (0.01 is 1 %); 0 counts as neither.
    min_trades : int
        Fewer trades than this give `default`; at least 1.
    default : float
        In [0.001, 1000].

    Returns
    -------
    float
        In [0.001, 1000]; `default` also while there is no gain or no loss.

    Raises
    ------
    RiskError
        For NaN or a number out of bounds.

    Examples
    --------
    >>> payoff_ratio([0.03, -0.01, 0.01, -0.01], min_trades=4, default=1.0)
    2.0
    >>> payoff_ratio([0.03, -0.01], min_trades=4, default=1.0)
    1.0
    """
    least, most = _PAYOFFS
    default = require("default", default, least=least, most=most)
    min_trades = int(require("min_trades", min_trades, least=1))
    values = [require("profits", profit, least=-1e6, most=1e6) for profit in profits]
    gains = [value for value in values if value > 0]
    losses = [-value for value in values if value < 0]
    if len(values) < min_trades or not gains or not losses:
        return default
    gain, loss = sum(gains) / len(gains), sum(losses) / len(losses)
    return most if gain >= most * loss else max(gain / loss, least)
