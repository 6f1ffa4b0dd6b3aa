"""From predictions to numbers: every comparison of the page, counted, with its interval."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from auriga.evaluation import Interval
from auriga.typing import Regime
from studies.features._features import feature_seconds, load_candles
from studies.features._plan import Variant, variants
from studies.features._regimes import DETECTORS, SHIPPED
from studies.features._run import Job, done
from studies.features._settings import Ablation
from studies.split._data import data_folder
from studies.split._page import machine
from studies.split._run import Results
from studies.split._scores import Difference, Scorer

REGIMES = tuple(regime.label for regime in Regime.known())
SPANS = ("all", *REGIMES)
"""All rows, and those of each regime."""

Names = tuple[str, ...]
Spans = dict[str, dict[str, list[float]]]


def by_regime(results: Results, series: str) -> dict[str, Scorer]:
    """Scorers of all rows and of the rows of each regime."""
    whole = Scorer(results)
    codes = results.regimes[series]
    return {"all": whole} | {regime.label: whole.only(codes == regime) for regime in Regime.known()}


def compare(scorers: Mapping[str, Scorer], ours: Names, theirs: Names) -> Spans:
    """Differences over all rows and by regime, where there are weeks enough."""
    found = {span: scorer.difference(ours, theirs) for span, scorer in scorers.items()}
    return {span: _numbers(difference) for span, difference in found.items() if difference is not None}


def _numbers(difference: Difference) -> dict[str, list[float]]:
    return {"auc_1e4": _interval(difference.auc), "log_loss_1e5": _interval(difference.log_loss)}


def _interval(interval: Interval) -> list[float]:
    return [round(value, 2) for value in (interval.estimate, interval.low, interval.high)]


def _mean_seconds(part: Iterable[Job]) -> dict[str, float]:
    """Average of what the windows of a part took."""
    seen = [json.loads(job.file.with_suffix(".json").read_text()) for job in part]
    return {name: float(np.mean([one[name] for one in seen])) for name in seen[0]} if seen else {}


def _variant(
    variant: Variant, defaults: Variant, scorers: Mapping[str, Scorer], seconds: Mapping[str, float]
) -> dict[str, Any]:
    trained = defaults.name if variant.kind == "seed" else variant.name
    row = asdict(variant) | {
        "columns": round(seconds[f"columns: {trained}"]),
        "fit_seconds": round(seconds[trained], 2),
        "level": _level(scorers["all"], variant.predictions),
    }
    if variant.kind != "defaults":
        row["found"] = compare(scorers, *variant.against(defaults))
    return row


def _level(scorer: Scorer, names: Names) -> list[float]:
    auc, saved = scorer.level(names)
    return [round(auc, 5), round(saved, 1)]


def summarise_groups(results: Results, ablation: Ablation, cache: Path) -> dict[str, Any]:
    """Every set of groups against the defaults."""
    plan = variants(ablation)
    scorers = by_regime(results, SHIPPED)
    seconds = _mean_seconds(done("groups", ablation, cache))
    return {
        "variants": [_variant(one, plan[0], scorers, seconds) for one in plan],
        "feature_seconds": {
            group: round(feature_seconds(data_folder(), group, ablation, cache), 2)
            for group in ablation.groups
        },
        **_rows(results, scorers, ablation),
        "train_rows": round(seconds["train_rows"]),
        "candles": len(load_candles(data_folder(), ablation.study.pairs[0], ablation)),
    }


def _rows(results: Results, scorers: Mapping[str, Scorer], ablation: Ablation) -> dict[str, Any]:
    return {
        "test_rows": len(results.up),
        "test_rows_by_pair": {
            pair: int(np.count_nonzero(results.pair == number))
            for number, pair in enumerate(ablation.study.pairs)
        },
        "rows_by_span": {span: len(scorer.results.up) for span, scorer in scorers.items()},
        "weeks_by_span": {span: len(np.unique(scorer.weeks)) for span, scorer in scorers.items()},
    }


def draws(name: str, ablation: Ablation) -> Names:
    """Placebo draws of a detector."""
    return tuple(f"warm_start/{name}#{draw}" for draw in range(1, ablation.study.n_placebos + 1))


def _detector(name: str, results: Results, ablation: Ablation) -> dict[str, Any]:
    scorers = by_regime(results, name)
    ours, placebo, base = (f"warm_start/{name}",), draws(name, ablation), ("continued",)
    codes = results.regimes[name]
    return {
        "name": name,
        "shares": {regime.label: round(float(np.mean(codes == regime)), 4) for regime in Regime},
        "weeks": {span: len(np.unique(scorer.weeks)) for span, scorer in scorers.items()},
        "found": compare(scorers, ours, base),
        "base": compare({"all": scorers["all"]}, ours, ("base",)),
        "against_placebo": compare({"all": scorers["all"]}, ours, placebo),
        "placebo": compare({"all": scorers["all"]}, placebo, base),
        "draws": [compare({"all": scorers["all"]}, (draw,), base)["all"] for draw in placebo],
    }


def summarise_detectors(results: Results, ablation: Ablation) -> dict[str, Any]:
    """Every detector's experts against the base with as many trees on all rows."""
    scorers = {"all": Scorer(results)}
    return {
        "detectors": [_detector(name, results, ablation) for name in DETECTORS],
        "continued": compare(scorers, ("continued",), ("base",))["all"],
        **_rows(results, scorers, ablation),
    }


def summarise(results: Mapping[str, Results], ablation: Ablation, cache: Path) -> dict[str, Any]:
    """Every number of the page, ready for JSON."""
    numbers: dict[str, Any] = {
        "settings": asdict(ablation),
        "machine": machine(),
    }
    if "groups" in results:
        numbers["groups"] = summarise_groups(results["groups"], ablation, cache)
    if "detectors" in results:
        numbers["detectors"] = summarise_detectors(results["detectors"], ablation)
    for part in results:
        numbers[part]["windows"] = [job.start for job in done(part, ablation, cache)]
    return numbers | {"n_comparisons": count(numbers)}


def count(numbers: Any) -> int:
    """Differences of AUC and of log-loss anywhere in the numbers."""
    if isinstance(numbers, Mapping):
        return sum(
            1 if name in ("auc_1e4", "log_loss_1e5") else count(value) for name, value in numbers.items()
        )
    return sum(count(value) for value in numbers) if isinstance(numbers, list) else 0
