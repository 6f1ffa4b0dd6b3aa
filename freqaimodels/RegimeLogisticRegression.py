"""The FreqAI model that Freqtrade loads with `--freqaimodel RegimeLogisticRegression`."""

from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import StandardScaler

from auriga.host.freqai import RegimeClassifierModel


class RegimeLogisticRegression(RegimeClassifierModel):
    """One logistic regression per market regime, and one of all rows to fall back on.

    Parameters in `freqai.model_training_parameters` are scikit-learn's. There are no trees to continue, so
    `regime.scheme` must not be `warm_start`; `shrunk` comes closest.
    """

    def make_estimator(self) -> Pipeline:
        """Return a logistic regression of standardised features with the configured parameters."""
        return make_pipeline(StandardScaler(), self.configured(LogisticRegression, max_iter=500))
