"""FreqAI's record of a bot's predictions, and which of its rows are predictions at all."""

from dataclasses import dataclass
from pathlib import Path

import cloudpickle
import pandas as pd

from auriga.columns import DO_PREDICT, LIVE_LATE, LIVE_REGIME, TRAINED_AT
from auriga.errors import HostError, named

RECORD_NAME = "historic_predictions.pkl"

EXPIRED = 2
"""`do_predict` of a candle whose model was older than `freqai.expiration_hours`."""


@dataclass(frozen=True)
class LivePredictions:
    """What a bot recorded of one pair.

    Attributes
    ----------
    pair : str
    rows : DataFrame
        True live predictions, oldest first: FreqAI's columns with `date` for `date_pred`.
    filled_in : int
        Candles that FreqAI predicted with hindsight, at its first prediction of the pair.
    missed : DatetimeIndex
        Candles without a prediction: the bot was stopped or too slow, or it was killed before it saved.
    late : DatetimeIndex
        Candles that a model answered when another pair or timeframe still lacked its newest candle; the bot
        does not trade them.
    expired : DatetimeIndex
        Candles whose model was too old; FreqAI asked no model.
    """

    pair: str
    rows: pd.DataFrame
    filled_in: int
    missed: pd.DatetimeIndex
    late: pd.DatetimeIndex
    expired: pd.DatetimeIndex


def read_live_predictions(models: Path) -> list[LivePredictions]:
    """Read the record of a bot, also while it runs: it puts each new record in the old one's place at once.

    Only what a model answered at the time carries `trained_at`. FreqAI fills in the first frame of a pair
    with predictions of the past (`set_initial_historic_predictions`), and zeros where it has none: after a
    restart (`set_initial_return_values`), for skipped candles and expired models
    (`append_model_predictions`). Zeroed candles have no price, except where the model had expired.

    Parameters
    ----------
    models : Path
        FreqAI's folder of the identifier.

    Raises
    ------
    HostError
        If there is no record, or it was not made by this version of Auriga.
    """
    file = models / RECORD_NAME
    if not file.is_file():
        raise HostError(
            f"there is no {file}: FreqAI writes it when a bot has trained, and when it stops. Check "
            "--userdir and freqai.identifier, or wait for the first training"
        )
    try:
        record: dict[str, pd.DataFrame] = cloudpickle.loads(file.read_bytes())
    except Exception as error:  # a damaged pickle can raise anything
        raise HostError(f"{file} cannot be read ({named(error)})") from None
    return [_sorted_out(pair, frame, file) for pair, frame in sorted(record.items())]


def _sorted_out(pair: str, frame: pd.DataFrame, file: Path) -> LivePredictions:
    absent = [name for name in (TRAINED_AT, LIVE_REGIME, "date_pred") if name not in frame]
    if absent:
        raise HostError(
            f"{file} has no {', '.join(absent)} for {pair}: it is of an older version of Auriga or another "
            "model, which did not say which model answered. There is nothing to compare with; a bot that is "
            "restarted with this version starts a new record"
        )
    dates = pd.to_datetime(frame["date_pred"], utc=True).dt.as_unit("ms")
    frame = frame.drop(columns="date_pred").assign(date=dates)
    answered, priced = frame[TRAINED_AT] > 0, frame["close_price"] > 0
    late = answered & (frame[LIVE_LATE] > 0) if LIVE_LATE in frame else answered & False
    expired = ~answered & (frame[DO_PREDICT] == EXPIRED)
    missed = ~answered & ~priced & ~expired
    return LivePredictions(
        pair=pair,
        rows=frame[answered & ~late].sort_values("date").reset_index(drop=True),
        filled_in=int((~answered & priced & ~expired).sum()),
        missed=pd.DatetimeIndex(frame["date"][missed]),
        late=pd.DatetimeIndex(frame["date"][late]),
        expired=pd.DatetimeIndex(frame["date"][expired]),
    )
