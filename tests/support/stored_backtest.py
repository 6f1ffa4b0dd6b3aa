"""A backtest with made-up predictions, stored as Freqtrade's command stores one: its own statistics and zip."""

from pathlib import Path
from typing import Any

from freqtrade.optimize.optimize_reports import generate_backtest_stats, store_backtest_results
from tests.support.backtests import MadeUpBacktest

from auriga.host.results import BacktestResult, read_backtest


def store_backtest(run: MadeUpBacktest, folder: Path, **parameters: float) -> BacktestResult:
    """Run it, store it as `Backtesting.start` does and read it back."""
    loop: Any = run.loop
    whole, kept = loop.backtest_one_strategy, {}

    def remember(strategy: Any, data: Any, timerange: Any) -> Any:
        kept["data"], kept["dates"] = data, whole(strategy, data, timerange)
        return kept["dates"]

    loop.backtest_one_strategy = remember
    run.run(**parameters)
    stats = generate_backtest_stats(kept["data"], loop.all_bt_content, *kept["dates"])
    folder.mkdir(parents=True, exist_ok=True)
    plain = {name: value for name, value in run.config.items() if not isinstance(value, Path)}
    where = run.config | {"exportdirectory": folder, "original_config": plain}
    captured = {name: content["wallet_summary"] for name, content in loop.all_bt_content.items()}
    path = store_backtest_results(where, stats, "2024-02-01_00-00-00", wallet_summary=captured)
    return read_backtest(path)
