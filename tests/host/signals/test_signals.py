"""Entries and exits follow prediction, regime, its age and traded volume, and nothing else."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from tests.support.every_prediction import every_prediction

from auriga.columns import (
    ATR_FRAC,
    CONFIDENCE,
    DO_PREDICT,
    LONG_THRESHOLD,
    PROBABILITY,
    REGIME,
    REGIME_AGE,
    SHORT_THRESHOLD,
)
from auriga.host.signals import Thresholds, add_entries, add_exits, add_history_columns, add_signal_columns
from auriga.indicators import natr
from auriga.risk import confidence
from auriga.settings import parse_settings
from auriga.typing import Regime

PLAIN = Thresholds(0.55, 0.45, 0.5)
MADE = [LONG_THRESHOLD, SHORT_THRESHOLD, CONFIDENCE, ATR_FRAC]
SIGNALS = ["enter_long", "enter_short", "exit_long", "exit_short", "enter_tag", "exit_tag"]


def candles(probability, regime=Regime.BULL, age=np.nan, do_predict=1, volume=1.0) -> pd.DataFrame:
    """Candles that swing by a little, with what a prediction and a regime say of each."""
    n = len(probability)
    close = 100 + np.sin(np.arange(n))
    frame = pd.DataFrame(
        {
            "date": pd.date_range("2025-01-01", periods=n, freq="5min", tz="UTC"),
            "open": close, "high": close + 1, "low": close - 1, "close": close, "volume": volume,
            PROBABILITY: probability, DO_PREDICT: do_predict, REGIME_AGE: age,
        }
    )  # fmt: skip
    return frame.assign(**{REGIME: np.broadcast_to(np.asarray(regime, dtype=np.int8), n)})


def signals(frame, thresholds=PLAIN, *, can_short=True, **settings) -> pd.DataFrame:
    """What the strategy's hooks make of a frame, when the model decides alone."""
    parsed = parse_settings(every_prediction({"signals": settings}))
    rules = {"timeframe": "5m", "can_short": can_short}
    frame = add_signal_columns(frame, parsed, thresholds)
    frame = add_entries(frame, parsed, thresholds, **rules)
    return add_exits(frame, parsed, thresholds, **rules)


def test_long_above_short_below_neutral_between() -> None:
    made = signals(candles([0.551, 0.55, 0.5, 0.45, 0.449], [1, 0, 1, 1, -1]))
    assert made["enter_long"].tolist() == [1, 0, 0, 0, 0]
    assert made["enter_short"].tolist() == [0, 0, 0, 0, 1]
    assert made["enter_tag"].tolist() == ["bull_long", None, None, None, "bear_short"]


def test_exits_say_why() -> None:
    made = signals(candles([0.56, 0.51, 0.5, 0.49, 0.44]))
    assert made["exit_long"].tolist() == [0, 0, 0, 1, 1]
    assert made["exit_short"].tolist() == [1, 1, 0, 0, 0]
    assert made["exit_tag"].tolist() == ["opposite", "decay", None, "decay", "opposite"]


def test_spot_leaves_on_the_short_signal_that_it_cannot_follow() -> None:
    made = signals(candles([0.9, 0.1]), can_short=False)
    assert made["exit_tag"].tolist() == [None, "opposite"]
    assert {"enter_short", "exit_short"}.isdisjoint(made.columns)
    assert made["enter_tag"].tolist() == ["bull_long", None]


@pytest.mark.parametrize(
    ("settings", "tags"),
    [
        ({"exit_on_decay": False}, ["opposite", None, None, "opposite"]),
        ({"exit_on_opposite": False}, ["decay", "decay", "decay", "decay"]),
        ({"exit_on_decay": False, "exit_on_opposite": False}, [None] * 4),
    ],
)
def test_each_exit_has_its_switch(settings, tags) -> None:
    made = signals(candles([0.6, 0.51, 0.49, 0.4]), **settings)
    assert made["exit_tag"].tolist() == tags
    assert (made["exit_long"] | made["exit_short"]).tolist() == [int(tag is not None) for tag in tags]


def test_what_cannot_be_used_gives_no_signal() -> None:
    unusable = [
        candles([0.9, 0.1], do_predict=0),
        candles([0.9, 0.1], do_predict=2),
        candles([0.9, 0.1], volume=0.0),
        candles([np.nan, np.nan]),
    ]
    for frame in unusable:
        made = signals(frame)
        assert not made[["enter_long", "enter_short", "exit_long", "exit_short"]].any(axis=None)
        assert not made[CONFIDENCE].any()


