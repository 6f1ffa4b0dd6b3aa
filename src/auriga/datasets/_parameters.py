"""What a simulated market is made of, checked before the first random number is drawn."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from numbers import Integral, Real
from typing import TypeAlias

from auriga.errors import ParameterError

PerRegime: TypeAlias = tuple[float, float, float]
Transition: TypeAlias = tuple[PerRegime, PerRegime, PerRegime]


@dataclass(frozen=True, kw_only=True)
class MarketParameters:
    """Parameters of a simulated market; triples are ordered bear, sideways, bull.

    Drift and volatility are given a day, so they mean the same on every timeframe. Persistences and the
    volatility lag are counted in candles, so that a market is as predictable over 12 candles of one
    minute as over 12 candles of five.

    Parameters
    ----------
    transition : tuple of three triples
        Row `i`, column `j`: probability that a day in regime `i` is followed by a day in regime `j`.
    daily_drift : triple
        Expected log return a day, within [-0.1, 0.1].
    daily_volatility : float
        Standard deviation of the log return over a day without drift and dependence, in (0, 0.5].
    momentum_effect : triple
        Move of the expected return, in standard deviations of a candle, when the momentum driver rises
        by one of its standard deviations. Positive continues, negative reverses. Within [-1, 1].
    volume_effect : triple
        The same for the volume driver, which is visible in `volume`. Within [-1, 1].
    momentum_persistence : tuple of float
        Persistence a candle of the fast and the slow average whose difference is the momentum driver;
        `0 <= fast < slow < 1`.
    volume_persistence : float
        Autoregression of the volume driver a candle, in [0, 1).
    volatility_persistence : float
        Autoregression of log volatility a candle, in [0, 1).
    volatility_spread : float
        Standard deviation of log volatility around its mean, in [0, 1]; 0 is constant volatility.
    volatility_lag : int
        Candles until a shock moves volatility, >= 1. It bounds the horizon of a simulation: volatility
        has to be known that far ahead for the best probability to be exact.
    first_price : float
        Open of the first candle in quote currency, > 0.
    typical_volume : float
        Median volume of a candle in base currency, roughly; > 0.
    volume_spread : float
        Standard deviation of log volume that stems from the volume driver, in (0, 3].
    volume_impact : float
        Rise of log volume by a shock of one standard deviation, in [0, 3].

    Raises
    ------
    ParameterError
        Naming the parameter, its value and the allowed range.

    Examples
    --------
    >>> from dataclasses import replace
    >>> from auriga.datasets import MARKETS
    >>> calm = replace(MARKETS["standard"], daily_volatility=0.01)
    >>> [round(days) for days in calm.mean_dwell_days]
    [75, 75, 90]
    >>> replace(calm, daily_volatility=2)
    Traceback (most recent call last):
        ...
    auriga.errors.ParameterError: daily_volatility is 2, allowed is (0, 0.5]; 0.02 means 2 % a day
    """

    transition: Transition
    daily_drift: PerRegime
    momentum_effect: PerRegime
    volume_effect: PerRegime
    daily_volatility: float = 0.02
    momentum_persistence: tuple[float, float] = (0.92, 0.995)
    volume_persistence: float = 0.95
    volatility_persistence: float = 0.995
    volatility_spread: float = 0.4
    volatility_lag: int = 72
    first_price: float = 100.0
    typical_volume: float = 50.0
    volume_spread: float = 0.5
    volume_impact: float = 0.4

    def __post_init__(self) -> None:
        _check_transition(self.transition)
        _check_triple("daily_drift", self.daily_drift, 0.1, "0.005 means 0.5 % a day")
        _check_triple("momentum_effect", self.momentum_effect, 1.0, "0.1 is already strong")
        _check_triple("volume_effect", self.volume_effect, 1.0, "0.1 is already strong")
        self._check_dependence()
        self._check_levels()

    def _check_dependence(self) -> None:
        _check_momentum(self.momentum_persistence)
        for name in ("volume_persistence", "volatility_persistence"):
            value = getattr(self, name)
            _require(_real(value) and 0 <= value < 1, name, value, "[0, 1)", "0.95 fades over 20 candles")
        spread, lag = self.volatility_spread, self.volatility_lag
        allowed = _real(spread) and 0 <= spread <= 1
        _require(allowed, "volatility_spread", spread, "[0, 1]", "0.4 clusters visibly")
        allowed = isinstance(lag, Integral) and not isinstance(lag, bool) and lag >= 1
        _require(allowed, "volatility_lag", lag, "whole numbers >= 1", "take at least the horizon")

    def _check_levels(self) -> None:
        bounds = {
            "daily_volatility": (0.5, "0.02 means 2 % a day"),
            "first_price": (math.inf, "give a price in quote currency"),
            "typical_volume": (math.inf, "give a volume in base currency"),
            "volume_spread": (3.0, "0.5 is usual"),
        }
        for name, (high, remedy) in bounds.items():
            value = getattr(self, name)
            limits = f"(0, {high:g}]" if math.isfinite(high) else "finite and above 0"
            _require(_real(value) and 0 < value <= high, name, value, limits, remedy)
        impact = self.volume_impact
        _require(_real(impact) and 0 <= impact <= 3, "volume_impact", impact, "[0, 3]", "0.4 is usual")

    @property
    def mean_dwell_days(self) -> PerRegime:
        """Expected days from entering a regime to leaving it: bear, sideways, bull."""
        bear, sideways, bull = (
            1 / (1 - row[code]) if row[code] < 1 else math.inf for code, row in enumerate(self.transition)
        )
        return bear, sideways, bull


def _require(allowed: bool, name: str, value: object, limits: str, remedy: str) -> None:
    if not allowed:
        raise ParameterError(f"{name} is {value!r}, allowed is {limits}; {remedy}")


def _real(value: object) -> bool:
    return isinstance(value, Real) and not isinstance(value, bool) and math.isfinite(value)


def _reals(values: object, size: int) -> bool:
    return isinstance(values, Sequence) and len(values) == size and all(_real(value) for value in values)


def _check_triple(name: str, values: PerRegime, bound: float, remedy: str) -> None:
    allowed = _reals(values, 3) and all(abs(value) <= bound for value in values)
    _require(allowed, name, values, f"three numbers within [-{bound:g}, {bound:g}]", remedy)


def _check_transition(rows: Transition) -> None:
    limits = "three rows of three probabilities"
    _require(isinstance(rows, Sequence) and len(rows) == 3, "transition", rows, limits, "one row a regime")
    for row in rows:
        allowed = _reals(row, 3) and min(row) >= 0 and math.isclose(sum(row), 1, abs_tol=1e-9)
        _require(allowed, "transition row", row, limits, "each row has to sum to 1")


def _check_momentum(persistence: tuple[float, float]) -> None:
    allowed = _reals(persistence, 2) and 0 <= persistence[0] < persistence[1] < 1
    limits = "0 <= fast < slow < 1"
    _require(allowed, "momentum_persistence", persistence, limits, "(0.92, 0.995) spans 12 to 200 candles")
