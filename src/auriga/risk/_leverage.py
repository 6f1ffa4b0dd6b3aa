"""Leverage of a futures trade, and how far away liquidation is."""

from auriga.risk._numbers import direction, require


def leverage_for(
    *,
    base: float,
    factor: float,
    atr_frac: float,
    target_atr_frac: float | None,
    cap: float,
    max_leverage: float,
) -> float:
    """Leverage by regime and volatility.

    Parameters
    ----------
    base : float
        At least 1.
    factor : float
        What it is multiplied by (the regime's), at least 0.
    atr_frac : float
        ATR as a fraction of the price, at least 0.
    target_atr_frac : float or None
        Above this ATR the leverage falls in proportion, above 0; None for no targeting.
    cap, max_leverage : float
        The trader's and the exchange's limit, at least 1.

    Returns
    -------
    float
        In [1, min(cap, max_leverage)].

    Raises
    ------
    RiskError
        For NaN or a number out of bounds.

    Examples
    --------
    >>> leverage_for(base=4, factor=1, atr_frac=0.01, target_atr_frac=0.005, cap=3, max_leverage=20)
    2.0
    >>> leverage_for(base=4, factor=1, atr_frac=0.002, target_atr_frac=0.005, cap=3, max_leverage=20)
    3.0
    """
    wanted = require("base", base, least=1) * require("factor", factor, least=0)
    atr_frac = require("atr_frac", atr_frac, least=0)
    if target_atr_frac is not None:
        target = require("target_atr_frac", target_atr_frac, above=0)
        wanted *= target / max(target, atr_frac)
    cap, limit = require("cap", cap, least=1), require("max_leverage", max_leverage, least=1)
    return max(1.0, min(wanted, cap, limit))


def liquidation_distance_frac(leverage: float, maintenance_frac: float, side: str = "short") -> float:
    """How far the price moves against an isolated position until the exchange liquidates it.

    Parameters
    ----------
    leverage : float
        At least 1.
    maintenance_frac : float
        Maintenance margin as a fraction of the position's value, in [0, 1).
    side : {"long", "short"}
        A short of the same leverage is liquidated a little earlier; the default is the safe one.

    Returns
    -------
    float
        Fraction of the entry, in [0, 1]. Long: (1 / L - m) / (1 - m); short: (1 / L - m) / (1 + m); 0 where
        the margin is below the maintenance margin from the start. Fees, funding and the maintenance amount
        of higher brackets (which moves liquidation away) are left out.

    Raises
    ------
    RiskError
        For NaN, a number out of bounds or another side.

    References
    ----------
    Binance, "How to calculate liquidation price of USDⓈ-M futures contracts", for one isolated position.

    Examples
    --------
    >>> round(liquidation_distance_frac(10, 0.004, "long"), 6)  # 100 is liquidated at 90.361446
    0.096386
    >>> round(liquidation_distance_frac(10, 0.004), 6)
    0.095618
    """
    leverage = require("leverage", leverage, least=1)
    maintenance = require("maintenance_frac", maintenance_frac, least=0, below=1)
    return max(0.0, (1 / leverage - maintenance) / (1 - direction(side) * maintenance))


def leverage_within_liquidation(
    leverage: float, *, stop_frac: float, liquidation_stops: float, maintenance_frac: float
) -> float:
    """Largest leverage up to `leverage` that leaves liquidation well beyond the stop.

    Parameters
    ----------
    leverage : float
        At least 1.
    stop_frac : float
        Distance of the stop as a fraction of the entry, in (0, 0.99].
    liquidation_stops : float
        How many stop distances away liquidation has to be, at least 1.
    maintenance_frac : float
        Maintenance margin as a fraction of the position's value, in [0, 1).

    Returns
    -------
    float
        In [1, leverage]. Unless it is 1, `liquidation_distance_frac` of either side is at least
        `stop_frac * liquidation_stops`.

    Raises
    ------
    RiskError
        For NaN or a number out of bounds.

    Examples
    --------
    >>> round(leverage_within_liquidation(20, stop_frac=0.04, liquidation_stops=2, maintenance_frac=0.004), 4)
    11.8596
    """
    leverage = require("leverage", leverage, least=1)
    stop_frac = require("stop_frac", stop_frac, above=0, most=0.99)
    stops = require("liquidation_stops", liquidation_stops, least=1)
    maintenance = require("maintenance_frac", maintenance_frac, least=0, below=1)
    margin_frac = stop_frac * stops * (1 + maintenance) + maintenance
    return max(1.0, min(leverage, 1 / margin_frac))
