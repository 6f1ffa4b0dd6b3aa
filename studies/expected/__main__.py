"""`python -m studies.expected`: backtest what is missing, then write the page and the numbers."""

import argparse
import json
import math
from pathlib import Path
from typing import Any, cast

import pandas as pd

from auriga.columns import EXPECTED_BP, REGIME
from auriga.evaluation import calendar_weeks, expected_move_slope, expected_move_table
from auriga.host.predictions import MOVED_BP, TradedPredictions, backtest_predictions, window_models
from auriga.host.results import BacktestResult, WalkForward
from auriga.typing import Regime
from studies.cache import cache_folder, recorded_candles
from studies.expected._page import NUMBERS, write
from studies.profiles._place import Place, make_candles
from studies.profiles._runs import FOUR, Run

CONFIG, SPAN = "configs/intraday.json", "20240101-20250630"


def main() -> None:
    """Parse the command line and run."""
    parser = argparse.ArgumentParser(prog="python -m studies.expected", description=__doc__)
    parser.add_argument(
        "--cache", type=Path, default=cache_folder("profiles"), help="candles, models, results"
    )
    parser.add_argument("--candles", type=Path, help="recorded candles (default: AURIGA_REAL_DATA/binance)")
    parser.add_argument("--span", default=SPAN, help="timerange of the backtest")
    parser.add_argument("--page", action="store_true", help="only rewrite the page from the stored numbers")
    arguments = parser.parse_args()
    if not arguments.page:
        NUMBERS.write_text(json.dumps(_numbers(arguments), indent=1) + "\n")
    write(json.loads(NUMBERS.read_text()))


def _numbers(arguments: argparse.Namespace) -> dict[str, Any]:
    source = recorded_candles(arguments.candles)
    place = Place(arguments.cache.resolve(), "5m")
    make_candles(source, place.candles, "5m")
    with place.open():
        overlay = {"freqai": {"identifier": "expected"}}
        result = place.backtest(
            Run("expected", "expected moves", "5m", CONFIG, FOUR, arguments.span, overlay)
        )
    rows = backtest_predictions(result, place.folder / "models", place.candles).rows
    facts = {"pairs": ", ".join(FOUR), "span": arguments.span, "config": CONFIG}
    return {"facts": facts, **moves(rows), "windows": _windows(result, place.folder / "models")}


def moves(rows: pd.DataFrame) -> dict[str, Any]:
    """Buckets and slopes of all rows, by regime and by the side that is expected.

    Parameters
    ----------
    rows : DataFrame
        As `backtest_predictions` returns them.
    """
    known = rows[rows[EXPECTED_BP].notna() & rows[MOVED_BP].notna()]
    groups = {"all": known}
    groups |= {each.label: known[known[REGIME] == each] for each in Regime.known()}
    groups |= {
        "rises expected": known[known[EXPECTED_BP] > 0],
        "falls expected": known[known[EXPECTED_BP] < 0],
    }
    found: dict[str, Any] = {"buckets": {}, "slopes": {}}
    for name, own in groups.items():
        if len(own):
            given = (own[EXPECTED_BP].to_numpy(), own[MOVED_BP].to_numpy(), calendar_weeks(own["date"]))
            table = expected_move_table(*given).to_dict("records")
            found["buckets"][name] = [{key: _plain(value) for key, value in row.items()} for row in table]
            slope = expected_move_slope(*given)
            found["slopes"][name] = {"slope": slope.estimate, "low": slope.low, "high": slope.high}
    return found


def _windows(result: BacktestResult, models: Path) -> list[dict[str, Any]]:
    """What each window's model had measured; they share one model for all pairs."""
    walk, found = WalkForward(result), []
    for model in window_models(TradedPredictions(result, models), walk.windows, FOUR[:1]):
        if isinstance(model, str):
            raise SystemExit(model)
        scale = cast(Any, model.saved.model).moves_
        first = walk.names[model.window.stamp]
        found.append({"first": first, "slope": scale.slope, "error": scale.error, "pooled": scale.pooled})
    return found


def _plain(value: float) -> float | int | None:
    return None if isinstance(value, float) and not math.isfinite(value) else value


if __name__ == "__main__":
    main()
