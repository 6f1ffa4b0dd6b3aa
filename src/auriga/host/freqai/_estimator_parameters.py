"""Which names `freqai.model_training_parameters` may hold for an estimator."""

from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any

from freqtrade.exceptions import OperationalException
from lightgbm import LGBMClassifier, LGBMRegressor

# LightGBM takes any of its native names besides those of its scikit-learn class and ignores what it does
# not know, a misspelling too; these are the ones that its documentation lists and that make sense here.
_LIGHTGBM_EXTRAS = {
    "bagging_fraction", "bagging_freq", "bagging_seed", "bin_construct_sample_cnt", "boosting", "cat_l2",
    "cat_smooth", "deterministic", "drop_rate", "drop_seed", "enable_bundle", "extra_seed", "extra_trees",
    "feature_fraction", "feature_fraction_bynode", "feature_fraction_seed", "force_col_wise",
    "force_row_wise", "is_unbalance", "lambda_l1", "lambda_l2", "linear_lambda", "linear_tree",
    "max_bin", "max_cat_threshold", "max_cat_to_onehot", "max_delta_step", "max_drop", "min_data_in_bin",
    "min_data_in_leaf", "min_gain_to_split", "min_sum_hessian_in_leaf", "monotone_constraints",
    "neg_bagging_fraction", "num_threads", "other_rate", "path_smooth", "pos_bagging_fraction", "seed",
    "scale_pos_weight", "histogram_pool_size", "quant_train_renew_leaf", "skip_drop", "stochastic_rounding",
    "top_rate", "uniform_drop", "verbosity", "zero_as_missing",
    "alpha", "data_sample_strategy", "max_bin_by_feature", "use_quantized_grad", "num_grad_quant_bins",
    "device", "device_type", "verbose", "subsample_for_bin", "early_stopping_round", "early_stopping_rounds",
    "n_iter_no_change", "metric", "nthread", "num_class", "boost_from_average",
}  # fmt: skip

LIGHTGBM_DEFAULTS: dict[str, Any] = {
    "n_jobs": 1,
    "random_state": 1,
    "max_bin": 63,
    "verbosity": -1,
    "deterministic": True,
    "force_col_wise": True,
}
"""What our LightGBM models ask for unless `model_training_parameters` says otherwise."""


def require_known_parameters(estimator: type, asked: Mapping[str, Any]) -> None:
    """Refuse parameters that an estimator does not have, a misspelling above all.

    Raises
    ------
    OperationalException
        Naming each, and the nearest name that it may have been meant to be.
    """
    known = set(estimator().get_params())
    if issubclass(estimator, LGBMClassifier | LGBMRegressor):
        known |= _LIGHTGBM_EXTRAS
    unknown = []
    for name in sorted(set(asked) - known):
        near = get_close_matches(name, known, 1)
        unknown.append(f"{name} (did you mean {near[0]}?)" if near else name)
    if unknown:
        raise OperationalException(
            f"freqai.model_training_parameters has {', '.join(unknown)}, which "
            f"{estimator.__name__} does not know. Remove or correct them."
        )
