"""Parameters and settings that no trader means are refused before the first candle."""

import pytest
from freqtrade.exceptions import OperationalException

from auriga.host.checks import check_thresholds
from auriga.host.setup import settings_from_config
from auriga.host.signals import Thresholds

PLAIN = Thresholds(0.55, 0.45, 0.5)


@pytest.mark.parametrize(
    "thresholds",
    [
        PLAIN,
        Thresholds(0.5, 0.5, 0.5),
        Thresholds(1.0, 0.0, 0.0),  # never enters by itself, never leaves
        Thresholds(0.7, 0.3, 0.6, 0.05, -0.05, 0.05),
    ],
)
def test_what_can_be_traded_passes(thresholds) -> None:
    check_thresholds(thresholds)


@pytest.mark.parametrize(
    ("thresholds", "message"),
    [
        (Thresholds(0.45, 0.55, 0.5), "short_threshold 0.55, exit_threshold 0.5 and long_threshold 0.45"),
        (Thresholds(0.55, 0.45, 0.6), "exit_threshold 0.6 and long_threshold 0.55 must not fall"),
        (Thresholds(0.55, 0.45, 0.4), "short_threshold 0.45, exit_threshold 0.4"),
        (Thresholds(float("nan"), 0.45, 0.5), "long_threshold nan"),
        (Thresholds(2.0, 0.45, 0.5), "long_threshold 2.0 with bear_offset 0.0 is 2"),
        (Thresholds(0.98, 0.45, 0.5, bull_offset=0.05), "long_threshold 0.98 with bull_offset 0.05 is 1.03"),
        (Thresholds(0.55, 0.01, 0.5, 0, -0.02), "short_threshold 0.01 with sideways_offset -0.02 is -0.01"),
    ],
)
def test_what_cannot_be_is_refused_with_value_and_remedy(thresholds, message) -> None:
    with pytest.raises(OperationalException) as refused:
        check_thresholds(thresholds)
    assert message in str(refused.value)
    assert "RegimeStrategy.json" in str(refused.value)


@pytest.mark.parametrize(
    ("block", "message"),
    [
        ({"stake": {"risk_frac": 1.5}}, r"regime\.stake\.risk_frac.*1\.5|1\.5.*regime\.stake\.risk_frac"),
        ({"stake": {"risk_frac": 0}}, r"regime\.stake\.risk_frac"),
        ({"stake": {"max_position_frac": 2}}, r"regime\.stake\.max_position_frac"),
        ({"signals": {"grace_candles": -1}}, r"regime\.signals\.grace_candles"),
        ({"signals": {"grace_candle": 1}}, r"did you mean.*grace_candles"),
    ],
)
def test_settings_out_of_range_are_named(block, message) -> None:
    """Risk above 100 %, and the like."""
    with pytest.raises(OperationalException, match=rf"(?s){message}"):
        settings_from_config({"regime": block})


def test_strategy_refuses_what_its_parameter_file_says(freqai_run) -> None:
    """Freqtrade reads the file after `bot_start`."""
    strategy = freqai_run().strategy
    strategy._ft_params_from_file = {"enter": {"long_threshold": 0.45, "short_threshold": 0.4}}
    with pytest.raises(OperationalException, match=r"exit_threshold 0\.46 and long_threshold 0\.45"):
        strategy.ft_bot_start()
