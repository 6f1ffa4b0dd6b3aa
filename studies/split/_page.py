"""The study as a page and as a file for machines; every number and every judgement comes from the run."""

import json
import platform
from collections.abc import Mapping
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

from auriga.evaluation import Interval
from studies.split import _tables as tables
from studies.split._plan import Comparison, base_name, plan, scheme_title
from studies.split._run import Results
from studies.split._scores import Difference, Scorer
from studies.split._settings import ROOT, Study
from studies.split._verdict import Differences, give_verdict, targets
from studies.split._windows import window_starts

PAGE, NUMBERS = ROOT / "docs" / "study.md", ROOT / "studies" / "split.json"

_TEMPLATE = (Path(__file__).parent / "page.md").read_text()


def machine() -> dict[str, str]:
    """What the study ran on."""
    cpuinfo = Path("/proc/cpuinfo")
    models = (
        [line for line in cpuinfo.read_text().splitlines() if line.startswith("model name")]
        if cpuinfo.exists()
        else []
    )
    return {
        "cpu": models[0].partition(":")[2].strip() if models else platform.processor() or platform.machine(),
        "system": platform.platform(terse=True),
        "python": platform.python_version(),
        **{
            name: version(name)
            for name in ("auriga", "lightgbm", "numpy", "pandas", "scikit-learn", "ta-lib")
        },
    }


def summarise(results: Results, study: Study, product: Mapping[str, float]) -> dict[str, Any]:
    """Every number of the page, ready for JSON."""
    scorer = Scorer(results)
    comparisons = plan(study)
    found = _compare(scorer, comparisons, len(study.pairs))
    singles = {name for comparison in comparisons for name in (*comparison.ours, *comparison.theirs)}
    verdict = give_verdict(found, study)
    return {
        "verdict": asdict(verdict),
        "targets": [asdict(target) for target in targets(found, study)],
        "n_comparisons": 2 * len(found),
        "settings": asdict(study),
        "machine": machine(),
        "minutes": round(results.seconds / 60, 1),
        "windows": [f"{start:%Y-%m-%d}" for start in window_starts(study)],
        "test_rows": len(results.up),
        "test_rows_by_pair": {
            pair: int(np.count_nonzero(results.pair == number)) for number, pair in enumerate(study.pairs)
        },
        "weeks": len(np.unique(scorer.weeks)),
        "up_share": round(float(results.up.mean()), 4),
        "stopped_at": results.stopped_at,
        "product_largest_difference": dict(product),
        "levels": {name: _rounded(scorer.level((name,)), 6) for name in sorted(singles)},
        "comparisons": {
            key: {"auc_1e4": _interval(d.auc), "log_loss_1e5": _interval(d.log_loss)}
            for key, d in found.items()
        },
    }


def _compare(scorer: Scorer, comparisons: list[Comparison], n_pairs: int) -> Differences:
    """Every comparison for which there are weeks."""
    complete = scorer.complete(n_pairs)
    among = {None: None, True: complete, False: ~complete}
    made = {c.key: scorer.difference(c.ours, c.theirs, among[c.complete]) for c in comparisons}
    return {key: difference for key, difference in made.items() if difference is not None}


def _rounded(values: tuple[float, ...], digits: int) -> list[float]:
    return [round(value, digits) for value in values]


def _interval(interval: Interval) -> list[float]:
    return _rounded((interval.estimate, interval.low, interval.high), 2)


def differences(numbers: Mapping[str, Any]) -> Differences:
    """Comparisons of a numbers file."""
    return {
        key: Difference(Interval(*scores["auc_1e4"]), Interval(*scores["log_loss_1e5"]))
        for key, scores in numbers["comparisons"].items()
    }


