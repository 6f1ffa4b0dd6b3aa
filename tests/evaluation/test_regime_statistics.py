"""Statistics of regimes against numbers worked out by hand and against brute force."""

import itertools
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from auriga.candles import resample_candles
from auriga.datasets import simulate_market
from auriga.errors import ParameterError
from auriga.evaluation import (
    compare_regimes,
    dwell_times,
    flips_per_month,
    offline_regimes,
    recovered_share,
    regime_performance,
    regime_table,
    switch_delays,
    transition_matrix,
    unknown_share,
)
from auriga.regimes import RULES, detect_regimes
from auriga.typing import Regime

B, S, U, X = (int(r) for r in (Regime.BEAR, Regime.SIDEWAYS, Regime.BULL, Regime.UNKNOWN))
known_codes = st.lists(st.sampled_from([B, S, U]), min_size=1, max_size=40)
codes = st.lists(st.sampled_from([B, S, U, X]), min_size=1, max_size=40)


def regimes(*values: int) -> np.ndarray:
    return np.array(values, dtype=np.int8)


def test_dwell_counts_whole_runs_and_reports_the_longest_of_all() -> None:
    #           cut off      whole    whole         whole  cut off by UNKNOWN   cut off
    series = regimes(U, U, U, S, S, U, U, U, U, U, S, B, B, B, X, B, B, B, B)
    table: Any = dwell_times(series)
    assert table.loc["bull"].tolist() == [2, 5, 5, 5]
    assert table.loc["sideways"].tolist() == [2, 1.5, 1.5, 2]
    runs, mean, median, longest = table.loc["bear"]
    assert (runs, longest) == (2, 4)
    assert np.isnan(mean) and np.isnan(median)


@given(codes)
def test_runs_are_those_of_itertools(values) -> None:
    table = dwell_times(regimes(*values))
    runs = [(code, len(list(group))) for code, group in itertools.groupby(values)]
    for regime in Regime.known():
        lengths = [length for code, length in runs if code == regime]
        whole = [
            length
            for position, (code, length) in enumerate(runs)
            if code == regime
            and 0 < position < len(runs) - 1
            and X not in (runs[position - 1][0], runs[position + 1][0])
        ]
        row = table.loc[regime.label]
        assert row["runs"] == len(lengths)
        assert row["longest_dwell"] == max(lengths) if lengths else np.isnan(row["longest_dwell"])
        assert row["mean_dwell"] == pytest.approx(np.mean(whole)) if whole else np.isnan(row["mean_dwell"])
        assert row["median_dwell"] == np.median(whole) if whole else np.isnan(row["median_dwell"])


def test_transitions_by_hand() -> None:
    # bull: to bull, bull, sideways; sideways: to bear; bear: to bear; the pairs around UNKNOWN are left out
    matrix: Any = transition_matrix(regimes(U, U, U, S, B, B, X, S))
    assert matrix.loc["bull"].tolist() == pytest.approx([0, 1 / 3, 2 / 3])
    assert matrix.loc["sideways"].tolist() == [1, 0, 0]
    assert matrix.loc["bear"].tolist() == [1, 0, 0]
    assert transition_matrix(regimes(U)).isna().all(axis=None)


@given(codes)
def test_transitions_are_counted(values) -> None:
    matrix = transition_matrix(regimes(*values))
    pairs = [pair for pair in itertools.pairwise(values) if X not in pair]
    for before in Regime.known():
        followers = [b for a, b in pairs if a == before]
        for after in Regime.known():
            share = matrix.loc[before.label, after.label]
            expected = followers.count(after) / len(followers) if followers else np.nan
            assert share == pytest.approx(expected, nan_ok=True)


def test_flips_by_hand() -> None:
    month = 365.25 / 12
    # 6 known days, 2 flips; bear to bull across UNKNOWN is none
    series = regimes(X, U, S, S, B, X, U, U)
    assert flips_per_month(series, "1d") == pytest.approx(2 / 6 * month)
    assert flips_per_month(series, "4h") == pytest.approx(2 / 6 * month * 6)
    assert np.isnan(flips_per_month(regimes(X, X), "1d"))
    assert unknown_share(series) == 0.25


