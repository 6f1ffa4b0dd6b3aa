"""One place for costs: what `regime.costs` says is what Freqtrade charges."""

import logging
from typing import Any

from freqtrade.enums import RunMode
from freqtrade.exceptions import OperationalException

from auriga.settings import RegimeSettings

logger = logging.getLogger(__name__)


def charge_costs(config: dict[str, Any], settings: RegimeSettings) -> None:
    """Let backtests and hyperopt charge fee and slippage of `regime.costs`, unless `fee` was given.

    A dry-run is charged the fee alone: it trades at prices of the book, slippage included. Live, the exchange
    charges. Freqtrade knows one rate a side, taken from both values of a trade; so slippage counts as a fee,
    and prices in results are those of the candles.

    Parameters
    ----------
    config : dict
        Freqtrade's configuration, changed in place: `fee`. Before Freqtrade asks for the fee.
    settings : RegimeSettings

    Raises
    ------
    OperationalException
        With `--strategy-list` and no fee: Freqtrade would not see the change.
    """
    mode, costs, given = config.get("runmode"), settings.costs, config.get("fee")
    if mode == RunMode.LIVE:
        return
    wanted = costs.fee_frac if mode == RunMode.DRY_RUN else costs.side_frac
    if given is None:
        config["fee"] = wanted
        if config.get("strategy_list"):
            raise OperationalException(
                "With --strategy-list Freqtrade shows each strategy a copy of the configuration and would "
                f"charge the exchange's fee, without regime.costs: add --fee {wanted:g}"
            )
    elif given != wanted:
        logger.info(f"The fee of {given:g} that was given replaces {wanted:g} a side of regime.costs")
