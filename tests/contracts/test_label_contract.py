"""One contract for every label, checked by reflection: what `auriga.labels` exports is under it.

A label is any exported function of candles, or of the barriers that another label makes of them. Its further
arguments are made from the candles by their names (`ARGUMENTS`); a name that is not there fails loudly. The
second half of the file plants one violation for each check.
"""

import inspect
import pickle
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auriga import labels, testing
from auriga.indicators import atr, natr

ROWS = 400
PERIOD = 14
"""Of the ATR that labels are given: so many leading rows are not known."""


def random_walk(rows: int = ROWS, seed: int = 5) -> pd.DataFrame:
    """Sound 5m candles on a grid of 0.01, so that prices repeat."""
    return testing.random_walk(rows, seed=seed)


def momentum_side(candles: pd.DataFrame) -> pd.Series:
    """A primary rule that always takes a side."""
    return pd.Series(np.where(candles["close"] >= candles["open"], 1, -1), index=candles.index)


def barriers(candles: pd.DataFrame, horizon: int) -> pd.DataFrame:
    return labels.triple_barrier(
        candles, horizon=horizon, atr=atr(candles, period=PERIOD), upper_atr=2.0, lower_atr=1.5
    )


ARGUMENTS: dict[str, Callable[[pd.DataFrame, int], Any]] = {
    "candles": lambda candles, horizon: candles,
    "horizon": lambda candles, horizon: horizon,
    "threshold": lambda candles, horizon: natr(candles, period=PERIOD),
    "atr": lambda candles, horizon: atr(candles, period=PERIOD),
    "volatility": lambda candles, horizon: natr(candles, period=PERIOD),
    "side": lambda candles, horizon: momentum_side(candles),
    "barriers": barriers,
    "upper_atr": lambda candles, horizon: 2.0,
    "lower_atr": lambda candles, horizon: 1.5,
}
OPTIONS = {"threshold"}
"""Arguments that make a label of their own; every other default stays as it is."""
NOT_LABELS = {"direction_classes", "paused"}


@dataclass(frozen=True)
class Entry:
    """A label under the contract: candles and a horizon in, its values out."""

    name: str
    compute: Callable[..., pd.Series | pd.DataFrame]
    horizon: int
    warmup: int = 0
    two_classes: bool = False

    def table(self, candles: pd.DataFrame) -> pd.DataFrame:
        return pd.DataFrame(self.compute(candles, self.horizon))


def compute_label(candles: pd.DataFrame, horizon: int, *, name: str, given: tuple[str, ...]) -> Any:
    first, *rest = given
    arguments = {key: ARGUMENTS[key](candles, horizon) for key in rest}
    return getattr(labels, name)(ARGUMENTS[first](candles, horizon), **arguments)


def _given(name: str) -> Iterator[tuple[str, ...]]:
    """Arguments that a label is called with: the needed ones, and with each option beside them."""
    parameters = inspect.signature(getattr(labels, name)).parameters.values()
    needed = tuple(p.name for p in parameters if p.default is p.empty)
    yield needed
    yield from ((*needed, p.name) for p in parameters if p.name in OPTIONS)


def _entries() -> Iterator[Entry]:
    for name in labels.__all__:
        if name in NOT_LABELS:
            continue
        for given_names in _given(name):
            warmup = PERIOD if {"atr", "threshold", "volatility", "barriers"} & set(given_names) else 0
            compute = partial(compute_label, name=name, given=given_names)
            for horizon in (1, 12, 96):
                two = name == "direction" and "threshold" not in given_names
                yield Entry(f"{name}({', '.join(given_names)})-{horizon}", compute, horizon, warmup, two)


ENTRIES = list(_entries())


def check_missing_rows(entry: Entry) -> None:
    """Missing for exactly the warm-up of what it is given and the horizon at the end, never between.

    But a label of two classes has none for a close that stays: it rose as little as it fell.
    """
    missing = entry.table(random_walk()).isna()
    expected = np.ones(ROWS, dtype=bool)
    expected[entry.warmup : ROWS - entry.horizon] = False
    if entry.two_classes:
        close = random_walk()["close"]
        expected |= (close.shift(-entry.horizon) == close).to_numpy()
    for column in missing:
        np.testing.assert_array_equal(missing[column], expected)


def check_prefix_consistent(entry: Entry) -> None:
    """Without the later candles, all but the last `horizon` labels are the same, bit for bit."""
    whole = entry.table(random_walk())
    for rows in {1, entry.warmup + 1, entry.horizon, entry.horizon + entry.warmup + 1, 151, 333, ROWS - 1}:
        cut = entry.table(random_walk().iloc[:rows])
        known = max(0, rows - entry.horizon)
        pd.testing.assert_frame_equal(cut[:known], whole[:known], check_exact=True)
        assert cut[known:].isna().all(axis=None)


