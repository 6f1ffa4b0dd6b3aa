"""Stock Freqtrade on a user's own strategy and candles."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from auriga.testing._error import ContractError

_CHECKS = ("settings", "missing", "look_ahead", "label")


def backtest(
    strategy: str | type,
    candles: Mapping[str, pd.DataFrame],
    config: Mapping[str, Any] | None = None,
    *,
    strategy_path: Path | str | None = None,
    timerange: str = "",
) -> pd.DataFrame:
    """Run stock Freqtrade's backtest of a strategy on given candles, in a temporary folder, without network.

    Freqtrade's own resolver loads the strategy (and FreqAI's model), and its own loop trades; spot alone.
    Only the exchange's list of markets is made up.

    Parameters
    ----------
    strategy : str or class
        Its name, with `strategy_path`; or the class, whose file is then loaded by Freqtrade.
    candles : mapping of str to DataFrame
        Base candles of each pair (`{"BTC/USDT": random_walk(2000)}`); slower timeframes are made of them.
    config : mapping, optional
        Freqtrade's configuration, such as `config.json` as read; what it lacks is a wallet of 10,000, all
        pairs of `candles` and one trade for each.
    strategy_path : Path or str, optional
        Folder of the strategy's file.
    timerange : str
        As in `--timerange`; by default all candles.

    Returns
    -------
    DataFrame of shape (n_trades, ...)
        Freqtrade's list: `pair`, `open_date`, `close_date`, `open_rate`, `close_rate`, `profit_ratio`,
        `enter_tag`, `exit_reason` and more, in the order of their close.

    Raises
    ------
    ParameterError
        If there are no candles, or the configuration is for futures.
    OperationalException
        If Freqtrade, the strategy or the model refuses to start.
    """
    from auriga.host.reload import offline_run, stock_backtest

    with offline_run(
        strategy, candles, config or {}, strategy_path=strategy_path, timerange=timerange
    ) as run:
        return stock_backtest(run).trades


def check_strategy(
    strategy: str | type,
    candles: Mapping[str, pd.DataFrame],
    config: Mapping[str, Any],
    *,
    strategy_path: Path | str | None = None,
    timerange: str = "",
    checks: Sequence[str] = _CHECKS,
) -> None:
    """Check the hooks of a whole strategy on one of our models as `auriga doctor` does, on given candles.

    Parameters
    ----------
    strategy, candles, config, strategy_path, timerange
        As in `backtest`; the configuration has a `freqai` block.
    checks : sequence of str
        Names of the doctor's checks to make (`docs/doctor.md`).

    Raises
    ------
    ContractError
        With every finding that is wrong, one a line.
    HostError
        If FreqAI is not enabled.
    """
    from auriga.host.doctor import examine
    from auriga.host.examination import Level
    from auriga.host.reload import offline_run

    with offline_run(strategy, candles, config, strategy_path=strategy_path, timerange=timerange) as run:
        found = [finding for _, finding in examine(run, only=checks) if finding.level is Level.WRONG]
    if found:
        raise ContractError("\n".join(str(finding) for finding in found))
