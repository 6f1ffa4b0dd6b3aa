"""Exact semantics of each step, and what holds for every series."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from auriga.errors import ParameterError
from auriga.regimes import classify, confirm, dwell, hold_min_dwell, hysteresis, vote
from auriga.typing import Regime

B, S, U, X = Regime.BEAR, Regime.SIDEWAYS, Regime.BULL, Regime.UNKNOWN
codes = st.lists(st.sampled_from([int(r) for r in Regime]), max_size=60).map(
    lambda values: np.array(values, dtype=np.int8)
)
scores = st.lists(st.one_of(st.floats(-1, 1), st.just(float("nan"))), max_size=60).map(
    lambda values: np.array(values, dtype=np.float64)
)


def by_hand(score, enter, exit_):
    """Hysteresis as a loop, to compare the vectorised one with."""
    state, out = S, []
    for value in score:
        if np.isnan(value):
            state, answer = S, X
        else:
            if (state == U and value < exit_) or (state == B and value > -exit_):
                state = S
            if value >= enter:
                state = U
            elif value <= -enter:
                state = B
            answer = state
        out.append(int(answer))
    return out


@given(scores)
def test_hysteresis_is_the_state_machine(score) -> None:
    assert hysteresis(score, enter_level=0.5, exit_level=0.2).tolist() == by_hand(score, 0.5, 0.2)


@given(scores)
def test_equal_levels_mean_no_memory(score) -> None:
    levels = hysteresis(score, enter_level=0.4, exit_level=0.4)
    assert levels.tolist() == classify(score, enter_level=0.4).tolist()


@given(codes, st.integers(1, 6), st.integers(0, 60))
def test_steps_never_look_forward(regime, size, cut) -> None:
    head = regime[:cut]
    np.testing.assert_array_equal(
        confirm(regime, confirm_candles=size)[:cut], confirm(head, confirm_candles=size)
    )
    np.testing.assert_array_equal(
        hold_min_dwell(regime, min_dwell=size)[:cut], hold_min_dwell(head, min_dwell=size)
    )
    np.testing.assert_array_equal(dwell(regime)[:cut], dwell(head))


@given(codes, st.integers(1, 6))
def test_confirmed_switch_had_its_answers_in_a_row(regime, size) -> None:
    confirmed = confirm(regime, confirm_candles=size)
    for t in range(1, len(regime)):
        if confirmed[t] not in (confirmed[t - 1], X):
            assert set(regime[t - size + 1 : t + 1].tolist()) == {confirmed[t]}


@given(codes, st.integers(1, 6))
def test_min_dwell_is_kept_between_known_regimes(regime, size) -> None:
    held = hold_min_dwell(regime, min_dwell=size).tolist()
    starts = [0] + [t for t in range(1, len(held)) if held[t] != held[t - 1]]
    for start, end in itertools.pairwise(starts):
        if X not in (held[start], held[end]):
            assert end - start >= size


@given(codes)
def test_unknown_stays_unknown_in_every_step(regime) -> None:
    unknown = regime == X
    assert np.all(confirm(regime, confirm_candles=2)[unknown] == X)
    assert np.all(hold_min_dwell(regime, min_dwell=4)[unknown] == X)
    assert np.all(vote([regime, np.full_like(regime, U), np.full_like(regime, U)])[unknown] == X)
    assert np.all(np.isnan(dwell(regime)[unknown]))


@given(codes)
def test_size_one_changes_nothing_and_one_vote_decides(regime) -> None:
    np.testing.assert_array_equal(confirm(regime, confirm_candles=1), regime)
    np.testing.assert_array_equal(hold_min_dwell(regime, min_dwell=1), regime)
    np.testing.assert_array_equal(vote([regime]), regime)


def test_two_rules_must_agree() -> None:
    assert vote([np.array([U, U, B]), np.array([U, S, B])]).tolist() == [U, S, B]


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: hysteresis(np.zeros(1), enter_level=0.1, exit_level=0.2), "exit_level 0.2"),
        (lambda: hysteresis(np.zeros(1), enter_level=0.1, exit_level=-0.1), "exit_level -0.1"),
        (lambda: confirm(np.zeros(1, np.int8), confirm_candles=0), "confirm_candles is 0"),
        (lambda: hold_min_dwell(np.zeros(1, np.int8), min_dwell=0), "min_dwell is 0"),
        (lambda: vote([]), "at least one rule"),
    ],
)
def test_impossible_parameters_are_refused(call, message) -> None:
    with pytest.raises(ParameterError, match=message):
        call()


def test_levels_themselves_belong_to_the_regime() -> None:
    """In at the enter level, still in at the exit level, out below; a hole ends it."""
    score = np.array([0.05, 0.02, 0.0199, 0.02, 0.05, np.nan, 0.03, 0.05])
    expected = [1, 1, 0, 0, 1, -2, 0, 1]
    for sign in (1, -1):
        made = hysteresis(sign * score, enter_level=0.05, exit_level=0.02)
        assert made.tolist() == [answer if answer == -2 else sign * answer for answer in expected]
