"""A bot's trades against the replayed signals of their candles."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from auriga.candles import timeframe_delta
from auriga.columns import LONG_THRESHOLD, PROBABILITY, REGIME, SHORT_THRESHOLD
from auriga.host.journal import JournalTrade
from auriga.host.parity._rows import Difference
from auriga.host.trading import DECIMALS
from auriga.typing import Regime

NO_SIGNAL, TAG, FACTS = "no entry signal", "other entry tag", "frozen facts differ"

_LATE_CANDLES = 2
"""A bot enters seconds after its signal; a slow one later, and then the signal is of an older candle."""


@dataclass(frozen=True)
class TradeParity:
    """Trades against their signals.

    Attributes
    ----------
    compared : int
    late : int
        Of them, how many were opened on a signal older than the last closed candle.
    left_out : dict of str to int
        Number of trades by the reason why there is nothing to compare.
    differences : tuple of Difference
    """

    compared: int
    late: int
    left_out: dict[str, int]
    differences: tuple[Difference, ...]


def trade_parity(
    trades: Sequence[JournalTrade], signals: dict[str, pd.DataFrame], timeframe: str
) -> TradeParity:
    """Compare entry tag, regime and probability of each trade with the signal of its candle.

    Prices, amounts and exits are not compared: live, orders fill at the price of the moment, and stops are
    looked at all the time.

    Parameters
    ----------
    trades : sequence of JournalTrade
    signals : dict of pair to DataFrame
        Replayed frames with `date`, the columns of the signal and entries; only candles that the bot
        predicted.
    timeframe : str
    """
    left_out: dict[str, int] = {}
    differences, compared, late = [], 0, 0
    for trade in trades:
        why, candles = _candles(trade, signals, timeframe)
        if why:
            left_out[why] = left_out.get(why, 0) + 1
            continue
        compared += 1
        found = [_differences(trade, row) for row in candles]
        agreeing = next((age for age, each in enumerate(found) if not each), None)
        late += bool(agreeing)
        if agreeing is None:
            differences += found[0]
    return TradeParity(compared, late, left_out, tuple(differences))


def _candles(
    trade: JournalTrade, signals: dict[str, pd.DataFrame], timeframe: str
) -> tuple[str, list[dict[str, Any]]]:
    """Why a trade has nothing to compare with, or the candles that may have opened it, newest first."""
    frame = signals.get(trade.pair)
    if frame is None or frame.empty:
        return "its pair has no live predictions", []
    newest = pd.Timestamp(trade.opened_at) - timeframe_delta(timeframe)
    if newest < frame["date"].iloc[0] or newest > frame["date"].iloc[-1] + _LATE_CANDLES * timeframe_delta(
        timeframe
    ):
        return "opened outside the recorded candles", []
    if not trade.enter_tag.endswith(("_long", "_short")):
        return f"not by a signal (tag {trade.enter_tag or 'none'})", []
    known = frame[frame["date"] <= newest]
    oldest = newest - (1 + _LATE_CANDLES) * timeframe_delta(timeframe)
    near = known[known["date"] > oldest]
    if near.empty:
        return "its candle's prediction was not recorded", []
    return "", [
        {str(name): value for name, value in row.items()} for row in near.iloc[::-1].to_dict("records")
    ]


def _differences(trade: JournalTrade, row: dict[str, Any]) -> list[Difference]:
    """Difference of a trade from one candle; the first cause alone."""
    side = "short" if trade.is_short else "long"
    known = {"date": row["date"], "pair": trade.pair}
    detail = f"trade {trade.id}, opened {trade.opened_at:%Y-%m-%d %H:%M:%S}"
    if not row.get(f"enter_{side}"):
        level = row[LONG_THRESHOLD if side == "long" else SHORT_THRESHOLD]
        told = f"probability {row[PROBABILITY]:.4f}, threshold {level:.4f}"
        return [Difference(**known, column="enter_tag", live=trade.enter_tag, replayed=told,
                           reason=NO_SIGNAL, detail=detail)]  # fmt: skip
    pairs: dict[str, tuple[Any, Any, str]] = {
        "enter_tag": (trade.enter_tag, row["enter_tag"], TAG),
        REGIME: (trade.regime, Regime(int(row[REGIME])).label, FACTS),
    }
    if trade.probability is not None:
        pairs[PROBABILITY] = (trade.probability, round(float(row[PROBABILITY]), DECIMALS), FACTS)
    for column, (live, replayed, reason) in pairs.items():
        if not _same(live, replayed):
            return [
                Difference(**known, column=column, live=live, replayed=replayed, reason=reason, detail=detail)
            ]
    return []


def _same(live: Any, replayed: Any) -> bool:
    if isinstance(live, float):
        return bool(abs(live - float(replayed)) <= 1.5 * 10**-DECIMALS)
    return str(live) == str(replayed)
