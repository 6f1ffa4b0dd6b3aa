"""The FreqAI model that Freqtrade loads with `--freqaimodel RegimeLightGBMClassifier`."""

from lightgbm import LGBMClassifier

from auriga.host.freqai import LIGHTGBM_DEFAULTS, RegimeClassifierModel


class RegimeLightGBMClassifier(RegimeClassifierModel):
    """One LightGBM classifier per market regime, and one of all rows to fall back on.

    `freqai.model_training_parameters` goes to every LightGBM. Each uses one thread and they train side
    by side: LightGBM's own threads spin when they share cores. Features are sorted into 63 bins instead
    of LightGBM's 255 unless `max_bin` is among the parameters: the search for splits, which is most of
    the time, takes a quarter. Everything is seeded, so the same command gives the same predictions.
    """

    def make_estimator(self) -> LGBMClassifier:
        """Return a seeded LightGBM classifier with the configured parameters."""
        return self.configured(LGBMClassifier, **LIGHTGBM_DEFAULTS)
