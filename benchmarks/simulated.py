"""What the models recover of simulated markets, whose truth is known.

For each market and seed: one year of training, 60 days of test, features of 5m and closed 1h candles.
Experts (one LightGBM per regime) and pooled model have the same trees, the same rows and the same features;
both are given regimes as a user gets them, detected from daily candles, and once the true ones.
"""

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from lightgbm import LGBMClassifier
from rich.console import Console
from rich.progress import track
from rich.table import Table

from auriga.candles import close_times, resample_candles
from auriga.datasets import MARKETS, SimulatedMarket, simulate_market
from auriga.evaluation import (
    Interval,
    block_bootstrap,
    block_bootstrap_mean,
    calendar_weeks,
    log_loss_rows,
    recovered_share,
    roc_auc,
)
from auriga.features import basic_features, period_features
from auriga.labels import direction
from auriga.models import RegimeClassifier
from auriga.regimes import RULES, carry_regimes, detect_regimes
from auriga.typing import FloatArray, Regime, RegimeArray

DAY = 288
HISTORY, TRAIN, TEST = 210 * DAY, 365 * DAY, 60 * DAY
CONFIG = Path(__file__).parents[1] / "config.json"
TREES = json.loads(CONFIG.read_text())["freqai"]["model_training_parameters"] | {
    "n_jobs": 1,
    "random_state": 1,
    "verbosity": -1,
}


@dataclass(frozen=True)
class Outcome:
    """Test rows of one market: what happened, what was said, what could have been said."""

    dates: pd.Series
    up: np.ndarray
    best: FloatArray
    experts: FloatArray
    experts_true: FloatArray
    pooled: FloatArray
    recovered: float


def feature_matrix(candles: pd.DataFrame) -> pd.DataFrame:
    """Features of each 5m candle and of the last closed 1h candle."""
    fast = pd.concat([basic_features(candles), period_features(candles, period=14)], axis=1)
    hours = resample_candles(candles, "1h")
    slow = pd.concat([basic_features(hours), period_features(hours, period=14)], axis=1)
    slow = slow.add_suffix("_1h").assign(known_at=close_times(hours["date"], "1h"))
    asked = pd.DataFrame({"known_at": close_times(candles["date"], "5m")})
    merged = pd.merge_asof(asked, slow, on="known_at").drop(columns="known_at")
    return pd.concat([fast, merged.set_index(candles.index)], axis=1)


def detected_regimes(market: SimulatedMarket) -> RegimeArray:
    """Regimes as a user gets them: the default rules on daily candles, carried when known."""
    daily = resample_candles(market.candles, "1d")
    slow = detect_regimes(daily, [rule() for rule in RULES.values()])
    carried = carry_regimes(slow, "1d", market.candles["date"], "5m")
    return carried["regime"].to_numpy()


def run(name: str, seed: int) -> Outcome:
    """Train on one year and predict the next 60 days of one simulated market."""
    market = simulate_market(HISTORY + TRAIN + TEST, market=name, seed=seed)
    features = feature_matrix(market.candles)
    label = direction(market.candles, horizon=market.horizon)
    complete = features.notna().all(axis=1) & label.notna()
    rows = np.arange(len(features))
    train = complete & (rows >= HISTORY) & (rows < HISTORY + TRAIN - market.horizon)
    test = complete & (rows >= HISTORY + TRAIN)
    detected = detected_regimes(market)
    X, y = features.to_numpy(np.float32), label.to_numpy(object)
    said = {}
    for kind, regimes, least in (
        ("experts", detected, 2000),
        ("experts_true", market.regimes, 2000),
        ("pooled", detected, len(rows) + 1),
    ):
        model = RegimeClassifier(LGBMClassifier(**TREES), min_samples=least, n_jobs=-1)
        model.fit(X[train], y[train].astype(str), regimes=regimes[train])
        said[kind] = model.predict_proba(X[test], regimes=regimes[test])[:, 1]
    known = test & (detected != Regime.UNKNOWN)
    return Outcome(
        dates=market.candles.loc[test, "date"],
        up=y[test] == "up",
        best=market.probability[test],
        recovered=recovered_share(market.regimes[known], detected[known]),
        **said,
    )


def difference(outcomes: list[Outcome], ours: str, theirs: str) -> Interval:
    """Log-loss of `theirs` minus `ours` in 1e-5 nats: above 0 ours is better; weeks of a seed are blocks."""
    values, blocks = [], []
    for number, outcome in enumerate(outcomes):
        loss = [log_loss_rows(outcome.up, getattr(outcome, name)) for name in (theirs, ours)]
        values.append(1e5 * (loss[0] - loss[1]))
        blocks.append(calendar_weeks(outcome.dates) + 10_000 * number)
    return block_bootstrap_mean(np.concatenate(values), np.concatenate(blocks))


def auc_difference(outcomes: list[Outcome], ours: str, theirs: str) -> Interval:
    """AUC of `ours` minus AUC of `theirs` over the rows of all seeds; blocks as in `difference`."""
    up = np.concatenate([o.up for o in outcomes])
    one, other = (np.concatenate([getattr(o, kind) for o in outcomes]) for kind in (ours, theirs))
    weeks = [calendar_weeks(o.dates) + 10_000 * number for number, o in enumerate(outcomes)]
    return block_bootstrap(
        lambda rows: roc_auc(up[rows], one[rows]) - roc_auc(up[rows], other[rows]), np.concatenate(weeks)
    )


def measure(seeds: int = 6) -> Table:
    """Run every market with several seeds and tabulate the means."""
    table = Table(
        "market", "regimes", "recovered", "AUC best", "AUC experts", "AUC pooled",
        "AUC gained", "log-loss gained, 1e-5 nats",
        title=f"Simulated markets, {seeds} seeds each: experts against one pooled model",
    )  # fmt: skip
    for name in MARKETS:
        outcomes = [run(name, seed) for seed in track(range(seeds), description=name)]
        mean_auc = {
            kind: f"{np.mean([roc_auc(o.up, getattr(o, kind)) for o in outcomes]):.4f}"
            for kind in ("best", "experts", "experts_true", "pooled")
        }
        recovered = f"{np.mean([o.recovered for o in outcomes]):.2f}"
        for kind, source, share in (("experts", "detected", recovered), ("experts_true", "true", "1")):
            auc, loss = auc_difference(outcomes, kind, "pooled"), difference(outcomes, kind, "pooled")
            table.add_row(
                name, source, share, mean_auc["best"], mean_auc[kind], mean_auc["pooled"],
                f"{auc.estimate:+.4f} [{auc.low:+.4f}, {auc.high:+.4f}]",
                f"{loss.estimate:+.0f} [{loss.low:+.0f}, {loss.high:+.0f}]",
            )  # fmt: skip
    return table


def main() -> None:
    """Print the table."""
    Console(width=180).print(measure())
