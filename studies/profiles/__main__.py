"""`python -m studies.profiles`: run what is missing, then write the page and the numbers."""

import argparse
import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pandas as pd

from auriga.host.results import BacktestResult
from studies.cache import cache_folder, recorded_candles
from studies.profiles._page import NUMBERS, write
from studies.profiles._place import Place, make_candles
from studies.profiles._runs import FAST, SWING, Run
from studies.profiles._timing import timing
from studies.trading._measures import measure

RUNS = {"4h": SWING, "5m": FAST}


def main() -> None:
    """Parse the command line and run."""
    parser = argparse.ArgumentParser(prog="python -m studies.profiles", description=__doc__)
    parser.add_argument(
        "--cache", type=Path, default=cache_folder("profiles"), help="candles, models, results"
    )
    parser.add_argument("--candles", type=Path, help="recorded candles (default: AURIGA_REAL_DATA/binance)")
    parser.add_argument("--only", nargs="+", choices=tuple(RUNS), default=tuple(RUNS), help="these candles")
    parser.add_argument("--page", action="store_true", help="only rewrite the page from the stored numbers")
    arguments = parser.parse_args()
    numbers: dict[str, Any] = json.loads(NUMBERS.read_text()) if NUMBERS.exists() else {}
    for kind in () if arguments.page else arguments.only:
        _run(kind, arguments, numbers)
    write(numbers)


def _run(kind: str, arguments: argparse.Namespace, numbers: dict[str, Any]) -> None:
    """Numbers of one kind of candles, with an exchange of its own; kept after each run."""
    source = recorded_candles(arguments.candles)
    place = Place(arguments.cache.resolve(), kind)
    make_candles(source, place.candles, kind)
    found = numbers.setdefault(kind, {})
    with place.open():
        for run in RUNS[kind]:
            result = place.backtest(run)
            found[run.name] = _row(run, result)
            print(run.title, found[run.name], flush=True)
            if run.name == "default":
                saved = timing(result, place.folder / "models", place.candles, (12, 36, 72))
                numbers["timing"] = {name: asdict(each) for name, each in saved.items()}
            NUMBERS.write_text(json.dumps(numbers, indent=1) + "\n")


def _row(run: Run, result: BacktestResult) -> dict[str, Any]:
    trades, stats = result.trades, result.stats
    profits = trades.groupby(pd.to_datetime(trades["close_date"]).dt.strftime("%Y"))["profit_abs"].sum()
    start, years = float(stats["starting_balance"]), {}
    for year, profit in profits.items():
        years[str(year)] = float(profit) / start
        start += float(profit)
    return asdict(measure(trades, stats)) | {"years": years, "hold_frac": float(stats["market_change"])}


if __name__ == "__main__":
    main()