def test_unknown_regime_enters_nothing_and_still_lets_go() -> None:
    made = signals(candles([0.9, 0.1], Regime.UNKNOWN), Thresholds(0.55, 0.45, 0.5, 0.02, 0.02, 0.02))
    assert made[[LONG_THRESHOLD, SHORT_THRESHOLD]].isna().all(axis=None)
    assert made[CONFIDENCE].tolist() == [0, 0]
    assert made[["enter_long", "enter_short"]].sum().tolist() == [0, 0]
    assert made["exit_tag"].tolist() == ["decay", "decay"]


def test_offset_of_the_regime_moves_all_three_thresholds() -> None:
    regimes = [1, 1, 0, 0, -1, -1]
    thresholds = Thresholds(0.55, 0.45, 0.5, bull_offset=-0.03, sideways_offset=0.0, bear_offset=0.04)
    made = signals(candles([0.53, 0.48, 0.53, 0.48, 0.58, 0.48], regimes), thresholds)
    assert made[LONG_THRESHOLD].tolist() == pytest.approx([0.52, 0.52, 0.55, 0.55, 0.59, 0.59])
    assert made[SHORT_THRESHOLD].tolist() == pytest.approx([0.42, 0.42, 0.45, 0.45, 0.49, 0.49])
    assert made["enter_tag"].tolist() == ["bull_long", None, None, None, None, "bear_short"]
    assert made["exit_tag"].tolist() == ["opposite", "decay", "decay", "decay", "decay", "opposite"]
    assert made["exit_short"].tolist() == [1, 1, 1, 0, 1, 0]


def test_young_regime_enters_nothing() -> None:
    ages = [0.0, 1.0, 2.0, np.nan]
    made = signals(candles([0.9] * 4, age=ages), grace_candles=2)
    assert made["enter_long"].tolist() == [0, 0, 1, 1]  # an age that nobody saw begin is old enough
    assert made[CONFIDENCE].gt(0).tolist() == [False, False, True, True]
    assert signals(candles([0.9] * 4, age=ages))["enter_long"].all()


def test_young_regime_gives_no_opposite_signal_either() -> None:
    made = signals(candles([0.1, 0.1], age=[0.0, 5.0]), grace_candles=2, exit_on_decay=False)
    assert made["exit_tag"].tolist() == [None, "opposite"]


def test_tags_are_what_freqtrade_takes_the_length_of() -> None:
    """Its backtest replaces NaN with None, which text columns of pandas 3 undo."""
    made = signals(candles([0.9, 0.5]))
    for column in ("enter_tag", "exit_tag"):
        assert made[column].dtype == object
        assert made[column].replace([np.nan], [None]).shift(1).tolist()[0] is None
        assert made[column].iloc[1] is None


def test_hyperopt_may_try_thresholds_out_of_order_and_enters_nothing() -> None:
    made = signals(candles([0.9, 0.58, 0.1]), Thresholds(0.55, 0.45, 0.6))
    assert made[["enter_long", "enter_short"]].sum().tolist() == [0, 0]
    assert not (made["exit_long"] & made["exit_short"]).any()


def test_columns_are_made_anew_and_the_input_is_kept() -> None:
    frame = add_history_columns(candles([0.6] * 30), parse_settings({}))
    before = frame.copy()
    once = add_signal_columns(frame, parse_settings({}), PLAIN)
    pd.testing.assert_frame_equal(frame, before)
    again = add_signal_columns(once, parse_settings({}), Thresholds(0.7, 0.3, 0.5))
    assert again.columns.tolist() == once.columns.tolist()
    assert again[LONG_THRESHOLD].eq(0.7).all()
    pd.testing.assert_series_equal(once[ATR_FRAC], natr(frame, period=14), check_names=False)


def test_no_candles_give_no_signals() -> None:
    made = signals(candles([]))
    assert made.empty
    assert set(MADE + SIGNALS) <= set(made.columns)


FEW = hypothesis_settings(max_examples=30)
LEVELS = st.integers(0, 1000).map(lambda value: value / 1000)
OFFSETS = st.integers(-50, 50).map(lambda value: value / 1000)


