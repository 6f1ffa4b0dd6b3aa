"""Candles of a pause: as long as the horizon or longer, and the candle before it."""

import pandas as pd
import pytest

from auriga.labels import paused


def found(volumes: str, horizon: int) -> str:
    """Candles as digits of their volume; those of a pause come back as `x`."""
    candles = pd.DataFrame({"volume": [float(digit) for digit in volumes]})
    return "".join("x" if pause else "." for pause in paused(candles, horizon=horizon))


@pytest.mark.parametrize(
    ("volumes", "expected"),
    [
        ("111000111", "..xxxx..."),
        ("111001100", "........."),
        ("000111111", "xxx......"),
        ("000011", "xxxx.."),
        ("111111000", ".....xxxx"),
        ("000", "xxx"),
        ("1000100011", "xxxxxxxx.."),
        ("0100100111", ".........."),
        ("", ""),
    ],
)
def test_three_silent_candles_in_a_row_are_a_pause(volumes, expected) -> None:
    assert found(volumes, 3) == expected


def test_a_horizon_of_one_leaves_no_silent_candle() -> None:
    assert found("1101", 1) == ".xx."
