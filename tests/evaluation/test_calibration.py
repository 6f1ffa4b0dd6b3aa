"""Scores of probabilities and predictions against textbook numbers."""

import numpy as np
import pytest
from sklearn.metrics import brier_score_loss

from auriga.errors import ParameterError
from auriga.evaluation import brier_score, calibration_table, information_coefficient, roc_auc


def test_auc_of_ratings_with_ties_is_hanley_and_mcneils() -> None:
    """Their table of 109 CT images rated 1 to 5 (1982, Radiology 143): an area of 0.893."""
    normal, abnormal = [33, 6, 6, 11, 2], [3, 2, 2, 11, 33]
    ratings = np.r_[np.repeat(np.arange(5.0), normal), np.repeat(np.arange(5.0), abnormal)]
    up = np.repeat([False, True], [58, 51])
    assert roc_auc(up, ratings) == pytest.approx(0.893, abs=5e-4)


def test_auc_by_counting_pairs() -> None:
    # Up rows 0.8 and 0.5 against down rows 0.5, 0.5 and 0.2: 3 + (1/2 + 1/2 + 1) of 6 pairs.
    up = np.array([True, True, False, False, False])
    assert roc_auc(up, np.array([0.8, 0.5, 0.5, 0.5, 0.2])) == pytest.approx(5 / 6)


def test_rank_correlation_is_the_textbooks() -> None:
    """Intelligence and hours of television a week, the worked example of many texts: -29 / 165."""
    score = np.array([106, 100, 86, 101, 99, 103, 97, 113, 112, 110.0])
    hours = np.array([7, 27, 2, 50, 28, 29, 20, 12, 6, 17.0])
    assert information_coefficient(score, hours) == pytest.approx(-29 / 165)


def test_ties_share_their_rank() -> None:
    # Ranks 1, 2.5, 2.5, 4 against 1, 2, 3, 4: covariance 4.5, sums of squares 4.5 and 5.
    prediction = np.array([0.1, 0.3, 0.3, 0.9])
    assert information_coefficient(prediction, np.arange(4.0)) == pytest.approx(4.5 / 22.5**0.5)


def test_rank_correlation_ignores_scale() -> None:
    rng = np.random.default_rng(0)
    prediction, outcome = rng.normal(size=500), rng.normal(size=500)
    same = information_coefficient(np.exp(3 * prediction), outcome**3)
    assert same == pytest.approx(information_coefficient(prediction, outcome))


def test_rank_correlation_of_nothing_is_unknown() -> None:
    assert np.isnan(information_coefficient(np.ones(9), np.arange(9.0)))
    assert np.isnan(information_coefficient(np.arange(2.0), np.arange(2.0)))


def test_brier_score_is_the_textbooks() -> None:
    # Errors 0.1, 0.1, 0.2 and 0.3.
    up, probability = np.array([False, True, True, False]), np.array([0.1, 0.9, 0.8, 0.3])
    assert brier_score(up, probability) == pytest.approx(0.0375)
    assert brier_score(up, probability) == pytest.approx(brier_score_loss(up, probability))
    assert brier_score(~up, np.full(4, 0.5)) == 0.25


def test_brier_score_of_one_outcome_and_of_nothing() -> None:
    assert brier_score(np.array([False, False]), np.array([0.3, 0.1])) == pytest.approx(0.05)
    assert brier_score(np.array([True]), np.array([0.9])) == pytest.approx(0.01)
    assert np.isnan(brier_score(np.array([], dtype=bool), np.array([])))


def test_calibration_by_hand() -> None:
    probability = np.array([0.9, 0.1, 0.2, 0.6, 0.7, 0.3])
    up = np.array([True, False, True, False, True, False])
    table = calibration_table(up, probability, 3)
    assert table["predicted"].tolist() == pytest.approx([0.15, 0.45, 0.8])
    assert table["observed"].tolist() == [0.5, 0, 1]
    assert table["rows"].tolist() == [2, 2, 2]


def test_a_calibrated_model_is_on_the_diagonal_in_ten_equal_bins() -> None:
    rng = np.random.default_rng(1)
    probability = rng.beta(3, 3, size=100_000)
    table = calibration_table(rng.random(100_000) < probability, probability)
    assert table["rows"].tolist() == [10_000] * 10
    assert (table["observed"] - table["predicted"]).abs().max() < 0.02
    assert table["predicted"].is_monotonic_increasing


def test_equal_probabilities_share_a_bin() -> None:
    probability = np.r_[np.full(70, 0.5), np.full(30, 0.6)]
    up = np.r_[np.ones(35, bool), np.zeros(35, bool), np.ones(30, bool)]
    table = calibration_table(up, probability)
    assert table["rows"].tolist() == [70, 30]
    assert table["observed"].tolist() == [0.5, 1]
    assert calibration_table(up[:50], probability[:50])["rows"].tolist() == [50]
    assert calibration_table(up[:0], probability[:0]).empty


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: brier_score(np.array([True]), np.array([1.1])), r"1\.1 lies outside"),
        (lambda: brier_score(np.array([True]), np.array([np.nan])), "nan lies outside"),
        (lambda: brier_score(np.array([True]), np.array([0.1, 0.2])), "must match"),
        (lambda: calibration_table(np.array([True]), np.array([0.1]), 0), "n_bins is 0"),
        (lambda: information_coefficient(np.ones(3), np.ones(4)), "must match"),
        (lambda: information_coefficient(np.ones(3), np.array([1, np.nan, 2])), "NaN"),
    ],
)
def test_bad_input_is_refused(call, words) -> None:
    with pytest.raises(ParameterError, match=words):
        call()
