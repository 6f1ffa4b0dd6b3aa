"""Selection of features on importances and correlations made by hand."""

import numpy as np
import pytest
from scipy.stats import spearmanr

from auriga.errors import ParameterError
from auriga.evaluation import select_features
from auriga.evaluation._selection import correlated_twins, importance_shares, rank_correlation, top_shares

RNG = np.random.default_rng(0)
NOISE = RNG.normal(size=(500, 4))


def gains_of(*windows) -> np.ndarray:
    """One model a window."""
    return np.array([[window] for window in windows], dtype=float)


def test_rank_correlation_is_spearmans_with_ties() -> None:
    values = np.column_stack([NOISE[:, 0], np.exp(NOISE[:, 0]), -(NOISE[:, 0] ** 3), NOISE[:, 1].round(0)])
    np.testing.assert_allclose(rank_correlation(values), spearmanr(values).statistic, atol=1e-12)
    constant = np.column_stack([NOISE[:, 0], np.ones(500)])
    assert rank_correlation(constant)[0, 1] == 0


def test_of_correlated_features_the_most_important_stays() -> None:
    values = np.column_stack([NOISE[:, 0], np.exp(NOISE[:, 0]), -NOISE[:, 0], NOISE[:, 1]])
    twins = correlated_twins(values, np.array([0.2, 0.5, 0.1, 0.2]), max_correlation=0.9)
    assert twins.tolist() == [1, -1, 1, -1]


def test_a_chain_of_neighbours_keeps_its_ends() -> None:
    """A is near B and B near C, but A not near C: dropping B leaves nothing that C repeats."""
    a, c = NOISE[:, 0], NOISE[:, 1]
    values = np.column_stack([a, a + c, c])
    assert 0.5 < abs(rank_correlation(values)[0, 1]) < 0.9 > abs(rank_correlation(values)[0, 2])
    assert correlated_twins(values, np.array([3.0, 2.0, 1.0]), max_correlation=0.5).tolist() == [-1, 0, -1]
    assert correlated_twins(values, np.array([2.0, 3.0, 1.0]), max_correlation=0.5).tolist() == [1, -1, 1]


def test_a_feature_is_kept_that_wins_its_place_often_enough() -> None:
    gains = gains_of([9, 1, 5, 0], [9, 5, 1, 0], [9, 5, 1, 0], [9, 5, 1, 0])
    found = select_features(gains, NOISE, top=2, min_stability=0.5)
    assert found.stability.tolist() == [1, 0.75, 0.25, 0]
    assert found.kept.tolist() == [True, True, False, False]
    assert select_features(gains, NOISE, top=2, min_stability=0.25).kept.tolist() == [True, True, True, False]
    assert select_features(gains, NOISE, top=4, min_stability=1).kept.tolist() == [True, True, True, False]


def test_a_twin_leaves_its_place_to_the_next() -> None:
    values = np.column_stack([NOISE[:, 0], 2 * NOISE[:, 0], NOISE[:, 1]])
    found = select_features(gains_of([5, 4, 1], [5, 4, 1]), values, top=2)
    assert found.twin.tolist() == [-1, 0, -1]
    assert found.kept.tolist() == [True, False, True]
    apart = select_features(gains_of([5, 4, 1], [5, 4, 1]), NOISE[:, :3], top=2)
    assert apart.kept.tolist() == [True, True, False]


def test_models_of_a_window_are_added_up_and_windows_count_alike() -> None:
    gains = np.array([[[80.0, 10.0], [1.0, 9.0]], [[0.0, 8.0], [2.0, 0.0]]])
    found = select_features(gains, NOISE[:, :2], top=1)
    np.testing.assert_allclose(found.importance, [(0.81 + 0.2) / 2, (0.19 + 0.8) / 2])
    np.testing.assert_allclose(found.by_model, [[4 / 9, 5 / 9], [0.55, 0.45]])
    tie = select_features(gains[:1] * 0 + 3, NOISE[:, :2], top=1)
    assert tie.ranked().tolist() == [0, 1]
    assert tie.kept.tolist() == [True, False]  # a tie, in the order of the features


def test_a_model_that_a_window_lacks_does_not_count_there() -> None:
    missing = np.full(2, np.nan)
    gains = np.array([[[1.0, 3.0], missing], [[1.0, 3.0], [3.0, 1.0]], [missing, missing]])
    found = select_features(gains, NOISE[:, :2], top=1)
    np.testing.assert_allclose(found.importance, [(0.25 + 0.5) / 2, (0.75 + 0.5) / 2])  # 4 of 8 in the second
    np.testing.assert_allclose(found.by_model, [[0.25, 0.75], [0.75, 0.25]])


def test_unused_features_win_no_place() -> None:
    assert top_shares(np.array([[1.0, 0.0, 0.0]]), top=3).tolist() == [1, 0, 0]
    assert importance_shares(np.zeros((1, 3))).tolist() == [[0, 0, 0]]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"top": 0}, "top is 0"),
        ({"max_correlation": 0.0}, "max_correlation is 0.0"),
        ({"min_stability": 1.5}, "min_stability is 1.5"),
        ({"gains": np.ones((2, 1, 3))}, "do not fit"),
        ({"gains": -np.ones((2, 1, 4))}, "not negative"),
        ({"gains": np.full((2, 1, 4), np.nan)}, "no model at all"),
        ({"values": np.where(np.eye(500, 4) > 0, np.nan, NOISE)}, "4 missing"),
    ],
)
def test_what_cannot_be_used_is_refused(change, said) -> None:
    given = {"gains": np.ones((2, 1, 4)), "values": NOISE, "top": 2} | change
    with pytest.raises(ParameterError, match=said):
        select_features(given.pop("gains"), given.pop("values"), **given)
