"""A backtest of what a bot predicted live: Freqtrade's `--freqai-backtest-live-models`."""

import logging
from collections.abc import Sequence

import numpy as np
import pandas as pd

from auriga.columns import DO_PREDICT, TRAINED_AT

logger = logging.getLogger(__name__)


def with_record(
    candles: pd.DataFrame, record: pd.DataFrame | None, pair: str, columns: Sequence[str]
) -> pd.DataFrame:
    """Candles with the predictions that a bot made of them at the time.

    Parameters
    ----------
    candles : DataFrame of shape (n, ...)
        Base candles of the backtest. Not changed.
    record : DataFrame or None
        FreqAI's record of the pair, one row a candle (`date_pred`); None when the bot had none.
    pair : str
    columns : sequence of str
        What every prediction has beside `do_predict`.

    Returns
    -------
    DataFrame
        `do_predict` is 0 where there is no prediction, and where FreqAI filled in the history before the bot
        began (`trained_at` 0): that model had seen those candles. Other columns are NaN without a prediction.
    """
    plain = candles.drop(columns=[*columns, DO_PREDICT], errors="ignore")
    if record is None or record.empty:
        logger.warning("%s: the bot has no record of it; not traded", pair)
        return plain.assign(**dict.fromkeys(columns, np.nan), **{DO_PREDICT: 0})
    missing = [name for name in columns if name not in record]
    known = record.assign(**dict.fromkeys(missing, np.nan))[["date_pred", *columns, DO_PREDICT]]
    known = known.drop_duplicates("date_pred", keep="last").rename(columns={"date_pred": "date"})
    known["date"] = known["date"].astype(plain["date"].dtype)
    joined = plain.merge(known, on="date", how="left")
    at_the_time = (joined[DO_PREDICT] == 1) & (joined[TRAINED_AT] > 0)
    logger.info("%s: %d of %d candles were predicted live", pair, at_the_time.sum(), len(joined))
    return joined.assign(**{DO_PREDICT: at_the_time.astype(np.int64)})