def test_moves_count_for_the_regime_known_before_them() -> None:
    close = np.array([100.0, 110.0, 99.0, 198.0, 99.0])
    series = regimes(U, U, B, B, X)
    before = regime_performance(close, series, "1d")
    assert before.loc["bull", "return_frac"] == pytest.approx(-0.01)  # +10 %, then -10 %
    assert before.loc["bull", "drawdown_frac"] == pytest.approx(0.1)
    assert before.loc["bear", "return_frac"] == pytest.approx(0.0)  # doubled, then halved
    assert before.loc["bear", "drawdown_frac"] == pytest.approx(0.5)
    assert before["time_frac"].tolist() == [0.5, 0, 0.5]
    assert before.loc["sideways"].drop("time_frac").isna().all()
    during = regime_performance(close, series, "1d", known_before=False)
    assert during.loc["bull", "return_frac"] == pytest.approx(0.1)
    assert during.loc["bear", "return_frac"] == pytest.approx(0.8)  # -10 %, then doubled


def test_annual_figures_have_their_units() -> None:
    close = np.exp(np.array([0.0, 0.01, 0.0, 0.03]))
    row = regime_performance(close, regimes(U, U, U, U), "1d").loc["bull"]
    moves = [0.01, -0.01, 0.03]
    assert row["annual_drift"] == pytest.approx(0.01 * 365.25)
    assert row["annual_volatility_frac"] == pytest.approx(np.std(moves, ddof=1) * np.sqrt(365.25))
    hourly = regime_performance(close, regimes(U, U, U, U), "1h").loc["bull"]
    assert hourly["annual_drift"] == pytest.approx(0.01 * 365.25 * 24)


def test_delays_by_hand() -> None:
    #          switches:  bull at 2      bear at 6  bull at 8     side at 11 (open)
    reference = regimes(S, S, U, U, U, U, B, B, U, U, U, S, S)
    detected = regimes(S, S, S, S, U, U, U, U, U, U, U, U, U)
    found = switch_delays(reference, detected)
    assert found.delays.tolist() == [2]
    assert (found.early, found.missed, found.unjudged, found.judged) == (1, 1, 1, 3)
    assert found.median == 2
    assert found.missed_share == pytest.approx(1 / 3)


def test_unknown_before_the_answer_is_no_verdict() -> None:
    reference = regimes(S, U, U, U, S, S, B, B)
    detected = regimes(X, X, X, U, X, X, B, X)
    found = switch_delays(reference, detected)
    assert (found.delays.tolist(), found.early, found.missed, found.unjudged) == ([0.0], 0, 0, 2)
    nothing = switch_delays(reference, np.full(8, X, dtype=np.int8))
    assert np.isnan(nothing.median) and np.isnan(nothing.missed_share)


def test_a_detector_that_never_moves_has_no_delay() -> None:
    found = switch_delays(regimes(S, U, S, U, B, U), regimes(U, U, U, U, U, U))
    assert (len(found.delays), found.early, found.missed) == (0, 3, 2)


@given(known_codes, st.integers(0, 5))
def test_a_detector_that_lags_is_late_by_its_lag(values, lag) -> None:
    reference = np.repeat(regimes(*values), 6)  # every regime outlasts the lag
    detected = np.r_[np.repeat(reference[:1], lag), reference][: len(reference)]
    found = switch_delays(reference, detected)
    assert found.delays.tolist() == [lag] * sum(a != b for a, b in itertools.pairwise(values))
    assert found.early == found.missed == found.unjudged == 0


def payoff(sequence, returns, least_move: float, hurdle: float) -> float:
    """What a sequence of positions earns, spelled out."""
    earned = sum(position * r - hurdle * abs(position) for position, r in zip(sequence, returns, strict=True))
    return earned - least_move / 2 * sum(abs(b - a) for a, b in itertools.pairwise(sequence))


