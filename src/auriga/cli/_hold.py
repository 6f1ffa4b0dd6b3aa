"""`auriga hold`: a finished backtest beside holding its pairs."""

import json
from dataclasses import asdict
from math import isnan
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from auriga.cli._options import CONFIGS, Configs, DataDir, OfStrategy, UserDir

if TYPE_CHECKING:
    from auriga.evaluation import HeldPath, Placebo
    from auriga.host.holding import Comparison

LATEST = "latest"
_EXPECT = (
    "A strategy that is out of the market most of the time falls less because it is in it less: compare it "
    "with holding at its exposure and at its volatility, and with the same positions at random times."
)


def hold(
    result: Annotated[str, typer.Argument(help="A backtest: its zip file, its name, or 'latest'")] = LATEST,
    config: Configs = CONFIGS,
    userdir: UserDir = None,
    datadir: DataDir = None,
    strategy: OfStrategy = None,
    draws: Annotated[int, typer.Option(min=1, max=100_000, help="Random times of the placebo")] = 1000,
    seed: Annotated[int, typer.Option(min=0, help="Of the placebo")] = 0,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON")] = False,
) -> None:
    """Compare a backtest with holding its pairs, and with the same positions at random times.

    Reads only. Years are listed with the worst first.
    """
    from auriga.host.holding import at_random_times, compare_with_holding, five_sentences
    from auriga.host.results import find_result, read_backtest
    from auriga.host.setup import load_config

    loaded = load_config(config, userdir=userdir, datadir=datadir)
    place = find_result(result, loaded["user_data_dir"] / "backtest_results")
    backtest = read_backtest(place, strategy or loaded["strategy"])
    found = compare_with_holding(backtest, loaded["datadir"])
    placebo = at_random_times(found, draws=draws, seed=seed)
    sentences = five_sentences(backtest, loaded["datadir"], found)
    if as_json:
        print(json.dumps(_as_json(found, placebo, sentences), indent=2))
        return
    console = Console(highlight=False, soft_wrap=True)
    for line in (*sentences, ""):
        console.print(line, markup=False)
    console.print(_paths(found))
    console.print(_years(found))
    console.print(_placebo(placebo), markup=False)
    for line in (*found.book.notes, _EXPECT):
        console.print(line, markup=False)


def _paths(found: "Comparison") -> Table:
    table = Table(
        "", "deepest fall", "longest under water", "worst year", "losing years", "volatility", "Sharpe", "net"
    )
    for name, path in found.paths.items():
        table.add_row(name, *_cells(path))
    return table


def _cells(path: "HeldPath") -> tuple[str, ...]:
    return (
        f"{path.drawdown_frac:.1%}", f"{path.under_water_days} days", _share(path.worst_year_frac),
        _share(path.losing_years_frac, sign=False), f"{path.volatility:.1%}", f"{path.sharpe:.2f}",
        f"{path.net_frac:+.1%}",
    )  # fmt: skip


def _share(value: float, *, sign: bool = True) -> str:
    return "-" if isnan(value) else f"{value:+.1%}" if sign else f"{value:.0%}"


def _years(found: "Comparison") -> Table:
    table = Table("year", "strategy", "hold", "exposure")
    for year, row in found.years.iterrows():
        table.add_row(str(year), f"{row['strategy']:+.1%}", f"{row['hold']:+.1%}", f"{row['exposure']:.1%}")
    return table


def _placebo(placebo: "Placebo | None") -> str:
    import numpy as np

    if placebo is None:
        return "Nothing was held, so there is nothing to shift in time."
    low, middle, high = np.quantile(placebo.net_frac, [0.05, 0.5, 0.95])
    return (
        f"The same positions at {len(placebo.net_frac)} random times: net {low:+.1%} to {high:+.1%} (5 to "
        f"95 %), half of them above {middle:+.1%}; as good as this in {placebo.net_p:.1%} by net, in "
        f"{placebo.sharpe_p:.1%} by Sharpe ratio."
    )


def _as_json(found: "Comparison", placebo: "Placebo | None", sentences: list[str]) -> dict[str, Any]:
    book = found.book
    years = found.years.to_dict("index")
    told: dict[str, Any] = {
        "sentences": sentences,
        "paths": {name: _known(asdict(path)) for name, path in found.paths.items()},
        "years": {str(year): _known(row) for year, row in years.items()},
        "exposure_frac": book.exposure_frac,
        "in_market_frac": book.in_market_frac,
        "fees": book.fees,
        "turnover": book.turnover,
        "cost_frac": found.cost_frac,
        "notes": list(book.notes),
    }
    if placebo is not None:
        told["placebo"] = {
            "net_frac": sorted(map(float, placebo.net_frac)),
            "sharpe": sorted(map(float, placebo.sharpe)),
            "net_p": placebo.net_p,
            "sharpe_p": placebo.sharpe_p,
        }
    return told


def _known(values: dict[Any, Any]) -> dict[str, Any]:
    """JSON has no NaN."""
    return {
        str(name): None if isinstance(value, float) and isnan(value) else value
        for name, value in values.items()
    }
