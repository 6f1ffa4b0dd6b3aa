"""`python -m studies.trading`: run what is missing, then write the page and the numbers."""

import argparse
import json
import os
from dataclasses import asdict
from pathlib import Path
from typing import Any

from auriga.cli._offline import offline_exchange
from studies.cache import cache_folder
from studies.trading._hyperopt import Search, run_search
from studies.trading._measures import measure
from studies.trading._page import NUMBERS, write
from studies.trading._run import Workplace
from studies.trading._variants import FUTURES, SPOT, Variant

PARTS = ("spot", "futures", "hyperopt")
HISTORY = "20230401-20250801"


def main() -> None:
    """Parse the command line and run."""
    parser = argparse.ArgumentParser(prog="python -m studies.trading", description=__doc__)
    parser.add_argument(
        "--cache", type=Path, default=cache_folder("trading"), help="models, predictions, results"
    )
    parser.add_argument("--candles", type=Path, help="recorded candles (default: AURIGA_REAL_DATA)")
    parser.add_argument("--datadir", type=Path, help="candles that Freqtrade has downloaded already")
    parser.add_argument("--only", nargs="+", choices=PARTS, default=PARTS, help="run these parts again")
    parser.add_argument("--page", action="store_true", help="only rewrite the page from the stored numbers")
    arguments = parser.parse_args()
    numbers: dict[str, Any] = json.loads(NUMBERS.read_text()) if NUMBERS.exists() else {}
    for part in () if arguments.page else arguments.only:
        numbers[part] = _run(part, arguments)
        NUMBERS.write_text(json.dumps(numbers, indent=1) + "\n")
    write(numbers)


def _run(part: str, arguments: argparse.Namespace) -> Any:
    """Numbers of one part, with an exchange of its own."""
    candles = arguments.candles or Path(os.environ.get("AURIGA_REAL_DATA", ""))
    if not list(candles.rglob("*.feather")):
        raise SystemExit(
            f"no candles in {str(candles)!r}: set AURIGA_REAL_DATA to a folder of Binance candles"
        )
    cache = arguments.cache.resolve()
    cache.mkdir(parents=True, exist_ok=True)
    overlay, futures = cache / f"exchange-{part}.json", part == "futures"
    overlay.unlink(missing_ok=True)
    source = ["--candles", str(candles), *(["--mode", "futures"] if futures else [])]
    with offline_exchange(source, overlay, patience=600):
        datadir = arguments.datadir or cache / "data" / part.replace("hyperopt", "spot")
        place = Workplace(cache, overlay, datadir, futures)
        place.download(HISTORY)
        if part == "hyperopt":
            return run_search(place, Search())
        return {v.name: _row(place, v) for v in (FUTURES if futures else SPOT)}


def _row(place: Workplace, variant: Variant) -> dict[str, Any]:
    result = place.backtest(variant, Search().train)
    row = asdict(measure(result.trades, result.stats))
    print(f"{place.market} {variant.title}: {row['trades']} trades, {row['profit_frac']:.2%}", flush=True)
    return row


if __name__ == "__main__":
    main()
