"""FreqAI glue: frames in, rows routed to the package's classifier, predictions out."""

import logging
from abc import abstractmethod
from typing import Any, cast

import numpy as np
import numpy.typing as npt
import pandas as pd
from freqtrade.exceptions import OperationalException  # type: ignore[import-untyped]
from freqtrade.freqai.freqai_interface import IFreqaiModel  # type: ignore[import-untyped]
from sklearn.metrics import log_loss  # type: ignore[import-untyped]

from auriga.columns import DIRECTION, EXPERT, EXPERT_ROWS, PRIOR, PROBABILITY, REGIME
from auriga.host._fingerprint import fingerprint, require_same_fingerprint
from auriga.host._freqai_options import require_supported_options
from auriga.host._repairs import align_history_dates
from auriga.host._rows import TrainingRows, prediction_rows, training_rows
from auriga.host._settings import settings_from_config
from auriga.labels import direction_classes
from auriga.models import RegimeClassifier, UntrainedClassifier, purged_split
from auriga.typing import FloatArray, Regime

logger = logging.getLogger(__name__)

Model = RegimeClassifier | UntrainedClassifier

EXTRA_COLUMNS = (PROBABILITY, EXPERT, EXPERT_ROWS, PRIOR)
"""Numeric columns that come back with every prediction, beside the class probabilities."""


