"""Population stability index by hand, with ties, empty bins and missing values."""

import numpy as np
import pytest

from auriga.errors import ParameterError
from auriga.evaluation import population_stability_index


def index_of(expected: list[float], actual: list[float]) -> float:
    """The formula on shares, as score-card texts write it."""
    return sum((a - e) * np.log(a / e) for e, a in zip(expected, actual, strict=True))


def test_index_of_known_shares() -> None:
    reference = np.arange(1000) / 1000
    shares = [0.05, 0.15, 0.3, 0.3, 0.2]
    values = np.concatenate([np.full(int(share * 200), 0.2 * i + 0.1) for i, share in enumerate(shares)])
    expected = index_of([0.2] * 5, shares)
    assert expected == pytest.approx(0.2079 + 0.0144 + 2 * 0.0405, abs=2e-4)
    assert population_stability_index(reference, values, 5) == pytest.approx(expected)


def test_an_empty_bin_counts_as_half_a_row() -> None:
    reference, values = np.arange(10.0), np.arange(5.0)
    assert population_stability_index(reference, values, 2) == pytest.approx(
        index_of([0.5, 0.5], [1.0, 0.5 / 5])
    )


def test_ties_of_the_reference_have_bins_of_their_own() -> None:
    reference = np.repeat([0.0, 1.0], [700, 300])
    assert population_stability_index(reference, reference) == 0
    values = np.repeat([0.0, 1.0], [30, 70])
    expected = index_of([0.7, 0.3], [0.3, 0.7])
    assert population_stability_index(reference, values) == pytest.approx(expected)


@pytest.mark.parametrize("n_bins", [2, 10])
@pytest.mark.parametrize("moved", [-1.0, 1.0])
def test_a_constant_that_moves_either_way_is_seen(n_bins, moved) -> None:
    reference = np.full(100, 5.0)
    assert population_stability_index(reference, reference, n_bins) == 0
    expected = index_of([1, 0.5 / 100], [0.5 / 100, 1])
    assert population_stability_index(reference, reference + moved, n_bins) == pytest.approx(expected)


def test_missing_values_are_a_bin() -> None:
    reference = np.arange(100.0)
    values = np.r_[np.arange(0, 100, 2.0), np.full(50, np.nan)]
    expected = index_of([0.5, 0.5, 0.5 / 100], [0.25, 0.25, 0.5])
    assert population_stability_index(reference, values, 2) == pytest.approx(expected)
    missing = np.full(10, np.nan)
    assert population_stability_index(missing, missing) == 0
    assert population_stability_index(missing, np.ones(10)) > 5


def test_values_beyond_the_reference_count_in_its_outer_bins() -> None:
    reference = np.arange(10.0)
    far = np.r_[np.full(5, -np.inf), np.full(5, 1e9)]
    assert population_stability_index(reference, far, 2) == 0


def test_the_same_population_differs_by_chance_as_said() -> None:
    rng = np.random.default_rng(0)
    found = [population_stability_index(rng.normal(size=1000), rng.normal(size=500)) for _ in range(300)]
    assert np.mean(found) == pytest.approx(9 * (1 / 1000 + 1 / 500), rel=0.1)


def test_half_precision_of_features_is_enough() -> None:
    rng = np.random.default_rng(1)
    reference, values = rng.normal(size=2000), rng.normal(0.3, 1, size=2000)
    single = population_stability_index(reference.astype(np.float32), values.astype(np.float32))
    assert single == pytest.approx(population_stability_index(reference, values), rel=0.02)
    assert single > 0.05


def test_no_rows_and_no_bins() -> None:
    assert np.isnan(population_stability_index(np.array([]), np.ones(3)))
    assert np.isnan(population_stability_index(np.ones(3), np.array([])))
    with pytest.raises(ParameterError, match="n_bins is 1"):
        population_stability_index(np.ones(3), np.ones(3), 1)
