"""The FreqAI model that Freqtrade loads with `--freqaimodel RegimeRandomForestClassifier`."""

from sklearn.ensemble import RandomForestClassifier

from auriga.host.freqai import RegimeClassifierModel


class RegimeRandomForestClassifier(RegimeClassifierModel):
    """One random forest per market regime, and one of all rows to fall back on.

    Parameters in `freqai.model_training_parameters` are scikit-learn's. With the scheme `warm_start` a
    regime's forest is the common one with `regime.expert_trees` more trees.
    """

    def make_estimator(self) -> RandomForestClassifier:
        """Return a seeded random forest with the configured parameters."""
        return self.configured(RandomForestClassifier, n_jobs=1, random_state=1, min_samples_leaf=200)
