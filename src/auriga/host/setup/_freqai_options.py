"""Which FreqAI options the per-regime models understand, and why the others are refused."""

from collections.abc import Mapping
from typing import Any

from freqtrade.exceptions import OperationalException
from freqtrade.strategy import IStrategy

from auriga.host.setup._protocols import Strategy
from auriga.host.setup._settings import settings_from_config

_UNSUPPORTED = {
    (
        "feature_parameters",
        "principal_component_analysis",
    ): "trees split on single features; components hide them",
    ("feature_parameters", "use_SVM_to_remove_outliers"): "it drops rows and is not seeded",
    ("feature_parameters", "use_DBSCAN_to_remove_outliers"): "it drops rows that a regime may consist of",
    ("feature_parameters", "DI_threshold"): "it builds a matrix of rows x rows: 30,000 rows take 7 GB",
    ("feature_parameters", "noise_standard_deviation"): "it is not seeded, so no run could be repeated",
    ("feature_parameters", "shuffle_after_split"): "rows stay in time order",
    ("feature_parameters", "reverse_train_test_order"): "rows stay in time order",
    ("feature_parameters", "plot_feature_importances"): "FreqAI's plots know one model, not one per regime",
    ("data_split_parameters", "shuffle"): "rows stay in time order",
    ("", "continual_learning"): "each window is trained from its own rows alone",
}


_NEEDED = ("identifier", "train_period_days", "backtest_period_days", "feature_parameters")
_NEEDED_FEATURES = ("include_timeframes", "indicator_periods_candles")


def require_freqai(config: Mapping[str, Any]) -> None:
    """Refuse a configuration without a complete, enabled `freqai` block.

    Raises
    ------
    OperationalException
        Naming what is missing.
    """
    freqai = config.get("freqai") or {}
    if not freqai.get("enabled"):
        what = "is not enabled" if freqai else "is missing"
        raise OperationalException(
            f"The freqai block of the configuration {what}, but predictions come from a FreqAI model: copy "
            'that of Auriga\'s config.json, with "enabled": true, or set regime.signals.model to false to '
            "trade by the regime alone"
        )
    features = freqai.get("feature_parameters", {})
    missing = [f"freqai.{name}" for name in _NEEDED if name not in freqai]
    missing += [f"freqai.feature_parameters.{name}" for name in _NEEDED_FEATURES if not features.get(name)]
    if missing:
        raise OperationalException(
            f"The configuration lacks {', '.join(missing)}; copy what is missing from Auriga's config.json"
        )


def require_model(strategy: Strategy) -> None:
    """Refuse a start without a FreqAI model: Freqtrade gives a strategy one that only raises.

    Raises
    ------
    OperationalException
        See `require_freqai`.
    """
    if (
        settings_from_config(strategy.config).signals.model
        and type(strategy.freqai).__module__ == IStrategy.__module__
    ):
        require_freqai(strategy.config)


def require_supported_options(freqai: Mapping[str, Any]) -> None:
    """Refuse FreqAI options that would be ignored or would break the models' promises.

    Raises
    ------
    OperationalException
        Naming every such option, its value, the reason and the remedy.
    """
    complaints = []
    for (block, option), reason in _UNSUPPORTED.items():
        value = (freqai.get(block, {}) if block else freqai).get(option)
        if value:
            name = ".".join(part for part in ("freqai", block, option) if part)
            complaints.append(f"{name} is {value!r}, which is not supported: {reason}. Remove it.")
    if complaints:
        raise OperationalException("\n".join(complaints))
