"""The FreqAI model that Freqtrade loads with `--freqaimodel RegimeXGBoostClassifier`."""

from xgboost import XGBClassifier

from auriga.host.freqai import RegimeClassifierModel


class RegimeXGBoostClassifier(RegimeClassifierModel):
    """One XGBoost classifier per market regime, and one of all rows to fall back on.

    Parameters in `freqai.model_training_parameters` are XGBoost's. It takes plain arrays and sorts them
    anew for each model, so it is several times slower than LightGBM here.
    """

    def make_estimator(self) -> XGBClassifier:
        """Return a seeded XGBoost classifier with the configured parameters."""
        return self.configured(XGBClassifier, n_jobs=1, random_state=1, tree_method="hist")
