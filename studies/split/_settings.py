"""Every number the study depends on, in one place, so that a stored result can name what made it."""

import hashlib
import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]

_TREES: dict[str, Any] = json.loads((ROOT / "config.json").read_text())["freqai"]["model_training_parameters"]


@dataclass(frozen=True)
class Study:
    """Settings of one study; the defaults are the study of the page."""

    pairs: tuple[str, ...] = ("BTC/USDT", "ETH/USDT", "SOL/USDT", "BNB/USDT", "DOGE/USDT", "ADA/USDT")
    leaders: tuple[str, ...] = ("BTC/USDT", "ETH/USDT")
    timeframes: tuple[str, ...] = ("5m", "15m", "1h", "4h")
    period: int = 14
    horizon: int = 12
    first_at: str = (
        "2023-07-03"  # a Monday, so that windows hold whole calendar weeks: the bootstrap's blocks
    )
    end_at: str = "2025-06-30"
    n_windows: int = 12
    test_days: int = 14
    train_days: int = 365
    least_train_days: int = 350
    every: int = 2  # models of all pairs see every second candle: neighbours share most of their future
    trees: dict[str, Any] = field(default_factory=lambda: dict(_TREES))
    tree_counts: tuple[int, ...] = (80, 100, 150, 200)
    own_trees: int = 100
    expert_trees: int = 30
    expert_learning_rate: float = 0.015
    min_samples: int = 2000
    prior_samples: int = 104_000
    other_weight: float = 0.3
    confirm_candles: int = 2
    min_dwell: int = 5
    n_placebos: int = 5
    stock: dict[str, Any] = field(
        default_factory=lambda: {"learning_rate": 0.05, "num_leaves": 31, "n_estimators": 200}
    )
    stock_windows: tuple[int, ...] = (0, 3, 6, 9)  # 200 trees on 255 bins take longer than all placebos
    extra_windows: tuple[int, ...] = (0, 3, 6)  # `weighted`, `pooled_with_regime`, side experiments
    seed: int = 1

    @property
    def base_trees(self) -> int:
        """Trees of the pooled base and of every expert that starts from nothing."""
        return int(self.trees["n_estimators"])

    @property
    def all_tree_counts(self) -> tuple[int, ...]:
        """Numbers of trees at which the pooled base is read."""
        return tuple(sorted({self.base_trees, *self.tree_counts}))

    def digest(self) -> str:
        """Short name of these settings: partial results of other settings are never mixed in."""
        text = json.dumps(asdict(self), sort_keys=True)
        return hashlib.sha1(text.encode()).hexdigest()[:12]


RULE_TITLES = {
    "moving_average": "200-day average",
    "price_change": "30-day change",
    "volatility": "move in volatilities",
    "vote": "vote of the three",
}
"""Regime series by name: the product's three rules and their vote."""

PLACEBO_RULES = ("moving_average", "price_change", "volatility")
