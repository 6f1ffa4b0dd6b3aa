"""The study's own computations on tiny arrays: placebos, windows, purge, schemes, scores, verdict, page."""

import itertools
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from studies.split import _schemes, _side
from studies.split._page import page, summarise
from studies.split._plan import plan
from studies.split._product import product_probability
from studies.split._regimes import placebo_regimes
from studies.split._run import Results
from studies.split._scores import Difference, Scorer, weekly_auc, widened
from studies.split._settings import RULE_TITLES, Study
from studies.split._tables import answer, markdown, marked
from studies.split._trees import grow_base
from studies.split._verdict import beaten, give_verdict, targets
from studies.split._windows import Rows, Window, thin, train_and_test, window_starts

from auriga.evaluation import Interval, shuffle_segments
from auriga.models import BinnedFeatures
from auriga.typing import Regime

STUDY = Study()
CANDLE = 300 * 10**9


def segments(regime: np.ndarray) -> list[tuple[int, int]]:
    starts = np.flatnonzero(np.r_[True, regime[1:] != regime[:-1]])
    lengths = np.diff(np.r_[starts, len(regime)])
    return list(zip(regime[starts].tolist(), lengths.tolist(), strict=True))


@given(
    st.lists(st.tuples(st.sampled_from([-2, -1, 0, 1]), st.integers(1, 9)), min_size=1, max_size=40),
    st.integers(0, 99),
)
def test_shuffled_segments_keep_their_lengths_and_never_merge(made, seed) -> None:
    regime = np.concatenate([np.full(length, code, dtype=np.int8) for code, length in made])
    shuffled = shuffle_segments(regime, np.random.default_rng(seed))
    assert shuffled.dtype == regime.dtype
    assert sorted(segments(shuffled)) == sorted(segments(regime))


def test_a_placebo_moves_regimes_and_leaves_the_past_alone() -> None:
    dates = pd.Series(pd.date_range("2023-01-01", periods=300, tz="UTC"))
    regime = np.repeat(np.array([1, 0, -1, 0, 1, -1], dtype=np.int8), 50)
    detected = pd.DataFrame({"date": dates, "regime": regime, "regime_age": 0.0})
    first, again = (placebo_regimes(detected, dates[100], np.random.default_rng(3)) for _ in range(2))
    assert (first["regime"] == again["regime"]).all()
    assert (first["regime"][:100] == regime[:100]).all()
    assert (first["regime"] != regime).any()
    assert (detected["regime"] == regime).all()


def test_windows_hold_whole_weeks_are_spread_and_do_not_overlap() -> None:
    starts = window_starts(STUDY)
    assert len(starts) == STUDY.n_windows >= 12
    assert all(start.day_of_week == 0 for start in starts)
    apart = [later - start for start, later in itertools.pairwise(starts)]
    assert min(apart) >= pd.Timedelta(days=STUDY.test_days)
    assert starts[0] == pd.Timestamp(STUDY.first_at, tz="UTC")
    assert starts[-1] + pd.Timedelta(days=STUDY.test_days) == pd.Timestamp(STUDY.end_at, tz="UTC")


def test_windows_that_would_overlap_are_refused() -> None:
    with pytest.raises(ValueError, match="overlap"):
        window_starts(replace(STUDY, n_windows=200))


@pytest.mark.parametrize("missing", [0, 5])
def test_no_training_label_is_known_from_the_test_window(missing) -> None:
    study = replace(STUDY, train_days=2, test_days=1)
    dates = pd.Series(pd.date_range("2024-01-01", periods=5 * 288, freq="5min", tz="UTC"))
    start = pd.Timestamp("2024-01-04", tz="UTC")
    hole = (dates < start) & (dates >= start - missing * pd.Timedelta(minutes=5))
    dates = dates[~hole].reset_index(drop=True)
    train, test = train_and_test(dates, start, study)
    assert dates[test[0]] == start and len(test) == 288
    assert train[-1] + study.horizon < test[0]
    assert dates[train[0]] == start - pd.Timedelta(days=2)