def check_needs_the_whole_horizon(entry: Entry) -> None:
    """Where only candle t + horizon moves, its way is in the label: the horizon is not overstated."""
    t = entry.warmup
    seen = []
    for factor in (1.05, 0.95):
        candles = random_walk(t + entry.horizon + 1)
        prices = ["open", "high", "low", "close"]
        candles.loc[t + 1 :, prices] = candles["close"][t]
        candles.loc[t + entry.horizon, prices] *= factor
        seen.append(entry.table(candles).iloc[t])
    assert not seen[0].equals(seen[1])


def check_looks_no_further(entry: Entry) -> None:
    """What the kit asks of a label of anybody's."""
    candles = random_walk(4 * entry.horizon + ROWS)
    testing.check_label(partial(entry.compute, horizon=entry.horizon), entry.horizon, candles, moments=16)


def check_input_unchanged(entry: Entry) -> None:
    testing.check_input_unchanged(partial(entry.compute, horizon=entry.horizon), random_walk())


def check_index_kept(entry: Entry) -> None:
    testing.check_index_kept(partial(entry.compute, horizon=entry.horizon), random_walk())


def check_deterministic(entry: Entry) -> None:
    testing.check_deterministic(partial(entry.compute, horizon=entry.horizon), random_walk())


def check_pickles(entry: Entry) -> None:
    copy = pickle.loads(pickle.dumps(entry.compute))
    pd.testing.assert_frame_equal(
        pd.DataFrame(copy(random_walk(), entry.horizon)), entry.table(random_walk()), check_exact=True
    )


def _still(price: float, start: int = 0) -> pd.DataFrame:
    candles = random_walk()
    candles.loc[start:, ["open", "high", "low", "close"]] = price
    return candles


def check_flat_prices(entry: Entry) -> None:
    """Where nothing moves, a label says so: known and not one of a move, or missing without such a class."""
    halted = _still(float(random_walk()["close"][199]), start=200)
    for market, first in ((_still(1e-8), entry.warmup), (_still(65432.1), entry.warmup), (halted, 200)):
        known = entry.table(market).iloc[first : ROWS - entry.horizon]
        assert (known.isna() if entry.two_classes else known.notna()).all(axis=None)
        for column in known.drop(columns="touched_at", errors="ignore"):
            assert known[column].dropna().isin([0.0, "flat"]).all()
    numbers = entry.table(halted).select_dtypes("number")
    assert (numbers.abs() <= max(10, entry.horizon)).where(numbers.notna(), True).all(axis=None)


def check_scale_free(entry: Entry) -> None:
    """Another unit of price changes no label; a power of two rounds no price."""
    candles = random_walk()
    prices = ["open", "high", "low", "close"]
    scaled = candles.assign(**{name: candles[name] * 2.0**-18 for name in prices})
    pd.testing.assert_frame_equal(entry.table(scaled), entry.table(candles), rtol=1e-9, atol=1e-12)


CHECKS = [value for name, value in sorted(globals().items()) if name.startswith("check_")]


def test_every_argument_of_every_label_is_known() -> None:
    for name in set(labels.__all__) - NOT_LABELS:
        for given_names in _given(name):
            assert set(given_names) <= set(ARGUMENTS), f"tell ARGUMENTS how to make {given_names} of {name}"
            assert {"candles", "barriers"} & set(given_names[:1]), f"{name} is not a function of candles"


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.name)
def test_contract(entry: Entry, check: Callable[[Entry], None]) -> None:
    check(entry)


@settings(max_examples=25)
@given(st.integers(1, 120), st.integers(1, 40), st.integers(0, 120), st.integers(0, 1000))
def test_no_label_changes_when_later_candles_come(rows, horizon, later, seed) -> None:
    candles = random_walk(rows + later, seed)
    for name in set(labels.__all__) - NOT_LABELS:
        for given_names in _given(name):
            whole = pd.DataFrame(compute_label(candles, horizon, name=name, given=given_names))
            cut = pd.DataFrame(compute_label(candles[:rows], horizon, name=name, given=given_names))
            known = max(0, rows - horizon)
            pd.testing.assert_frame_equal(cut[:known], whole[:known], check_exact=True)
            assert cut[known:].isna().all(axis=None)


@pytest.mark.parametrize("name", sorted(set(labels.__all__) - NOT_LABELS))
def test_docstring_says_which_candles_and_what_is_missing(name) -> None:
    text = inspect.getdoc(getattr(labels, name)) or ""
    assert re.search(r"^Looks forward: uses .*candles t (and|to) t \+ horizon", text, re.MULTILINE)
    assert re.search(r"(Missing|NaN) (for|where) ", text)


