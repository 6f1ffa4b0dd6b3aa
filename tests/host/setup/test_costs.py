"""One place for costs: what `regime.costs` says is what backtests charge and labels count in."""

import logging

import pandas as pd
import pytest
from freqtrade.enums import RunMode
from freqtrade.exceptions import OperationalException

from auriga.host.rows._labels import label_threshold
from auriga.host.setup import charge_costs, settings_from_config
from auriga.settings import parse_settings

COSTS = parse_settings({"costs": {"fee_frac": 0.0007, "slippage_frac": 0.0002}})


@pytest.mark.parametrize(
    ("mode", "fee"),
    [
        (RunMode.BACKTEST, 0.0009),
        (RunMode.HYPEROPT, 0.0009),
        (RunMode.WEBSERVER, 0.0009),
        (RunMode.DRY_RUN, 0.0007),
        (RunMode.LIVE, None),
    ],
)
def test_what_each_mode_charges(mode, fee) -> None:
    config = {"runmode": mode}
    charge_costs(config, COSTS)
    charge_costs(config, COSTS)
    assert config.get("fee") == (None if fee is None else pytest.approx(fee))


@pytest.mark.parametrize("given", [0.0, 0.002])
def test_fee_that_was_given_counts_and_is_told(given, caplog) -> None:
    config = {"runmode": RunMode.BACKTEST, "fee": given}
    with caplog.at_level(logging.INFO):
        charge_costs(config, COSTS)
    assert config["fee"] == given
    assert f"The fee of {given:g} that was given replaces 0.0009 a side of regime.costs" in caplog.text


def test_list_of_strategies_has_to_give_the_fee() -> None:
    listed = {"runmode": RunMode.BACKTEST, "strategy_list": ["RegimeStrategy"]}
    with pytest.raises(OperationalException, match=r"--strategy-list .* add --fee 0\.0009$"):
        charge_costs(listed, COSTS)
    charge_costs(listed | {"fee": 0.0009}, COSTS)


def test_label_counts_in_round_trips_of_the_same_costs() -> None:
    label = parse_settings({"label": {"threshold": 2.0}}).label
    assert label_threshold(pd.DataFrame(), label, COSTS.costs) == pytest.approx(2 * 2 * 0.0009)


def test_cost_of_earlier_versions_is_refused_with_the_remedy() -> None:
    with pytest.raises(
        OperationalException, match=r"regime\.label\.cost_frac is no longer a key; .*regime\.costs\."
    ):
        settings_from_config({"regime": {"label": {"cost_frac": 0.002}}})
