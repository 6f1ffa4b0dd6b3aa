"""FreqAI glue: candles in, one training table for all pairs, models by window, predictions out."""

import logging
from abc import abstractmethod
from collections.abc import Sequence
from typing import Any, TypeVar, cast

import numpy as np
import numpy.typing as npt
import pandas as pd
from freqtrade.exceptions import OperationalException
from lightgbm import LGBMClassifier, LGBMRegressor

from auriga.columns import EXPECTED_SIGMAS, EXPERT, EXPERT_ROWS, PRIOR, PROBABILITY, TRAINED_AT
from auriga.errors import ParameterError, named
from auriga.host.freeze import open_frozen
from auriga.host.freqai._backtest import BacktestRun
from auriga.host.freqai._estimator_parameters import require_known_parameters
from auriga.host.freqai._frozen_backtest import FrozenRun
from auriga.host.freqai._frozen_side import require_frozen
from auriga.host.freqai._hooks import FreqaiHooks
from auriga.host.freqai._live import LiveRun
from auriga.host.rows import (
    Market,
    TrainingTable,
    experts_in_words,
    milliseconds,
    require_sources,
    training_table,
)
from auriga.host.seals import DAY, Fitted, Kitchen, Learner, Trained, set_aside_unreadable
from auriga.host.setup import (
    Strategy,
    check_options,
    remember_configuration,
    require_freqai,
    require_supported_options,
    settings_from_config,
)
from auriga.models import (
    SharedFallback,
    bin_parameters,
    label_uniqueness,
    purged_split,
    recency_weights,
    return_weights,
)
from auriga.typing import BoolArray, FloatArray, RegimeArray

logger = logging.getLogger(__name__)

EXTRA_COLUMNS = (PROBABILITY, EXPERT, EXPERT_ROWS, PRIOR, EXPECTED_SIGMAS, TRAINED_AT)
"""Numeric columns that come back with every prediction, whatever the model."""

Estimator = TypeVar("Estimator")


