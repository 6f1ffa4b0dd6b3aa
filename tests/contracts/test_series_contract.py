"""One contract for everything that turns candles into a series or a frame, checked by reflection.

To put something new under the contract, add one `Entry` to `ENTRIES`. The second half of the file plants
one violation for each check, so that a check that can no longer fail is noticed.
"""

import inspect
import pickle
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import pandas as pd
import pytest

from auriga import features, indicators, testing
from auriga.candles import timeframe_delta, validate_candles
from auriga.regimes import RULES, Detector, HmmDetector, JumpDetector, RuleVote, StateDetector, detect_regimes
from auriga.testing import ContractError, random_walk
from auriga.typing import Regime

ROWS = 600
PREFIXES = (1, 151, 333, ROWS - 1)


def flattened(candles: pd.DataFrame, price: float, start: int = 0) -> pd.DataFrame:
    """The same candles, standing still at one price from row `start` on."""
    still = candles.copy()
    still.loc[start:, ["open", "high", "low", "close"]] = price
    return still


def silenced(candles: pd.DataFrame, start: int = 0) -> pd.DataFrame:
    """The same candles without volume from row `start` on."""
    return candles.assign(volume=candles["volume"].where(np.arange(len(candles)) < start, 0.0))


@dataclass(frozen=True)
class Entry:
    """Something under the contract.

    `is_missing` says what an answer that is not yet known looks like: NaN, or for regimes `UNKNOWN`.
    """

    name: str
    compute: Callable[[pd.DataFrame], Any]
    warmup: int
    scale_free: bool = True
    is_missing: Callable[[pd.DataFrame], pd.DataFrame] = pd.isna

    def table(self, candles: pd.DataFrame) -> pd.DataFrame:
        return pd.DataFrame(self.compute(candles))

    def missing_rows(self, candles: pd.DataFrame) -> np.ndarray:
        return np.asarray(self.is_missing(self.table(candles)).to_numpy().any(axis=1))

    def known(self, candles: pd.DataFrame) -> np.ndarray:
        return self.table(candles).to_numpy()[self.warmup :]


def check_prefix_invariant(entry: Entry) -> None:
    """The value at t is the same, bit for bit, when every candle after t is cut off."""
    cuts = [*PREFIXES, entry.warmup, entry.warmup + 1]
    testing.check_no_look_ahead(entry.compute, random_walk(), cuts=cuts, exact=True)


def check_input_unchanged(entry: Entry) -> None:
    testing.check_input_unchanged(entry.compute, random_walk())


def check_index_kept(entry: Entry) -> None:
    testing.check_index_kept(entry.compute, random_walk())


def check_warmup(entry: Entry) -> None:
    """Rows are incomplete for exactly `warmup` candles; a column that has begun never stops."""
    testing.check_beginning(entry.compute, random_walk(), warmup=entry.warmup, is_missing=entry.is_missing)


def check_types(entry: Entry) -> None:
    """A series is a named float64, a frame is float32 throughout."""
    answer = entry.compute(random_walk())
    if isinstance(answer, pd.Series):
        assert answer.dtype == np.float64
        assert answer.name
    elif isinstance(answer, pd.DataFrame):
        assert set(answer.dtypes) == {np.dtype("float32")}


def check_flat_prices(entry: Entry) -> None:
    """A market that stands still, from the start or after a walk, gives finite and moderate values."""
    candles = random_walk(3000)
    still = [flattened(candles, price) for price in (1e-8, 0.1, 7.3, 65432.1)]
    halted = flattened(candles, float(candles["close"][200]), start=201)
    for market in (*still, halted):
        values = entry.known(market).astype(np.float64)
        assert np.isfinite(values).all()
        # A rounding residue divided by a rounding residue is finite too, but huge.
        assert not entry.scale_free or np.abs(values).max(initial=0.0) < 1e3


