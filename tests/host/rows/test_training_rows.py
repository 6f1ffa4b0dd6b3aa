"""Which rows models learn from and how much each counts, worked out by hand: nothing is trained here.

A strategy of a few columns stands in for the shipped one, so that each value can be told from its candle.
"""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from freqtrade.configuration import TimeRange
from freqtrade.exceptions import OperationalException
from tests.support.stand_in import StandIn

from auriga.candles import resample_candles
from auriga.columns import DIRECTION, REGIME, RETURN, TRAINED_AT
from auriga.host.freqai._classifier import RegimeClassifierModel
from auriga.host.predictions._outcomes import label_outcomes
from auriga.host.rows._labels import LabelSpans, add_label, label_spans, label_threshold
from auriga.host.rows._market import Market, PairRows, TrainingTable, training_table
from auriga.host.rows._model_columns import ModelColumns, canonical_columns, freqai_frame
from auriga.host.seals._places import model_place
from auriga.host.seals._windows import DAY, Window, backtest_windows, pair_slug
from auriga.indicators import natr
from auriga.settings import CostSettings, LabelSettings, parse_settings
from auriga.typing import Regime

STEP = 300_000
START = 1_704_067_200_000  # 2024-01-01
PAIRS = ("BTC/USDT", "ETH/USDT")


def glue_of(regime: dict[str, Any] | None = None, **features: Any) -> Any:
    """The model's glue with its settings, and nothing of FreqAI."""

    class Glue(RegimeClassifierModel):
        pass

    made: Any = Glue
    made.__abstractmethods__ = frozenset()
    glue = object.__new__(made)
    glue.settings = parse_settings(regime or {})
    glue.ft_params, glue.freqai_info = features, {"train_period_days": 14}
    glue.step, glue.frozen = STEP, None
    return glue


def table(times, pairs=None, *, candles=12, returns=0.01, names=PAIRS) -> TrainingTable:
    times = np.asarray(times, dtype=np.int64)
    n = len(times)
    spans = LabelSpans(
        np.full(n, candles, dtype=np.int32),
        np.full(n, returns, dtype=np.float32),
        np.zeros(n, dtype=np.float32),
        np.zeros(n, dtype=np.float32),
    )
    numbers = np.zeros(n, dtype=np.int64) if pairs is None else np.asarray(pairs)
    target = np.array(["up", "down"])[np.arange(n) % 2]
    data = np.arange(2 * n, dtype=np.float32).reshape(n, 2)
    return TrainingTable(data, target, np.zeros(n, dtype=np.int8), times, numbers, spans, names)


# --- weights --------------------------------------------------------------------------------------


def test_weights_of_equal_rows_are_none_at_all() -> None:
    assert glue_of().weights(table([START, START + STEP]), START, START + DAY) is None


def test_recency_halves_with_every_half_life_in_days() -> None:
    stop = START + 20 * DAY
    glue = glue_of({"recency_half_life_days": 5.0})
    weights = glue.weights(table([stop - 10 * DAY, stop - 5 * DAY, stop]), START, stop)
    np.testing.assert_allclose(weights / weights[-1], [0.25, 0.5, 1.0])
    assert weights.mean() == pytest.approx(1)


def test_weight_factor_is_freqais_formula_and_favours_the_newest() -> None:
    stop = START + 20 * DAY
    rows = table([START, START + 10 * DAY, stop])
    weights = glue_of(weight_factor=0.5).weights(rows, START, stop)
    np.testing.assert_allclose(weights / weights[-1], np.exp([-2.0, -1.0, 0.0]))
    both = glue_of({"recency_half_life_days": 10.0}, weight_factor=0.5).weights(rows, START, stop)
    np.testing.assert_allclose(both / both[-1], np.exp([-2.0, -1.0, 0.0]) * [0.25, 0.5, 1.0])


