"""What `RegimeStrategy` asks once its parameters are known, before any candle is loaded."""

from typing import Any

from auriga.host._freqai_options import require_model
from auriga.host._frozen_side import check_frozen
from auriga.host._market_checks import check_leverage
from auriga.host._threshold_checks import check_thresholds
from auriga.settings import RegimeSettings


def check_start(strategy: Any, settings: RegimeSettings) -> None:
    """Refuse a missing model, frozen ones that do not fit, thresholds no trader means, too much leverage.

    Parameters
    ----------
    strategy : IStrategy
        With its FreqAI model and with its parameters as loaded.
    settings : RegimeSettings

    Raises
    ------
    OperationalException
        Of the first check that refuses.
    """
    require_model(strategy)
    check_frozen(strategy)
    check_thresholds(strategy.thresholds)
    check_leverage(strategy, settings)
