"""Ready-made markets, from easy to nothing to learn."""

from auriga.datasets._parameters import MarketParameters, PerRegime, Transition


def _transition(bear: float, sideways: float, bull: float) -> Transition:
    """Daily transition matrix with the given mean dwells in days; the other two regimes are as likely."""
    out_bear, out_sideways, out_bull = 0.5 / bear, 0.5 / sideways, 0.5 / bull
    return (
        (1 - 2 * out_bear, out_bear, out_bear),
        (out_sideways, 1 - 2 * out_sideways, out_sideways),
        (out_bull, out_bull, 1 - 2 * out_bull),
    )


def _market(dwell_days: PerRegime, drift: float, effect: float, volatility: float) -> MarketParameters:
    return MarketParameters(
        transition=_transition(*dwell_days),
        daily_drift=(-drift, 0.0, drift),
        daily_volatility=volatility,
        momentum_effect=(-effect, 0.0, effect),
        volume_effect=(0.0, effect, 0.0),
    )


MARKETS: dict[str, MarketParameters] = {
    "easy": _market((100.0, 100.0, 120.0), drift=0.006, effect=0.15, volatility=0.018),
    "standard": _market((75.0, 75.0, 90.0), drift=0.005, effect=0.09, volatility=0.02),
    "hard": _market((45.0, 45.0, 60.0), drift=0.003, effect=0.045, volatility=0.025),
    "noise": _market((75.0, 75.0, 90.0), drift=0.0, effect=0.0, volatility=0.02),
}
"""Markets by name. In `"noise"` the regimes are mere names: every best probability is one half."""