@given(st.lists(st.floats(-0.2, 0.2), min_size=2, max_size=7), st.floats(0, 4), st.floats(0, 0.5))
def test_offline_labels_are_the_best_of_all_sequences(steps, least_move, hurdle) -> None:
    returns = np.r_[0.0, steps]
    volatility = np.std(np.diff(np.cumsum(returns)))
    if volatility < 1e-6:
        return
    labels = offline_regimes(np.exp(np.cumsum(returns)), least_move=least_move, hurdle=hurdle)
    scaled = (returns / volatility).tolist()
    best = max(
        payoff(s, scaled, least_move, hurdle) for s in itertools.product((B, S, U), repeat=len(returns))
    )
    assert payoff(labels.tolist(), scaled, least_move, hurdle) == pytest.approx(best, abs=1e-6)


def test_offline_labels_are_scale_free_and_mirror() -> None:
    close = simulate_market(3000, market="easy", seed=3).candles["close"].to_numpy()
    labels = offline_regimes(close)
    assert set(labels.tolist()) >= {B, U}
    np.testing.assert_array_equal(labels, offline_regimes(1000 * close))
    np.testing.assert_array_equal(labels, -offline_regimes(1 / close))
    assert set(offline_regimes(np.full(50, 7.0)).tolist()) == {S}


def test_hindsight_recovers_what_was_simulated_better_than_rules() -> None:
    market = simulate_market(900 * 24, market="easy", seed=1, timeframe="1h")
    daily, truth = resample_candles(market.candles, "1d"), market.regimes[::24]
    online = detect_regimes(daily, [rule() for rule in RULES.values()])["regime"].to_numpy()
    offline = offline_regimes(daily["close"].to_numpy())
    answered = online != X
    assert recovered_share(truth[answered], offline[answered]) > recovered_share(truth, online) > 0.5
    table: Any = compare_regimes({"rules": online[answered]}, {"truth": truth[answered]}, "1d")
    assert table.loc["rules", "truth_agreement"] == recovered_share(truth, online)
    assert table.loc["rules", "truth_delay"] > 0
    assert table.loc["rules", "truth_switches"] > 3
    assert table.loc["truth", "flips_per_month"] < table.loc["rules", "flips_per_month"]


def test_comparison_by_hand() -> None:
    truth = regimes(U, U, U, S, S, S, B, B, B, B)
    late = regimes(X, U, U, U, S, S, S, B, B, B)
    row = compare_regimes({"late": late}, {"truth": truth}, "1d").loc["late"]
    assert row["unknown_frac"] == 0.1
    assert row["truth_agreement"] == pytest.approx(7 / 9)
    assert (row["truth_delay"], row["truth_missed_frac"], row["truth_switches"]) == (1, 0, 2)
    assert row["median_dwell"] == 3  # the sideways stretch alone was seen whole


def test_table_joins_what_the_parts_say() -> None:
    close, series = np.array([1.0, 2, 1, 2, 4]), regimes(B, B, U, U, B)
    table = regime_table(close, series, "1d")
    pd.testing.assert_frame_equal(table[dwell_times(series).columns.tolist()], dwell_times(series))
    assert table.loc["bull", "to_bear"] == 0.5
    assert table.loc["bull", "return_frac"] == pytest.approx(3.0)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: switch_delays(regimes(U), regimes(U, S)), "reference has 1 rows, detected has 2"),
        (lambda: regime_performance(np.ones(3), regimes(U), "1d"), "close has 3 rows, regimes has 1"),
        (lambda: offline_regimes(np.array([1.0, 0.0])), "lowest close is 0"),
        (lambda: offline_regimes(np.ones(2), least_move=-1.0), "least_move -1"),
        (lambda: offline_regimes(np.array([1.0, np.nan])), "lowest close is nan"),
        (lambda: compare_regimes({"a": regimes(U)}, {"a": regimes(U)}, "1d"), "different names"),
    ],
)
def test_impossible_input_is_refused(call, message) -> None:
    with pytest.raises(ParameterError, match=message):
        call()
