"""The FreqAI model that Freqtrade loads with `--freqaimodel RegimeLightGBMRegressor`."""

from lightgbm import LGBMRegressor

from auriga.host.freqai import LIGHTGBM_DEFAULTS, RegimeRegressorModel


class RegimeLightGBMRegressor(RegimeRegressorModel):
    """One LightGBM regressor of the return per market regime, and one of all rows to fall back on.

    Needs `regime.label.kind` set to `return` or `scaled_return`. Everything else is as in
    `RegimeLightGBMClassifier`.
    """

    def make_estimator(self) -> LGBMRegressor:
        """Return a seeded LightGBM regressor with the configured parameters."""
        return self.configured(LGBMRegressor, **LIGHTGBM_DEFAULTS)
