"""The verdict on made-up predictions whose gain is known."""

import numpy as np
import pytest

from auriga.errors import ParameterError
from auriga.evaluation import LEAST_DAYS, auc_rows, day_values, give_verdict, log_loss_rows, roc_auc
from auriga.typing import FloatArray

A_DAY = 60


class Made:
    """Predictions of an informed and of less informed models on simulated outcomes."""

    def __init__(self, n_days: int, seed: int = 0, spread: float = 0.25) -> None:
        rng = np.random.default_rng(seed)
        self.rng, n_rows = rng, n_days * A_DAY
        self.days = np.repeat(np.arange(n_days), A_DAY)
        self.known = rng.normal(0, spread, n_rows)  # log-odds that both see
        self.more = rng.normal(0, spread, n_rows)  # what only a better model sees
        self.up = rng.uniform(size=n_rows) < _probability(self.known + self.more)

    def said(self, share: float) -> np.ndarray:
        """A model that sees this share of the rest, and takes an equal part of noise for it."""
        return _probability(self.known + share * self.more)

    def noisy(self, noise: float) -> np.ndarray:
        return _probability(self.known + self.rng.normal(0, noise, len(self.up)))

    def verdict(self, experts, pooled, placebo, **others):
        prior = np.full(len(self.up), 0.5)
        said = {"experts": experts, "pooled": pooled, "placebo": placebo} | others
        return give_verdict(self.up, self.days, prior, said, n_windows=4)


def _probability(log_odds: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-log_odds))


def test_a_planted_gain_is_found_and_told() -> None:
    made = Made(120)
    told = made.verdict(made.said(1), made.said(0), made.noisy(0.02), pooled_with_regime=made.said(0.99))
    assert told.pays is True
    assert told.sentence.startswith("Yes: on 7,200 predictions of 4 windows and 120 days")
    assert "A single model told the regime does as well" in told.sentence
    gain = log_loss_rows(made.up, made.said(0)).mean() - log_loss_rows(made.up, made.said(1)).mean()
    pooled = told.differences.set_index("other").loc["pooled"]
    assert pooled["skill_1e5"] == pytest.approx(1e5 * gain)
    assert pooled["skill_low"] < pooled["skill_1e5"] < pooled["skill_high"]
    assert told.variants.loc["experts", "auc"] == pytest.approx(roc_auc(made.up, made.said(1)))
    assert len(told.reasons) == 3
    assert "AUC" in told.reasons[0]


def test_a_gain_over_one_model_that_shuffled_regimes_have_too_does_not_pay() -> None:
    made = Made(120)
    told = made.verdict(made.said(1), made.said(0), made.said(1))
    assert told.pays is False
    assert "Meaningless regimes do as well" in told.sentence


def test_equal_models_are_told_no_when_the_rows_rule_a_gain_out() -> None:
    made = Made(120)
    told = made.verdict(made.said(0), made.noisy(0.001), made.noisy(0.001))
    assert told.pays is False
    assert told.sentence.startswith("No: ")
    assert "A gain worth having (25) is ruled out" in told.sentence


def test_a_planted_loss_is_told() -> None:
    made = Made(120)
    told = made.verdict(made.noisy(0.4), made.said(0), made.said(0))
    assert told.pays is False
    assert "The split costs accuracy" in told.sentence


def test_noisy_differences_are_told_unknown_with_the_gain_that_could_be_seen() -> None:
    made = Made(40)
    told = made.verdict(made.noisy(0.1), made.noisy(0.1), made.noisy(0.1))
    assert told.pays is None
    assert f"a gain below {told.seen_from_1e5:.0f} could not be told from none" in told.sentence
    pooled = told.differences.set_index("other").loc["pooled"]
    assert told.seen_from_1e5 >= pooled["skill_1e5"] - pooled["skill_low"] > 25


def test_a_gain_too_small_to_be_worth_having_does_not_pay() -> None:
    made = Made(200)
    worse = made.noisy(0.012)
    told = made.verdict(made.said(0), worse, worse)
    assert 0 < told.differences["skill_high"].max() < 25
    assert told.pays is False


