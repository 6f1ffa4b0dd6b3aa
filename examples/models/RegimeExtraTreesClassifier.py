"""An estimator of your own: `--freqaimodel RegimeExtraTreesClassifier --freqaimodel-path examples/models`.

Windows, weights, experts, seals and predictions are Auriga's; the file says which estimator learns. It has
no trees that could be continued, so `regime.scheme` must not be `warm_start`.
"""

from sklearn.ensemble import ExtraTreesClassifier

from auriga.host.freqai import RegimeClassifierModel


class RegimeExtraTreesClassifier(RegimeClassifierModel):
    """Extremely randomised trees, one forest a regime, and one of all rows to fall back on."""

    def make_estimator(self) -> ExtraTreesClassifier:
        """Return a forest with `freqai.model_training_parameters`; seeded, so that a run can be repeated."""
        return self.configured(ExtraTreesClassifier, n_jobs=1, random_state=1)
