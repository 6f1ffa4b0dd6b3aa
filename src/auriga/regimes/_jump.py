"""The statistical jump model: states that keep still because switching costs."""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec, module_from_spec
from typing import Any, ClassVar

import numpy as np
import pandas as pd
from scipy.special import softmax

from auriga.regimes._state_detector import StateDetector
from auriga.regimes._state_model import StateModel, ascending
from auriga.regimes._steps import require_not_negative
from auriga.typing import FloatArray, Regime

_STARTS = (
    10  # k-means++ draws of the centres for each fit; the best loss wins, four of five times the very best
)
_SEED = 0


@dataclass(frozen=True)
class JumpDetector(StateDetector):
    """Statistical jump model of three states: k-means on features, with a price on every switch.

    Fitted by `jumpmodels.JumpModel`; answers are its `predict_online`, the state in which the path with
    the lowest loss up to t ends. The support is the softmax of minus these losses: what the states'
    probabilities would be if the losses were log-densities of best paths. It is one half or less
    where two states explain the past equally well, and grows with the margin between them.

    Parameters
    ----------
    timeframe, fit_candles, refit_candles, period
        As in `StateDetector`.
    penalty : float
        Price of a switch, in half squared standard deviations of the features: the higher, the
        fewer switches.

    Raises
    ------
    MissingPackageError
        If `jumpmodels` is not installed: `pip install auriga[jump]`.
    ParameterError
        If a number is out of range.

    References
    ----------
    Bemporad, A., Breschi, V., Piga, D. and Boyd, S. (2018). Fitting jump models. Automatica 96.
    Nystrup, P., Lindström, E. and Madsen, H. (2020). Learning hidden Markov models with persistent states
    by penalizing jumps. Expert Systems with Applications 150.

    Examples
    --------
    >>> from auriga.datasets import simulate_market
    >>> from auriga.regimes import detect_regimes
    >>> candles = simulate_market(400, timeframe="1d", horizon=1, seed=3).candles
    >>> detector = JumpDetector("1d", fit_candles=200, refit_candles=50)
    >>> detector.warmup_candles
    263
    >>> sorted(set(detect_regimes(candles, detector)["regime"].iloc[264:].tolist()))
    [-1, 0, 1]
    """

    penalty: float = 20.0

    packages: ClassVar[tuple[str, ...]] = ("jumpmodels", "numba")
    extra: ClassVar[str] = "jump"

    def __post_init__(self) -> None:
        super().__post_init__()
        require_not_negative("penalty", self.penalty)

    def _fit(self, scaled: FloatArray) -> StateModel:
        """Fit centres with the library's coordinate descent; empty states are dropped."""
        model = jump_module().JumpModel(
            n_components=len(Regime.known()), jump_penalty=self.penalty, n_init=_STARTS, random_state=_SEED
        )
        with np.errstate(divide="ignore", invalid="ignore"):  # a state that no row belongs to
            model.fit(scaled)
        return JumpStates(model.centers_[ascending(model.centers_)], self.penalty)


@dataclass(frozen=True)
class JumpStates(StateModel):
    """Centres of a fitted jump model and its price of a switch.

    Attributes
    ----------
    centers : array of shape (n_states, n_features)
    penalty : float
    """

    centers: FloatArray
    penalty: float

    def probability(self, scaled: FloatArray) -> FloatArray:
        """Softmax of minus the lowest loss of the paths that end in each state."""
        jump = jump_module()
        price = jump.jump_penalty_to_mx(self.penalty, len(self.centers))
        losses = jump.do_E_step(scaled, self.centers, price, return_value_mx=True)
        probability: FloatArray = softmax(-losses, axis=1)
        return probability


@cache
def jump_module() -> Any:
    """Return an instance of `jumpmodels.jump` of our own, with a compiled recursion.

    The library's Python loop takes 5 ms a pass. Its functions look `dp` up in their module, so a second
    instance of the module can have another one while nobody else's changes.
    """
    from auriga.regimes._state_kernels import compiled_dp

    with kept_global_state():
        spec = find_spec("jumpmodels.jump")
        if spec is None or spec.loader is None:
            raise ImportError("jumpmodels has no module jump; install jumpmodels 0.1.1: auriga[jump]")
        module = module_from_spec(spec)
        spec.loader.exec_module(module)
    vars(module)["dp"] = compiled_dp
    return module


@contextmanager
def kept_global_state() -> Iterator[None]:
    """Undo what importing `jumpmodels` does to numpy's error state, pandas' display and warnings."""
    with (
        np.errstate(),
        pd.option_context("display.width", pd.get_option("display.width")),
        warnings.catch_warnings(),
    ):
        yield
