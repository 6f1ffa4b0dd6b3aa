"""The best possible prediction: exact probabilities of a rise, given the state at candle t."""

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr

from auriga.datasets._drivers import Drivers
from auriga.typing import FloatArray, IntArray


@dataclass(frozen=True)
class State:
    """Everything that is known at the close of candle t and matters for later candles.

    Attributes
    ----------
    drivers : Drivers
        Drivers and volatility.
    drift : array of shape (3,)
        Log return a candle: bear, sideways, bull.
    transition : array of shape (3, 3)
        Daily transition probabilities.
    regime : array of shape (n_candles,)
        Position of the regime of candle t: 0 bear, 1 sideways, 2 bull.
    steps_to_midnight : array of shape (n_candles,)
        From this step on, the regime is the next day's.
    """

    drivers: Drivers
    drift: FloatArray
    transition: FloatArray
    regime: IntArray
    steps_to_midnight: IntArray


def rise_probability(state: State, horizon: int) -> FloatArray:
    """Probability that `close[t + horizon] > close[t]`, given all candles <= t and the regime at t.

    The sum of the next log returns is Gaussian once the regimes are given. At most one midnight may lie
    within the horizon, so the answer is one Gaussian probability, or the mean of three weighted by the
    transition probabilities.

    Returns
    -------
    array of shape (n_candles,)
        Probabilities in [0, 1], without NaN.
    """
    rows = np.arange(len(state.regime))
    probability = _given_next(state, horizon, rows, state.regime)
    crossing = np.flatnonzero(state.steps_to_midnight <= horizon)
    mixture = np.zeros(len(crossing))
    for following in range(3):
        weight = state.transition[state.regime[crossing], following]
        mixture += weight * _given_next(state, horizon, crossing, np.full(len(crossing), following))
    probability[crossing] = mixture
    return probability


def _given_next(state: State, horizon: int, rows: IntArray, following: IntArray) -> FloatArray:
    """Probability of a rise at the given rows when the next day's regime is `following`.

    Walks back from the last candle of the horizon: `reach` is what one unit of a driver, after step j,
    adds to the later returns; it weighs the shocks of step j and, at step 0, the known drivers.
    """
    volatility, drivers = state.drivers.volatility, state.drivers.all
    mean, variance = np.zeros(len(rows)), np.zeros(len(rows))
    reach = [np.zeros(len(rows)) for _ in drivers]
    for step in range(horizon, 0, -1):
        regime = np.where(step < state.steps_to_midnight[rows], state.regime[rows], following)
        sigma = volatility[rows + step]
        fast, slow, volume = (driver.impact * later for driver, later in zip(drivers, reach, strict=True))
        variance += (sigma + fast + slow) ** 2 + volume**2
        mean += state.drift[regime]
        reach = [
            driver.persistence * later + sigma * driver.effect[regime]
            for driver, later in zip(drivers, reach, strict=True)
        ]
    for driver, later in zip(drivers, reach, strict=True):
        mean += driver.values[rows + 1] * later
    probability: FloatArray = ndtr(mean / np.sqrt(variance))
    return probability
