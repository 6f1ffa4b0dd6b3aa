"""How much of the capital a trade asks for, before any cap."""

from auriga.risk._numbers import direction, require


def confidence(probability: float, threshold: float, side: str) -> float:
    """How far a probability stands beyond its threshold, as a share of the way to certainty.

    Parameters
    ----------
    probability : float
        Of a rise, in [0, 1].
    threshold : float
        In [0, 1]: a long asks for more, a short for less.
    side : {"long", "short"}

    Returns
    -------
    float
        In [0, 1]. Long: (p - t) / (1 - t); short: (t - p) / t; 0 when not beyond.

    Raises
    ------
    RiskError
        For NaN, a number out of bounds or another side.

    Examples
    --------
    >>> round(confidence(0.64, 0.55, "long"), 6)
    0.2
    >>> round(confidence(0.36, 0.45, "short"), 6)
    0.2
    >>> confidence(0.5, 0.55, "long")
    0.0
    """
    probability = require("probability", probability, least=0, most=1)
    threshold = require("threshold", threshold, least=0, most=1)
    if direction(side) < 0:
        probability, threshold = 1 - probability, 1 - threshold
    if probability <= threshold:
        return 0.0
    return (probability - threshold) / (1 - threshold)


def confidence_stake(capital: float, risk_frac: float, confidence: float) -> float:
    """Stake of the seed rule: the base `capital` times `risk_frac`, by half to half more.

    Parameters
    ----------
    capital : float
        In stake currency, at least 0.
    risk_frac : float
        In [0, 1]; 0.02 is 2 %.
    confidence : float
        In [0, 1].

    Returns
    -------
    float
        In stake currency: capital * risk_frac * (0.5 + confidence).

    Raises
    ------
    RiskError
        For NaN or a number out of bounds.

    Examples
    --------
    >>> confidence_stake(10_000, 0.02, 0.2)
    140.0
    """
    capital = require("capital", capital, least=0)
    risk_frac = require("risk_frac", risk_frac, least=0, most=1)
    return capital * risk_frac * (0.5 + require("confidence", confidence, least=0, most=1))


def volatility_factor(atr_frac: float, target_atr_frac: float | None, *, most: float) -> float:
    """What a stake is multiplied by so that each trade swings by about the same money.

    Parameters
    ----------
    atr_frac : float
        ATR as a fraction of the price, at least 0.
    target_atr_frac : float or None
        ATR at which the factor is 1, above 0; None for no targeting.
    most : float
        Largest factor, at least 1; its inverse is the smallest.

    Returns
    -------
    float
        target / ATR within [1 / most, most]; 1 without a target.

    Raises
    ------
    RiskError
        For NaN or a number out of bounds.

    Examples
    --------
    >>> volatility_factor(0.004, 0.002, most=3)
    0.5
    >>> volatility_factor(0.0, 0.002, most=3)
    3.0
    """
    atr_frac, most = require("atr_frac", atr_frac, least=0), require("most", most, least=1)
    if target_atr_frac is None:
        return 1.0
    target = require("target_atr_frac", target_atr_frac, above=0)
    if target >= most * atr_frac:
        return most
    return max(target / atr_frac, 1 / most)