def test_uniqueness_is_counted_in_candles_within_each_pair() -> None:
    """Two neighbours of the second pair share a candle of two; each row of the first stands alone."""
    times = [START, START + 10 * STEP, START, START + STEP]
    rows = table(times, [0, 0, 1, 1], candles=2)
    weights = glue_of({"uniqueness_weights": True}).weights(rows, START, START + DAY)
    np.testing.assert_allclose(weights, np.array([1, 1, 0.75, 0.75]) / 0.875)


def test_return_weights_are_the_size_of_the_move() -> None:
    rows = table([START, START + STEP])
    rows.spans.returns[:] = 0.01, -0.03
    weights = glue_of({"return_weights": True}).weights(rows, START, START + DAY)
    np.testing.assert_allclose(weights, [0.5, 1.5], rtol=1e-6)


# --- spans ----------------------------------------------------------------------------------------


def test_learning_ends_a_horizon_and_an_embargo_before_the_test() -> None:
    glue = glue_of({"embargo_candles": 7, "label": {"horizon": 5}})
    assert glue.learn_stop(START) == START - 12 * STEP


def test_the_fallback_looks_back_on_its_own_days() -> None:
    glue = glue_of()
    glue.freqai_info = {"train_period_days": 28, "base_train_period_days": 14}
    assert glue.base_start(START, START + 28 * DAY) == START + 14 * DAY
    assert glue.base_start(START + 20 * DAY, START + 28 * DAY) == START + 20 * DAY


@pytest.mark.parametrize(
    ("regime", "n_pairs", "every"),
    [
        ({}, 2, 2), ({}, 1, 1), ({"pairs": "own"}, 2, 1), ({"scheme": "hard"}, 5, 1),
        ({"sample_every": 4}, 1, 4), ({"sample_every": 1}, 5, 1),
    ],
)  # fmt: skip
def test_every_second_candle_where_pairs_share_a_model(regime, n_pairs, every) -> None:
    assert glue_of(regime).sample_every(n_pairs) == every


