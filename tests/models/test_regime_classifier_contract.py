"""RegimeClassifier keeps scikit-learn's contract, with LightGBM and with another estimator."""

import warnings

import pytest
from lightgbm import LGBMClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.utils import get_tags
from sklearn.utils.estimator_checks import parametrize_with_checks

from auriga.models import RegimeClassifier

ESTIMATORS = [
    RegimeClassifier(LogisticRegression(max_iter=1000), scheme="hard"),
    RegimeClassifier(LGBMClassifier(n_estimators=20, min_child_samples=1, verbosity=-1, n_jobs=1)),
]


def known_failures(estimator: RegimeClassifier) -> dict[str, str]:
    """Checks that the inner estimator fails by itself, so that its wrapper cannot pass them."""
    if isinstance(estimator.estimator, LGBMClassifier):
        reason = "LightGBM bins by row count, so a weight of 2 is not a repeated row"
        return {"check_sample_weight_equivalence_on_dense_data": reason}
    return {}


@parametrize_with_checks(ESTIMATORS, expected_failed_checks=known_failures)
def test_scikit_learn_contract(estimator, check) -> None:
    with warnings.catch_warnings():
        # The checks fit odd data on purpose; what the inner estimator says about it is not ours.
        warnings.simplefilter("ignore")
        check(estimator)


def test_default_estimator_is_lightgbm() -> None:
    assert isinstance(RegimeClassifier()._template(), LGBMClassifier)


@pytest.mark.parametrize("estimator", ESTIMATORS, ids=lambda e: type(e.estimator).__name__)
def test_nan_is_allowed_where_the_estimator_allows_it(estimator) -> None:
    inner = get_tags(estimator.estimator).input_tags.allow_nan
    assert get_tags(estimator).input_tags.allow_nan == inner
