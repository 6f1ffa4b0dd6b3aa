"""How sure a regime is: exact values, monotone in the score and in the votes, and what it hides."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from auriga.errors import ParameterError
from auriga.regimes import (
    RULES,
    Evidence,
    PriceChangeRule,
    RuleVote,
    confidence_of,
    detect_regimes,
    drop_doubtful,
    support,
)
from auriga.typing import Regime, RegimeStatus

levels = st.floats(1e-3, 5)
scores = st.floats(-20, 20)


@given(scores, scores, levels)
def test_support_of_bull_never_falls_when_the_score_rises(one, other, level) -> None:
    low, high = support(np.sort([one, other]), enter_level=level)
    assert low[2] <= high[2]
    assert low[0] >= high[0]


@given(scores, levels)
def test_support_is_a_share_of_one_and_mirrors(score, level) -> None:
    up, down = support(np.array([score, -score]), enter_level=level)
    assert ((up >= 0) & (up <= 1)).all()
    assert up.sum() == pytest.approx(1)
    np.testing.assert_array_equal(up, down[::-1])


@given(levels)
def test_support_is_one_half_at_the_enter_level(level) -> None:
    assert support(np.array([level]), enter_level=level)[0].tolist() == [0.0, 0.5, 0.5]


def candles_of(*closes: float) -> pd.DataFrame:
    dates = pd.date_range("2025-01-01", periods=len(closes), tz="UTC", unit="ms")
    frame = pd.DataFrame({"date": dates, "close": closes})
    return frame.assign(open=frame["close"], high=frame["close"], low=frame["close"], volume=1.0)


def test_confidence_of_a_vote_is_the_mean_support_weighted_by_votes() -> None:
    candles = candles_of(10, 10, 13)  # a change of 30 % after two candles
    rules = (PriceChangeRule(2, 0.2, 0.1), PriceChangeRule(2, 0.3, 0.1), PriceChangeRule(2, 0.9, 0.1))
    seen = detect_regimes(candles, RuleVote(rules, (1.0, 2.0, 1.0)), confirm_candles=1, min_dwell=1)
    bull = (1 * 0.3 / 0.4 + 2 * 0.3 / 0.6 + 1 * 0.3 / 1.8) / 4
    assert seen["regime"].iloc[2] == Regime.BULL
    assert seen["regime_confidence"].iloc[2] == pytest.approx(bull)


def test_confidence_belongs_to_the_regime_that_is_shown() -> None:
    """While confirmation waits, the regime that is held on to loses its support."""
    candles = candles_of(*[10.0] * 3, 13, 16, 12.8, 10, 9)
    rule = PriceChangeRule(2, 0.1, 0.05)
    seen = detect_regimes(candles, [rule], confirm_candles=2, min_dwell=1)
    assert seen["regime"].tolist()[-3:] == [Regime.BULL, Regime.BULL, Regime.BEAR]
    assert seen["regime_confidence"].iloc[-2] == 0.0
    assert seen["regime_confidence"].iloc[-1] == 1.0


def test_confidence_lies_in_the_unit_interval_and_is_nan_during_warmup_only(make_walk) -> None:
    seen = detect_regimes(make_walk(500, "1d", seed=9, daily=0.04), [rule() for rule in RULES.values()])
    unknown = seen["regime_status"] == RegimeStatus.WARM_UP
    assert seen["regime_confidence"].between(0, 1)[~unknown].all()
    assert seen["regime_confidence"][unknown].isna().all()
    np.testing.assert_array_equal(unknown, seen["regime"] == Regime.UNKNOWN)


def test_a_doubtful_regime_is_hidden_and_comes_back_with_its_age(make_walk) -> None:
    candles = make_walk(500, "1d", seed=9, daily=0.04)
    rules = [rule() for rule in RULES.values()]
    all_of_it = detect_regimes(candles, rules)
    sure = detect_regimes(candles, rules, min_confidence=0.5)
    hidden = sure["regime_status"] == RegimeStatus.LOW_CONFIDENCE
    assert 0 < hidden.sum() < 300
    np.testing.assert_array_equal(hidden, all_of_it["regime_confidence"] < 0.5)
    assert (sure["regime"][hidden] == Regime.UNKNOWN).all()
    assert sure["regime_age"][hidden].isna().all()
    pd.testing.assert_frame_equal(sure[~hidden], all_of_it[~hidden])
    pd.testing.assert_series_equal(sure["regime_confidence"], all_of_it["regime_confidence"])


@given(st.floats(0, 1))
def test_zero_hides_nothing_and_nan_is_never_hidden(least) -> None:
    regime = np.array([Regime.UNKNOWN, Regime.BULL, Regime.BEAR], dtype=np.int8)
    confidence = np.array([np.nan, 1.0, 0.0])
    assert drop_doubtful(regime, confidence, min_confidence=0.0).tolist() == regime.tolist()
    assert drop_doubtful(regime, confidence, min_confidence=least).tolist()[:2] == regime.tolist()[:2]


@pytest.mark.parametrize("least", [-0.1, 1.1, float("nan")])
def test_impossible_confidence_is_refused(least) -> None:
    with pytest.raises(ParameterError, match="min_confidence is"):
        drop_doubtful(np.zeros(1, np.int8), np.ones(1), min_confidence=least)


def test_any_detector_goes_through_confirmation_dwell_and_confidence() -> None:
    class Scripted:
        warmup_candles = 0

        def evidence(self, candles: pd.DataFrame) -> Evidence:
            regime = np.array([1, 1, 1, -1, 1, -1, -1, -1, -1, -1], dtype=np.int8)
            share = np.full((10, 3), 0.1)
            share[np.arange(10), regime + 1] = 0.8
            return Evidence(regime, regime, share)

    seen = detect_regimes(
        candles_of(*np.arange(10, 20.0)), Scripted(), confirm_candles=2, min_dwell=6, min_confidence=0.2
    )
    # Confirmed bull at 1; the one bear at 3 is no switch, but bull has little support there; bear is
    # confirmed at 6 and waits for bull's sixth candle.
    assert seen["regime"].tolist() == [-2, 1, 1, -2, 1, -2, -2, -1, -1, -1]
    assert seen["regime_status"].tolist() == [1, 0, 0, 2, 0, 2, 2, 0, 0, 0]
    np.testing.assert_array_equal(seen["regime_age"], [np.nan] * 7 + [0, 1, 2])


def test_confidence_of_unknown_is_nan() -> None:
    share = np.array([[0.2, 0.3, 0.5]] * 4)
    answer = confidence_of(np.array([-2, -1, 0, 1], dtype=np.int8), share)
    np.testing.assert_array_equal(answer, [np.nan, 0.2, 0.3, 0.5])