class RegimeFreqaiModel(IFreqaiModel):  # type: ignore[misc]
    """FreqAI model that trains one estimator per regime; a subclass says which estimator.

    Prediction columns: `&-direction` (most probable class), one probability per class (always all
    classes, whatever a window contains), `probability` (of an upward move, given it is not flat),
    `expert` (regime code of the model that answered, `Regime.UNKNOWN` for the fallback),
    `expert_rows` (its training rows), `prior` (upward share of the training window) and `do_predict`,
    which is 0 wherever a feature was missing or the window could not be trained.

    Raises
    ------
    OperationalException
        At start, for settings or FreqAI options that cannot be used.
    """

    def __init__(self, config: dict[str, Any]) -> None:
        self.settings = settings_from_config(config)
        require_supported_options(config.get("freqai", {}))
        super().__init__(config)
        self._untrained: list[str] = []

    @abstractmethod
    def make_estimator(self) -> Any:
        """Return a fresh classifier with scikit-learn's contract, seeded and with one thread."""

    @property
    def class_labels(self) -> tuple[str, ...]:
        """Class names in column order."""
        return direction_classes(flat=self.settings.label.flat)

    def start_live(self, dataframe: pd.DataFrame, metadata: dict[str, Any], strategy: Any, dk: Any) -> Any:
        """Stock live step, after repairing the date type of stored candles (trap T18)."""
        align_history_dates(self.dd.historic_data, dataframe["date"], self.dd.history_lock)
        dk = super().start_live(dataframe, metadata, strategy, dk)
        # Until a pair's first model is there, FreqAI returns the label and do_predict 0, but none of our
        # columns, and the strategy that reads them would fail every few seconds.
        returned = dk.return_dataframe.columns
        absent = [name for name in (*self.class_labels, *EXTRA_COLUMNS) if name not in returned]
        dk.return_dataframe = dk.return_dataframe.assign(**dict.fromkeys(absent, np.nan))
        return dk

    def start_backtesting(
        self, dataframe: pd.DataFrame, metadata: dict[str, Any], dk: Any, strategy: Any
    ) -> Any:
        """Stock backtest of one pair, refused when none of its windows could be trained."""
        current = fingerprint(self.config, self.settings, type(self).__name__)
        require_same_fingerprint(self.full_path, current, self.identifier)
        self._untrained = []
        # FreqAI leaves out the candle that opens at the end of the timerange and fills it with zeros;
        # lookahead-analysis ends every run at the candle it looks at, so it would see nothing else.
        dk.backtesting_timeranges[-1].stopts += self.base_tf_seconds
        result = super().start_backtesting(dataframe, metadata, dk, strategy)
        windows = len(dk.backtesting_timeranges)
        if self._untrained:
            logger.warning(
                "%s: %d of %d windows could not be trained and are not traded: %s",
                metadata["pair"], len(self._untrained), windows, "; ".join(self._untrained),
            )  # fmt: skip
        if windows and len(self._untrained) == windows:
            days = self.freqai_info["train_period_days"]
            raise OperationalException(
                f"{metadata['pair']}: no window could be trained ({self._untrained[0]}). Candles start at "
                f"{dataframe['date'].iloc[0]:%Y-%m-%d}; download {days} days (train_period_days) and "
                "startup_candle_count more before the timerange."
            )
        return result

    def train(self, unfiltered_df: pd.DataFrame, pair: str, dk: Any, **kwargs: Any) -> Model:
        """Train the fallback and one expert per regime; never raises (traps T5, T6).

        Parameters
        ----------
        unfiltered_df : DataFrame
            Candles of the training window with features, label and the plain `regime` column.
        pair : str
        dk : FreqaiDataKitchen
            Receives what FreqAI saves beside the model.

        Returns
        -------
        RegimeClassifier, or UntrainedClassifier with the reason
        """
        rows = training_rows(unfiltered_df, dk.training_features_list, DIRECTION, REGIME)
        # FreqAI pickles these with every save; the training features would be most of the disk (T15).
        dk.data_dictionary = {
            "train_features": pd.DataFrame(columns=dk.training_features_list),
            "train_dates": rows.dates,
        }
        dk.data["labels_mean"], dk.data["labels_std"] = {}, {}
        window = f"{unfiltered_df['date'].min():%Y-%m-%d} to {unfiltered_df['date'].max():%Y-%m-%d}"
        if not len(rows.labels):
            return self._give_up(pair, window, rows.missing or "no candles")
        try:
            model = self.fit({"rows": rows}, dk)
        except Exception as error:
            logger.exception("%s, window %s: training failed", pair, window)
            return self._give_up(pair, window, f"{type(error).__name__}: {error}")
        _log_training(model, pair, window, rows)
        return cast(Model, model)

    def fit(self, data_dictionary: dict[str, Any], dk: Any, **kwargs: Any) -> RegimeClassifier:
        """Fit the classifier on `data_dictionary["rows"]`, holding back `test_size` if it is set."""
        rows: TrainingRows = data_dictionary["rows"]
        weights = self._recency_weights(len(rows.labels), dk)
        test_size = self.freqai_info.get("data_split_parameters", {}).get("test_size", 0)
        if not test_size:
            return self._fit_rows(rows, weights)
        purge_size = self.settings.label.horizon
        train, test = purged_split(len(rows.labels), test_size=test_size, purge_size=purge_size)
        model = self._fit_rows(rows.take(train), None if weights is None else weights[train])
        _log_holdout(model, dk.pair, rows.take(test))
        return model

    def _fit_rows(self, rows: TrainingRows, weights: FloatArray | None) -> RegimeClassifier:
        model = RegimeClassifier(
            self.make_estimator(),
            classes=self.class_labels,
            min_samples=self.settings.min_samples,
            n_jobs=self.freqai_info.get("data_kitchen_thread_count") or -1,
        )
        return model.fit(rows.features, rows.labels, regimes=rows.regimes, sample_weight=weights)

    def _recency_weights(self, n_samples: int, dk: Any) -> FloatArray | None:
        if not self.ft_params.get("weight_factor", 0):
            return None
        return cast(FloatArray, dk.set_weights_higher_recent(n_samples))

    def _give_up(self, pair: str, window: str, reason: str) -> UntrainedClassifier:
        logger.warning("%s, window %s: not trained (%s); its rows get do_predict 0", pair, window, reason)
        self._untrained.append(f"{window}: {reason}")
        return UntrainedClassifier(self.class_labels, reason)

    def _declare_returns(self, dk: Any) -> None:
        """Name every column we return: live, FreqAI looks up a mean and a deviation of each."""
        for statistic in ("labels_mean", "labels_std"):
            known = dk.data.setdefault(statistic, {})
            for column in (*self.class_labels, *EXTRA_COLUMNS):
                known.setdefault(column, 0)

    def fit_live_predictions(self, dk: Any, pair: str) -> None:
        """Stock statistics of live predictions, completed for the columns FreqAI does not know."""
        super().fit_live_predictions(dk, pair)
        self._declare_returns(dk)

    def predict(
        self, unfiltered_df: pd.DataFrame, dk: Any, **kwargs: Any
    ) -> tuple[pd.DataFrame, npt.NDArray[np.int_]]:
        """Predict every row with the expert of its regime.

        Returns
        -------
        predictions : DataFrame of shape (n_rows, n_classes + 5)
            In row order, on a fresh index, columns as listed in the class docstring.
        do_predict : array of shape (n_rows,)
            1 where the prediction may be used (trap T3: missing features give 0).
        """
        dk.find_features(unfiltered_df)
        if self.live:
            self._declare_returns(dk)
        features, complete = prediction_rows(unfiltered_df, dk.training_features_list)
        regimes = unfiltered_df[REGIME].to_numpy()
        model = cast(Model, self.model)
        predictions = _prediction_frame(model, features, regimes)
        usable = complete & _trained(model)
        dk.DI_values = np.zeros(len(usable))
        dk.do_predict = usable.astype(np.int_)
        return predictions, dk.do_predict


