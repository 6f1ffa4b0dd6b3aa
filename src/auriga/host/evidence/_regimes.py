"""Which regimes a backtest went through, and what the market did in each."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from auriga.candles import timeframe_delta
from auriga.errors import AurigaError, clause
from auriga.evaluation import regime_table
from auriga.host.evidence._pair_regimes import PairRegimes, read_pair_regimes
from auriga.host.results import BacktestResult
from auriga.typing import Regime, RegimeArray

_DAY = pd.Timedelta(days=1)
_STATISTICS = [
    "pair", "regime", "share_frac", "dwells", "dwell_days_median", "dwell_days_longest", "return_frac",
    "volatility_frac",
]  # fmt: skip


@dataclass(frozen=True, eq=False)
class RegimeEvidence:
    """Regimes in force in the period of a backtest, by pair.

    Attributes
    ----------
    timelines : mapping of pair to DataFrame
        One row a slow candle of the period: `date`, `close`, `regime` (code in force while it was formed:
        known at the close of the candle before, `UNKNOWN` where there was no answer yet).
    statistics : DataFrame
        One row a pair and regime: `pair`, `regime`, `share_frac` of the time with an answer, `dwells`,
        `dwell_days_median` (of those whose beginning and end were seen, else NaN), `dwell_days_longest`,
        `return_frac` (compounded while in force), `volatility_frac` (annual). NaN where a regime never was.
    transitions : mapping of pair to DataFrame
        From (rows) to (columns): how often, as counts of switches; the diagonal is 0.
    told_by : mapping of pair to pair
        Whose candles tell the regime.
    notes : tuple of str
        What could not be known, and why.
    """

    timelines: Mapping[str, pd.DataFrame]
    statistics: pd.DataFrame
    transitions: Mapping[str, pd.DataFrame]
    told_by: Mapping[str, str]
    notes: tuple[str, ...] = ()


def regime_evidence(result: BacktestResult, datadir: Path) -> RegimeEvidence:
    """Regimes of a backtest's pairs in its period, by the settings of the result.

    Parameters
    ----------
    result : BacktestResult
    datadir : Path
        Folder of the candles; slow ones are made of faster ones where they are missing.

    Returns
    -------
    RegimeEvidence
        A pair without candles, or with too few for any answer, is named in `notes` and nowhere else.
    """
    studies, notes = {}, []
    if "regime" not in result.config:
        notes.append(f"The result has no regime settings ({result.strategy}); these are the defaults.")
    for pair in result.pairs:
        try:
            studies[pair] = _study(result, datadir, pair)
        except AurigaError as error:
            notes.append(f"No regimes of {pair}: {clause(error)}")
    statistics = [_statistics(pair, study) for pair, study in studies.items()]
    return RegimeEvidence(
        timelines={pair: _timeline(study) for pair, study in studies.items()},
        statistics=pd.concat(statistics, ignore_index=True)
        if statistics
        else pd.DataFrame(columns=_STATISTICS),
        transitions={pair: _switches(_in_force(study)) for pair, study in studies.items()},
        told_by={pair: study.told_by for pair, study in studies.items()},
        notes=tuple(notes),
    )


def _study(result: BacktestResult, datadir: Path, pair: str) -> PairRegimes:
    """The period with one slow candle before it: its regime is the one in force when the period begins."""
    settings = result.settings
    before = result.start - timeframe_delta(settings.timeframe)
    timerange = f"{int(before.timestamp())}-{int(result.end.timestamp())}"
    return read_pair_regimes(
        datadir, pair, settings, [settings.detector], timerange=timerange, data_format=result.data_format
    )


def _in_force(study: PairRegimes) -> RegimeArray:
    """Regime while each candle was formed; of the candle before the period it does not matter."""
    (view,) = study.views.values()
    regimes: RegimeArray = np.r_[np.int8(Regime.UNKNOWN), view["regime"].to_numpy()[:-1]]
    return regimes


def _timeline(study: PairRegimes) -> pd.DataFrame:
    shown = study.candles[["date", "close"]].assign(regime=_in_force(study))
    return shown.iloc[1:].reset_index(drop=True)


def _statistics(pair: str, study: PairRegimes) -> pd.DataFrame:
    close = study.candles["close"].to_numpy()
    table = regime_table(close, _in_force(study), study.timeframe, known_before=False).reset_index()
    days = timeframe_delta(study.timeframe) / _DAY
    return pd.DataFrame(
        {
            "pair": pair,
            "regime": table["regime"],
            "share_frac": table["time_frac"],
            "dwells": table["runs"],
            "dwell_days_median": table["median_dwell"] * days,
            "dwell_days_longest": table["longest_dwell"] * days,
            "return_frac": table["return_frac"],
            "volatility_frac": table["annual_volatility_frac"],
        }
    )


def _switches(regimes: RegimeArray) -> pd.DataFrame:
    """Counts of switches between known regimes."""
    known, labels = Regime.known(), [regime.label for regime in Regime.known()]
    now, then = regimes[:-1], regimes[1:]
    counts = [[int(np.sum((now == a) & (then == b))) if a != b else 0 for b in known] for a in known]
    return pd.DataFrame(counts, index=pd.Index(labels, name="from"), columns=pd.Index(labels, name="to"))
