"""The configuration overlays: what ours and stock have in common, and where they differ."""

from pathlib import Path
from typing import Any, Literal

Arm = Literal["ours", "stock"]
Json = dict[str, Any]

ROOT = Path(__file__).parents[2]
PAIRS = ["BTC/USDT", "ETH/USDT"]

SAME_TREES: Json = {"n_estimators": 200, "learning_rate": 0.05, "num_leaves": 31}
"""Everything else is each side's default: LightGBM's, but 63 bins in ours where LightGBM has 255."""

EXAMPLE_TREES: Json = {"n_estimators": 800}
"""Freqtrade's example for classifiers (docstring of `templates/FreqaiExampleHybridStrategy.py`)."""

FAST_REGIMES: Json = {
    "timeframe": "4h",
    "moving_average": {"period": 40, "enter_level": 0.01, "exit_level": 0.005},
    "price_change": {"period": 20, "enter_level": 0.02, "exit_level": 0.01},
    "min_samples": 500,
}
"""Every regime occurs in each window of 60 days, so that all three experts are trained."""

_ENTRY = {
    "ours": ("RegimeStrategy", "strategies", "RegimeLightGBMClassifier"),
    "stock": ("StockStrategy", "benchmarks/speed/strategies", "LightGBMClassifier"),
}


def run_config(
    shipped: Json,
    arm: Arm,
    *,
    trees: Json | None,
    train_days: int,
    backtest_days: int,
    regime: Json | None = None,
    pairs: list[str] | None = None,
) -> Json:
    """Build one arm's configuration from the shipped one.

    Files given to Freqtrade are merged key by key, so tree parameters could be added that way but not
    taken away; this builds the whole configuration instead.

    Parameters
    ----------
    shipped : dict
        `config.json`.
    arm : {"ours", "stock"}
    trees : dict or None
        The whole of `model_training_parameters`; None keeps the shipped ones.
    train_days, backtest_days : int
        `train_period_days` and `backtest_period_days`.
    regime : dict, optional
        Merged into the `regime` block.
    pairs : list of str, optional
        The whitelist; `PAIRS` by default.

    Examples
    --------
    >>> shipped = {"exchange": {}, "freqai": {"model_training_parameters": {"max_bin": 63}}}
    >>> config = run_config(shipped, "stock", trees={"n_estimators": 5}, train_days=60, backtest_days=7)
    >>> config["freqaimodel"], config["freqai"]["model_training_parameters"]
    ('LightGBMClassifier', {'n_estimators': 5})
    """
    strategy, folder, model = _ENTRY[arm]
    freqai = shipped["freqai"] | {
        "identifier": f"speed-{arm}",
        "train_period_days": train_days,
        "backtest_period_days": backtest_days,
    }
    if trees is not None:
        freqai["model_training_parameters"] = dict(trees)
    return shipped | {
        "strategy": strategy,
        "strategy_path": str(ROOT / folder),
        "freqaimodel": model,
        "freqaimodel_path": str(ROOT / "freqaimodels"),
        "exchange": shipped["exchange"] | {"pair_whitelist": pairs or PAIRS},
        "regime": shipped.get("regime", {}) | (regime or {}),
        "freqai": freqai,
    }
