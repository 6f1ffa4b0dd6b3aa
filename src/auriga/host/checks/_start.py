"""What `RegimeStrategy` asks once its parameters are known, before any candle is loaded."""

from typing import Protocol

from auriga.host.checks._market import check_leverage
from auriga.host.checks._thresholds import check_thresholds
from auriga.host.freqai import check_frozen
from auriga.host.setup import TradingStrategy, require_model
from auriga.host.signals import Thresholds
from auriga.settings import RegimeSettings


class StartingStrategy(TradingStrategy, Protocol):
    """A strategy whose parameters are loaded."""

    @property
    def thresholds(self) -> Thresholds:
        """Values of the parameters that make entries and exits."""


def check_start(strategy: StartingStrategy, settings: RegimeSettings) -> None:
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