def honest(candles: pd.DataFrame, horizon: int) -> pd.Series:
    return (candles["close"].shift(-horizon) / candles["close"] - 1).rename("honest")


def one_candle_too_far(candles: pd.DataFrame, horizon: int) -> pd.Series:
    return honest(candles, horizon + 1)


def secretly_one_candle_too_far(candles: pd.DataFrame, horizon: int) -> pd.Series:
    """The tail is as promised, but the values look at candle t + horizon + 1 where it is there."""
    return honest(candles, horizon + 1).fillna(honest(candles, horizon))


def knows_the_unknown(candles: pd.DataFrame, horizon: int) -> pd.Series:
    return honest(candles, horizon).fillna(0.0)


def compares_with_nan(candles: pd.DataFrame, horizon: int) -> pd.Series:
    up = candles["close"].shift(-horizon) > candles["close"]
    return pd.Series(np.where(up, "up", "down"), index=candles.index)


def stops_early(candles: pd.DataFrame, horizon: int) -> pd.Series:
    near = candles["close"].shift(-max(1, horizon - 1)) / candles["close"] - 1
    return near.where(honest(candles, horizon).notna())


def hole_in_the_middle(candles: pd.DataFrame, horizon: int) -> pd.Series:
    return honest(candles, horizon).mask(np.arange(len(candles)) == 150)


def whole_sample_quantile(candles: pd.DataFrame, horizon: int) -> pd.Series:
    move = honest(candles, horizon)
    return (move > move.quantile(0.9)).astype(float).where(move.notna())


def changes_input(candles: pd.DataFrame, horizon: int) -> pd.Series:
    candles["future"] = candles["close"].shift(-horizon)
    return honest(candles, horizon)


def resets_index(candles: pd.DataFrame, horizon: int) -> pd.Series:
    return honest(candles, horizon).reset_index(drop=True)


def random_label(candles: pd.DataFrame, horizon: int) -> pd.Series:
    return honest(candles, horizon) + np.random.default_rng().normal(size=len(candles))


def divides_by_the_range(candles: pd.DataFrame, horizon: int) -> pd.Series:
    move = candles["close"].shift(-horizon) - candles["close"]
    return move / (candles["high"] - candles["low"])


def says_up_when_nothing_moves(candles: pd.DataFrame, horizon: int) -> pd.Series:
    move = honest(candles, horizon)
    return pd.Series(np.where(move >= 0, "up", "down"), index=candles.index).where(move.notna())


def price_difference(candles: pd.DataFrame, horizon: int) -> pd.Series:
    return candles["close"].shift(-horizon) - candles["close"]


VIOLATIONS: list[tuple[Callable[[Entry], None], Callable[[pd.DataFrame, int], Any]]] = [
    (check_missing_rows, one_candle_too_far),
    (check_missing_rows, knows_the_unknown),
    (check_missing_rows, compares_with_nan),
    (check_missing_rows, hole_in_the_middle),
    (check_prefix_consistent, one_candle_too_far),
    (check_prefix_consistent, secretly_one_candle_too_far),
    (check_prefix_consistent, knows_the_unknown),
    (check_prefix_consistent, compares_with_nan),
    (check_prefix_consistent, whole_sample_quantile),
    (check_looks_no_further, one_candle_too_far),
    (check_looks_no_further, secretly_one_candle_too_far),
    (check_looks_no_further, knows_the_unknown),
    (check_looks_no_further, compares_with_nan),
    (check_looks_no_further, whole_sample_quantile),
    (check_needs_the_whole_horizon, stops_early),
    (check_input_unchanged, changes_input),
    (check_index_kept, resets_index),
    (check_deterministic, random_label),
    (check_pickles, lambda candles, horizon: honest(candles, horizon)),
    (check_flat_prices, divides_by_the_range),
    (check_flat_prices, says_up_when_nothing_moves),
    (check_scale_free, price_difference),
]


@pytest.mark.parametrize(
    ("check", "faulty"), VIOLATIONS, ids=lambda value: getattr(value, "__name__", str(value))
)
def test_planted_violation_is_found(check: Callable[[Entry], None], faulty: Callable[..., Any]) -> None:
    with pytest.raises((AssertionError, AttributeError, pickle.PicklingError)):
        check(Entry(faulty.__name__, faulty, horizon=12))


def test_every_check_has_a_planted_violation() -> None:
    assert {check for check, _ in VIOLATIONS} == set(CHECKS)


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_honest_twin_passes(check: Callable[[Entry], None]) -> None:
    check(Entry("honest", honest, horizon=12))