def page(numbers: Mapping[str, Any], study: Study) -> str:
    """Fill the page with the numbers of a run."""
    found = differences(numbers)
    levels = {name: (auc, saved) for name, (auc, saved) in numbers["levels"].items()}
    rows = numbers["test_rows_by_pair"]
    return _TEMPLATE.format(
        verdict=give_verdict(found, study).sentence,
        hard=_cost(found, "hard_own"),
        targets=tables.target_table(targets(found, study)),
        rows_table=tables.rows_table(found, levels, study),
        complete_table=tables.complete_table(found, study),
        scheme_table=tables.scheme_table(found, study),
        warm_table=tables.warm_table(found),
        capacity_table=tables.capacity_table(found, study),
        placebo_table=tables.placebo_table(found, study),
        side_table=tables.side_table(found),
        resolution=_resolution(found),
        stopped_hard=_stopped(numbers["stopped_at"]["hard_all"]),
        stopped_warm=_stopped(numbers["stopped_at"]["warm_start"]),
        extra_windows=", ".join(numbers["windows"][number] for number in study.extra_windows),
        product=_product(numbers["product_largest_difference"]),
        n_comparisons=numbers["n_comparisons"],
        expected=round(0.025 * numbers["n_comparisons"]),
        n_windows=len(numbers["windows"]),
        windows=", ".join(numbers["windows"]),
        stock_windows=", ".join(numbers["windows"][number] for number in study.stock_windows),
        test_rows=f"{numbers['test_rows']:,}",
        pairs=", ".join(f"{pair.split('/')[0]} {count:,}" for pair, count in rows.items()),
        weeks=numbers["weeks"],
        minutes=f"{numbers['minutes']:.0f}",
        machine=", ".join(f"{name} {value}" for name, value in numbers["machine"].items()),
        weighted=scheme_title("weighted", study),
        told=scheme_title("pooled_with_regime", study),
        own_title=scheme_title("hard_own", study),
        base=base_name(study).replace("base@", ""),
        study=study,
        trees=", ".join(f"`{name}` {value}" for name, value in study.trees.items()),
        stock=", ".join(f"`{name}` {value}" for name, value in study.stock.items()),
    )


def _cost(found: Differences, scheme: str) -> str:
    """What a scheme costs against the base, as a range over its rules."""
    losses = [
        d.log_loss
        for key, d in found.items()
        if key.startswith(f"scheme: {scheme}/") and key.endswith("/ base")
    ]
    worse, estimates = sum(loss.low > 0 for loss in losses), sorted(loss.estimate for loss in losses)
    return (
        f"{estimates[0]:+.0f} to {estimates[-1]:+.0f} ({worse} of {len(losses)} intervals lie above zero, "
        f"{sum(loss.high < 0 for loss in losses)} below)"
    )


def _resolution(found: Differences) -> str:
    """Half the width of a usual interval: what the study could not have seen."""
    usual = [
        d
        for key, d in found.items()
        if key.startswith(("scheme: shrunk", "scheme: warm")) and key.endswith("base")
    ]
    widths = [[(i.high - i.low) / 2 for i in (d.auc, d.log_loss)] for d in usual]
    auc, log_loss = np.median(widths, axis=0)
    return f"{auc:.0f}e-4 AUC or {log_loss:.0f}e-5 log-loss"


def _stopped(counts: list[int]) -> str:
    if not counts:
        return "none were stopped"
    low, middle, high = (int(value) for value in np.quantile(counts, [0.1, 0.5, 0.9]))
    return f"median {middle}, four of five between {low} and {high}"


def _product(largest: Mapping[str, float]) -> str:
    if not largest:
        return "The product's own `RegimeClassifier` was not compared in this run."
    worst = ", ".join(f"`{scheme}` {value:.1e}" for scheme, value in largest.items())
    return (
        "The product's own `RegimeClassifier`, given the rows of the first window and the vote's regimes, "
        f"differs from the probabilities used here by at most: {worst}."
    )


def write(numbers: Mapping[str, Any], study: Study) -> None:
    """Write the page and the numbers."""
    NUMBERS.write_text(json.dumps(numbers, indent=1) + "\n")
    PAGE.write_text(page(numbers, study))
