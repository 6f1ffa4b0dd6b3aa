"""Out-of-sample log-loss of cached backtest predictions, on rows that both arms predicted."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from auriga.columns import DO_PREDICT, EXPERT, PROBABILITY
from auriga.evaluation import Interval, block_bootstrap_mean, log_loss_rows
from auriga.labels import direction
from auriga.typing import Regime
from benchmarks.speed._candles import read_candles
from benchmarks.speed._overlays import Arm

HORIZON = 12


@dataclass(frozen=True)
class Losses:
    """Mean log-loss in nats, ours and stock and of a constant.

    `gain` is stock minus ours in 1e-5 nats; whole days were resampled for its interval.
    """

    ours: float
    stock: float
    constant: float
    gain: Interval
    rows: int


def _cached(models: Path, coin: str = "*") -> pd.DataFrame:
    files = sorted((models / "backtesting_predictions").glob(f"cb_{coin}_*_prediction.feather"))
    if not files:
        raise FileNotFoundError(f"no cached predictions of {coin} in {models}")
    return pd.concat([pd.read_feather(file) for file in files])


def experts(models: Path) -> list[str]:
    """Names of the regimes whose models answered; `fallback` for the model of all rows."""
    answered = _cached(models)[EXPERT].unique()
    return ["fallback" if code == Regime.UNKNOWN else Regime(code).label for code in sorted(answered)]


def predictions(models: Path, pair: str) -> pd.Series:
    """Probability of up by date; FreqAI's cached windows one after the other, unusable rows left out."""
    frame = _cached(models, pair.split("/")[0].lower()).drop_duplicates("date", keep="last")
    usable = frame[frame[DO_PREDICT] == 1].set_index("date")
    return usable[PROBABILITY if PROBABILITY in usable else "up"]


def outcome_rows(candles: pd.DataFrame, ours: pd.Series, stock: pd.Series, train_days: int) -> pd.DataFrame:
    """Rows that both predicted and whose outcome is known: `up`, `ours`, `stock`, `constant`.

    The constant is the share of rises over the `train_days` before the first prediction.
    """
    outcome = direction(candles, horizon=HORIZON).set_axis(candles["date"])
    table = pd.concat({"outcome": outcome, "ours": ours, "stock": stock}, axis=1, join="inner").dropna()
    start = table.index[0]
    known = outcome[(outcome.index < start) & (outcome.index >= start - pd.Timedelta(days=train_days))]
    share = float((known.dropna() == "up").mean())
    return table.assign(up=table["outcome"] == "up", constant=share)


def log_losses(candles: Path, models: Mapping[Arm, Path], pairs: Sequence[str], train_days: int) -> Losses:
    """Score the cached predictions of `models["ours"]` and `models["stock"]` on the same rows."""
    tables = []
    for pair in pairs:
        said = {arm: predictions(folder, pair) for arm, folder in models.items()}
        tables.append(outcome_rows(read_candles(candles, pair), said["ours"], said["stock"], train_days))
    rows = pd.concat(tables)
    up = rows["up"].to_numpy(dtype=bool)
    loss = {name: log_loss_rows(up, rows[name].to_numpy(float)) for name in ("ours", "stock", "constant")}
    days = rows.index.to_numpy(dtype="datetime64[D]").astype(np.int64)
    gain = block_bootstrap_mean(1e5 * (loss["stock"] - loss["ours"]), days)
    means = {name: float(np.mean(values)) for name, values in loss.items()}
    return Losses(**means, gain=gain, rows=len(rows))
