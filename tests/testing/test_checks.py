"""Each check of the kit passes honest code, and says of faulty code which candle, value and remedy."""

import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from auriga.candles import validate_candles
from auriga.columns import PROBABILITY
from auriga.errors import ParameterError
from auriga.regimes import RULES, Evidence, MovingAverageRule, Rule, RuleVote
from auriga.testing import (
    ContractError,
    check_detector,
    check_features,
    check_label,
    check_series,
    check_signals,
    made_up_predictions,
    random_walk,
)
from auriga.typing import Regime

HORIZON = 12

# --- what is honest ---------------------------------------------------------------------------------


def momentum(candles: pd.DataFrame) -> pd.Series:
    return candles["close"] / candles["close"].shift(3) - 1


def add_momentum(frame: pd.DataFrame) -> pd.DataFrame:
    frame["%-momentum"] = momentum(frame)
    frame["%-range"] = frame["high"] / frame["low"] - 1
    return frame


def move(candles: pd.DataFrame, horizon: int = HORIZON) -> pd.Series:
    return candles["close"].shift(-horizon) / candles["close"] - 1


def up_or_down(candles: pd.DataFrame) -> pd.Series:
    future = candles["close"].shift(-HORIZON)
    named = pd.Series(np.where(future > candles["close"], "up", "down"), index=candles.index)
    return named.where(future.notna())


def calm(frame: pd.DataFrame) -> pd.DataFrame:
    quiet = frame["high"] / frame["low"] < 1.01
    frame["enter_long"] = ((frame[PROBABILITY] > 0.55) & quiet).astype(int)
    frame["enter_short"] = ((frame[PROBABILITY] < 0.45) & quiet).astype(int)
    frame.loc[frame["enter_long"] == 1, "enter_tag"] = "calm"
    return frame


@dataclass(frozen=True)
class Close(Rule):
    """Bull above, bear below the average of the close."""

    period: int = 20
    enter_level: float = 0.02
    exit_level: float = 0.0

    def score(self, candles: pd.DataFrame) -> pd.Series:
        return candles["close"] / candles["close"].rolling(self.period).mean() - 1


def regime_of_a_change(candles: pd.DataFrame) -> np.ndarray:
    change = candles["close"].pct_change(10)
    return np.where(change.isna(), -2, np.sign(change.fillna(0))).astype(int)


def test_honest_code_passes() -> None:
    check_series(momentum, warmup=3, scale_free=True, exact=True)
    check_features(add_momentum, warmup=3, scale_free=True)
    check_features(lambda frame: pd.concat([frame, momentum(frame).rename("%-x")], axis=1))
    check_label(move, HORIZON)
    check_label(up_or_down, HORIZON)
    check_label(lambda candles: pd.DataFrame({"one": move(candles), "other": up_or_down(candles)}), HORIZON)
    check_signals(calm)
    check_detector(Close())
    check_detector(regime_of_a_change)


@pytest.mark.parametrize("rule", [Rule() for Rule in RULES.values()], ids=list(RULES))
def test_own_rules_pass(rule: Rule) -> None:
    check_detector(rule)


def test_own_vote_passes() -> None:
    check_detector(RuleVote((MovingAverageRule(period=30), Close())))


def test_walks_are_sound_seeded_and_new_each_time() -> None:
    for timeframe in ("5m", "1d"):
        walk = random_walk(400, timeframe=timeframe, volatility=0.05)
        assert validate_candles(walk, timeframe).findings == ()
    pd.testing.assert_frame_equal(random_walk(50, seed=3), random_walk(50, seed=3))
    assert (random_walk(50, seed=3)["close"] != random_walk(50, seed=4)["close"]).sum() > 40
    spoiled = random_walk(50)
    spoiled["close"] = 0.0
    assert random_walk(50)["close"].min() > 0
    with pytest.raises(ParameterError, match="rows is 0"):
        random_walk(0)


# --- what is not ------------------------------------------------------------------------------------


