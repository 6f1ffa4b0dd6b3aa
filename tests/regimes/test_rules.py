"""The three rules on candles whose regime is known by construction."""

from typing import Any

import numpy as np
import pandas as pd
import pytest

from auriga.errors import ParameterError
from auriga.indicators import atr
from auriga.regimes import (
    RULES,
    MovingAverageRule,
    PriceChangeRule,
    RuleVote,
    VolatilityRule,
    detect_regimes,
)
from auriga.typing import Regime


def path(*daily_changes: float, days: int = 120) -> pd.DataFrame:
    """Daily candles that change by a constant rate for `days` days a rate."""
    changes = np.repeat(daily_changes, days)
    close = 100 * np.cumprod(1 + changes)
    open_ = np.r_[100.0, close[:-1]]
    return pd.DataFrame(
        {
            "date": pd.date_range("2024-01-01", periods=len(close), tz="UTC", unit="ms"),
            "open": open_,
            "high": np.maximum(open_, close) * 1.001,
            "low": np.minimum(open_, close) * 0.999,
            "close": close,
            "volume": 1.0,
        }
    )


SMALL = [
    MovingAverageRule(period=50),
    PriceChangeRule(period=20),
    VolatilityRule(period=14),
]


@pytest.mark.parametrize("rule", SMALL, ids=lambda rule: type(rule).__name__)
@pytest.mark.parametrize(
    ("change", "regime"), [(0.01, Regime.BULL), (0.0, Regime.SIDEWAYS), (-0.01, Regime.BEAR)]
)
def test_rule_names_a_steady_market(rule, change, regime) -> None:
    answers = rule.regime(path(change))
    assert set(answers[: rule.warmup_candles].tolist()) == {Regime.UNKNOWN}
    assert set(answers[rule.warmup_candles :].tolist()) == {regime}


def test_choppy_market_is_sideways_for_the_volatility_rule() -> None:
    days = 100
    candles = path(*np.tile([0.03, -0.0291], days // 2), days=1)
    answers = VolatilityRule(period=14).regime(candles)
    assert set(answers[14:].tolist()) == {Regime.SIDEWAYS}


def test_switch_follows_the_market_after_confirmation() -> None:
    regimes = detect_regimes(path(0.01, -0.01), SMALL, confirm_candles=3, min_dwell=5)["regime"]
    assert regimes.iloc[119] == Regime.BULL
    assert regimes.iloc[-1] == Regime.BEAR
    known = regimes[regimes != Regime.UNKNOWN]
    assert (known.diff().fillna(0) <= 0).all()


def test_confirmation_delays_a_switch_by_its_candles() -> None:
    rule = [PriceChangeRule(period=20)]
    fast = detect_regimes(path(0.01, -0.01), rule, confirm_candles=1, min_dwell=1)["regime"]
    slow = detect_regimes(path(0.01, -0.01), rule, confirm_candles=4, min_dwell=1)["regime"]
    first_bear: list[Any] = [(series == Regime.BEAR).idxmax() for series in (fast, slow)]
    assert first_bear[1] - first_bear[0] == 3


def test_cut_off_candles_change_nothing_before(make_walk) -> None:
    candles = make_walk(900, "1d", seed=3, daily=0.04)
    rules = [rule() for rule in RULES.values()]
    whole = detect_regimes(candles, rules)
    assert set(whole["regime"].unique()) >= {Regime.BULL, Regime.SIDEWAYS, Regime.BEAR}
    for cut in (1, 199, 200, 350, 651, 899):
        pd.testing.assert_frame_equal(detect_regimes(candles.iloc[:cut], rules), whole.iloc[:cut])


def test_unknown_during_warmup_and_only_there(make_walk) -> None:
    candles = make_walk(400, "1d", seed=5, daily=0.04)
    rules = [rule() for rule in RULES.values()]
    regime = detect_regimes(candles, rules, confirm_candles=1)["regime"]
    unknown = np.flatnonzero(regime == Regime.UNKNOWN)
    np.testing.assert_array_equal(unknown, np.arange(max(rule.warmup_candles for rule in rules)))


@pytest.mark.parametrize("rule", RULES.values())
def test_impossible_rule_is_refused(rule) -> None:
    with pytest.raises(ParameterError, match="period is 1"):
        rule(period=1)
    with pytest.raises(ParameterError, match="exit_level 3"):
        rule(enter_level=2, exit_level=3)


def test_score_of_the_volatility_rule_by_hand(walk) -> None:
    """The move over the window in moves that a random walk is expected to make in it."""
    rule, period = VolatilityRule(period=9), 9
    move = walk["close"] - walk["close"].shift(period)
    expected = move / (3 * atr(walk, period=period))
    np.testing.assert_allclose(rule.score(walk), expected)
    assert rule.score(walk).notna().sum() == len(walk) - period


def test_a_market_that_stands_still_scores_nothing(walk) -> None:
    still = walk.assign(open=5.0, high=5.0, low=5.0, close=5.0)
    score = VolatilityRule(period=9).score(still)
    assert score.iloc[:9].isna().all()
    assert (score.iloc[9:] == 0).all()


def test_a_vote_has_the_memory_and_the_warm_up_of_its_rules(walk) -> None:
    fast, slow = VolatilityRule(period=5), VolatilityRule(period=30)
    assert RuleVote((fast, slow)).warmup_candles == RuleVote((slow, fast)).warmup_candles == 30
    evidence = RuleVote((fast,)).evidence(walk)
    np.testing.assert_array_equal(evidence.regime, fast.regime(walk))
    np.testing.assert_array_equal(evidence.raw_regime, fast.raw_regime(walk))
    assert (evidence.regime != evidence.raw_regime).any()