def test_thinning_goes_by_the_clock() -> None:
    dates = CANDLE * np.array([10, 11, 12, 14, 15])
    assert dates[thin(dates, 2)].tolist() == [CANDLE * 10, CANDLE * 12, CANDLE * 14]


def test_the_held_back_tail_is_purged_by_time_across_pairs() -> None:
    dates = np.tile(np.arange(100) * CANDLE, 2)
    head, tail = _side.held_back_tail(dates, np.arange(0, 200, 2), 0.15, 12)
    assert dates[head].max() + 12 * CANDLE < dates[tail].min()
    assert 0.1 < len(tail) / 100 < 0.2
    assert set(head) | set(tail) <= set(range(0, 200, 2))


def test_platt_corrects_overconfidence() -> None:
    rng = np.random.default_rng(0)
    truth = rng.normal(scale=0.5, size=4000)
    up = rng.random(4000) < 1 / (1 + np.exp(-truth))
    assert _side.platt(up, 5 * truth, np.array([5.0]))[0] == pytest.approx(1, abs=0.3)


@pytest.fixture(scope="module")
def window() -> Window:
    trees = {"n_estimators": 6, "num_leaves": 4, "min_child_samples": 20, "max_bin": 31}
    study = replace(STUDY, trees=trees, tree_counts=(4, 6), own_trees=5, expert_trees=3, min_samples=50)
    rng = np.random.default_rng(0)

    def rows(n: int) -> Rows:
        X = rng.normal(size=(n, 5)).astype(np.float32)
        dates = np.tile(np.arange(n // 2) * CANDLE, 2)
        regimes = {name: rng.integers(-2, 2, n).astype(np.int8) for name in RULE_TITLES}
        up = X[:, 0] * np.where(regimes["vote"] > 0, 1, -1) + rng.normal(size=n) > 0
        return Rows(X, dates, np.repeat([0, 1], n // 2).astype(np.int8), up, regimes)

    train, test = rows(1600), rows(400)
    binned = BinnedFeatures([train.X], reference=train.X, params=trees)
    return Window(study, train, test, STUDY.pairs[:2], binned, thin(train.dates, study.every))


def test_every_scheme_answers_every_row_and_routes_unknown_to_the_base(window) -> None:
    base = grow_base(window)
    plain, fallback = _schemes.own_pair(window)
    said = plain | _schemes.pooled(window, base) | _schemes.stock(window)
    said |= _schemes.hard_own(window, "vote", fallback) | _schemes.hard_and_shrunk(window, "vote", base)
    said |= _schemes.warm_start(window, "vote", base) | _schemes.weighted(window, "vote", base)
    said |= _schemes.pooled_with_regime(window, "vote")
    assert all(len(p) == len(window.test) and np.all((p > 0) & (p < 1)) for p in said.values())
    unknown = window.test.regimes["vote"] == Regime.UNKNOWN
    for scheme in ("hard_all", "shrunk", "warm_start", "weighted"):
        assert said[f"{scheme}/vote"][unknown] == pytest.approx(said["base@6"][unknown])
        assert not np.allclose(said[f"{scheme}/vote"][~unknown], said["base@6"][~unknown])


@pytest.mark.parametrize("scheme", ["warm_start", "shrunk", "hard"])
def test_the_product_says_the_same(window, scheme) -> None:
    base = grow_base(window)
    ours = _schemes.hard_and_shrunk(window, "vote", base) | _schemes.warm_start(window, "vote", base)
    name = "hard_all/vote" if scheme == "hard" else f"{scheme}/vote"
    assert product_probability(window, scheme) == pytest.approx(ours[name], abs=1e-6)


def test_weekly_auc_ranks_within_weeks() -> None:
    up = np.array([True, False, True, False])
    said = np.array([0.2, 0.1, 0.8, 0.9])
    assert weekly_auc(up, said, np.array([1, 1, 2, 2])).tolist() == [1, 1, 0, 0]


def results(**said: np.ndarray) -> Results:
    dates = np.arange(4 * 7 * 48) * 30 * 60 * 10**9
    up = np.arange(len(dates)) % 2 == 0
    return Results(dates, np.zeros(len(dates), np.int8), up, said, {"hard_all": [], "warm_start": []}, 60.0)


def test_differences_have_the_sign_of_the_better_one_and_use_common_rows() -> None:
    up = results().up
    good, bad = np.where(up, 0.6, 0.4), np.where(up, 0.4, 0.6)
    good[:100] = np.nan
    scorer = Scorer(results(good=good, bad=bad))
    difference = scorer.difference(("good",), ("bad",))
    assert difference is not None
    assert difference.auc.estimate == pytest.approx(1e4)
    assert difference.log_loss.estimate == pytest.approx(1e5 * np.log(0.4 / 0.6))
    draws = scorer.difference(("good", "bad"), ("bad",))
    assert draws is not None
    assert draws.log_loss.estimate == pytest.approx(difference.log_loss.estimate / 2)
    assert scorer.difference(("good",), ("bad",), scorer.complete(2)) is None
    assert scorer.difference(("good",), ("bad",), scorer.complete(1)) == difference


def test_allowing_for_many_comparisons_widens() -> None:
    interval = Interval(-10, -19, -1)
    assert widened(interval, 1).high == pytest.approx(-1)
    assert widened(interval, 100).high > 0


def made_up(log_loss: Interval, **special: Interval) -> dict[str, Difference]:
    auc = Interval(0, -5, 5)
    return {
        c.key: Difference(auc, next((v for k, v in special.items() if c.key.startswith(k)), log_loss))
        for c in plan(STUDY)
    }


def test_the_verdict_can_say_no_lead_and_yes() -> None:
    no = give_verdict(made_up(Interval(0, -9, 9)), STUDY)
    assert not no.pays and not no.leads and no.sentence.startswith("No: no scheme")
    lead = give_verdict(made_up(Interval(0, -9, 9), scheme=Interval(-10, -19, -1)), STUDY)
    assert not lead.pays and lead.leads and "not a result" in lead.sentence
    yes = give_verdict(made_up(Interval(0, -9, 9), scheme=Interval(-30, -34, -26)), STUDY)
    assert yes.pays and yes.sentence.startswith("Yes")


def test_targets_and_counts_follow_the_numbers() -> None:
    nothing = made_up(Interval(0, -9, 9))
    assert [target.met for target in targets(nothing, STUDY)] == [False, True, False]
    everything = made_up(Interval(-50, -60, -40), **{"rows: stock / base": Interval(900, 800, 999)})
    everything = {
        key: replace(d, auc=Interval(20, 10, 30)) if key.startswith("rows: base") else d
        for key, d in everything.items()
    }
    assert [target.met for target in targets(everything, STUDY)] == [True, True, True]
    assert beaten(nothing, "draw:") == (0, 45)
    assert beaten(everything, "draw:") == (45, 45)


def test_comparisons_are_counted_and_have_names_of_their_own() -> None:
    keys = [comparison.key for comparison in plan(STUDY)]
    assert len(keys) == len(set(keys)) > 100


def test_tables() -> None:
    assert markdown(["a", "b"], [["1", "2"]]).splitlines() == ["| a | b |", "|---|---|", "| 1 | 2 |"]
    assert marked(Interval(3, 1, 5)) == "**+3 [+1, +5]**"
    assert marked(Interval(3, -1, 5)) == "+3 [-1, +5]"
    assert [answer(Interval(m, m - 2, m + 2)) for m in (-5, 0, 5)] == ["yes", "not shown", "no, worse"]


def test_the_page_is_filled_from_the_numbers_alone() -> None:
    names = {name for c in plan(STUDY) for name in (*c.ours, *c.theirs)}
    rng = np.random.default_rng(0)
    n = len(results().up)
    numbers = summarise(results(**{name: rng.uniform(0.4, 0.6, n) for name in names}), STUDY, {"hard": 0.0})
    text = page(numbers, STUDY)
    assert "{" not in text and "nan" not in text
    assert f"All {2 * (len(plan(STUDY)) - 2)} comparisons" in text  # one pair alone is never complete
    assert numbers["verdict"]["sentence"] in text
    assert all(pair in numbers["test_rows_by_pair"] for pair in STUDY.pairs)
