"""Hyperopt on one quarter, and what it found on the next."""

import json
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from studies.trading._measures import measure
from studies.trading._run import Workplace
from studies.trading._variants import ALL, Variant

SPACES = ("enter", "exit", "risk")
LOSS = "RegimeHyperOptLoss"
Json = dict[str, Any]


@dataclass(frozen=True)
class Search:
    """How hyperopt is run, and after how many epochs its best is looked at."""

    train: str = "20250101-20250401"
    test: str = "20250401-20250701"
    looks: tuple[int, ...] = (50, 100)
    seed: int = 7
    jobs: int = 2

    @property
    def epochs(self) -> int:
        """Epochs of the run."""
        return max(self.looks)


def run_search(place: Workplace, search: Search) -> Json:
    """Search, then backtest defaults and the best of each look on both quarters."""
    began = time.monotonic()
    place.run(
        "hyperopt", Variant("hyperopt", "hyperopt"),
        "--timerange", search.train, "--spaces", *SPACES, "--hyperopt-loss", LOSS,
        "--epochs", str(search.epochs), "--random-state", str(search.seed), "-j", str(search.jobs),
    )  # fmt: skip
    minutes = (time.monotonic() - began) / 60
    results = place.folder / "hyperopt_results"
    epochs = read_epochs(results / json.loads((results / ".last_result.json").read_text())["latest_hyperopt"])
    return {
        "search": asdict(search) | {"epochs": search.epochs},
        "minutes": round(minutes, 1),
        "defaults": _both(place, ALL, search),
        "looks": [_look(place, search, epochs[:count]) for count in search.looks],
    }


def read_epochs(file: Path) -> list[Json]:
    """Epochs of a run, in order: one line of JSON each."""
    return [json.loads(line) for line in file.read_text().splitlines()]


def best_epoch(epochs: Sequence[Json]) -> Json:
    """The epoch with the smallest loss, the first of equals, as hyperopt has it."""
    return min(epochs, key=lambda epoch: (epoch["loss"], epoch["current_epoch"]))


def parameters_of(epoch: Json) -> Json:
    """Parameter file of an epoch."""
    return {space: epoch["params_details"][space] for space in SPACES}


def _look(place: Workplace, search: Search, epochs: Sequence[Json]) -> Json:
    best = best_epoch(epochs)
    first, last = epochs[0]["results_metrics"], epochs[-1]["results_metrics"]
    seconds = last["backtest_run_end_ts"] - first["backtest_run_start_ts"]
    found = Variant(f"best_{len(epochs)}", f"best of {len(epochs)}", {}, parameters_of(best))
    quarters = _both(place, found, search)
    said = best["results_metrics"]
    return {
        "epochs": len(epochs),
        "minutes": round(seconds / 60, 1),
        "without_trades": sum(epoch["results_metrics"]["total_trades"] == 0 for epoch in epochs),
        "with_profit": sum(epoch["total_profit"] > 0 for epoch in epochs),
        "best": {
            "epoch": best["current_epoch"],
            "loss": round(best["loss"], 5),
            "trades": said["total_trades"],
            "profit_frac": said["profit_total"],
            "parameters": found.parameters,
        },
        "quarters": quarters,
    }


def _both(place: Workplace, variant: Variant, search: Search) -> Json:
    results = {name: place.backtest(variant, getattr(search, name)) for name in ("train", "test")}
    return {name: asdict(measure(result.trades, result.stats)) for name, result in results.items()}