def _trained(model: Model) -> bool:
    """False for a stand-in, and for a window with one class, whose certainty means nothing."""
    return isinstance(model, RegimeClassifier) and int(np.count_nonzero(model.class_prior_)) > 1


def _up_share(shares: FloatArray, classes: npt.NDArray[Any]) -> FloatArray:
    """Share of `up` among `up` and `down`; the last axis of `shares` follows `classes`."""
    position = {name: index for index, name in enumerate(classes)}
    up, down = shares[..., position["up"]], shares[..., position["down"]]
    share: FloatArray = up / np.maximum(up + down, np.finfo(float).tiny)
    return share


def _prediction_frame(
    model: Model, features: npt.NDArray[np.float32], regimes: npt.NDArray[Any]
) -> pd.DataFrame:
    if not len(features):  # FreqUI asks for windows that hold none of its candles
        one = np.zeros((1, features.shape[1]), dtype=np.float32)
        return _prediction_frame(model, one, np.array([Regime.UNKNOWN])).iloc[:0]
    probability = model.predict_proba(features, regimes=regimes)
    classes = model.classes_
    experts, expert_rows = model.route(regimes)
    columns: dict[str, Any] = {DIRECTION: classes[probability.argmax(axis=1)].astype(object)}
    columns |= {str(name): probability[:, index] for index, name in enumerate(classes)}
    columns[PROBABILITY] = _up_share(probability, classes)
    columns[EXPERT] = experts.astype(np.int64)
    columns[EXPERT_ROWS] = expert_rows
    columns[PRIOR] = _up_share(model.class_prior_, classes)
    return pd.DataFrame(columns)


def _log_training(model: RegimeClassifier, pair: str, window: str, rows: TrainingRows) -> None:
    parts = []
    for regime, expert in model.experts_.items():
        name = "all rows" if regime == Regime.UNKNOWN else regime.label
        parts.append(
            f"{name} {expert.n_samples}" + (f" (fallback: {expert.reason})" if expert.reason else "")
        )
    logger.info("%s, window %s: trained on %s", pair, window, ", ".join(parts))
    if rows.missing:
        logger.info("%s, window %s: rows left out: %s", pair, window, rows.missing)


def _log_holdout(model: RegimeClassifier, pair: str, rows: TrainingRows) -> None:
    probability = model.predict_proba(rows.features, regimes=rows.regimes)
    loss = log_loss(rows.labels, probability, labels=model.classes_)
    logger.info("%s: log-loss %.5f on %d held-back rows", pair, loss, len(rows.labels))
