"""Live predictions against the backtest path: the same candle, the same model, every column."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from auriga.columns import (
    DO_PREDICT,
    EXPERT,
    EXPERT_ROWS,
    LIVE_REGIME,
    PRIOR,
    PROBABILITY,
    REGIME,
    TRAINED_AT,
)
from auriga.host.pairs import RegimeModel
from auriga.host.parity._models import LiveModel
from auriga.host.rows import Market
from auriga.host.seals import Fitted
from auriga.typing import IntArray

TOLERANCE = 1e-9
"""Absolute, of probabilities and returns. Models read float32 features and answer in doubles: equal features
give equal answers to the last bit or two, unequal ones that matter pass another split and are far off."""

_CANDLE = {"close_price": "close", "high_price": "high", "low_price": "low"}
_CODES = (LIVE_REGIME, EXPERT, EXPERT_ROWS, DO_PREDICT)

CANDLE, MISSING, MODEL = "candle changed", "candle missing in the download", "other model"
REGIME_DIFFERS, UNUSABLE, PREDICTION = "regime differs", "do_predict differs", "prediction differs"


@dataclass(frozen=True)
class Difference:
    """One column of one candle that is not the same.

    Attributes
    ----------
    date : Timestamp
        Opening time of the candle, UTC.
    pair, column : str
    live, replayed : object
    reason : str
        What kind of difference it is.
    detail : str
        More about it; may be empty.
    """

    date: pd.Timestamp
    pair: str
    column: str
    live: Any
    replayed: Any
    reason: str
    detail: str = ""


@dataclass(frozen=True)
class Replay:
    """One pair's live rows and what the backtest path says of the same candles, row by row."""

    pair: str
    live: pd.DataFrame
    replayed: pd.DataFrame
    absent: pd.DatetimeIndex


def candle_rows(market: Market, pair: str, dates: pd.Series) -> IntArray:
    """Positions of candles in a pair's downloaded ones; -1 for those that are not there."""
    known = pd.DatetimeIndex(market.rows(pair).features.frame["date"]).as_unit("ms")
    rows: IntArray = known.get_indexer(pd.DatetimeIndex(dates).as_unit("ms"))
    return rows


def replayed_rows(
    glue: RegimeModel, market: Market, pair: str, rows: IntArray, model: Fitted
) -> pd.DataFrame:
    """Predictions of these candles as a backtest makes them, with regime and candle beside them."""
    own = market.rows(pair)
    features = market.predictable(pair, rows)
    frame, usable = glue.predict_rows(model, features, *own.asked(rows))
    candles = own.features.frame.iloc[rows].reset_index(drop=True)
    frame[DO_PREDICT], frame[LIVE_REGIME] = usable, own.regimes[rows].astype(np.int64)
    for name, column in _CANDLE.items():
        frame[name] = candles[column]
    replayed: pd.DataFrame = frame.assign(date=candles["date"], **{REGIME: frame[LIVE_REGIME]})
    return replayed


def row_differences(replay: Replay, found: LiveModel, label: str) -> Iterator[Difference]:
    """Every difference of these rows, for each row in order of cause: candle, regime, model, prediction."""
    for date in replay.absent:
        yield Difference(date, replay.pair, "date", "predicted", "no candle", MISSING)
    pairs = zip(replay.live.to_dict("records"), replay.replayed.to_dict("records"), strict=True)
    for live, replayed in pairs:
        for column in _columns(live, replayed, label):
            if not _equal(column, live[column], replayed[column]):
                reason = _reason(column, found)
                detail = found.complaint if reason == MODEL else ""
                yield Difference(
                    live["date"], replay.pair, column, live[column], replayed[column], reason, detail
                )


def _columns(live: Mapping[Any, Any], replayed: Mapping[Any, Any], label: str) -> list[str]:
    known = [*_CANDLE, LIVE_REGIME, TRAINED_AT, DO_PREDICT, EXPERT, EXPERT_ROWS, PRIOR, PROBABILITY, label]
    classes = [name for name in replayed if name in live and name not in (*known, "date")]
    return [name for name in (*known, *classes) if name in live and name in replayed]


def _equal(column: str, live: Any, replayed: Any) -> bool:
    if isinstance(live, str) or isinstance(replayed, str):
        return bool(live == replayed)
    if column in _CANDLE:
        return bool(np.isclose(live, replayed, rtol=1e-9, atol=0))
    if pd.isna(live) and pd.isna(replayed):  # neither knows: a regressor that could not be trained
        return True
    tolerance = 0.5 if column in (*_CODES, TRAINED_AT) else TOLERANCE
    return bool(abs(float(live) - float(replayed)) <= tolerance)


def _reason(column: str, found: LiveModel) -> str:
    if column in _CANDLE:
        return CANDLE
    if column == LIVE_REGIME:
        return REGIME_DIFFERS
    if column == TRAINED_AT or found.same is False:
        return MODEL
    return UNUSABLE if column == DO_PREDICT else PREDICTION
