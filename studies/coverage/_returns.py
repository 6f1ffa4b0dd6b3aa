"""Simulated daily returns whose true mean and Sharpe ratio are known."""

from dataclasses import dataclass

import numpy as np
from scipy.signal import lfilter

from auriga.typing import FloatArray

WARMUP = 100
"""Days before the sample, so that it begins anywhere in the process."""


@dataclass(frozen=True)
class Process:
    """Autoregressive returns of unit deviation: `dependence` times yesterday's, and a shock.

    `shock` is `normal`, `t4` (Student's t of 4 degrees, the tails of crypto days) or `skewed` (exponential:
    losses are small and many, gains rare and large).
    """

    dependence: float
    shock: str
    mean: float = 0.05

    @property
    def title(self) -> str:
        days = "independent" if self.dependence == 0 else f"correlation {self.dependence}"
        return f"{days}, {self.shock}"

    def samples(self, n_samples: int, n_days: int, seed: int = 0) -> FloatArray:
        """Returns of shape (n_samples, n_days)."""
        rng = np.random.default_rng(seed)
        shape = (n_samples, n_days + WARMUP)
        if self.shock == "normal":
            shocks = rng.normal(size=shape)
        elif self.shock == "t4":
            shocks = rng.standard_t(4, size=shape) / 2**0.5
        else:
            shocks = rng.standard_exponential(shape) - 1
        returns = lfilter([1], [1, -self.dependence], shocks, axis=1)[:, WARMUP:]
        scaled: FloatArray = self.mean + returns * (1 - self.dependence**2) ** 0.5
        return scaled
