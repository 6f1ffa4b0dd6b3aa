"""The ablation as a page and as a file for machines; every number and every judgement comes from the run."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from studies.features import _tables as tables
from studies.features._settings import Ablation, from_stored
from studies.features._verdict import judge_detectors, judge_groups, log_loss
from studies.split._settings import ROOT

PAGE, NUMBERS = ROOT / "docs" / "ablation.md", ROOT / "studies" / "features.json"

_TEMPLATE = (Path(__file__).parent / "page.md").read_text()
_ADDED, _LEFT_OUT = ("seed", "with", "everything"), ("seed", "without")


def page(numbers: Mapping[str, Any]) -> str:
    """Fill the page with the numbers of a run."""
    ablation: Ablation = from_stored(numbers["settings"])
    study, groups, detectors = ablation.study, numbers["groups"], numbers["detectors"]
    names = [pair.split("/")[0] for pair in study.pairs]
    return _TEMPLATE.format(
        groups_sentence=judge_groups(numbers).sentence,
        detector_sentence=judge_detectors(numbers).sentence,
        n_comparisons=numbers["n_comparisons"],
        expected=round(0.025 * numbers["n_comparisons"]),
        added_table=tables.group_table(numbers, _ADDED),
        without_table=tables.group_table(numbers, _LEFT_OUT),
        alone_table=tables.group_table(numbers, ("alone",)),
        level_table=tables.level_table(numbers),
        regime_table=tables.regime_table(numbers, (*_ADDED, "without")),
        detector_table=tables.detector_table(numbers),
        detector_regime_table=tables.detector_regime_table(numbers),
        draws=tables.draw_range(numbers),
        continued=tables.scores({"all": detectors["continued"]})[1],
        spans=tables.span_text(numbers),
        trees=study.base_trees,
        candles=groups["candles"],
        study=study,
        n_windows=len(groups["windows"]),
        windows=_windows(groups["windows"], detectors["windows"]),
        test_rows=f"{groups['test_rows']:,}",
        train_rows=f"{groups['train_rows']:,}",
        pairs=", ".join(
            f"{name} {count:,}"
            for name, count in zip(names, groups["test_rows_by_pair"].values(), strict=True)
        ),
        timeframes=", ".join(study.timeframes),
        leaders=" and ".join(pair.split("/")[0] for pair in study.leaders),
        parameters=", ".join(f"`{name}` {value}" for name, value in study.trees.items()),
        seeds=", ".join(map(str, ablation.seeds)),
        noise_seeds=", ".join(map(str, ablation.noise_seeds)),
        weeks=groups["weeks_by_span"]["all"],
        resolution=resolution(numbers),
        machine=", ".join(f"{name} {value}" for name, value in numbers["machine"].items()),
    )


def _windows(groups: list[str], detectors: list[str]) -> str:
    """First days of the test windows; those of the detectors beside them where a run was cut short."""
    listed = ", ".join(groups)
    return listed if groups == detectors else f"{listed}; of the detectors {', '.join(detectors)}"


def resolution(numbers: Mapping[str, Any]) -> str:
    """Half the width of a usual interval: what the run could not have seen."""
    intervals = [
        log_loss(one["found"]) for one in numbers["groups"]["variants"] if one["kind"] in ("with", "without")
    ]
    return f"{np.median([(i.high - i.low) / 2 for i in intervals]):.0f}e-5"


def write(numbers: Mapping[str, Any]) -> None:
    """Write the page and the numbers."""
    NUMBERS.write_text(json.dumps(numbers, indent=1) + "\n")
    PAGE.write_text(page(numbers))


def short(numbers: Mapping[str, Any]) -> str:
    """Tables of a partial run, for the screen."""
    parts = []
    if "groups" in numbers:
        parts += [judge_groups(numbers).sentence, tables.group_table(numbers, (*_ADDED, "without", "alone"))]
    if "detectors" in numbers:
        parts += [judge_detectors(numbers).sentence, tables.detector_table(numbers)]
    return "\n\n".join(parts)
