"""The Gaussian hidden Markov model, filtered."""

from dataclasses import dataclass
from functools import cache
from typing import Any, ClassVar

import numpy as np

from auriga.regimes._state_detector import StateDetector
from auriga.regimes._state_model import StateModel, ascending
from auriga.typing import FloatArray, Regime

_QUANTILES = (0.15, 0.5, 0.85)  # where the means of the states begin
_STAY = 0.95  # probability of staying in a state, to begin with
_PSEUDO_COUNT = 0.1  # observed beforehand of each transition, so that none becomes impossible
_ITERATIONS = 30
_TOLERANCE = 0.1  # log-likelihood of the window


@dataclass(frozen=True)
class HmmDetector(StateDetector):
    """Gaussian hidden Markov model of three states with diagonal covariances.

    Fitted by `hmmlearn.GaussianHMM` (expectation-maximisation from quantiles, no random start). Answers are
    the *filtered* probabilities P(state at t | features up to t) of the forward recursion; smoothed
    probabilities and the Viterbi path use later candles and are never looked at. The
    support is the filtered probability.

    Parameters
    ----------
    timeframe, fit_candles, refit_candles, period
        As in `StateDetector`.

    Raises
    ------
    MissingPackageError
        If `hmmlearn` is not installed: `pip install auriga[hmm]`.
    ParameterError
        If a number is out of range.

    References
    ----------
    Hamilton, J. D. (1989). A new approach to the economic analysis of nonstationary time series and the
    business cycle. Econometrica 57(2).

    Examples
    --------
    >>> from auriga.datasets import simulate_market
    >>> from auriga.regimes import detect_regimes
    >>> candles = simulate_market(400, timeframe="1d", horizon=1, seed=3).candles
    >>> detector = HmmDetector("1d", fit_candles=200, refit_candles=50)
    >>> sorted(set(detect_regimes(candles, detector)["regime"].iloc[264:].tolist()))
    [-1, 0, 1]
    """

    packages: ClassVar[tuple[str, ...]] = ("hmmlearn", "numba")
    extra: ClassVar[str] = "hmm"

    def _fit(self, scaled: FloatArray) -> StateModel:
        """Expectation-maximisation from the same beginning for every window.

        The scaled recursions are three times as fast as those in logarithms and the same to rounding, but
        fail on a row that every state holds for impossible.
        """
        try:
            return self._fitted(scaled, "scaling")
        except ValueError:
            return self._fitted(scaled, "log")

    def _fitted(self, scaled: FloatArray, implementation: str) -> StateModel:
        n_states = len(Regime.known())
        library, monitor = _library()
        model = library(
            n_components=n_states,
            covariance_type="diag",
            implementation=implementation,
            n_iter=_ITERATIONS,
            tol=_TOLERANCE,
            startprob_prior=1.0 + _PSEUDO_COUNT,
            transmat_prior=1.0 + _PSEUDO_COUNT,
            init_params="",
        )
        model.startprob_ = np.full(n_states, 1.0 / n_states)
        move = (1.0 - _STAY) / (n_states - 1)
        model.transmat_ = np.full((n_states, n_states), move) + np.eye(n_states) * (_STAY - move)
        model.means_ = np.quantile(scaled, _QUANTILES, axis=0)
        model.covars_ = np.ones_like(model.means_)
        model.monitor_ = monitor(_TOLERANCE, _ITERATIONS, False)
        model.fit(scaled)
        order = ascending(model.means_)
        variances = np.stack([np.diag(matrix) for matrix in model.covars_])
        return HmmStates(
            model.startprob_[order], model.transmat_[order][:, order], model.means_[order], variances[order]
        )


@dataclass(frozen=True)
class HmmStates(StateModel):
    """Parameters of a fitted model.

    Attributes
    ----------
    start : array of shape (n_states,)
    transition : array of shape (n_states, n_states)
    means, variances : array of shape (n_states, n_features)
    """

    start: FloatArray
    transition: FloatArray
    means: FloatArray
    variances: FloatArray

    def probability(self, scaled: FloatArray) -> FloatArray:
        """P(state at t | rows up to t)."""
        from auriga.regimes._state_kernels import filtered_probability

        distance = (scaled[:, None, :] - self.means) ** 2 / self.variances
        log_density = -0.5 * (distance + np.log(2.0 * np.pi * self.variances)).sum(axis=2)
        probability: FloatArray = filtered_probability(log_density, self.start, self.transition)
        return probability


@cache
def _library() -> tuple[Any, Any]:
    """Return the library's model and a silent monitor.

    With priors the likelihood may fall a little near the end, which it would report for every fit.
    """
    from hmmlearn.base import ConvergenceMonitor
    from hmmlearn.hmm import GaussianHMM

    class SilentMonitor(ConvergenceMonitor):  # type: ignore[misc]
        def report(self, log_prob: float) -> None:
            self.history.append(log_prob)
            self.iter += 1

    return GaussianHMM, SilentMonitor
