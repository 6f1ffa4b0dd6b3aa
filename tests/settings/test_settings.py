"""Unknown keys and impossible values are refused with the remedy; the shipped block is valid."""

import json

import pytest

from auriga.errors import SettingsError
from auriga.regimes import RULES
from auriga.settings import RegimeSettings, parse_settings


@pytest.mark.parametrize(
    ("block", "words"),
    [
        ({"confirm_candels": 2}, ["regime.confirm_candels", "did you mean 'confirm_candles'"]),
        ({"label": {"horizn": 3}}, ["regime.label.horizn", "did you mean 'horizon'"]),
        ({"moving_average": {"perod": 3}}, ["regime.moving_average.perod", "'period'"]),
        ({"zzz": 1}, ["regime.zzz", "known keys: profile, timeframe, reference_pair"]),
        ({"label": {"horizon": 0}}, ["regime.label.horizon is 0", "greater than or equal to 1"]),
        ({"min_dwell": "5"}, ["regime.min_dwell is '5'", "must be a whole number"]),
        (
            {"rules": ["moving_avrage"]},
            ["'moving_avrage'", "'moving_average', 'price_change' or 'volatility'"],
        ),
        ({"rules": ["volatility", "volatility"]}, ["one vote"]),
        ({"price_change": {"enter_level": 0.01}}, ["exit_level", "must not be above enter_level"]),
        ({"timeframe": "5m"}, ["regime.timeframe is '5m'", "'1d'"]),
        ({"scheme": "soft"}, ["regime.scheme is 'soft'", "'warm_start', 'hard', 'shrunk'"]),
        ({"expert_tree": 5}, ["regime.expert_tree", "did you mean 'expert_trees'"]),
        ({"other_weight": 1.5}, ["regime.other_weight is 1.5", "less than or equal to 1"]),
        ({"stale_models": "ignore"}, ["regime.stale_models is 'ignore'", "'retrain' or 'refuse'"]),
        (
            {"label": {"horizon": 6}, "signals": {"exit_patience_candles": 7}},
            ["regime.signals.exit_patience_candles is 7, but a prediction is about the next 6 candles alone"],
        ),
        ([], ["it must be a block"]),
    ],
)
def test_refused_with_the_remedy(block, words) -> None:
    with pytest.raises(SettingsError) as caught:
        parse_settings(block)
    for word in words:
        assert word in str(caught.value)


def test_all_mistakes_are_named_at_once() -> None:
    with pytest.raises(SettingsError) as caught:
        parse_settings({"min_dwel": 1, "confirm_candles": 0})
    assert len(str(caught.value).splitlines()) == 2


def test_defaults_are_the_shipped_settings(root) -> None:
    shipped = json.loads((root / "config.json").read_text())["regime"]
    assert parse_settings(shipped) == RegimeSettings()


def test_patience_is_no_longer_than_the_label_where_the_model_times() -> None:
    block = {"label": {"horizon": 3}, "signals": {"entry_patience_candles": 3}}
    assert parse_settings(block).signals.entry_patience_candles == 3
    alone = {"role": "alone", "entry_patience_candles": 50}
    assert parse_settings({"label": {"horizon": 3}, "signals": alone}).signals.entry_patience_candles == 50
    rules = {"model": False, "exit_patience_candles": 50}
    assert parse_settings({"label": {"horizon": 3}, "signals": rules}).signals.exit_patience_candles == 50
    with pytest.raises(SettingsError, match=r"signals\.exit_patience_candles is 4, but a prediction"):
        parse_settings({"label": {"horizon": 3}, "signals": {"exit_patience_candles": 4}})


def test_rules_have_the_defaults_of_their_classes() -> None:
    for name, rule in RegimeSettings().active_rules().items():
        assert RULES[name](**rule.model_dump(exclude={"weight"})) == RULES[name]()


def test_warmup_is_the_slowest_active_rule_and_its_confirmation() -> None:
    assert parse_settings({}).warmup_candles == 202
    assert parse_settings({"rules": ["volatility"], "confirm_candles": 5}).warmup_candles == 25


def test_warmup_of_a_statistical_detector_is_its_fit_window_and_the_wait_for_a_fit() -> None:
    fit = {"fit_candles": 100, "refit_candles": 10, "period": 20}
    assert parse_settings({"detector": "jump", "jump": fit, "confirm_candles": 3}).warmup_candles == 132
    assert parse_settings({"detector": "hmm", "hmm": fit, "confirm_candles": 1}).warmup_candles == 130
    # A live exchange gives about 1000 candles.
    assert parse_settings({"detector": "jump"}).warmup_candles < 999


@pytest.mark.parametrize(
    ("block", "everybody"),
    [
        ({}, True),
        ({"scheme": "hard"}, False),
        ({"scheme": "hard", "pairs": "all"}, True),
        ({"pairs": "own"}, False),
    ],
)
def test_whose_rows_are_learned_from(block, everybody) -> None:
    assert parse_settings(block).trains_on_all_pairs == everybody
