"""The three ways to tell bull, bear and sideways apart."""

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd

from auriga.indicators import atr, roc, sma_distance
from auriga.regimes._evidence import Evidence
from auriga.regimes._steps import classify, hysteresis, require_at_least, require_levels, support
from auriga.typing import RegimeArray


@dataclass(frozen=True)
class Rule(ABC):
    """A signed score of the market and the levels at which it means bull or bear.

    Parameters
    ----------
    period : int
        Length of the underlying indicator in candles, at least 2.
    enter_level, exit_level : float
        Bull begins at a score of `enter_level` and ends below `exit_level`; bear mirrors it.

    Raises
    ------
    ParameterError
        If the period is below 2 or the levels are not 0 <= exit_level <= enter_level.
    """

    period: int
    enter_level: float
    exit_level: float

    def __post_init__(self) -> None:
        require_at_least("period", self.period, 2)
        require_levels(self.enter_level, self.exit_level)

    @property
    def warmup_candles(self) -> int:
        """Leading candles without an answer."""
        return self.period

    @abstractmethod
    def score(self, candles: pd.DataFrame) -> pd.Series:
        """Signed strength at the close of each candle; uses candles <= t, NaN during warm-up."""

    def raw_regime(self, candles: pd.DataFrame) -> RegimeArray:
        """Answer of `classify`: the enter level alone, no memory."""
        return classify(self.score(candles).to_numpy(), enter_level=self.enter_level)

    def regime(self, candles: pd.DataFrame) -> RegimeArray:
        """Answer with hysteresis between the two levels; shape (n,), `UNKNOWN` during warm-up."""
        score = self.score(candles).to_numpy()
        return hysteresis(score, enter_level=self.enter_level, exit_level=self.exit_level)

    def evidence(self, candles: pd.DataFrame) -> Evidence:
        """Both answers and the support of each regime, from one look at the score."""
        score = self.score(candles).to_numpy()
        return Evidence(
            raw_regime=classify(score, enter_level=self.enter_level),
            regime=hysteresis(score, enter_level=self.enter_level, exit_level=self.exit_level),
            support=support(score, enter_level=self.enter_level),
        )


@dataclass(frozen=True)
class MovingAverageRule(Rule):
    """Price against a long moving average.

    The score is close / SMA(period) - 1, a fraction: 0.05 means 5 % above the average.

    References
    ----------
    Faber, M. (2007). A Quantitative Approach to Tactical Asset Allocation.
    """

    period: int = 200
    enter_level: float = 0.05
    exit_level: float = 0.02

    @property
    def warmup_candles(self) -> int:
        """Leading candles without an answer: one less than the period."""
        return self.period - 1

    def score(self, candles: pd.DataFrame) -> pd.Series:
        """Distance of the close from its average as a fraction; NaN for `period - 1` candles."""
        return sma_distance(candles, period=self.period)


@dataclass(frozen=True)
class PriceChangeRule(Rule):
    """Change of the price over a window: strongly up, strongly down, or small.

    The score is close[t] / close[t - period] - 1, a fraction: 0.1 means 10 % higher.

    References
    ----------
    Moskowitz, T., Ooi, Y. H. and Pedersen, L. H. (2012). Time series momentum. JFE 104(2).
    """

    period: int = 30
    enter_level: float = 0.10
    exit_level: float = 0.05

    def score(self, candles: pd.DataFrame) -> pd.Series:
        """Change over `period` candles as a fraction; NaN for `period` candles."""
        return roc(candles, period=self.period)


@dataclass(frozen=True)
class VolatilityRule(Rule):
    """Trending or choppy: the move over a window measured in the market's own volatility.

    The score is (close[t] - close[t - period]) / (ATR(period) x sqrt(period)), without unit. Steps
    that cancel each other leave it near 0 (choppy, sideways); a path that goes one way pushes it
    beyond the 0.7 or so that a random walk reaches one time in three.

    References
    ----------
    Wilder, J. W. (1978). New Concepts in Technical Trading Systems (ATR).
    """

    period: int = 20
    enter_level: float = 0.7
    exit_level: float = 0.35

    def score(self, candles: pd.DataFrame) -> pd.Series:
        """Move over `period` candles in expected random-walk moves; NaN for `period` candles.

        Where the price never moved, ATR is 0 and so is the score.
        """
        move = candles["close"] - candles["close"].shift(self.period)
        scale = atr(candles, period=self.period) * self.period**0.5
        score: pd.Series = (move / scale.where(scale > 0)).where(scale != 0, 0.0)
        return score


RULES: dict[str, Callable[..., Rule]] = {
    "moving_average": MovingAverageRule,
    "price_change": PriceChangeRule,
    "volatility": VolatilityRule,
}
"""The rules by the name that the settings use."""