class RegimeFreqaiModel(FreqaiHooks):
    """FreqAI model that trains one estimator per regime; subclasses say which, and of what label.

    FreqAI's own loop trains each pair by itself and makes labels and frames anew for each window. This
    one computes each pair once, trains one model a window for all pairs (`regime.pairs`), windows side
    by side, and gives every pair its predictions.

    Raises
    ------
    OperationalException
        At start, for settings or FreqAI options that cannot be used.
    """

    def __init__(self, config: dict[str, Any]) -> None:
        remember_configuration(config, anew=False)
        require_freqai(config)
        self.settings = settings_from_config(config)
        require_supported_options(config.get("freqai", {}))
        check_options(config, self.settings)
        require_sources(config, self.settings.features.groups)
        folder = config["user_data_dir"] / "models" / str(config["freqai"].get("identifier", ""))
        set_aside_unreadable(folder)
        self.frozen = open_frozen(config["user_data_dir"], self.settings.frozen_models)
        super().__init__(config)
        self.step = milliseconds(config["timeframe"])
        self._require_trainable()
        self.charts_without_predictions: set[str] = set()
        self.live_run = LiveRun(self)

    @abstractmethod
    def make_estimator(self) -> Any:
        """Return a fresh estimator with scikit-learn's contract, seeded and with one thread."""

    def configured(self, estimator: type[Estimator], **defaults: Any) -> Estimator:
        """Make an estimator with our defaults and `freqai.model_training_parameters`.

        Raises
        ------
        OperationalException
            Naming parameters that the estimator does not have.
        """
        require_known_parameters(estimator, self.model_training_parameters)
        return estimator(**(defaults | self.model_training_parameters))

    @abstractmethod
    def make_model(self) -> Learner:
        """Return the model of a window, not yet fitted: `RegimeClassifier` or `RegimeRegressor`."""

    @abstractmethod
    def untrained(self, reason: str) -> Fitted:
        """Return what stands in for a model that could not be trained."""

    @abstractmethod
    def prediction_frame(
        self, model: Fitted, features: npt.NDArray[np.float32], regimes: RegimeArray
    ) -> pd.DataFrame:
        """Predictions of a model: the label, its probabilities and `EXTRA_COLUMNS` but the last two."""

    @abstractmethod
    def expected_sigmas(
        self, model: Fitted, frame: pd.DataFrame, regimes: RegimeArray, label_units: FloatArray
    ) -> FloatArray:
        """Expected moves of predictions in sigmas; NaN where the model does not know."""

    @abstractmethod
    def trusted(self, model: Fitted) -> bool:
        """Whether predictions of this model mean anything."""

    @abstractmethod
    def holdout_score(self, model: Fitted, rows: TrainingTable) -> str:
        """Score of a model on held-back rows, in words."""

    def _require_trainable(self) -> None:
        """Refuse parameters and schemes that no window could be trained with, before any candle is loaded."""
        try:
            self.make_model().check_parameters()
        except ParameterError as error:
            raise OperationalException(str(error)) from None

    @property
    def base_train_period_days(self) -> int:
        """Days the fallback learns from; `train_period_days` may be longer for the experts' sake."""
        return int(self.freqai_info.get("base_train_period_days") or self.freqai_info["train_period_days"])

    @property
    def bin_params(self) -> dict[str, Any] | None:
        """Parameters of the bins that LightGBM models share; None where models take plain arrays.

        Held-back rows are scored from their raw values, which bins do not keep.
        """
        template = self.make_estimator()
        held_back = self.freqai_info.get("data_split_parameters", {}).get("test_size", 0)
        if held_back or not isinstance(template, LGBMClassifier | LGBMRegressor):
            return None
        return bin_parameters(template)

    @property
    def scheme_parameters(self) -> dict[str, Any]:
        """What the settings say about experts, for every kind of model."""
        names = (
            "scheme", "min_samples", "expert_trees", "expert_learning_rate", "prior_samples", "other_weight",
            "n_seeds",
        )  # fmt: skip
        return {name: getattr(self.settings, name) for name in names} | {"n_jobs": 1}

    @property
    def model_threads(self) -> int:
        """Models that may be trained side by side."""
        return int(self.freqai_info.get("data_kitchen_thread_count") or -1)

    def learn_stop(self, train_stop: int) -> int:
        """End (ms) of the rows whose labels are known by the end of training, and of the embargo."""
        gap: int = (self.settings.label.horizon + self.settings.embargo_candles) * self.step
        return train_stop - gap

    def base_start(self, train_start: int, train_stop: int) -> int:
        """Start (ms) of the fallback's rows: `train_period_days`, whatever experts look back on."""
        return max(train_start, train_stop - self.base_train_period_days * DAY)

    def collect_rows(
        self,
        market: Market,
        pairs: Sequence[str],
        *,
        start: int,
        stop: int,
        bins_stop: int,
        sample_every: int | None = None,
        regime_columns: bool | None = None,
    ) -> TrainingTable | None:
        """`training_table` of these pairs, thinned and binned as the settings and the estimator say."""
        told = self.settings.scheme == "pooled_with_regime" if regime_columns is None else regime_columns
        return training_table(
            market,
            pairs,
            start=start,
            stop=stop,
            bins_stop=bins_stop,
            sample_every=sample_every or self.sample_every(len(pairs)),
            step=self.step,
            bin_params=self.bin_params,
            regime_columns=told,
        )

    def sample_every(self, n_pairs: int) -> int:
        """Keep every k-th candle: by default every second one where pairs share a model."""
        if self.settings.sample_every is not None:
            return self.settings.sample_every
        return 2 if self.settings.trains_on_all_pairs and n_pairs > 1 else 1

    # --- frozen models ----------------------------------------------------------------------------

    def require_frozen(self, strategy: Strategy) -> None:
        """Refuse frozen models that do not fit: see `require_frozen`."""
        if self.frozen is not None:
            require_frozen(self, self.frozen, strategy)

    def require_training(self) -> None:
        """Refuse to train where `regime.frozen_models` names what must be used instead.

        Raises
        ------
        OperationalException
            With the remedy.
        """
        if self.frozen is not None:
            raise OperationalException(
                f"regime.frozen_models is {self.settings.frozen_models!r}: nothing is trained; take it out "
                "of the configuration to train models again"
            )

    def new_run(self, strategy: Strategy) -> BacktestRun:
        """Return a fresh backtest, of frozen models or of models it trains."""
        if self.frozen is None:
            return BacktestRun(self, strategy)
        self.require_frozen(strategy)
        return FrozenRun(self, strategy, self.frozen)

    # --- training ---------------------------------------------------------------------------------

    def fit(self, data_dictionary: dict[str, Any], dk: Kitchen | None, **kwargs: Any) -> Any:
        """Fit the model of one window.

        Parameters
        ----------
        data_dictionary : dict
            `rows`, a `TrainingTable`; `start`, the first moment (ms) the fallback may learn from; `stop`,
            the end of training (ms).
        dk : FreqaiDataKitchen
            Not used.
        """
        rows: TrainingTable = data_dictionary["rows"]
        start, stop = data_dictionary["start"], data_dictionary["stop"]
        kept, held_back = self.split_rows(rows)
        model = self.fit_rows(self.make_model(), kept, start, stop)
        if held_back is not None:
            logger.info("%s on %d held-back rows", self.holdout_score(model, held_back), len(held_back))
        return model

    def split_rows(self, rows: TrainingTable) -> tuple[TrainingTable, TrainingTable | None]:
        """Rows to train on, and the newest ones that `data_split_parameters.test_size` holds back."""
        test_size = self.freqai_info.get("data_split_parameters", {}).get("test_size", 0)
        if not test_size:
            return rows, None
        moments, number = np.unique(rows.times, return_inverse=True)
        gap = self.settings.label.horizon + self.settings.embargo_candles
        every = self.sample_every(len(rows.names))
        train, test = purged_split(len(moments), test_size=test_size, purge_size=-(-gap // every))
        return rows.take(np.flatnonzero(number <= train[-1])), rows.take(np.flatnonzero(number >= test[0]))

    def fit_rows(
        self, model: Learner, rows: TrainingTable, start: int, stop: int, shared: SharedFallback | None = None
    ) -> Any:
        """Fit a model of a window on rows, weighted as the settings say; `shared` as in the model's `fit`."""
        older = rows.times < start
        return model.fit(
            rows.data,
            rows.target,
            regimes=rows.regimes,
            sample_weight=self.weights(rows, start, stop),
            expert_only=older if older.any() else None,
            shared=shared,
        )

    def weights(self, rows: TrainingTable, start: int, stop: int) -> FloatArray | None:
        """Weight of each row, of mean 1; None when all are equal."""
        weights = np.ones(len(rows))
        factor = self.ft_params.get("weight_factor", 0)
        if factor:  # FreqAI's formula, by time instead of row number
            weights *= np.exp((rows.times - stop) / ((stop - start) * factor))
        if self.settings.recency_half_life_days:
            weights *= recency_weights((stop - rows.times) / DAY, self.settings.recency_half_life_days)
        if self.settings.uniqueness_weights:
            for pair in range(len(rows.names)):
                own = rows.pairs == pair
                candles = rows.spans.candles[own].astype(np.int64)
                weights[own] *= label_uniqueness(rows.times[own] // self.step, candles)
        if self.settings.return_weights:
            weights *= return_weights(rows.spans.returns.astype(np.float64))
        return None if np.all(weights == 1) else weights / weights.mean()

    def fit_window(
        self, rows: TrainingTable | None, start: int, stop: int, missing: str, *, stamp: int = 0
    ) -> Any:
        """Fit the model of a window; never raises, whatever the rows hold (traps T5, T6).

        The model carries its `stamp`, FreqAI's number of the window (0 for one that nobody keeps): live, a
        new model may take the place of the one that is predicting, so nothing but the model itself knows for
        sure which one answered.
        """
        self.require_training()
        if rows is None or not len(rows):
            return self.untrained(missing or "no candles")
        try:
            model = self.fit({"rows": rows, "start": start, "stop": stop}, None)
            model.trained_at = stamp
            self.learn_moves(model, rows, start, stop)
            return model
        except Exception as error:
            logger.exception("training until %s failed", pd.Timestamp(stop, unit="ms"))
            return self.untrained(named(error))

    def learn_moves(self, model: Any, rows: TrainingTable, start: int, stop: int) -> None:
        """Let a trained model know what its answers are worth in sigmas, where they do not say it already."""

    # --- prediction -------------------------------------------------------------------------------

    def predict_rows(
        self,
        model: Fitted,
        features: npt.NDArray[np.float32],
        complete: npt.NDArray[np.bool_],
        regimes: RegimeArray,
        label_units: FloatArray,
    ) -> tuple[pd.DataFrame, npt.NDArray[np.int_]]:
        """Predictions of rows and whether they may be used (trap T3: missing features give 0).

        `label_units`, of shape (n_rows,), are as `auriga.host.rows.label_units` has them.
        """
        if not len(features):  # FreqUI asks for windows that hold none of its candles
            one = np.zeros((1, features.shape[1]), dtype=np.float32)
            frame = self.prediction_frame(model, one, np.zeros(1, dtype=np.int8)).iloc[:0]
        else:
            frame = self.prediction_frame(model, features, regimes)
        frame[EXPECTED_SIGMAS] = self.expected_sigmas(model, frame, regimes, label_units)
        frame[TRAINED_AT] = np.int64(getattr(model, "trained_at", 0))
        usable = complete & self.trusted(model) & self.answered(regimes)
        return frame, usable.astype(np.int_)

    def answered(self, regimes: RegimeArray) -> BoolArray:
        """Which rows the model was made to answer, by their regime."""
        return np.ones(len(regimes), dtype=bool)

    def describe(self, model: Fitted) -> str:
        """Rows of each expert of a trained model, in words."""
        return experts_in_words(cast("Trained", model))
