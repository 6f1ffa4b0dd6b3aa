"""The simulated measurement's own computations on tiny arrays: shares, gains, schemes that come for free."""

import numpy as np
import pandas as pd
import pytest
from studies.truth import Group, Pair, Plan, Scored, captured, predict
from studies.truth._data import feature_matrix
from studies.truth._fit import SETTINGS, TREES, _answered_by, fitted, probability
from studies.truth._scores import auc_gain, block_wins
from studies.truth._tables import _interval, _level

from auriga.datasets import simulate_market
from auriga.evaluation import Interval, block_bootstrap, roc_auc
from auriga.models import SCHEMES


def made_pair(seed: int, n: int = 6000) -> Pair:
    """The first feature means up in bull rows and down in bear rows."""
    rng = np.random.default_rng(seed)
    regimes = np.where(np.arange(n) // 500 % 2, 1, -1).astype(np.int8)
    features = rng.normal(size=(n, 3)).astype(np.float32)
    best = 1 / (1 + np.exp(-2 * features[:, 0] * regimes))
    rows = np.arange(n)
    return Pair(
        dates=pd.Series(pd.date_range("2024-01-01", periods=n, freq="1h", tz="UTC")),
        features=features,
        up=rng.random(n) < best,
        best=best,
        regimes={"detected": np.zeros(n, dtype=np.int8), "true": regimes},
        train=rows[: n * 5 // 6],
        test=rows[n * 5 // 6 :],
    )


@pytest.fixture(scope="module")
def group() -> Group:
    return Group([made_pair(seed) for seed in range(2)])


def test_the_share_counts_from_guessing_and_is_missing_where_there_is_no_edge() -> None:
    assert captured(0.6, 0.6) == 1
    assert captured(0.5, 0.6) == 0
    assert captured(0.45, 0.6) == pytest.approx(-0.5)
    assert np.isnan(captured(0.51, 0.5))


def test_wins_of_blocks_add_up_to_the_auc_with_ties() -> None:
    rng = np.random.default_rng(0)
    up, said, block = rng.random(500) < 0.4, rng.random(500).round(1), rng.integers(0, 7, 500)
    wins = block_wins(up, said, block)
    assert wins.shape == (7, 7)
    assert wins.sum() / (up.sum() * (~up).sum()) == pytest.approx(roc_auc(up, said))


def test_the_gain_is_that_of_resampling_rows() -> None:
    rng = np.random.default_rng(1)
    up, blocks = rng.random(2000) < 0.5, np.repeat(np.arange(20), 100) + 7
    ours, theirs = rng.random(2000) + 0.3 * up, rng.random(2000)
    fast = auc_gain(up, ours, theirs, blocks)
    slow = block_bootstrap(
        lambda rows: roc_auc(up[rows], ours[rows]) - roc_auc(up[rows], theirs[rows]), blocks, n_draws=100
    )
    assert fast.estimate == pytest.approx(slow.estimate)
    assert (fast.low, fast.high) == pytest.approx((slow.low, slow.high), abs=0.02)
    same = auc_gain(up, ours, ours, blocks)
    assert (same.low, same.estimate, same.high) == (0, 0, 0)


def test_schemes_that_come_for_free_answer_as_if_they_were_trained(group) -> None:
    plan, regimes = Plan("all", trees=5), group.train_regimes("true")
    X, asked = group.test_rows([0, 1]), group.test_regimes("true", [0, 1])
    for scheme in ("warm_start", "hard"):
        model = fitted(plan, scheme, group.binned, group.up, regimes)
        _, free = _answered_by(scheme, SCHEMES)
        trained = fitted(plan, free, group.binned, group.up, regimes)
        said = probability(model, free, X, asked)
        np.testing.assert_array_equal(said, trained.predict_proba(X, regimes=asked)[:, 1])


def test_every_asked_scheme_is_answered_even_without_the_one_that_would_answer_it(group) -> None:
    assert set(predict(group, Plan("all", trees=3))) == {
        (k, s) for k in ("detected", "true") for s in SCHEMES
    }
    alone = predict(group, Plan("own", ("shrunk", "pooled"), trees=3))
    assert set(alone) == {(k, s) for k in ("detected", "true") for s in ("shrunk", "pooled")}


def test_own_rows_are_those_of_the_predicted_pair_in_its_place(group) -> None:
    plan = Plan("own", ("hard",), trees=5)
    first, second = np.split(predict(group, plan)["true", "hard"], 2)
    turned = predict(Group(group.pairs[::-1]), plan)["true", "hard"]
    np.testing.assert_array_equal(turned, np.concatenate([second, first]))


def test_experts_of_true_regimes_capture_what_the_pooled_model_averages_away(group) -> None:
    scored, said = Scored.of(group.pairs), predict(group, Plan("all", ("hard", "pooled"), trees=30))
    assert scored.share(said["true", "hard"]) > 0.8
    assert abs(scored.share(said["true", "pooled"])) < 0.2
    assert scored.auc_gain(said["true", "hard"], said["true", "pooled"]).low > 0
    assert scored.log_loss_gain(said["true", "hard"], said["true", "pooled"]).low > 0


def test_no_two_pairs_share_a_week(group) -> None:
    blocks = Scored.of(group.pairs).blocks
    first, second = np.split(blocks, 2)
    assert not np.intersect1d(first, second).size


def test_features_are_those_of_the_product_and_blind_to_later_candles() -> None:
    candles = simulate_market(9000, seed=1).candles
    whole, cut = feature_matrix(candles), feature_matrix(candles[:8500])
    assert whole.shape == (9000, 4 * 22 + 4)
    assert {"momentum_rsi", "momentum_rsi_15m", "momentum_rsi_1h", "momentum_rsi_4h"} <= set(whole)
    pd.testing.assert_frame_equal(whole[:8500], cut)


def test_the_shipped_trees_and_settings_are_used(group) -> None:
    assert Plan("all").trees == TREES["n_estimators"] == 80
    model = fitted(Plan("all", trees=2), "hard", group.binned, group.up, group.train_regimes("true"))
    assert model.min_samples == SETTINGS.min_samples == 2000


def test_cells_show_the_share_and_mark_what_excludes_zero() -> None:
    scored = Scored(np.array([True, False]), np.array([0.6, 0.4]), np.array([0, 1]))
    assert _level(scored, np.array([0.6, 0.4])) == "1.0000 (100%)"
    guess = Scored(scored.up, np.array([0.5, 0.5]), scored.blocks)
    assert _level(guess, np.array([0.5, 0.5])) == "0.5000"
    assert _interval(Interval(1.0, 0.5, 2.0), "+.1f") == "**+1.0 [+0.5, +2.0]**"
    assert _interval(Interval(1.0, -0.5, 2.0), "+.1f") == "+1.0 [-0.5, +2.0]"