def tomorrow(candles: pd.DataFrame) -> pd.Series:
    return candles["close"].shift(-1) / candles["close"] - 1


def centred(candles: pd.DataFrame) -> pd.Series:
    return candles["close"] / candles["close"].rolling(21, center=True, min_periods=1).mean()


def of_the_mean(candles: pd.DataFrame) -> pd.Series:
    return candles["close"] / candles["close"].mean()


def on_large_volume(candles: pd.DataFrame) -> pd.Series:
    """One candle looks ahead: that before the largest volume."""
    now, largest = candles["volume"], float(random_walk()["volume"].max())
    return now.shift(-1).where(now.shift(-1) == largest, now)


def other_columns(candles: pd.DataFrame) -> pd.DataFrame:
    return pd.get_dummies((candles["close"] // 10).astype(int)).astype(float)


def hole(candles: pd.DataFrame) -> pd.Series:
    return momentum(candles).mask(candles["date"] == pd.Timestamp("2025-01-02 01:00", tz="UTC"))


def infinite(candles: pd.DataFrame) -> pd.Series:
    with np.errstate(divide="ignore"):
        return 1.0 / candles["close"].diff().fillna(1.0).abs()


def short(candles: pd.DataFrame) -> pd.Series:
    return momentum(candles).dropna()


def random(candles: pd.DataFrame) -> pd.Series:
    return pd.Series(np.random.default_rng().normal(size=len(candles)), index=candles.index)


def changes(candles: pd.DataFrame) -> pd.Series:
    candles["close"] += 1.0
    return momentum(candles)


def adds(candles: pd.DataFrame) -> pd.Series:
    candles["mine"] = 1.0
    return momentum(candles)


def resets(candles: pd.DataFrame) -> pd.Series:
    return momentum(candles).reset_index(drop=True)


def by_label(candles: pd.DataFrame) -> pd.Series:
    return pd.Series(np.asarray(candles.index.astype("int64"), dtype=float), index=candles.index)


def price(candles: pd.DataFrame) -> pd.Series:
    return candles["close"].diff(3)


def volume(candles: pd.DataFrame) -> pd.Series:
    return candles["volume"] / candles["close"].pct_change().abs().add(1)


def too_early(candles: pd.DataFrame) -> pd.Series:
    return candles["close"] / candles["close"].iloc[min(40, len(candles) - 1)]


def never(candles: pd.DataFrame) -> pd.Series:
    return candles["close"].rolling(5000).mean()


SERIES: list[tuple[Callable[[pd.DataFrame], Any], dict[str, Any], str]] = [
    (tomorrow, {}, r"^tomorrow looks 1 candle ahead: at candle \d+ \(2025-.*\) it is -?[\d.e-]+, but missing "
     r"when that candle is the last; compute it from candles up to its own: no negative shift"),
    (centred, {}, r"^centred looks 10 candles ahead: at candle 589 .* when candle 598 .* is the last"),
    (of_the_mean, {}, r"^of_the_mean looks at the whole frame: at candle 0 \(2025-01-01 00:00\) it is"),
    (on_large_volume, {}, "^on_large_volume looks 1 candle ahead"),
    (other_columns, {}, r"^other_columns gives other columns for \d+ than for 600 candles"),
    (hole, {}, r"^hole is missing at candle 300 \(2025-01-02 01:00\), after it was known: bound the "
     r"division"),
    (infinite, {}, r"^infinite is inf at candle \d+ \(.*\): bound the division"),
    (short, {}, "^short gives 597 values for 600 candles: give one for each"),
    (random, {}, r"^random gives \S+ at candle 0 \(.*\) and \S+ the next time: seed what is random"),
    (changes, {}, r"^changes changes close of the frame it is given: at candle 0 \(.*\) \S+ became \S+; "
     r"work on"),
    (adds, {}, r"^adds changes the frame it is given \(mine\): work on a copy"),
    (resets, {}, r"^resets gives the index \[0, 1, 2\]... for candles of the index \[100, 101, 102\]"),
    (by_label, {}, r"^by_label depends on the index of the frame: candle 0 \(.*\) got another value"),
    (price, {"scale_free": True}, r"^price depends on the unit of price: at candle 3 .* divide by the close"),
    (volume, {"scale_free": True}, r"^volume depends on the unit of volume: .* divide by an average volume"),
    (too_early, {}, "^too_early looks at the whole frame: at candle 0"),
    (never, {}, r"^never has no value on any of 600 candles"),
    (momentum, {"warmup": 4}, r"^momentum is missing on the first 3 candles, but 4 were promised: say 3"),
]  # fmt: skip


@pytest.mark.parametrize(("faulty", "options", "words"), SERIES, ids=[case[0].__name__ for case in SERIES])
def test_a_faulty_series_is_told(faulty: Callable[..., Any], options: dict[str, Any], words: str) -> None:
    with pytest.raises(ContractError) as told:
        check_series(faulty, **options)
    assert re.search(words, str(told.value)), str(told.value)


def test_code_that_raises_on_few_candles_is_told() -> None:
    def last_forty(candles: pd.DataFrame) -> pd.Series:
        return candles["close"] / candles["close"].iloc[200]

    with pytest.raises(
        ContractError, match=r"^last_forty raises IndexError: .* on 1 candle .*: correct it, or give"
    ):
        check_series(last_forty)


def test_code_that_counts_on_an_index_is_told() -> None:
    def first(candles: pd.DataFrame) -> pd.Series:
        return candles["close"] / candles["close"].loc[0]

    with pytest.raises(
        ContractError, match=r"^first raises KeyError: 0 on 600 candles \(index \[100\]...\): correct"
    ):
        check_series(first)


def _with(column: str, values: Callable[[pd.DataFrame], Any]) -> Callable[[pd.DataFrame], pd.DataFrame]:
    def hook(frame: pd.DataFrame) -> pd.DataFrame:
        frame[column] = values(frame)
        return frame

    return hook


FEATURES: list[tuple[Callable[[pd.DataFrame], Any], str]] = [
    (_with("%-next", tomorrow), r"^hook looks 1 candle ahead"),
    (_with("close", lambda frame: frame["close"].round()), "^hook changes close at candle|^hook adds no "
     "column"),
    (lambda frame: frame.drop(columns="open").assign(x=1.0), "loses open of the frame: give every column "
     "back"),
    (lambda frame: frame, "adds no column"),
    (lambda frame: None, "gives NoneType for 600 candles: give the frame back"),
    (lambda frame: frame.assign(x=1.0).dropna().iloc[1:], "gives 599 rows for 600 candles: give the frame "
     "back"),
    (lambda frame: frame.assign(x=1.0, close=frame["close"] + 1), "changes close at candle 0 .*: give "
     "features a"),
    (lambda frame: frame.assign(a=momentum(frame), b=tomorrow(frame)), "^column b of <lambda> looks 1 "
     "candle ahead"),
]  # fmt: skip


@pytest.mark.parametrize(("faulty", "words"), FEATURES)
def test_a_faulty_feature_hook_is_told(faulty: Callable[..., Any], words: str) -> None:
    with pytest.raises(ContractError) as told:
        check_features(faulty)
    assert re.search(words, str(told.value)), str(told.value)


# --- labels -----------------------------------------------------------------------------------------


def one_too_far(candles: pd.DataFrame) -> pd.Series:
    return move(candles, HORIZON + 1)


def secretly_too_far(candles: pd.DataFrame) -> pd.Series:
    return one_too_far(candles).fillna(move(candles))


def after_falls(candles: pd.DataFrame) -> pd.Series:
    """One candle in a thousand looks twice as far."""
    fall = candles["close"].pct_change() < -0.009
    return move(candles).mask(fall & move(candles, 2 * HORIZON).notna(), move(candles, 2 * HORIZON))


def knows_the_unknown(candles: pd.DataFrame) -> pd.Series:
    return move(candles).fillna(0.0)


def compares_with_nan(candles: pd.DataFrame) -> np.ndarray:
    return np.where(candles["close"].shift(-HORIZON) > candles["close"], "up", "down")


def beyond_the_quantile(candles: pd.DataFrame) -> pd.Series:
    ahead = move(candles)
    return (ahead > ahead.quantile(0.9)).astype(float).where(ahead.notna())


LABELS: list[tuple[Callable[[pd.DataFrame], Any], str]] = [
    (one_too_far, r"^one_too_far looks 13 candles ahead, but 12 were promised: at candle \d+ \(2025.*\) it "
     r"is -?[\d.e-]+, but missing when candle \d+ \(2025.*\) is the last; say 13, or let it look less far"),
    (secretly_too_far, r"^secretly_too_far looks 13 candles ahead, .* it is -?[\d.e-]+, but -?[\d.e-]+ when"),
    (after_falls, "^after_falls looks 24 candles ahead, but 12"),
    (knows_the_unknown, r"^knows_the_unknown labels candles whose next 12 candles are not there yet, 0 at "
     r"candle "
     r"2988 \(2025.*\): give NaN there"),
    (compares_with_nan, r"whose next 12 candles are not there yet, 'down' at candle 2988"),
    (beyond_the_quantile, "^beyond_the_quantile depends on all candles at once: at candle .* quantile"),
    (lambda candles: candles["close"] * np.nan, "labels none of 3000 candles"),
    (changes, "^changes changes close"),
    (random, "^random gives"),
]  # fmt: skip


@pytest.mark.parametrize(("faulty", "words"), LABELS, ids=[case[0].__name__ for case in LABELS])
def test_a_faulty_label_is_told(faulty: Callable[..., Any], words: str) -> None:
    with pytest.raises(ContractError) as told:
        check_label(faulty, HORIZON)
    assert re.search(words, str(told.value)), str(told.value)


@pytest.mark.parametrize("horizon", [0, 751])
def test_a_horizon_that_is_none_is_refused(horizon: int) -> None:
    with pytest.raises(ParameterError, match=f"horizon is {horizon}; it has to be from 1 to 750"):
        check_label(move, horizon)


# --- regimes ----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Late(Close):
    def score(self, candles: pd.DataFrame) -> pd.Series:
        return super().score(candles).shift(-2)


@dataclass(frozen=True)
class Understated(Close):
    @property
    def warmup_candles(self) -> int:
        return 5


@dataclass(frozen=True)
class Points(Close):
    def score(self, candles: pd.DataFrame) -> pd.Series:
        return candles["close"].diff(self.period) / 100


@dataclass(frozen=True)
class Doubled(Close):
    def evidence(self, candles: pd.DataFrame) -> Evidence:
        found = super().evidence(candles)
        return replace(found, support=found.support * 2)


DETECTORS: list[tuple[Any, str]] = [
    (Late(), r"^Late looks 2 candles ahead: at candle \d+ \(20.*\) it is -?\d, but -2 when"),
    (Understated(), "^Understated has no regime on the first 19 candles, but its warmup_candles are 5: "
     "raise"),
    (Points(), "^Points depends on the unit of price"),
    (Doubled(), r"^the support of Doubled at candle 19 \(.*\) is \[.*\]: bear, sideways and bull need "
     r"shares"),
    (lambda candles: np.full(len(candles), 3), "^<lambda> gives 3 at candle 0 .*, which is no regime: use "
     "-1 bear"),
    (lambda candles: np.full(len(candles), int(Regime.BULL)), "gives 1 regime on 800 candles, so this check "
     "shows"),
]  # fmt: skip


@pytest.mark.parametrize(("faulty", "words"), DETECTORS, ids=[type(case[0]).__name__ for case in DETECTORS])
def test_a_faulty_detector_is_told(faulty: Any, words: str) -> None:
    with pytest.raises(ContractError) as told:
        check_detector(faulty)
    assert re.search(words, str(told.value)), str(told.value)


# --- signals ----------------------------------------------------------------------------------------


def reads_the_next_candle(frame: pd.DataFrame) -> pd.DataFrame:
    frame["enter_long"] = ((frame[PROBABILITY] > 0.55) & (frame["close"].shift(-1) > frame["close"])).astype(
        int
    )
    return frame


def best_of_the_frame(frame: pd.DataFrame) -> pd.DataFrame:
    frame["enter_long"] = (frame[PROBABILITY] >= frame[PROBABILITY].quantile(0.9)).astype(int)
    return frame


def once_reads_the_next(frame: pd.DataFrame) -> pd.DataFrame:
    """A single signal that knows the next candle, at no candle that stands out."""
    after = pd.Timestamp("2025-01-04 03:35", tz="UTC")
    return frame.assign(enter_long=(frame["date"].shift(-1) == after).astype(int))


def strong(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.assign(enter_long=frame[PROBABILITY] * 2)


RULES_OF_ENTRY: list[tuple[Callable[[pd.DataFrame], Any], str]] = [
    (reads_the_next_candle, r"^reads_the_next_candle looks 1 candle ahead: at candle \d+ \(2025.*\) it is "
     r"1, but 0 when that candle is the last; compute it from"),
    (best_of_the_frame, "^best_of_the_frame looks"),
    (once_reads_the_next, r"^once_reads_the_next looks 1 candle ahead: at candle 906 \(2025-01-04 03:30\)"),
    (strong, r"^strong writes [\d.]+ to enter_long at candle 0 .*: Freqtrade reads 1 as a signal"),
    (lambda frame: frame, "^<lambda> writes none of enter_long, enter_short"),
    (lambda frame: frame.assign(enter_long=0), "^<lambda> gives no signal on 2000 candles"),
    (lambda frame: frame.assign(enter_long=1, enter_short=1), "enters both sides at candle 0 .*: Freqtrade "
     "then"),
    (lambda frame: None, "^<lambda> gives NoneType: give the frame back"),
    (lambda frame: frame.assign(enter_long=random(frame) > 0), "the next time"),
]  # fmt: skip


@pytest.mark.parametrize(("faulty", "words"), RULES_OF_ENTRY)
def test_a_faulty_rule_is_told(faulty: Callable[..., Any], words: str) -> None:
    with pytest.raises(ContractError) as told:
        check_signals(faulty)
    assert re.search(words, str(told.value)), str(told.value)


def test_a_rule_is_checked_on_a_frame_of_ones_own() -> None:
    def at_noon(frame: pd.DataFrame) -> pd.DataFrame:
        return frame.assign(exit_long=(frame["date"].dt.hour == 12).astype(int))

    check_signals(at_noon, random_walk(400))
    with pytest.raises(ContractError, match="gives no signal on 100 candles"):
        check_signals(at_noon, random_walk(100))


def test_made_up_predictions_leave_the_candles_alone() -> None:
    candles = random_walk(700)
    frame = made_up_predictions(candles, seed=4)
    pd.testing.assert_frame_equal(frame[list(candles)], candles)
    assert list(candles) == ["date", "open", "high", "low", "close", "volume"]
    assert (frame["regime"].to_numpy()[:288] == frame["regime"].iloc[0]).all()


# --- what it needs ----------------------------------------------------------------------------------


def test_the_kit_needs_neither_pytest_nor_freqtrade() -> None:
    """And an error of it is an `AssertionError` for whichever runner."""
    code = (
        "import sys; sys.modules['pytest'] = None\n"
        "from auriga.testing import ContractError, check_label, random_walk\n"
        "check_label(lambda c: c['close'].shift(-3) - c['close'], 3, random_walk(400))\n"
        "assert 'freqtrade' not in sys.modules and issubclass(ContractError, AssertionError)\n"
        "print('done')"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (run.returncode, run.stdout) == (0, "done\n"), run.stderr
