"""Fits that this process has already made, found by what they were made from."""

import hashlib
from collections import OrderedDict
from collections.abc import Callable

from auriga.regimes._state_model import StateModel
from auriga.typing import FloatArray

_MOST = 20_000  # about a kilobyte each: hourly candles of a year, refitted daily, for fifty pairs


class FitCache:
    """Keep fitted models by the content of their window and the parameters of the fit.

    A live bot asks again with every candle; only a new window is a new fit.
    """

    def __init__(self, most: int = _MOST) -> None:
        self._models: OrderedDict[bytes, StateModel] = OrderedDict()
        self._most = most

    def get(self, parameters: str, window: FloatArray, fit: Callable[[FloatArray], StateModel]) -> StateModel:
        """Return the model of this window, fitted now if it is new."""
        key = hashlib.blake2b(parameters.encode() + window.tobytes(), digest_size=16).digest()
        model = self._models.get(key)
        if model is None:
            model = self._models[key] = fit(window)
            while len(self._models) > self._most:
                self._models.popitem(last=False)
        return model


FITS = FitCache()
"""Every statistical detector of this process shares it."""