def check_zero_volume(entry: Entry) -> None:
    """Silent candles, from the start or after trading, give finite and moderate values."""
    for market in (silenced(random_walk()), silenced(random_walk(), start=200)):
        values = entry.known(market).astype(np.float64)
        assert np.isfinite(values).all()
        assert not entry.scale_free or np.abs(values).max(initial=0.0) < 1e3


def check_deterministic(entry: Entry) -> None:
    testing.check_deterministic(entry.compute, random_walk())


def check_pickles(entry: Entry) -> None:
    copy = pickle.loads(pickle.dumps(entry.compute))
    pd.testing.assert_frame_equal(pd.DataFrame(copy(random_walk())), entry.table(random_walk()))


def check_scale(entry: Entry) -> None:
    """Another unit of price or volume changes nothing, or else does, as declared."""
    if entry.scale_free:
        testing.check_scale(entry.compute, random_walk())
    else:
        with pytest.raises(ContractError):
            testing.check_scale(entry.compute, random_walk())


def check_short(entry: Entry) -> None:
    """Too few candles, or none, give the same columns and no complete row."""
    shape = entry.table(random_walk()).dtypes
    for rows in sorted({0, 1, 2, entry.warmup - 1, entry.warmup} & set(range(entry.warmup + 1))):
        candles = random_walk().iloc[:rows]
        pd.testing.assert_series_equal(entry.table(candles).dtypes, shape)
        assert entry.missing_rows(candles).all()
        assert len(entry.table(candles)) == rows
    assert not entry.missing_rows(random_walk().iloc[: entry.warmup + 1])[-1]


CHECKS = [value for name, value in sorted(globals().items()) if name.startswith("check_")]


