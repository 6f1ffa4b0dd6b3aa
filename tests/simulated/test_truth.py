"""On markets whose truth is known: regimes are recovered, experts win where they should, and only there."""

import pytest
from studies.truth import auc_difference, difference, run

from auriga.evaluation import roc_auc


@pytest.fixture(scope="module")
def easy():
    return [run("easy", 0)]


def test_most_candles_get_their_true_regime(easy) -> None:
    assert all(outcome.recovered > 0.6 for outcome in easy)


def test_nothing_beats_the_best_possible_prediction(easy) -> None:
    for outcome in easy:
        best = roc_auc(outcome.up, outcome.best)
        assert best > roc_auc(outcome.up, outcome.experts_true) > 0.55
        assert best > roc_auc(outcome.up, outcome.experts)


def test_experts_of_the_true_regimes_beat_one_pooled_model(easy) -> None:
    assert auc_difference(easy, "experts_true", "pooled").low > 0
    assert difference(easy, "experts_true", "pooled").low > 0


def test_experts_gain_nothing_where_regimes_mean_nothing() -> None:
    noise = [run("noise", 0)]
    assert difference(noise, "experts_true", "pooled").low < 0
    assert difference(noise, "experts", "pooled").low < 0
    assert abs(roc_auc(noise[0].up, noise[0].experts) - 0.5) < 0.03
