"""Which result a user means: `latest`, a file name within `backtest_results`, or a path."""

from pathlib import Path

from freqtrade.data.btanalysis import load_backtest_stats

from auriga.errors import HostError
from auriga.host.results._result import UNREADABLE, BacktestResult, read_backtest, why_unreadable

LATEST = "latest"

_SHOWN = 5


def find_result(name: str, results: Path) -> Path:
    """Return the file of a result, or the folder for `latest`.

    Parameters
    ----------
    name : str
        `latest`, a path, or the name of a file in `results` with or without its ending.
    results : Path
        Folder `backtest_results`.

    Raises
    ------
    HostError
        If there is none, with the newest ones of the folder.
    """
    if name == LATEST:
        return results
    candidates = (Path(name), results / name, results / f"{name}.zip", results / f"{name}.json")
    for candidate in candidates:
        if candidate.exists():
            return candidate
    newest = sorted((file.name for file in results.glob("backtest-result-*.zip")), reverse=True)[:_SHOWN]
    there = f"the newest there are {', '.join(newest)}" if newest else "there is none in that folder"
    raise HostError(f"no result {name}, neither as a path nor in {results}; {there}")


def read_strategies(path: Path, strategies: list[str] | None = None) -> list[BacktestResult]:
    """Read a result file, one `BacktestResult` a strategy: Freqtrade's `--strategy-list` writes several.

    Parameters
    ----------
    path : Path
        A result file or the folder of results, whose latest is read.
    strategies : list of str, optional
        Only these.

    Raises
    ------
    HostError
        If there is no result, or none of these strategies.
    """
    try:
        names = list(load_backtest_stats(path)["strategy"])
    except UNREADABLE as error:
        raise HostError(f"no backtest result in {path}: {why_unreadable(error)}") from None
    wanted = [name for name in names if strategies is None or name in strategies]
    if not wanted:
        raise HostError(f"{path} has no backtest of {', '.join(strategies or ())}; it has {', '.join(names)}")
    return [read_backtest(path, name) for name in wanted]