def _variants(function: Any) -> Iterator[dict[str, int]]:
    """The defaults, about half of them, and the smallest period."""
    parameters = inspect.signature(function).parameters.values()
    defaults = {p.name: p.default for p in parameters if p.default is not p.empty}
    yield defaults
    yield {name: default // 2 + 1 for name, default in defaults.items()}
    if list(defaults) == ["period"]:
        yield {"period": function.minimum}


def _indicator_entries() -> Iterator[Entry]:
    functions = {name: getattr(indicators, name) for name in indicators.__all__}
    for name, function in functions.items():
        if inspect.isclass(function):
            continue
        for periods in _variants(function):
            label = f"{name}({', '.join(f'{key}={value}' for key, value in periods.items())})"
            compute = partial(function, **periods)
            yield Entry(label, compute, function.warmup_candles(**periods), function.scale_free)


def inputs_of(candles: pd.DataFrame) -> features.PairInputs:
    """The candles with everything else that features may read, none of it later than the candles."""
    dates = candles["date"]
    leaders = {pair: random_walk(3000, seed=seed) for pair, seed in (("BTC/USDT", 1), ("ETH/USDT", 2))}
    leaders = {pair: frame[frame["date"].isin(dates)] for pair, frame in leaders.items()}
    return features.PairInputs(traded(candles), leaders, funding_until(dates), marked(candles))


def traded(candles: pd.DataFrame) -> pd.DataFrame:
    """The candles with the columns of public trades: takers buy a share that each candle draws."""
    ask = candles["volume"] * np.random.default_rng(3).uniform(0, 1, 3000)[: len(candles)]
    bid = candles["volume"] - ask
    return candles.assign(bid=bid, ask=ask, delta=ask - bid, total_trades=10.0)


def funding_until(dates: pd.Series) -> pd.DataFrame:
    """Funding rates of every eight hours, from five days before the candles to the last of them."""
    settled = pd.date_range("2024-12-27", "2025-02-01", freq="8h", tz="UTC")
    rates = np.random.default_rng(4).normal(1e-4, 1e-4, len(settled))
    known = pd.DataFrame({"date": settled, "funding_rate": rates})
    return known[known["date"] <= (dates.iloc[-1] if len(dates) else settled[20])]


def marked(candles: pd.DataFrame) -> pd.DataFrame:
    """Mark prices at the full hours since the day before, within 0.1 % of the closes of the candles."""
    before = pd.DataFrame({"date": [pd.Timestamp("2024-12-31 23:00", tz="UTC")], "close": [100.0]})
    full_hours = candles.assign(close=candles["close"].shift(1)).iloc[12::12]
    near = 1 + np.random.default_rng(5).uniform(-1e-3, 1e-3, 250)[: len(full_hours)]
    return pd.concat([before, full_hours[["date"]].assign(close=full_hours["close"] * near)])


def of_pair(candles: pd.DataFrame, compute: Callable[..., pd.DataFrame]) -> pd.DataFrame:
    return compute(inputs_of(candles))


def _feature_entries() -> Iterator[Entry]:
    for part in features.FEATURE_PARTS:
        if part.each == "period":
            for period in (2, 14, 48):
                warmup = part.warmup_candles(period=period)
                compute = partial(part.compute, period=period)
                yield Entry(f"{part.group}_period_features({period})", compute, warmup)
        elif part.each == "timeframe":
            yield Entry(f"{part.group}_basic_features", part.compute, part.warmup_candles())
        else:
            yield Entry(
                f"{part.group}_standard_features",
                partial(of_pair, compute=part.compute),
                part.warmup_candles(),
            )


def is_unknown(regimes: pd.DataFrame) -> pd.DataFrame:
    return regimes == Regime.UNKNOWN


def detected(candles: pd.DataFrame) -> np.ndarray:
    rules = [rule(period=20) for rule in RULES.values()]
    return detect_regimes(candles, rules, confirm_candles=2)["regime"].to_numpy()


def _rule_entries() -> Iterator[Entry]:
    for rule in RULES.values():
        for example in (rule(), rule(period=14), rule(period=5, enter_level=0.004, exit_level=0.001)):
            yield Entry(repr(example), example.regime, example.warmup_candles, is_missing=is_unknown)


def states_of(candles: pd.DataFrame, detector: StateDetector) -> np.ndarray:
    return detect_regimes(candles, detector, confirm_candles=1)["regime"].to_numpy()


def certainty_of(candles: pd.DataFrame, detector: Detector) -> pd.Series:
    return detect_regimes(candles, detector, confirm_candles=1)["regime_confidence"]


def first_fit(detector: StateDetector) -> int:
    """First scheduled fit of the random walk that has a whole window before it."""
    number = (pd.Timestamp("2025-01-01") - pd.Timestamp(0)) // timeframe_delta(detector.timeframe)
    earliest = detector.period + detector.fit_candles
    return earliest + (-(number + earliest)) % detector.refit_candles


def _state_entries() -> Iterator[Entry]:
    small = {"fit_candles": 100, "refit_candles": 50}
    for detector in (JumpDetector("5m", penalty=2.0, **small), HmmDetector("5m", **small)):
        name, warmup = type(detector).__name__, first_fit(detector)
        yield Entry(name, partial(states_of, detector=detector), warmup, is_missing=is_unknown)
        yield Entry(f"{name} confidence", partial(certainty_of, detector=detector), warmup)
    weighted = RuleVote(tuple(rule(period=20) for rule in RULES.values()), (3.0, 1.0, 1.0))
    yield Entry("weighted RuleVote confidence", partial(certainty_of, detector=weighted), 20)


ENTRIES = [
    *_indicator_entries(),
    *_rule_entries(),
    Entry("detect_regimes", detected, 21, is_missing=is_unknown),
    *_state_entries(),
    *_feature_entries(),
]


def test_the_random_walk_is_sound() -> None:
    assert validate_candles(random_walk(), "5m").findings == ()


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.name)
def test_contract(entry: Entry, check: Callable[[Entry], None]) -> None:
    check(entry)


def honest(candles: pd.DataFrame) -> pd.Series:
    return (candles["close"] / candles["close"].shift(3)).rename("honest")


