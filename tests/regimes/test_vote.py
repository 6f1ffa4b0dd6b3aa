"""Weighted votes against a count by hand."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from auriga.errors import ParameterError
from auriga.regimes import MovingAverageRule, PriceChangeRule, RuleVote, detect_regimes, vote
from auriga.typing import Regime

ballots = st.lists(
    st.tuples(st.sampled_from([int(regime) for regime in Regime]), st.integers(1, 30)), min_size=1, max_size=6
)


def counted(answers, weights) -> int:
    """Exact majority of whole votes."""
    if Regime.UNKNOWN in answers:
        return Regime.UNKNOWN
    for regime in (Regime.BEAR, Regime.BULL):
        share = sum(weight for answer, weight in zip(answers, weights, strict=True) if answer == regime)
        if Fraction(share, sum(weights)) > Fraction(1, 2):
            return regime
    return Regime.SIDEWAYS


@given(ballots)
def test_weighted_vote_is_the_exact_majority(ballot) -> None:
    answers, weights = zip(*ballot, strict=True)
    regimes = [np.array([answer]) for answer in answers]
    # Tenths have no exact binary form: half of them must still not be more than half.
    assert vote(regimes, [weight / 10 for weight in weights]).tolist() == [counted(answers, weights)]


@given(ballots)
def test_no_weights_are_equal_weights(ballot) -> None:
    regimes = [np.array([answer]) for answer, _ in ballot]
    assert vote(regimes).tolist() == vote(regimes, [3.7] * len(regimes)).tolist()


def test_a_heavy_rule_decides_alone(make_walk) -> None:
    candles = make_walk(400, "1d", seed=5, daily=0.04)
    rules = (MovingAverageRule(period=50), PriceChangeRule(period=20))
    alone = detect_regimes(candles.iloc[:], [rules[0]])
    heavy = detect_regimes(candles, RuleVote(rules, (3.0, 1.0)))
    np.testing.assert_array_equal(heavy["regime"][50:], alone["regime"][50:])
    even = detect_regimes(candles, RuleVote(rules))
    assert (even["regime"] != alone["regime"]).any()


@pytest.mark.parametrize("weights", [(1.0,), (1.0, 0.0), (1.0, -1.0), (1.0, float("nan")), (1.0, 1.0, 1.0)])
def test_impossible_weights_are_refused(weights) -> None:
    with pytest.raises(ParameterError, match="give one number above 0 for each of 2 rules"):
        RuleVote((MovingAverageRule(), PriceChangeRule()), weights)


def test_no_rule_is_refused() -> None:
    with pytest.raises(ParameterError, match="at least one rule"):
        RuleVote(())
