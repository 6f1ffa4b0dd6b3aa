"""Several rules as one detector."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from auriga.regimes._evidence import Evidence
from auriga.regimes._rules import Rule
from auriga.regimes._steps import vote, vote_shares


@dataclass(frozen=True)
class RuleVote:
    """A vote of rules: the regime that more than half of the votes name, sideways without a majority.

    Its support is the mean of the rules' supports, weighted by their votes. So the confidence of a regime
    grows with the votes for it and with the distance of each score from its level, and never falls
    when either rises.

    Parameters
    ----------
    rules : tuple of Rule
        At least one.
    weights : tuple of float, optional
        Votes of each rule, above 0; one each by default.

    Raises
    ------
    ParameterError
        If there is no rule, or the weights do not fit the rules.

    Examples
    --------
    >>> from auriga.regimes import PriceChangeRule
    >>> dates = pd.date_range("2025-01-01", periods=4, tz="UTC")
    >>> candles = pd.DataFrame({"date": dates, "close": [10.0, 10, 13, 14]})
    >>> candles[["open", "high", "low", "volume"]] = 1.0  # this rule reads the close alone
    >>> rules = (PriceChangeRule(period=2, enter_level=0.2), PriceChangeRule(period=2, enter_level=0.5))
    >>> RuleVote(rules, weights=(2.0, 1.0)).evidence(candles).regime.tolist()
    [-2, -2, 1, 1]
    """

    rules: tuple[Rule, ...]
    weights: tuple[float, ...] | None = None

    def __post_init__(self) -> None:
        vote_shares(len(self.rules), self.weights)

    @property
    def warmup_candles(self) -> int:
        """Leading candles without an answer: those of the slowest rule."""
        return max(rule.warmup_candles for rule in self.rules)

    def evidence(self, candles: pd.DataFrame) -> Evidence:
        """Votes and support at the close of each candle; uses candles <= t."""
        parts = [rule.evidence(candles) for rule in self.rules]
        shares = vote_shares(len(parts), self.weights)
        return Evidence(
            raw_regime=vote([part.raw_regime for part in parts], self.weights),
            regime=vote([part.regime for part in parts], self.weights),
            support=np.einsum("r,rnk->nk", shares, np.stack([part.support for part in parts])),
        )