def leaks_one_candle(candles: pd.DataFrame) -> pd.Series:
    return (candles["close"].shift(-1) / candles["close"]).ffill().rename("leak")


def centred_window(candles: pd.DataFrame) -> pd.Series:
    return candles["close"] / candles["close"].rolling(5, center=True, min_periods=1).mean()


def global_scaling(candles: pd.DataFrame) -> pd.Series:
    return candles["close"] / candles["close"].mean()


def changes_input(candles: pd.DataFrame) -> pd.Series:
    candles["close"] = candles["close"].ffill() + 1.0
    return honest(candles)


def adds_a_column(candles: pd.DataFrame) -> pd.Series:
    candles["mine"] = 1.0
    return honest(candles)


def resets_index(candles: pd.DataFrame) -> pd.Series:
    return honest(candles).reset_index(drop=True)


def random_values(candles: pd.DataFrame) -> pd.Series:
    return honest(candles) + np.random.default_rng().normal(size=len(candles))


def gap_after_warmup(candles: pd.DataFrame) -> pd.Series:
    return honest(candles).mask(np.arange(len(candles)) == 300)


def body_share(candles: pd.DataFrame) -> pd.Series:
    return (candles["close"] - candles["open"]) / (candles["high"] - candles["low"])


def rounding_residue(candles: pd.DataFrame) -> pd.Series:
    close = candles["close"]
    return (close / close.ewm(span=10).mean() - 1.0) / (close.diff().abs().ewm(span=30).mean() / close)


def price_by_volume(candles: pd.DataFrame) -> pd.Series:
    return honest(candles) / candles["volume"]


def close_price(candles: pd.DataFrame) -> pd.Series:
    return candles["close"] - candles["close"].shift(3)


def single_precision(candles: pd.DataFrame) -> pd.Series:
    return honest(candles).astype(np.float32)


def needs_a_candle(candles: pd.DataFrame) -> pd.Series:
    return candles["close"].shift(3) / candles["close"].iloc[0]


VIOLATIONS: list[tuple[Callable[[Entry], None], Callable[[pd.DataFrame], Any], int]] = [
    (check_prefix_invariant, leaks_one_candle, 0),
    (check_prefix_invariant, centred_window, 0),
    (check_prefix_invariant, global_scaling, 0),
    (check_input_unchanged, changes_input, 3),
    (check_input_unchanged, adds_a_column, 3),
    (check_index_kept, resets_index, 3),
    (check_warmup, gap_after_warmup, 4),
    (check_warmup, honest, 2),
    (check_warmup, honest, 4),
    (check_types, single_precision, 3),
    (check_flat_prices, body_share, 0),
    (check_flat_prices, rounding_residue, 1),
    (check_zero_volume, price_by_volume, 3),
    (check_deterministic, random_values, 3),
    (check_pickles, lambda candles: honest(candles), 3),
    (check_scale, close_price, 3),
    (check_short, needs_a_candle, 3),
    (check_short, honest, 2),
]


@pytest.mark.parametrize(
    ("check", "faulty", "warmup"), VIOLATIONS, ids=lambda value: getattr(value, "__name__", value)
)
def test_planted_violation_is_found(
    check: Callable[[Entry], None], faulty: Callable[[pd.DataFrame], Any], warmup: int
) -> None:
    with pytest.raises((AssertionError, AttributeError, IndexError, pickle.PicklingError)):
        check(Entry(faulty.__name__, faulty, warmup))


def test_every_check_has_a_planted_violation() -> None:
    assert {check for check, _, _ in VIOLATIONS} == set(CHECKS)


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_honest_twin_passes(check: Callable[[Entry], None]) -> None:
    check(Entry("honest", honest, 3))


def test_wrongly_declared_scale_is_found() -> None:
    with pytest.raises(pytest.fail.Exception):
        check_scale(Entry("honest", honest, 3, scale_free=False))
