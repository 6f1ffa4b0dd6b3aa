"""Simulated candles together with the truth about them."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from auriga.candles import timeframe_minutes
from auriga.datasets._calendar import MINUTES_A_DAY, Calendar, draw_regimes, make_calendar
from auriga.datasets._drivers import Drivers, draw_drivers
from auriga.datasets._markets import MARKETS
from auriga.datasets._ohlcv import build_candles, log_returns
from auriga.datasets._parameters import MarketParameters
from auriga.datasets._probability import State, rise_probability
from auriga.errors import ParameterError
from auriga.typing import FloatArray, RegimeArray


@dataclass(frozen=True, eq=False)
class SimulatedMarket:
    """Simulated candles and what no real market tells: their regimes and the best possible prediction.

    Attributes
    ----------
    candles : DataFrame of shape (n_candles, 6)
        `date` (opening time, `datetime64[ms, UTC]`), `open`, `high`, `low`, `close`, `volume`.
    regimes : int8 array of shape (n_candles,)
        Codes of the true `auriga.typing.Regime` in force during candle t; it never is `UNKNOWN`.
    probability : float array of shape (n_candles,)
        Exact `P(close[t + horizon] > close[t])` for one who knows all candles <= t, the true regimes <= t
        and the parameters. No model can score better in the long run. No NaN.
    probability_next : float array of shape (n_candles,)
        The same for `close[t + 1] > close[t]`.
    parameters : MarketParameters
        What was simulated.
    seed : int
        Seed of the random numbers.
    horizon : int
        Candles ahead of `probability`.
    """

    candles: pd.DataFrame
    regimes: RegimeArray
    probability: FloatArray
    probability_next: FloatArray
    parameters: MarketParameters
    seed: int
    horizon: int


def simulate_market(
    n_candles: int,
    *,
    market: str | MarketParameters = "standard",
    seed: int = 0,
    start: str | pd.Timestamp = "2023-01-01",
    timeframe: str = "5m",
    horizon: int = 12,
) -> SimulatedMarket:
    """Simulate a market with known regimes and a known best prediction. No real prices are involved.

    The regime `s` is a Markov chain that steps at UTC midnight. The log return of candle t is
    `drift[s] + volatility[t] * (a[s] * g[t-1] + b[s] * v[t-1] + shock[t])` with standard normal shocks.
    The momentum driver `g` is the difference of a fast and a slow average of past shocks; the volume driver
    `v` is an autoregression that shows in the volume. In the ready-made markets returns continue in bull
    regimes (`a > 0`), reverse in bear regimes (`a < 0`) and follow volume in sideways regimes: a model that
    cannot tell the regimes apart averages the first two away. Log volatility is an autoregression moved by
    the size of shocks `volatility_lag` candles ago, hence clusters, fat tails and a volatility that is known
    over the whole horizon. High and low are extremes of Brownian bridges from open to close.

    Candles, regimes and probabilities at t do not depend on `n_candles`: a longer simulation with the
    same seed begins with the shorter one.

    Parameters
    ----------
    n_candles : int
        Number of candles, >= 1.
    market : str or MarketParameters
        A name in `MARKETS`, or parameters of your own.
    seed : int
        Seed, >= 0.
    start : str or Timestamp
        Opening time of the first candle; UTC unless it carries another zone. It has to be a multiple of
        the timeframe.
    timeframe : str
        Freqtrade's notation.
    horizon : int
        Candles ahead of `probability`: at least 1, at most `volatility_lag` and at most one day.

    Returns
    -------
    SimulatedMarket
        Candles and truth.

    Raises
    ------
    ParameterError
        If an argument is out of range; with the value and the remedy.

    References
    ----------
    Hamilton, J. D. (1989), A New Approach to the Economic Analysis of Nonstationary Time Series and the
    Business Cycle, Econometrica 57(2), for returns that depend on a Markov chain.
    Glasserman, P. (2004), Monte Carlo Methods in Financial Engineering, section 6.4, for the maximum of a
    Brownian bridge.

    Examples
    --------
    >>> simulated = simulate_market(1000, market="easy", seed=7)
    >>> simulated.candles.shape, simulated.regimes.shape
    ((1000, 6), (1000,))
    >>> longer = simulate_market(2000, market="easy", seed=7)
    >>> bool((longer.candles["close"][:1000] == simulated.candles["close"]).all())
    True
    >>> noise = simulate_market(1000, market="noise", seed=7)
    >>> float(noise.probability.min()), float(noise.probability.max())
    (0.5, 0.5)
    """
    parameters = _parameters(market)
    _check_size("n_candles", n_candles, 1)
    _check_size("seed", seed, 0)
    _check_horizon(horizon, timeframe, parameters)
    calendar = make_calendar(n_candles, start, timeframe)
    return _simulate(calendar, parameters, seed, horizon)


def _simulate(calendar: Calendar, parameters: MarketParameters, seed: int, horizon: int) -> SimulatedMarket:
    regime_rng, price_rng, volume_rng, high_rng, low_rng = _generators(seed, 5)
    regimes = draw_regimes(calendar, parameters, regime_rng)
    drivers = draw_drivers(len(regimes), horizon, calendar.candles_a_day, parameters, price_rng, volume_rng)
    state = _state(calendar, parameters, regimes, drivers)
    returns = log_returns(drivers, state.drift, state.regime)
    return SimulatedMarket(
        candles=build_candles(calendar, returns, drivers, parameters, high_rng, low_rng),
        regimes=regimes,
        probability=rise_probability(state, horizon),
        probability_next=rise_probability(state, 1),
        parameters=parameters,
        seed=seed,
        horizon=horizon,
    )


def _state(calendar: Calendar, parameters: MarketParameters, regimes: RegimeArray, drivers: Drivers) -> State:
    return State(
        drivers=drivers,
        drift=np.asarray(parameters.daily_drift, dtype=np.float64) / calendar.candles_a_day,
        transition=np.asarray(parameters.transition, dtype=np.float64),
        regime=regimes.astype(np.int64) + 1,
        steps_to_midnight=calendar.steps_to_midnight,
    )


def _generators(seed: int, count: int) -> list[np.random.Generator]:
    """One stream a purpose, so that the length of one does not shift the draws of another."""
    return [
        np.random.Generator(np.random.PCG64(child)) for child in np.random.SeedSequence(seed).spawn(count)
    ]


def _parameters(market: str | MarketParameters) -> MarketParameters:
    if isinstance(market, MarketParameters):
        return market
    if not isinstance(market, str) or market not in MARKETS:
        raise ParameterError(f"market {market!r} is unknown; choose one of {', '.join(MARKETS)}")
    return MARKETS[market]


def _check_size(name: str, value: int, least: int) -> None:
    if isinstance(value, bool) or not isinstance(value, int | np.integer) or value < least:
        raise ParameterError(f"{name} is {value!r}; it has to be a whole number >= {least}")


def _check_horizon(horizon: int, timeframe: str, parameters: MarketParameters) -> None:
    _check_size("horizon", horizon, 1)
    lag = parameters.volatility_lag
    if horizon > lag:
        raise ParameterError(f"horizon {horizon} exceeds volatility_lag {lag}; shorten it or raise the lag")
    most = MINUTES_A_DAY // timeframe_minutes(timeframe)
    if horizon > most:
        raise ParameterError(
            f"horizon {horizon} exceeds one day of {timeframe} candles ({most}); shorten it or the timeframe"
        )
