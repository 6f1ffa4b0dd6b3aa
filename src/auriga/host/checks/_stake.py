"""Stakes that do not fit the number of trades."""

from collections.abc import Mapping
from math import isinf
from typing import Any

from freqtrade.exceptions import OperationalException

from auriga.settings import StakeSettings


def check_stake(config: Mapping[str, Any], settings: StakeSettings) -> None:
    """Refuse more positions than trades may be open: a part of the capital would never be used.

    Raises
    ------
    OperationalException
        With both numbers.
    """
    most = float(config.get("max_open_trades", 1))
    if settings.rule != "volatility" or settings.positions is None or most < 0 or isinf(most):
        return
    if settings.positions > most:
        raise OperationalException(
            f"regime.stake.positions is {settings.positions}, but max_open_trades is {int(most)}: the "
            f"capital of {settings.positions - int(most)} of them would never be used. Set it to {int(most)} "
            "or less, to null (as many as may be open), or raise max_open_trades"
        )
