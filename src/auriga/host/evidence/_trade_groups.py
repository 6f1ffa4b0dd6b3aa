"""Trades of a result as the report shows them, alone and in groups."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from auriga.evaluation import stationary_bootstrap_mean
from auriga.host.journal import regime_of_tag
from auriga.host.results import BacktestResult
from auriga.typing import FloatArray, Regime

LEAST_ROWS = 20
"""Trades, or days, below which there is no interval: resampling so few says nothing."""

COLUMNS = (
    "pair", "direction", "regime", "enter_tag", "exit_reason", "opened_at", "closed_at", "return_frac",
    "profit", "holding_minutes",
)  # fmt: skip
_FIGURES = ["trades", "profit", "profit_frac", "mean_frac", "mean_low", "mean_high", "win_rate_frac",
            "holding_minutes"]  # fmt: skip
_REGIMES = [regime.label for regime in Regime.known()]


def shown_trades(result: BacktestResult) -> pd.DataFrame:
    """One row a trade in the order of closing, indexed by its number in the result, from 1 on.

    Columns are `COLUMNS`; `regime` is that of the entry tag, empty where the tag names none; `return_frac` is
    Freqtrade's, of the stake (leverage included), after fees and funding.
    """
    trades = result.trades
    if trades.empty:
        return _typed(pd.DataFrame(columns=list(COLUMNS), index=pd.RangeIndex(1, 1, name="trade")))
    shown = pd.DataFrame(
        {
            "pair": trades["pair"],
            "direction": np.where(trades["is_short"].astype(bool), "short", "long"),
            "enter_tag": _texts(trades["enter_tag"]),
            "exit_reason": _texts(trades["exit_reason"]),
            "opened_at": trades["open_date"],
            "closed_at": trades["close_date"],
            "return_frac": trades["profit_ratio"].astype(float),
            "profit": trades["profit_abs"].astype(float),
        }
    )
    shown["regime"] = shown["enter_tag"].map(regime_of_tag)
    shown["holding_minutes"] = (shown["closed_at"] - shown["opened_at"]).dt.total_seconds() / 60
    shown.index = pd.RangeIndex(1, len(shown) + 1, name="trade")
    return _typed(shown[list(COLUMNS)].sort_values("closed_at", kind="stable"))


def _typed(shown: pd.DataFrame) -> pd.DataFrame:
    numbers = dict.fromkeys(("return_frac", "profit", "holding_minutes"), "float64")
    dates = dict.fromkeys(("opened_at", "closed_at"), "datetime64[ms, UTC]")
    return shown.astype(numbers | dates)


def _texts(column: pd.Series) -> pd.Series:
    return column.where(column.map(lambda value: isinstance(value, str)), "").astype("str")


def grouped_trades(shown: pd.DataFrame, by: str, capital: float) -> pd.DataFrame:
    """Figures of each group of trades, the columns of `TradingEvidence.by_regime`.

    Regimes come in their own order (those without trades are left out), anything else by number of trades.
    Trades without a regime or tag are named `none`.

    Parameters
    ----------
    shown : DataFrame
        As `shown_trades` returns it.
    by : str
        Column.
    capital : float
        Starting wallet in stake currency.
    """
    names = shown[by].replace("", "none")
    found: Sequence[str] = [*names.value_counts().index]
    if by == "regime":
        found = sorted(found, key=lambda name: _REGIMES.index(name) if name in _REGIMES else len(_REGIMES))
    rows = {name: _figures(shown[names == name], capital) for name in found}
    table = pd.DataFrame.from_dict(rows, orient="index", columns=_FIGURES, dtype=np.float64)
    return table.astype({"trades": np.int64}).rename_axis(by)


def _figures(trades: pd.DataFrame, capital: float) -> list[float]:
    profits, returns = trades["profit"].to_numpy(), trades["return_frac"].to_numpy()
    low, high = mean_interval(returns)
    return [
        len(trades),
        float(profits.sum()),
        float(profits.sum() / capital),
        float(returns.mean()),
        low,
        high,
        float(np.mean(profits > 0)),
        float(trades["holding_minutes"].mean()),
    ]


def mean_interval(values: FloatArray) -> tuple[float, float]:
    """95 % interval of a mean of dependent rows; NaN below `LEAST_ROWS`."""
    if len(values) < LEAST_ROWS:
        return np.nan, np.nan
    interval = stationary_bootstrap_mean(values)
    return interval.low, interval.high
