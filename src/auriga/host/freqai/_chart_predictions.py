"""Predictions for a chart: those of a backtest that was run, never new ones.

`freqtrade plot-dataframe` and FreqUI (`webserver`, `pair_history`) run the strategy with the start-up candles
alone and with any pairs and timerange. A model of so few candles would be another model, and looking at a
result must not change it, so charts train nothing and write nothing.
"""

import logging
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from freqtrade.data.history import load_pair_history

from auriga.columns import DO_PREDICT
from auriga.host.freqai._protocols import ChartModel
from auriga.host.seals import (
    Facts,
    Kitchen,
    RunRecord,
    differences,
    facts,
    opening_times,
    read_seal,
    rows_digest,
    run_records,
)
from auriga.host.setup import Strategy

logger = logging.getLogger(__name__)

_OF_THE_RUN = {"pairs", "first_window"}
"""Facts in which a chart may differ from the backtest that it shows."""

_MOST_RUNS = 50
_MOST_LINES = 3


def chart_predictions(
    glue: ChartModel, strategy: Strategy, pair: str, candles: pd.DataFrame, dk: Kitchen
) -> list[pd.DataFrame] | None:
    """Predictions of the backtest that covers most of a chart, the newest of these; None if this is no chart.

    Parameters
    ----------
    glue : RegimeFreqaiModel
    strategy : IStrategy
    pair : str
    candles : DataFrame
        Base candles of the chart.
    dk : FreqaiDataKitchen
        With the windows of the timerange.

    Returns
    -------
    list of DataFrame
        `date`, the label, `do_predict` and what the model returns, for every candle of the chart that has a
        prediction; without any, one row with `do_predict` 0.
    """
    if candles.empty or not _is_chart(pair, candles, strategy, dk.training_timeranges[0].startts * 1000):
        return None
    return [_shown(glue, strategy, pair, candles, Path(dk.get_full_models_path(dk.config)))]


def _is_chart(pair: str, candles: pd.DataFrame, strategy: Strategy, train_start: int) -> bool:
    """Whether Freqtrade gives fewer candles of a pair than its data provider loads for a training."""
    given = opening_times(candles["date"].iloc[[0]])[0]
    there = strategy.dp.get_pair_dataframe(pair, strategy.timeframe)
    return bool(given > train_start and (there.empty or given > opening_times(there["date"].iloc[[0]])[0]))


def _shown(
    glue: ChartModel, strategy: Strategy, pair: str, candles: pd.DataFrame, models: Path
) -> pd.DataFrame:
    shown = _Shown(glue, strategy, pair, models)
    best, run = pd.DataFrame(), None
    for record in shown.records():
        rows = shown.rows(record)
        rows = rows[rows["date"].isin(candles["date"])] if len(rows) else rows
        if len(rows) > len(best):
            best, run = rows, record
    if run is None:
        _warn(glue, pair, shown.complaints)
        return _nothing(glue, candles)
    logger.info(
        "%s: the chart shows %d predictions of the backtest of %s UTC",
        pair, len(best), f"{pd.Timestamp(run.at, unit='s'):%Y-%m-%d %H:%M}",
    )  # fmt: skip
    return best


@dataclass
class _Shown:
    """Valid predictions of runs."""

    glue: ChartModel
    strategy: Strategy
    pair: str
    models: Path

    def __post_init__(self) -> None:
        self.complaints: list[str] = []
        self._now = facts(self.glue.config, self.glue.settings, type(self.glue), self.strategy)
        if self.glue.frozen is not None:
            self._now = {**self.glue.frozen.manifest.facts, "frozen": self.glue.frozen.digest}
        self._candles = self._whole_history()

    def records(self) -> Iterator[RunRecord]:
        """Runs of this strategy, model and pair, newest first, each list of files once."""
        seen: list[Mapping[str, str]] = []
        for record in run_records(self.models):
            own = (record.strategy, record.model, record.pair) == (
                self.strategy.get_strategy_name(), type(self.glue).__name__, self.pair,
            )  # fmt: skip
            if own and record.files not in seen and len(seen) < _MOST_RUNS:
                seen.append(record.files)
                yield record

    def rows(self, record: RunRecord) -> pd.DataFrame:
        """Predictions of a run that would be valid in a backtest of today."""
        frames = []
        for file, checksum in record.paths(self.models).items():
            seal = read_seal(file.with_suffix(".json"), [file])
            if isinstance(seal, str):
                self.complaints.append(seal)
            elif seal["sha256"][file.name] != checksum:
                continue  # a later run has written it anew, and stands in a line of its own
            elif found := differences(_common(seal.get("facts", {})), _common(self._now)):
                self.complaints += found
            else:
                rows = pd.read_feather(file)
                if self._window_digest(rows["date"]) == seal.get("window"):
                    frames.append(rows)
                else:
                    self.complaints.append("the candles of its window have changed")
        return pd.concat(frames, ignore_index=True).drop_duplicates("date") if frames else pd.DataFrame()

    def _window_digest(self, dates: pd.Series) -> str:
        return rows_digest(self._candles[self._candles["date"].isin(dates)])

    def _whole_history(self) -> pd.DataFrame:
        """Candles on disk without any timerange: a window may end after the chart."""
        config = self.glue.config
        candles: pd.DataFrame = load_pair_history(
            pair=self.pair,
            timeframe=config["timeframe"],
            datadir=config["datadir"],
            data_format=config.get("dataformat_ohlcv"),
            candle_type=config["candle_type_def"],
        )
        return candles


def _common(known: Facts) -> Facts:
    return {name: value for name, value in known.items() if name not in _OF_THE_RUN and name != "code.frozen"}


def _warn(glue: ChartModel, pair: str, complaints: list[str]) -> None:
    """Once a pair: why there is nothing to see."""
    if pair in glue.charts_without_predictions:
        return
    glue.charts_without_predictions.add(pair)
    reasons = list(dict.fromkeys(complaints))
    why = (
        f" (those there are were made from something else: {'; '.join(reasons[:_MOST_LINES])})"
        if reasons
        else ""
    )
    logger.warning(
        "%s: no backtest under freqai.identifier '%s' has predictions for this chart%s; do_predict is 0. A "
        "chart trains nothing: backtest this pair and timerange first.",
        pair, glue.identifier, why,
    )  # fmt: skip


def _nothing(glue: ChartModel, candles: pd.DataFrame) -> pd.DataFrame:
    columns = dict.fromkeys(glue.returned, np.nan)
    return (
        candles[["date"]].iloc[:1].assign(**{glue.label: 0, **columns, DO_PREDICT: 0}).reset_index(drop=True)
    )