def test_better_log_loss_with_worse_auc_is_not_enough() -> None:
    made = Made(120)
    overconfident = _probability(3 * (made.known + made.more))  # ranks best, but too certain
    told = made.verdict(made.said(0.3), overconfident, made.said(0))
    pooled = told.differences.set_index("other").loc["pooled"]
    assert pooled["skill_low"] > 0 > pooled["auc_high"]
    assert told.pays is None
    assert "Log-loss and AUC disagree" in told.sentence


def test_too_few_days_tell_nothing_however_large_the_gain() -> None:
    made = Made(LEAST_DAYS - 1, spread=1.0)
    told = made.verdict(made.said(1), made.said(0), made.said(0))
    assert told.pays is None
    assert "too little to judge by" in told.sentence
    assert told.differences["skill_low"].isna().all()
    enough = Made(LEAST_DAYS, spread=1.0)
    assert enough.verdict(enough.said(1), enough.said(0), enough.said(0)).pays is True


def test_models_that_are_equally_good_are_seldom_told_to_pay() -> None:
    """All three differ by noise of their own; days depend on each other as windows of a model do."""
    found = {True: 0, False: 0, None: 0}
    for seed in range(150):
        made = Made(56, seed)
        said = []
        for _ in range(3):
            bias = np.repeat(made.rng.normal(0, 0.1, len(made.up) // (14 * A_DAY)), 14 * A_DAY)
            said.append(
                _probability(made.known + bias * made.known / 0.25 + made.rng.normal(0, 0.1, len(bias)))
            )
        found[made.verdict(*said).pays] += 1
    assert found[True] <= 7  # both comparisons have to hold: below 2.5 % each, five in a hundred at most
    assert found[None] > 75


def test_a_single_comparison_is_wrong_about_as_often_as_it_says() -> None:
    """Above zero although nothing is gained: 2.5 % of a thousand series, give or take."""
    from auriga.evaluation._verdict_interval import day_interval

    rng = np.random.default_rng(5)
    above = np.mean([day_interval(rng.normal(size=84), seed=1).low > 0 for _ in range(600)])
    assert 0.005 < above < 0.05


def test_days_with_more_rows_weigh_more_and_order_does_not_count() -> None:
    rng = np.random.default_rng(0)
    days = np.sort(rng.integers(0, 9, 500))
    values = rng.normal(size=500)
    by_day = day_values(values, days)
    assert by_day.mean() == pytest.approx(values.mean())
    mixed = rng.permutation(500)
    assert day_values(values[mixed], days[mixed]) == pytest.approx(by_day)


def test_rows_of_the_area_add_up_to_it_and_measure_its_spread() -> None:
    rng = np.random.default_rng(1)
    up = rng.uniform(size=800) < 0.4
    drawn: FloatArray = rng.uniform(size=800) + 0.1 * up
    said = drawn.round(2)  # with ties
    rows = auc_rows(up, said)
    assert rows.mean() == pytest.approx(roc_auc(up, said))
    areas = [roc_auc(up[taken], said[taken]) for taken in rng.integers(800, size=(150, 800))]
    assert rows.std() / 800**0.5 == pytest.approx(np.std(areas), rel=0.2)
    assert np.isnan(auc_rows(np.ones(3, dtype=bool), said[:3])).all()


def test_draws_are_averaged_and_the_same_seed_says_the_same() -> None:
    made = Made(60)
    draws = np.stack([made.noisy(0.1), made.noisy(0.3)])
    one = made.verdict(made.said(1), made.said(0), draws)
    again = made.verdict(made.said(1), made.said(0), draws)
    assert one.sentence == again.sentence
    loss = np.mean([log_loss_rows(made.up, said).mean() for said in draws])
    skill = 1e5 * (loss - log_loss_rows(made.up, made.said(1)).mean())
    assert one.differences.set_index("other").loc["placebo", "skill_1e5"] == pytest.approx(skill)


def test_refuses_what_cannot_be_judged() -> None:
    made = Made(30)
    half = np.full(len(made.up), 0.5)
    with pytest.raises(ParameterError, match="placebo are missing"):
        give_verdict(made.up, made.days, half, {"experts": half, "pooled": half}, n_windows=1)
    with pytest.raises(ParameterError, match="no test rows"):
        give_verdict(made.up[:0], made.days[:0], half[:0], {}, n_windows=0)
    with pytest.raises(ParameterError, match="outside"):
        made.verdict(half + 1, half, half)
