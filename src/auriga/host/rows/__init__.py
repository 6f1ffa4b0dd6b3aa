"""Candles to features, regimes and labels, and those to the rows that models learn from."""

from auriga.host.rows._expected_move import SIGMA_CANDLES, expected_bp, label_units, move_sigma
from auriga.host.rows._feature_hooks import add_features, feature_warmup_candles, pair_inputs
from auriga.host.rows._label_checks import LabelHorizonError
from auriga.host.rows._label_report import experts_in_words, label_report, moves_in_words
from auriga.host.rows._labels import (
    add_label,
    class_lean,
    label_classes,
    label_spans,
    primary_side,
    required_label,
)
from auriga.host.rows._learned_moves import learned_moves
from auriga.host.rows._market import (
    FEW_MOMENTS,
    LABEL_MOMENTS,
    Market,
    PairRows,
    TrainingTable,
    milliseconds,
    training_table,
)
from auriga.host.rows._model_columns import ModelColumns, canonical_columns, freqai_frame
from auriga.host.rows._pair_features import PairFeatures, TimeframeBlock, named, pair_features
from auriga.host.rows._regimes import (
    add_regimes,
    detected_regimes,
    detector_from_settings,
    market_regimes,
    regime_candles,
    regime_pair,
    regime_tags,
)
from auriga.host.rows._sources import (
    PairSourceError,
    futures_inputs,
    informative_candles,
    informative_sources,
    require_sources,
    source_candles,
    traded_candles,
)
from auriga.host.rows._spread import spread_rows

__all__ = [
    "FEW_MOMENTS",
    "LABEL_MOMENTS",
    "SIGMA_CANDLES",
    "LabelHorizonError",
    "Market",
    "ModelColumns",
    "PairFeatures",
    "PairRows",
    "PairSourceError",
    "TimeframeBlock",
    "TrainingTable",
    "add_features",
    "add_label",
    "add_regimes",
    "canonical_columns",
    "class_lean",
    "detected_regimes",
    "detector_from_settings",
    "expected_bp",
    "experts_in_words",
    "feature_warmup_candles",
    "freqai_frame",
    "futures_inputs",
    "informative_candles",
    "informative_sources",
    "label_classes",
    "label_report",
    "label_spans",
    "label_units",
    "learned_moves",
    "market_regimes",
    "milliseconds",
    "move_sigma",
    "moves_in_words",
    "named",
    "pair_features",
    "pair_inputs",
    "primary_side",
    "regime_candles",
    "regime_pair",
    "regime_tags",
    "require_sources",
    "required_label",
    "source_candles",
    "spread_rows",
    "traded_candles",
    "training_table",
]