@pytest.mark.parametrize("horizon", [4, 5])
def test_held_back_rows_are_the_newest_of_all_pairs_a_horizon_and_an_embargo_later(horizon) -> None:
    """Every second candle of two pairs: the gap is in candles, rounded up to rows."""
    glue = glue_of({"label": {"horizon": horizon}, "embargo_candles": 3})
    glue.freqai_info["data_split_parameters"] = {"test_size": 0.25}
    times = START + 2 * STEP * np.arange(40)
    kept, held_back = glue.split_rows(table(np.r_[times, times], np.repeat([0, 1], 40)))
    for rows, number in ((kept, 2 * (30 - 4)), (held_back, 2 * 10)):
        assert len(rows) == number
        assert np.bincount(rows.pairs).tolist() == [number // 2] * 2
    assert held_back.times.min() == times[30]
    assert held_back.times.min() - kept.times.max() > (horizon + 3) * STEP
    assert kept.times.max() == times[25]


def test_nothing_is_held_back_unless_asked() -> None:
    rows = table([START])
    assert glue_of().split_rows(rows) == (rows, None)


def test_only_experts_learn_from_rows_before_the_start() -> None:
    seen = {}
    model = SimpleNamespace(fit=lambda X, y, **given: seen.update(given))
    times = [START - STEP, START, START + STEP]
    glue_of().fit_rows(model, table(times), START, START + DAY)
    assert seen["expert_only"].tolist() == [True, False, False]
    glue_of().fit_rows(model, table(times[1:]), START, START + DAY)
    assert seen["expert_only"] is None


def test_a_bot_with_frozen_models_fits_nothing() -> None:
    glue = glue_of({"frozen_models": "frozen/x"})
    glue.frozen = object()
    with pytest.raises(OperationalException, match="nothing is trained"):
        glue.fit_window(None, START, START + DAY, "no candles")


def test_statistics_of_predictions_are_of_those_before() -> None:
    glue = glue_of()
    glue.label = RETURN
    glue.freqai_info["fit_live_predictions_candles"] = 2
    kitchen = SimpleNamespace(full_df=pd.DataFrame({RETURN: [1.0, 3.0, 9.0, 5.0]}))
    glue.backtesting_fit_live_predictions(kitchen)
    np.testing.assert_array_equal(kitchen.full_df[f"{RETURN}_mean"], [np.nan, np.nan, 2, 6])
    np.testing.assert_array_equal(kitchen.full_df[f"{RETURN}_std"], [np.nan, np.nan, 1, 3])


def test_a_prediction_may_be_used_where_the_row_is_complete_and_the_model_trusted(monkeypatch) -> None:
    glue, complete = glue_of(), np.array([True, False])
    frame = pd.DataFrame({"down": [0.5, 0.5], "up": [0.5, 0.5]})
    monkeypatch.setattr(type(glue), "prediction_frame", lambda *given: frame.copy())
    model, X, regimes = SimpleNamespace(trained_at=7), np.zeros((2, 1), np.float32), np.zeros(2, np.int8)
    for trusted, expected in ((True, [1, 0]), (False, [0, 0])):
        monkeypatch.setattr(type(glue), "trusted", lambda self, model, answer=trusted: answer)
        made, usable = glue.predict_rows(model, X, complete, regimes, np.ones(2))
        assert usable.tolist() == expected
        assert made[TRAINED_AT].tolist() == [7, 7]


def test_another_strategy_gets_a_run_of_its_own_and_the_last_candle_is_predicted() -> None:
    glue, made = glue_of(), []
    glue.pair_it, glue.base_tf_seconds, glue._run = 0, 300, None

    def new_run(strategy):
        made.append(strategy)
        return SimpleNamespace(strategy=strategy, answers=lambda *given: iter(()))

    glue.new_run = new_run
    first, second = object(), object()
    for strategy in (first, first, second):
        kitchen = SimpleNamespace(
            backtesting_timeranges=[TimeRange("date", "date", 0, 600), TimeRange("date", "date", 600, 900)],
            full_df=pd.DataFrame({"date": []}), return_dataframe=pd.DataFrame({"date": []}),
            fill_predictions=lambda frame: None,
        )  # fmt: skip
        glue.start_backtesting(pd.DataFrame(), {"pair": "BTC/USDT"}, kitchen, strategy)
        assert [span.stopts for span in kitchen.backtesting_timeranges] == [600, 1200]
    assert made == [first, second]


# --- a market of few columns ------------------------------------------------------------------------


class Hooks(StandIn):
    """Features that are the candle's own numbers, a regime that goes round, labels of the settings."""

    def __init__(self) -> None:
        self.labelled = 0
        self.label = LabelSettings(horizon=3)

    def feature_engineering_expand_all(self, frame, period, metadata):
        return frame.assign(**{"%-close": frame["close"], "%-count": np.arange(len(frame)) + period})

    def feature_engineering_expand_basic(self, frame, metadata):
        return frame.assign(**{"%-volume": frame["volume"]})

    def feature_engineering_standard(self, frame, metadata):
        codes = np.arange(len(frame)) % 3 - 1
        return frame.assign(**{"%-high": frame["high"], REGIME: codes.astype(np.int8)})

    def set_freqai_targets(self, frame, metadata):
        self.labelled += 1
        return add_label(frame, self.label)


class Candles(dict[str, pd.DataFrame]):
    """Candles by pair and timeframe, made from those of 5 minutes."""

    def __call__(self, pair: str, timeframe: str) -> pd.DataFrame:
        frame = self[pair]
        return frame if timeframe == "5m" else resample_candles(frame, timeframe).reset_index(drop=True)


@pytest.fixture
def candles(make_walk) -> Candles:
    return Candles({pair: make_walk(150, "5m", seed=seed) for seed, pair in enumerate(PAIRS)})


def market_of(candles: Candles, *, shifts: int = 0, leading: tuple[str, ...] = ()) -> Market:
    options = {
        "include_timeframes": ["5m", "1h"], "indicator_periods_candles": [10],
        "include_corr_pairlist": list(leading), "include_shifted_candles": shifts,
    }  # fmt: skip
    config = {"timeframe": "5m", "freqai": {"feature_parameters": options}}
    settings = parse_settings({"label": {"horizon": 3}})
    return Market(Hooks(), config, settings, DIRECTION, candles)


def values_of(market: Market, pair: str) -> pd.DataFrame:
    columns = market.columns(pair)
    rows = columns.rows(np.arange(len(market.features(pair).times)))
    return pd.DataFrame(rows, columns=columns.names)


def test_a_slow_candle_is_known_when_it_has_closed(candles) -> None:
    """The hour from 10:00 closes with the candle that opens at 10:55."""
    hourly = candles("BTC/USDT", "1h").set_index("date")["close"]
    closed = (candles["BTC/USDT"]["date"] + pd.Timedelta(minutes=5)).dt.floor("h") - pd.Timedelta(hours=1)
    expected = hourly.reindex(closed).to_numpy(dtype=np.float32)
    assert np.isnan(expected[:11]).all() and not np.isnan(expected[11:]).any()
    market = market_of(candles)
    made = values_of(market, "BTC/USDT")
    np.testing.assert_array_equal(made["%-close_10_own_1h"], expected)
    np.testing.assert_array_equal(made["%-close_10_own_5m"], candles["BTC/USDT"]["close"].astype(np.float32))
    np.testing.assert_array_equal(market.columns("BTC/USDT").complete(), ~np.isnan(expected))
    assert market.features("BTC/USDT").frame[REGIME].tolist() == [-1, 0, 1] * 50


def test_shifted_columns_are_of_so_many_candles_before(candles) -> None:
    made = values_of(market_of(candles, shifts=2), "BTC/USDT")
    for shift in (1, 2):
        np.testing.assert_array_equal(
            made[f"%-volume_gen_shift-{shift}_own_5m"], made["%-volume_gen_own_5m"].shift(shift)
        )
    assert "%-volume_gen_shift-3_own_5m" not in made


def test_a_row_is_complete_only_where_every_block_is(candles) -> None:
    candles["BTC/USDT"].loc[60, "volume"] = np.nan
    candles["BTC/USDT"].loc[70, "high"] = np.inf
    market = market_of(candles)
    columns = market.columns("BTC/USDT")
    complete = columns.complete()
    assert not complete[:11].any()  # no hour has closed yet
    assert not complete[60] and not complete[70]
    assert complete[11:60].all() and complete[61:70].all()
    assert columns.missing_counts(np.arange(150) == 60) == {"%-volume_gen_own_5m": 1}
    assert np.isfinite(market.predictable("BTC/USDT", np.array([0, 60, 70]))).all()
    assert market.predictable("BTC/USDT", np.array([70]))[0, columns.names.index("%-high")] == 0


def test_kept_columns_alone_decide_whether_a_row_is_complete(candles) -> None:
    candles["BTC/USDT"].loc[60, "volume"] = np.nan
    features = market_of(candles).features("BTC/USDT")
    assert ModelColumns(features, (), ["close_10_own_5m"]).complete().all()
    assert not ModelColumns(features, (), ["volume_gen_own_5m"]).complete()[60]


def test_a_leading_pair_is_in_every_frame_once(candles) -> None:
    market = market_of(candles, leading=("BTC/USDT",))
    own, other = (freqai_frame(market.features(pair), market.leading) for pair in PAIRS)
    assert own.columns.is_unique and other.columns.is_unique
    assert not [name for name in own if "ETH" in str(name)]
    assert {"%-close_10_BTC/USDT_5m", "%-close_10_ETH/USDT_5m"} <= set(other)
    columns = other.columns.tolist()
    names = market.feature_names("ETH/USDT")
    assert names == market.feature_names("BTC/USDT")
    found = canonical_columns(names, "ETH/USDT", columns)
    assert found[0] == "%-close_10_ETH/USDT_5m" and "%-close_10_BTC/USDT_5m" in found
    with pytest.raises(OperationalException, match=r"features that .* \(2\): %-close_10_ETH/USDT_5m, "):
        canonical_columns(
            names, "ETH/USDT", [name for name in other.columns.tolist() if "%-close_10_ETH" not in name]
        )


def test_the_last_own_in_a_name_is_the_pairs_place() -> None:
    name = "%-mine_own_close_10_own_1h"
    expected = "%-mine_own_close_10_BTC/USDTUSDT_1h"
    assert canonical_columns([name], "BTC/USDT:USDT", [expected]) == [expected]


@pytest.mark.parametrize("column", ["open", "high", "low", "close", "volume"])
def test_a_revised_candle_is_computed_again_with_its_labels(candles, column) -> None:
    market = market_of(candles)
    before = market.rows("BTC/USDT")
    assert market.rows("BTC/USDT", candles["BTC/USDT"].copy()) is before  # the same candles
    revised = candles["BTC/USDT"].copy()
    revised.loc[100, column] *= 1.001
    after = market.rows("BTC/USDT", revised)
    assert after is not before
    pd.testing.assert_series_equal(after.features.frame[column], revised[column])


def test_a_frame_of_the_same_length_that_moved_on_is_computed_again(candles) -> None:
    """As a live bot's, which always has its thousand candles; in a market that stands still."""
    still = candles["BTC/USDT"].assign(open=1.0, high=1.0, low=1.0, close=1.0, volume=1.0)
    candles["BTC/USDT"] = still
    market = market_of(candles)
    market.rows("BTC/USDT", still)
    later = still.assign(date=still["date"] + pd.Timedelta(hours=2))
    candles["BTC/USDT"] = later
    rows = market.rows("BTC/USDT", later)
    assert rows.features.times[-1] == START + (149 + 24) * STEP
    assert rows.features.blocks[1].candles["date"].iloc[-1] == pd.Timestamp("2024-01-01 14:00", tz="UTC")


def expected_rows(candles: Candles, pair: str, start: int, stop: int, every: int) -> list[int]:
    """Candles (positions) that may be learned from, told from the clock alone."""
    times = START + STEP * np.arange(150)
    known = (np.arange(150) >= 11) & (np.arange(150) < 147)  # an hour has closed, three candles follow
    return np.flatnonzero(known & (times >= start) & (times < stop) & (times // STEP % every == 0)).tolist()


@pytest.mark.parametrize("every", [1, 2, 5])
@pytest.mark.parametrize(("first", "last"), [(0, 150), (20, 60), (21, 61)])
def test_training_rows_are_the_complete_and_labelled_ones_of_the_span(candles, every, first, last) -> None:
    candles["ETH/USDT"] = candles["ETH/USDT"].iloc[7:].reset_index(drop=True)  # began later
    candles["BTC/USDT"].loc[40, "volume"] = np.nan
    start, stop = START + first * STEP, START + last * STEP
    market = market_of(candles)
    made = training_table(
        market, PAIRS, start=start, stop=stop, bins_stop=stop, sample_every=every, step=STEP, bin_params=None,
        regime_columns=False,
    )  # fmt: skip
    assert made is not None
    of_btc = set(expected_rows(candles, "BTC/USDT", start, stop, every)) - {40}
    of_eth = set(expected_rows(candles, "ETH/USDT", start, stop, every))
    assert min(of_eth) >= 11  # the hour from 00:00 has closed there, too
    for number, expected in enumerate((of_btc, of_eth)):
        own = made.take(np.flatnonzero(made.pairs == number))
        assert sorted(((own.times - START) // STEP).tolist()) == sorted(expected)
        rows = market.rows(PAIRS[number])
        at = np.searchsorted(rows.features.times, own.times)
        np.testing.assert_array_equal(own.target, rows.labels[at].astype(str))
        np.testing.assert_array_equal(own.regimes, rows.regimes[at])
        np.testing.assert_array_equal(own.data, market.columns(PAIRS[number]).rows(at))
        np.testing.assert_array_equal(own.spans.returns, rows.spans.returns[at])
    assert set(made.target) == {"up", "down"}


def test_no_row_to_learn_from_is_none_and_says_why(candles) -> None:
    market = market_of(candles)
    span = {"start": START, "stop": START + 11 * STEP}
    assert training_table(
        market, PAIRS, **span, bins_stop=0, sample_every=1, step=STEP, bin_params=None, regime_columns=False
    ) is None  # fmt: skip
    rows: PairRows = market.rows("BTC/USDT")
    said = rows.missing(**span)
    assert said.startswith("11 of 11 with missing features (%-close_10_own_1h 11, ")
    assert "label" not in said
    assert rows.missing(START + 140 * STEP, START + 200 * STEP) == "3 without a label"
    assert rows.missing(START + 20 * STEP, START + 147 * STEP) == ""


def test_the_worst_columns_are_named_first(candles) -> None:
    candles["BTC/USDT"].loc[60:69, "volume"] = np.nan
    said = market_of(candles).rows("BTC/USDT").missing(START + 5 * STEP, START + 70 * STEP)
    assert said.startswith("16 of 65 with missing features (%-volume_gen_own_5m 10, ")


def test_bins_are_cut_where_the_first_window_ends(candles, monkeypatch) -> None:
    """Later candles must not move the edges; which rows they come from is all that is asked here."""
    seen = {}

    class Bins:
        def __init__(self, parts, reference, params) -> None:
            seen["rows"] = reference

    monkeypatch.setattr("auriga.host.rows._market.BinnedFeatures", Bins)
    market = market_of(candles)
    training_table(
        market, PAIRS, start=START, stop=START + 150 * STEP, bins_stop=START + 50 * STEP, sample_every=1,
        step=STEP, bin_params={}, regime_columns=False,
    )  # fmt: skip
    early = [market.columns(pair).rows(np.arange(11, 50)) for pair in PAIRS]
    np.testing.assert_array_equal(seen["rows"], np.concatenate(early))


def test_rows_of_a_span_and_a_pair() -> None:
    times = START + STEP * np.arange(4)
    rows = table(np.r_[times, times, times], np.repeat([0, 1, 2], 4), names=(*PAIRS, "SOL/USDT"))
    rows.spans.candles[:] = np.arange(12)
    part = rows.within(int(times[1]), int(times[3]))
    assert part.times.tolist() == times[1:3].tolist() * 3
    own = rows.within(int(times[1]), int(times[3]), "ETH/USDT")
    assert (own.pairs == 1).all() and own.spans.candles.tolist() == [5, 6]
    data: Any = rows.data
    np.testing.assert_array_equal(own.data, data[5:7])


def test_a_caller_may_ask_for_every_candle(candles) -> None:
    glue = glue_of({"label": {"horizon": 3}})
    glue.freqai_info["data_split_parameters"] = {"test_size": 0.1}  # plain arrays, no bins
    glue.make_estimator = lambda: None
    market, stop = market_of(candles), START + 150 * STEP
    sizes = [
        len(glue.collect_rows(market, PAIRS, start=START, stop=stop, bins_stop=stop, sample_every=every))
        for every in (None, 1)
    ]
    assert sizes == [2 * 68, 2 * 136]


# --- labels and outcomes ----------------------------------------------------------------------------


def test_a_significant_move_is_a_round_trip_of_costs_or_an_atr_of_its_period(walk) -> None:
    costs = CostSettings(fee_frac=0.001, slippage_frac=0.0005)
    assert label_threshold(walk, LabelSettings(threshold=2.0), costs) == pytest.approx(2 * 0.003)
    in_atrs = LabelSettings(threshold=0.5, unit="atr", atr_period=40)
    threshold = label_threshold(walk, in_atrs, costs)
    assert isinstance(threshold, pd.Series)
    pd.testing.assert_series_equal(threshold, 0.5 * natr(walk, period=40))
    assert label_threshold(walk, LabelSettings(), costs) is None


def test_each_barrier_stands_on_its_side(walk) -> None:
    """A lower barrier that is out of reach: nothing falls."""
    near, far = {"upper_atr": 1.0, "lower_atr": 90.0}, {"upper_atr": 90.0, "lower_atr": 1.0}
    for barriers, named in ((near, "up"), (far, "down")):
        given: dict[str, Any] = {"kind": "triple_barrier", **barriers}
        labels = add_label(walk, LabelSettings(**given))[DIRECTION].dropna()
        assert set(labels) == {named, "flat"}


def test_a_label_that_touches_nothing_looks_at_its_whole_horizon(walk) -> None:
    label = LabelSettings(kind="triple_barrier", horizon=7, upper_atr=90.0, lower_atr=90.0)
    spans = label_spans(walk, label)
    assert (spans.candles == 7).all()
    assert np.isfinite(spans.returns[20:-7]).all()


def test_a_regressions_label_has_its_own_name(walk) -> None:
    for kind in ("return", "scaled_return"):
        labelled = add_label(walk, LabelSettings(kind=kind))
        assert RETURN in labelled and DIRECTION not in labelled


@pytest.mark.parametrize("regime", Regime)
def test_a_right_short_is_a_fall(walk, regime) -> None:
    frame, label = walk.assign(regime=np.int8(regime)), LabelSettings(kind="meta")
    answers, outcomes = add_label(frame, label)[DIRECTION], label_outcomes(frame, label, CostSettings())
    if regime in (Regime.BULL, Regime.BEAR):
        right = {"right": float(regime > 0), "wrong": float(regime < 0)}
        np.testing.assert_array_equal(outcomes["up"], answers.map(right).astype(float))
        assert set(outcomes["up"].dropna()) == {0.0, 1.0}
    else:
        assert outcomes["up"].isna().all() and not outcomes["known"].any()


def test_flat_moves_are_known_and_neither_up_nor_down(walk) -> None:
    label = LabelSettings(kind="triple_barrier", upper_atr=90.0, lower_atr=90.0)
    outcomes = label_outcomes(walk, label, CostSettings())
    assert outcomes["known"].sum() > 500
    assert outcomes["up"].isna().all()


def test_an_unknown_return_is_no_fall(walk) -> None:
    outcomes = label_outcomes(walk, LabelSettings(kind="return", horizon=12), CostSettings())
    assert outcomes["up"].iloc[-12:].isna().all() and not outcomes["known"].iloc[-12:].any()
    later = walk["close"].shift(-12) > walk["close"]
    np.testing.assert_array_equal(outcomes["up"].iloc[:-12] == 1, later.iloc[:-12])


# --- windows ----------------------------------------------------------------------------------------


def test_the_buffer_is_cut_off_both_ends_of_training_and_the_stamp_is_its_end() -> None:
    kitchen = SimpleNamespace(
        training_timeranges=[TimeRange("date", "date", 1000, 9000)],
        backtesting_timeranges=[TimeRange("date", "date", 9000, 12000)],
    )
    (window,) = backtest_windows(kitchen, 600_000)
    assert window == Window(1_600_000, 8_400_000, 9_000_000, 12_000_000)
    assert window.stamp == 8400


def test_no_two_pairs_share_a_file() -> None:
    pairs = ("BTC/USDT", "BTC/USDC", "BTC/USDT:USDT", "BTC/USDT:BTC", "ETH/USDT")
    assert len({pair_slug(pair) for pair in pairs}) == len(pairs)
    folders, names = zip(*(model_place(Path("models"), pair, 7) for pair in pairs), strict=True)
    assert len(set(folders)) == len(set(names)) == len(pairs)