@st.composite
def cases(draw) -> tuple[pd.DataFrame, Thresholds, int]:
    """Up to 60 candles of all kinds, thresholds in order, and a grace period."""
    short, exit_, long = sorted(draw(st.tuples(LEVELS, LEVELS, LEVELS)))
    thresholds = Thresholds(long, short, exit_, draw(OFFSETS), draw(OFFSETS), draw(OFFSETS))
    n, rng = draw(st.integers(0, 60)), np.random.default_rng(draw(st.integers(0, 1_000_000)))
    probability = np.where(
        rng.random(n) < 0.5, rng.random(n), rng.choice([0.0, short, exit_, long, 1.0, np.nan], n)
    )
    frame = candles(
        probability,
        regime=rng.choice([int(regime) for regime in Regime], n),
        age=rng.choice([np.nan, 0.0, 1.0, 7.0], n),
        do_predict=rng.choice([0, 1, 1, 1, 2], n),
        volume=rng.choice([0.0, 1.0, 1.0, 1.0], n),
    )
    return frame, thresholds, draw(st.integers(0, 3))


@FEW
@given(cases())
def test_confidence_is_that_of_the_scalar_function(case) -> None:
    frame, thresholds, grace = case
    made = signals(frame, thresholds, grace_candles=grace)
    for row in made.to_dict("records"):
        if np.isnan(row[PROBABILITY]):
            assert np.isnan(row[CONFIDENCE])
        elif not row["enter_long"] and not row["enter_short"]:
            assert row[CONFIDENCE] == 0
        else:
            side = "long" if row["enter_long"] else "short"
            threshold = min(max(row[f"{side}_threshold"], 0.0), 1.0)
            if threshold == row[f"{side}_threshold"]:  # others are refused at start
                assert row[CONFIDENCE] == confidence(row[PROBABILITY], threshold, side)
                assert 0 < row[CONFIDENCE] <= 1


@FEW
@given(cases())
def test_no_candle_speaks_for_both_sides(case) -> None:
    frame, thresholds, grace = case
    made = signals(frame, thresholds, grace_candles=grace)
    for one, other in (
        ("enter_long", "enter_short"),
        ("exit_long", "exit_short"),  # one tag for both sides is enough
        ("enter_long", "exit_long"),  # Freqtrade would do neither
        ("enter_short", "exit_short"),
    ):
        assert not (made[one] & made[other]).any()
    tagged = (made["exit_long"] | made["exit_short"]).astype(bool)
    assert (made["exit_tag"].notna() == tagged).all()
    assert (made["enter_tag"].notna() == (made["enter_long"] | made["enter_short"]).astype(bool)).all()
    opposite = made["exit_tag"] == "opposite"
    probability, usable = made[PROBABILITY], made[CONFIDENCE] > 0
    beyond = (probability > made[LONG_THRESHOLD]) | (probability < made[SHORT_THRESHOLD])
    assert (opposite == (usable & beyond)).all()


@FEW
@given(cases())
def test_a_swapped_market_gives_swapped_signals(case) -> None:
    """P and 1 - P, long and short, an offset and its opposite: nothing prefers a side."""
    frame, thresholds, grace = case
    frame[PROBABILITY] = frame[PROBABILITY].round(2) + 0.0005  # beside every threshold, not on it
    there = signals(frame, thresholds, grace_candles=grace)
    swapped = Thresholds(
        1 - thresholds.short, 1 - thresholds.long, 1 - thresholds.exit,
        -thresholds.bull_offset, -thresholds.sideways_offset, -thresholds.bear_offset,
    )  # fmt: skip
    back = signals(frame.assign(**{PROBABILITY: 1 - frame[PROBABILITY]}), swapped, grace_candles=grace)
    for column in ("enter", "exit"):
        assert (there[f"{column}_long"] == back[f"{column}_short"]).all()
        assert (there[f"{column}_short"] == back[f"{column}_long"]).all()
    assert there["exit_tag"].tolist() == back["exit_tag"].tolist()


@FEW
@given(cases(), st.data())
def test_later_candles_change_nothing(case, data) -> None:
    frame, thresholds, grace = case
    cut = data.draw(st.integers(0, len(frame)))
    whole = signals(frame, thresholds, grace_candles=grace)
    part = signals(frame.iloc[:cut].copy(), thresholds, grace_candles=grace)
    pd.testing.assert_frame_equal(part[MADE + SIGNALS], whole[MADE + SIGNALS].iloc[:cut])
