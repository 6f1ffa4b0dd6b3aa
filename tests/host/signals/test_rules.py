"""What the regime allows, when the model waits, when it vetoes, and what it alone is worth."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from auriga.columns import (
    DO_PREDICT,
    EXPECTED_BP,
    PROBABILITY,
    REASON,
    REASON_WORDS,
    REGIME,
    REGIME_AGE,
    REGIME_STATUS,
    SIDE_AGE,
)
from auriga.host.signals import (
    Reason,
    Situation,
    Thresholds,
    add_entries,
    add_exits,
    add_reason_words,
    add_signal_columns,
)
from auriga.settings import parse_settings

LEVELS = Thresholds(0.52, 0.45, 0.46)
BULL, SIDEWAYS, BEAR, UNKNOWN = 1, 0, -1, -2
BOTH = {"bull": "both", "sideways": "both", "bear": "both"}


def candles(regimes, probability=np.nan, timeframe="5min", start="2025-01-01", **columns) -> pd.DataFrame:
    n = len(regimes)
    close = 100 + np.sin(np.arange(n))
    frame = pd.DataFrame(
        {
            "date": pd.date_range(start, periods=n, freq=timeframe, tz="UTC"),
            "open": close, "high": close + 1, "low": close - 1, "close": close, "volume": 1.0,
            REGIME: np.asarray(regimes, dtype=np.int8), REGIME_AGE: np.nan, REGIME_STATUS: 0,
        }
    )  # fmt: skip
    frame[PROBABILITY] = probability
    frame[DO_PREDICT] = frame[PROBABILITY].notna().astype(int)
    return frame.assign(**columns)


def made(frame, thresholds=LEVELS, *, can_short=False, timeframe="5m", barred="", **settings) -> pd.DataFrame:
    patience = {"entry_patience_candles": 12, "exit_patience_candles": 12}
    parsed = parse_settings({"signals": patience | settings})
    rules = {"timeframe": timeframe, "can_short": can_short}
    frame = add_signal_columns(frame, parsed, thresholds)
    frame = add_entries(frame, parsed, thresholds, barred=barred, **rules)
    frame = add_reason_words(frame, parsed, thresholds, barred=barred, **rules)
    return add_exits(frame, parsed, thresholds, **rules)


# --- the regime decides whether -------------------------------------------------------------------


def test_rules_alone_hold_what_the_regime_allows_and_need_no_prediction() -> None:
    frame = candles([SIDEWAYS, BULL, BULL, UNKNOWN, BULL, BEAR, UNKNOWN]).drop(
        columns=[PROBABILITY, DO_PREDICT]
    )
    signals = made(frame, model=False)
    assert signals["enter_long"].tolist() == [0, 1, 1, 0, 1, 0, 0]
    assert signals["exit_long"].tolist() == [1, 0, 0, 0, 0, 1, 0]
    assert signals["enter_tag"].tolist() == [None, "bull_long", "bull_long", None, "bull_long", None, None]
    assert signals["exit_tag"].tolist() == ["regime", None, None, None, None, "regime", None]


def test_an_unknown_regime_ends_nothing_and_enters_nothing() -> None:
    signals = made(candles([UNKNOWN] * 3), model=False, can_short=True, sides=BOTH)
    assert not signals[["enter_long", "enter_short", "exit_long", "exit_short"]].any(axis=None)
    assert signals[REASON].tolist() == [Reason.REGIME_UNKNOWN] * 3


@pytest.mark.parametrize(
    ("sides", "long", "short"),
    [
        ({}, [1, 0, 0], [0, 0, 0]),
        ({"bull": "flat"}, [0, 0, 0], [0, 0, 0]),
        ({"bear": "short"}, [1, 0, 0], [0, 0, 1]),
        ({"sideways": "both", "bear": "short"}, [1, 1, 0], [0, 0, 1]),
        ({"bull": "short", "sideways": "long", "bear": "long"}, [0, 1, 1], [1, 0, 0]),
    ],
)
def test_each_regime_has_its_sides(sides, long, short) -> None:
    frame = candles([BULL, SIDEWAYS, BEAR])
    signals = made(frame, model=False, can_short=True, sides=sides)
    assert signals["enter_long"].tolist() == long
    assert signals["enter_short"].tolist() == short
    spot = made(frame, model=False, sides=sides)
    assert spot["enter_long"].tolist() == long
    assert "enter_short" not in spot and "exit_short" not in spot


def test_a_side_that_is_no_longer_allowed_is_left() -> None:
    sides = {"bull": "long", "sideways": "both", "bear": "short"}
    signals = made(candles([BULL, SIDEWAYS, BEAR]), model=False, can_short=True, sides=sides)
    assert signals["exit_long"].tolist() == [0, 0, 1]
    assert signals["exit_short"].tolist() == [1, 0, 0]
    kept = made(
        candles([BULL, SIDEWAYS, BEAR]), model=False, can_short=True, sides=sides, exit_on_regime=False
    )
    assert not kept[["exit_long", "exit_short"]].any(axis=None)


def test_a_pair_that_must_not_be_traded_enters_nothing_and_can_still_be_left() -> None:
    signals = made(candles([BULL, BEAR]), model=False, barred="its candles have a hole")
    assert signals["enter_long"].tolist() == [0, 0]
    assert signals["exit_long"].tolist() == [0, 1]
    assert signals[REASON_WORDS].tolist() == ["no entry: the pair is not traded: its candles have a hole"] * 2


def test_a_candle_without_trades_and_a_young_regime_enter_nothing() -> None:
    frame = candles([BULL] * 4, volume=[0.0, 1.0, 1.0, 1.0], **{REGIME_AGE: [9.0, 1.0, 2.0, np.nan]})
    signals = made(frame, model=False, grace_candles=2)
    assert signals["enter_long"].tolist() == [0, 0, 1, 1]
    assert signals[REASON].tolist()[:2] == [Reason.NOT_TRADED, Reason.REGIME_YOUNG]
    assert signals[REASON_WORDS][1] == "no entry: the regime is 1 candles old, less than 2"


# --- the model times ------------------------------------------------------------------------------


def test_the_model_waits_for_a_rise_but_no_longer_than_its_patience() -> None:
    frame = candles([SIDEWAYS] + [BULL] * 6, 0.5)
    signals = made(frame, entry_patience_candles=3)
    assert signals["enter_long"].tolist() == [0, 0, 0, 0, 1, 1, 1]
    sooner = made(
        frame.assign(**{PROBABILITY: [0.5, 0.5, 0.53, 0.5, 0.5, 0.5, 0.5]}), entry_patience_candles=3
    )
    assert sooner["enter_long"].tolist() == [0, 0, 1, 0, 1, 1, 1]
    assert made(frame, entry_patience_candles=0)["enter_long"].tolist() == [0, 1, 1, 1, 1, 1, 1]


def test_an_ended_regime_is_left_at_once_unless_a_bounce_is_expected() -> None:
    regimes = [BULL, BULL] + [SIDEWAYS] * 5
    falls = made(candles(regimes, 0.45), exit_patience_candles=3)
    assert falls["exit_long"].tolist() == [0, 0, 1, 1, 1, 1, 1]
    bounces = made(candles(regimes, 0.47), exit_patience_candles=3)
    assert bounces["exit_long"].tolist() == [0, 0, 0, 0, 0, 1, 1]
    assert bounces["exit_tag"].tolist() == [None] * 5 + ["regime"] * 2
    assert bounces[REASON].tolist()[2:6] == [Reason.REGIME_ENDS_LATER] * 3 + [Reason.REGIME_NOT_ALLOWED]
    unknown = made(candles(regimes, np.nan), exit_patience_candles=3)
    assert unknown["exit_long"].tolist() == [0, 0, 1, 1, 1, 1, 1]


def test_a_short_waits_by_the_mirrored_level() -> None:
    sides = {"bear": "short"}
    regimes = [BEAR, SIDEWAYS, SIDEWAYS]
    waits = made(candles(regimes, 0.53), can_short=True, sides=sides, exit_patience_candles=5)
    assert waits["exit_short"].tolist() == [0, 0, 0]
    leaves = made(candles(regimes, 0.55), can_short=True, sides=sides, exit_patience_candles=5)
    assert leaves["exit_short"].tolist() == [0, 1, 1]


def test_a_late_regime_neither_starts_the_wait_again_nor_ends_it() -> None:
    frame = candles([SIDEWAYS, BULL, UNKNOWN, BULL, BULL], 0.5)
    assert made(frame, entry_patience_candles=2)["enter_long"].tolist() == [0, 0, 0, 1, 1]
    assert made(frame)[SIDE_AGE].tolist()[1:] == [0, 1, 2, 3]


def test_a_regime_whose_beginning_was_not_seen_is_not_waited_for() -> None:
    assert made(candles([BULL] * 3, 0.4))["enter_long"].tolist() == [1, 1, 1]


def test_a_change_between_regimes_that_allow_the_same_is_no_change() -> None:
    frame = candles([BEAR, BULL, BULL, SIDEWAYS, SIDEWAYS], 0.4)
    signals = made(frame, entry_patience_candles=2, sides={"sideways": "long"})
    assert signals["enter_long"].tolist() == [0, 0, 0, 1, 1]
    assert signals["exit_long"].tolist() == [1, 0, 0, 0, 0]


# --- the model vetoes -----------------------------------------------------------------------------


def test_a_veto_enters_and_leaves_on_the_candle_that_closes_the_day() -> None:
    frame = candles([BULL] * 12, 0.6, timeframe="4h")  # two days
    levels = Thresholds(0.5, 0.45, 0.45)
    signals = made(frame, levels, timeframe="4h", role="veto", decide="regime_candle")
    assert np.flatnonzero(signals["enter_long"]).tolist() == [5, 11]  # opened at 20:00
    assert signals[REASON].tolist()[:5] == [Reason.BETWEEN_DECISIONS] * 5
    falls = made(
        frame.assign(**{PROBABILITY: 0.44}), levels, timeframe="4h", role="veto", decide="regime_candle"
    )
    assert np.flatnonzero(falls["exit_long"]).tolist() == [5, 11]
    assert set(falls["exit_tag"].dropna()) == {"decay"}
    always = made(frame, levels, timeframe="4h", role="veto")
    assert always["enter_long"].all()


def test_a_veto_without_a_prediction_enters_nothing_and_keeps_what_is_open_until_its_regime_ends() -> None:
    signals = made(candles([BULL] * 3 + [BEAR]), Thresholds(0.5, 0.45, 0.45), role="veto")
    assert not signals["enter_long"].any()
    assert signals["exit_long"].tolist() == [0, 0, 0, 1]
    assert signals[REASON].tolist() == [Reason.NO_PREDICTION] * 3 + [Reason.REGIME_NOT_ALLOWED]
    unusable = made(candles([BULL], 0.9, **{DO_PREDICT: 0}), role="veto")
    assert unusable[REASON].tolist() == [Reason.NOT_USABLE]


# --- the model alone ------------------------------------------------------------------------------


def test_a_model_alone_trades_above_its_costs() -> None:
    """The default costs are 15 bp a side: a round trip times 1.2 is 36 bp."""
    expected = [35.9, 36.1, 60.0, 0.1, 0.0, -40.0, np.nan]
    frame = candles([BULL] * 7, 0.6, **{EXPECTED_BP: expected})
    signals = made(frame, role="alone")
    assert signals["enter_long"].tolist() == [0, 1, 1, 0, 0, 0, 0]
    assert signals["exit_long"].tolist() == [0, 0, 0, 0, 1, 1, 0]  # held until nothing is expected any more
    assert signals[REASON_WORDS][0] == "no entry: expected 36 bp < 36 bp"
    assert signals[REASON_WORDS][6] == "no entry: nothing is known of the expected move"
    assert signals[REASON_WORDS][1].endswith("0.6000 is above 0.5200, expected 36 bp > 36 bp")


def test_half_the_fee_halves_the_hurdle_and_without_a_margin_there_is_none() -> None:
    frame = candles([BULL], 0.6, **{EXPECTED_BP: [20.0]})
    block = {"signals": {"role": "alone"}, "costs": {"fee_frac": 0.0005, "slippage_frac": 0.00025}}
    assert Situation(frame, parse_settings(block), LEVELS, "5m", "long").hurdle == pytest.approx(18.0)
    assert made(frame, role="alone")["enter_long"].tolist() == [0]
    assert made(frame, role="alone", cost_margin=None)["enter_long"].tolist() == [1]
    assert made(frame, role="alone", cost_margin=0.5)["enter_long"].tolist() == [1]


def test_a_short_expects_a_fall() -> None:
    frame = candles([BEAR] * 3, 0.3, **{EXPECTED_BP: [-40.0, -30.0, 40.0]})
    signals = made(frame, role="alone", can_short=True, sides=BOTH)
    assert signals["enter_short"].tolist() == [1, 0, 0]
    assert signals["exit_short"].tolist() == [0, 0, 1]


def test_thresholds_out_of_order_enter_nothing_and_say_so() -> None:
    signals = made(candles([BULL], 0.9, **{EXPECTED_BP: [90.0]}), Thresholds(0.5, 0.45, 0.6), role="alone")
    assert signals[REASON_WORDS].tolist() == ["no entry: the thresholds are out of order"]


# --- reasons --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("settings", "columns", "words"),
    [
        ({}, {REGIME: [BEAR], REGIME_AGE: [11.0]}, "no entry: regime bear since 11 days"),
        ({}, {REGIME: [BEAR], REGIME_AGE: [1.0]}, "no entry: regime bear since 1 day"),
        ({}, {REGIME: [SIDEWAYS]}, "no entry: regime sideways"),
        ({}, {REGIME: [UNKNOWN], REGIME_STATUS: [3]}, "no entry: the regime is unknown (source missing)"),
        (
            {},
            {SIDE_AGE: [4.0], PROBABILITY: [0.5], REGIME_AGE: [0.0]},
            "no entry: regime bull since 0 days; the model waits, 4 of at most 12 candles: "
            "0.5000 is not above 0.5200",
        ),
        ({}, {SIDE_AGE: [4.0], PROBABILITY: [0.6]}, "long: regime bull, 0.6000 is above 0.5200"),
        ({}, {SIDE_AGE: [12.0]}, "long: regime bull, no better price within 12 candles"),
        ({"model": False}, {REGIME_AGE: [3.0]}, "long: regime bull since 3 days"),
        ({"role": "veto"}, {PROBABILITY: [0.5]}, "no entry: 0.5000 is not above 0.5200"),
    ],
)
def test_reasons_in_words(settings, columns, words) -> None:
    frame = candles([BULL], **{SIDE_AGE: [99.0]}).assign(**columns)
    frame[DO_PREDICT] = frame[PROBABILITY].notna().astype(int)
    assert made(frame, **settings)[REASON_WORDS].tolist() == [words]


def test_regimes_of_other_timeframes_count_their_candles() -> None:
    settings = parse_settings({"timeframe": "4h", "signals": {"model": False}})
    frame = candles([BEAR, BEAR], **{REGIME_AGE: [7.0, 12.0]})
    frame = add_signal_columns(frame, settings, LEVELS)
    frame = add_entries(frame, settings, LEVELS, timeframe="5m", can_short=False)
    frame = add_reason_words(frame, settings, LEVELS, timeframe="5m", can_short=False)
    assert frame[REASON_WORDS].tolist() == [
        "no entry: regime bear since 7 4h candles", "no entry: regime bear since 2 days",
    ]  # fmt: skip


def test_words_for_the_newest_candles_alone() -> None:
    settings = parse_settings({"signals": {"model": False}})
    frame = add_signal_columns(candles([BULL] * 4), settings, LEVELS)
    frame = add_entries(frame, settings, LEVELS, timeframe="5m", can_short=False)
    frame = add_reason_words(frame, settings, LEVELS, timeframe="5m", can_short=False, newest=2)
    assert [bool(words) for words in frame[REASON_WORDS]] == [False, False, True, True]


# --- properties -----------------------------------------------------------------------------------

REGIMES = st.lists(st.sampled_from([BULL, SIDEWAYS, BEAR, UNKNOWN]), min_size=1, max_size=40)
SIDES = st.sampled_from(["flat", "long", "short", "both"])


@st.composite
def markets(draw):
    regimes = draw(REGIMES)
    n = len(regimes)
    probability = draw(st.lists(st.floats(0, 1) | st.just(float("nan")), min_size=n, max_size=n))
    expected = draw(st.lists(st.floats(-200, 200) | st.just(float("nan")), min_size=n, max_size=n))
    frame = candles(regimes, probability, timeframe="4h", **{EXPECTED_BP: expected})
    frame["volume"] = draw(st.lists(st.sampled_from([0.0, 1.0]), min_size=n, max_size=n))
    signals = {
        "sides": {"bull": draw(SIDES), "sideways": draw(SIDES), "bear": draw(SIDES)},
        "model": draw(st.booleans()),
        "role": draw(st.sampled_from(["time", "veto", "alone"])),
        "decide": draw(st.sampled_from(["every_candle", "regime_candle"])),
        "entry_patience_candles": draw(st.integers(0, 12)),
        "exit_patience_candles": draw(st.integers(0, 12)),
    }
    return frame, signals


@given(markets())
@hypothesis_settings(max_examples=150, deadline=None)
def test_no_candle_enters_a_side_that_it_leaves_or_that_its_regime_does_not_allow(market) -> None:
    frame, settings = market
    signals = made(frame, can_short=True, timeframe="4h", **settings)
    assert not (signals["enter_long"] & signals["enter_short"]).any()
    names = {BULL: "bull", SIDEWAYS: "sideways", BEAR: "bear", UNKNOWN: ""}
    for _, row in signals.iterrows():
        allowed = settings["sides"].get(names[row[REGIME]], "flat")
        for side in ("long", "short"):
            if row[f"enter_{side}"]:
                assert allowed in (side, "both")
                assert row[f"exit_{side}"] == 0
                assert row["volume"] > 0
        assert Reason(row[REASON]).enters == bool(row["enter_long"] or row["enter_short"])
        assert row[REASON_WORDS].startswith("no entry: ") != Reason(row[REASON]).enters


@given(markets(), st.integers(1, 39))
@hypothesis_settings(max_examples=100, deadline=None)
def test_later_candles_change_no_reason(market, cut) -> None:
    frame, settings = market
    columns = ["enter_long", "enter_short", "exit_long", "exit_short", REASON, REASON_WORDS, SIDE_AGE]
    whole = made(frame, can_short=True, timeframe="4h", **settings)[columns].iloc[:cut]
    prefix = made(frame.iloc[:cut].copy(), can_short=True, timeframe="4h", **settings)[columns]
    pd.testing.assert_frame_equal(whole, prefix)
