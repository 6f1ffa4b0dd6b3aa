"""A pair whose closes mostly stay is told of, by labels as the market makes them."""

import numpy as np
import pandas as pd
import pytest

from auriga.host.rows._flat_moves import warn_of_flat_moves
from auriga.host.rows._labels import label_spans
from auriga.settings import LabelSettings

DIRECTION = LabelSettings(horizon=2)
META = LabelSettings(kind="meta", horizon=2)
CLASSES = LabelSettings(horizon=2, threshold=1.0)
RETURN = LabelSettings(kind="return", horizon=2)


def closes(walk: pd.DataFrame, stays: float) -> pd.DataFrame:
    """Candles of which a part has the close of two candles before, and the others always another one."""
    moved = 100 + 0.01 * np.arange(len(walk))
    rows = np.arange(len(walk)) % 100 < 100 * stays
    for row in np.flatnonzero(rows)[2:]:
        moved[row] = moved[row - 2]
    return walk.assign(open=moved, high=moved + 1, low=moved - 1, close=moved, regime=np.int8(1))


def told(frame: pd.DataFrame, label: LabelSettings, traded: np.ndarray, caplog) -> list[str]:
    caplog.clear()
    warn_of_flat_moves("BTC/USDT", label_spans(frame, label), traded, label)
    return [text for text in caplog.messages if "coarse ticks" in text]


@pytest.mark.parametrize(
    ("label", "stays", "warned"),
    [
        (DIRECTION, 0.3, True), (META, 0.3, True), (CLASSES, 0.3, False), (RETURN, 0.3, False),
        (DIRECTION, 0.09, False), (DIRECTION, 0.12, True),
    ],
)  # fmt: skip
def test_closes_that_stay_are_told_where_they_teach_nothing(walk, caplog, label, stays, warned) -> None:
    traded = np.ones(len(walk), dtype=bool)
    assert bool(told(closes(walk, stays), label, traded, caplog)) == warned


def test_prices_that_fall_are_no_prices_that_stay(walk, caplog) -> None:
    frame = closes(walk, 0)
    falling = frame.assign(close=frame["close"].to_numpy()[::-1])
    assert told(falling, DIRECTION, np.ones(len(walk), dtype=bool), caplog) == []


def test_candles_of_a_pause_are_not_counted(walk, caplog) -> None:
    frame = closes(walk, 0.3)
    moves = label_spans(frame, DIRECTION).returns != 0
    assert told(frame, DIRECTION, moves, caplog) == []


def test_the_share_is_one_of_known_futures(walk, caplog) -> None:
    """Of 20 candles whose last 10 have no future yet, 9 in 10 stay."""
    frame = closes(walk.iloc[:20], 0).assign(close=[100.0] * 19 + [101.0])
    (text,) = told(frame, LabelSettings(horizon=10), np.ones(20, dtype=bool), caplog)
    assert "after 10 candles 90 % of the closes are the same" in text
