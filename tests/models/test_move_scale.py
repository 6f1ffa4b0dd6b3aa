"""The slope of realised moves on what a classifier leans to: recovered where it is, nothing of noise."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from auriga.models import MoveScale, fit_move_scale
from auriga.models._move_scale import FEWEST_BLOCKS, LARGEST_SLOPE, PRIOR_WINDOWS, curved
from auriga.typing import Regime

HORIZON, N = 12, 26_000
TRUE = 3.0


def held_back(slope: float, seed: int, n: int = N):
    """Leans that wander slowly, and moves over overlapping horizons that follow their squares by `slope`."""
    rng = np.random.default_rng(seed)
    wander = np.convolve(rng.normal(size=n + 199), np.ones(200) / np.sqrt(200), "valid")
    lean = 0.1 * wander
    step = rng.normal(size=n + HORIZON) / np.sqrt(HORIZON)
    moves = slope * curved(lean) + np.convolve(step, np.ones(HORIZON), "valid")[1:]
    sigmas = 0.005 * np.exp(0.4 * np.sin(np.arange(n) / 900))
    times = np.arange(n)
    stretches = {"blocks": times // (4 * HORIZON), "windows": times // HORIZON}
    return lean, moves, {"sigmas": sigmas, "experts": np.zeros(n, np.int8), **stretches}


def test_a_known_slope_is_recovered_and_its_error_is_true() -> None:
    """20 markets: the measured slopes scatter as their errors say, and overlapping labels do not flatter."""
    found = []
    for seed in range(20):
        lean, moves, given = held_back(TRUE, seed)
        found.append(fit_move_scale(lean, moves, **given))
    off = np.array([(scale.slope - TRUE) / scale.error for scale in found])
    assert abs(off.mean()) < 3 / np.sqrt(20)
    assert 0.65 < off.std() < 1.4
    assert 0.7 * TRUE < np.mean([scale.pooled for scale in found]) < TRUE


def test_next_to_nothing_is_expected_of_noise() -> None:
    """Most slopes are below their error, or against the lean; of the rest little is left."""
    markets = [held_back(0.0, seed) for seed in range(20)]
    found = [fit_move_scale(lean, moves, **given) for lean, moves, given in markets]
    kept = np.array([scale.pooled for scale in found])
    error = np.mean([scale.error for scale in found])
    assert np.count_nonzero(kept == 0) > 10  # below its error, or below 0
    assert kept.mean() < 0.25 * error


def test_shrinking_is_by_the_square_of_the_error_over_the_slope() -> None:
    lean, moves, given = held_back(TRUE, 1)
    scale = fit_move_scale(lean, moves, **given)
    assert scale.pooled == pytest.approx(scale.slope - scale.error**2 / scale.slope)
    assert scale.windows == len(np.unique(given["windows"]))


def test_an_expert_counts_by_its_windows_and_the_pool_for_the_rest() -> None:
    lean, moves, given = held_back(TRUE, 2)
    given["experts"][N // 4 :] = Regime.BULL
    moves = np.where(given["experts"] == Regime.BULL, moves + 2 * curved(lean), moves)
    scale = fit_move_scale(lean, moves, **given)
    assert set(scale.experts) == {Regime.SIDEWAYS, Regime.BULL}
    for regime, slope in scale.experts.items():
        own = given["experts"] == regime
        said, came = curved(lean[own]) * given["sigmas"][own], moves[own] * given["sigmas"][own]
        raw = said @ came / (said @ said)
        n = len(np.unique(given["windows"][own]))
        share = n / (n + PRIOR_WINDOWS)
        assert slope == pytest.approx(share * raw + (1 - share) * scale.pooled)
    expected = scale.expected(np.array([0.1, -0.1, 0.1]), np.array([1, 0, Regime.UNKNOWN]))
    slopes = [scale.experts[Regime.BULL], -scale.experts[Regime.SIDEWAYS], scale.pooled]
    assert_allclose(expected, 0.01 * np.array(slopes))


def test_a_slope_is_never_against_the_lean_nor_beyond_its_bound() -> None:
    lean, moves, given = held_back(-20.0, 3)
    assert fit_move_scale(lean, moves, **given).pooled == 0
    lean, moves, given = held_back(20.0, 3)
    scale = fit_move_scale(lean, moves, **given)
    assert (scale.pooled, scale.experts[Regime.SIDEWAYS]) == (LARGEST_SLOPE, LARGEST_SLOPE)
    leans = np.array([0.1, -0.1, 0.5, -1.0])
    assert_allclose(MoveScale(8.0).expected(leans, np.zeros(4, dtype=np.int8)), [0.08, -0.08, 0.8, -1.6])


def test_a_volatile_candle_counts_by_the_square_of_its_sigma() -> None:
    """Leans that mean nothing on calm candles and all on wild ones: the price moves as the wild ones say."""
    lean, moves, given = held_back(0.0, 7)
    wild = np.arange(N) // 600 % 2 == 1
    moves = np.where(wild, moves + TRUE * curved(lean), moves)
    by_sigma = fit_move_scale(lean, moves, **given | {"sigmas": np.where(wild, 0.01, 0.001)})
    alike = fit_move_scale(lean, moves, **given | {"sigmas": np.ones(N)})
    assert abs(by_sigma.slope - TRUE) < 3 * by_sigma.error
    assert abs(alike.slope - TRUE / 2) < 3 * alike.error


def test_a_crash_counts_as_five_sigmas() -> None:
    lean, moves, given = held_back(TRUE, 4)
    crashed, cut = moves.copy(), moves.copy()
    crashed[100:110], cut[100:110] = -60, -5
    assert fit_move_scale(lean, crashed, **given) == fit_move_scale(lean, cut, **given)


def test_rows_without_a_known_move_do_not_count() -> None:
    lean, moves, given = held_back(TRUE, 5)
    unknown = np.arange(N) % 7 == 0
    part = {name: values[~unknown] for name, values in given.items()}
    with_holes = fit_move_scale(lean, np.where(unknown, np.nan, moves), **given)
    assert with_holes == fit_move_scale(lean[~unknown], moves[~unknown], **part)


def test_too_little_to_measure_expects_nothing_and_says_so() -> None:
    n = 4 * HORIZON * (FEWEST_BLOCKS - 1)
    lean, moves, given = held_back(TRUE, 6, n)
    scale = fit_move_scale(lean, moves, **given)
    assert scale.reason == "7 blocks of held-back rows, fewer than 8"
    assert_array_equal(scale.expected(lean, given["experts"]), np.zeros(n))
    lean, moves, given = held_back(TRUE, 6)
    silent = fit_move_scale(0 * lean, moves, **given)
    assert (silent.pooled, silent.experts) == (0, {})
    assert silent.reason == "the model of the earlier rows says nothing of the later ones"


def test_an_expert_that_was_not_measured_has_the_pooled_slope() -> None:
    scale = MoveScale(2.0, {Regime.BULL: 4.0})
    assert_allclose(scale.expected(np.array([0.2, 0.2]), np.array([-1, 1])), [0.08, 0.16])
