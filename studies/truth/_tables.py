"""Runs every market and prints what was captured of the possible edge."""

import argparse
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from rich import box
from rich.console import Console
from rich.progress import track
from rich.table import Table

from auriga.datasets import MARKETS
from auriga.evaluation import Interval, recovered_share
from auriga.models import SCHEMES, Scheme
from auriga.typing import FloatArray
from studies.truth._data import Pair, simulate_pair
from studies.truth._fit import KINDS, Answers, Group, Plan, predict
from studies.truth._scores import Scored

PAIRS = 4
PLANS = (
    Plan("all"),
    # Without `weighted`, whose experts see all rows again and take half of the time.
    Plan("own", tuple(scheme for scheme in SCHEMES if scheme != "weighted")),
)
DEFAULT: Scheme = "warm_start"


def measure(
    markets: Sequence[str] = tuple(MARKETS), groups: int = 2, plans: Sequence[Plan] = PLANS
) -> tuple[Table, Table]:
    """Run every market and tabulate the default and the best scheme, then all schemes."""
    main_table = Table(
        "market", "rows of", "regimes", "recovered", "best AUC", "pooled", DEFAULT, "best scheme",
        f"AUC gained by {DEFAULT}", "log-loss gained", "AUC gained by best scheme", "log-loss gained",
        box=box.MARKDOWN,
    )  # fmt: skip
    every_scheme = Table("market", "rows of", "regimes", *SCHEMES, box=box.MARKDOWN)
    for market in markets:
        pairs, found = _run(market, groups, plans)
        scored = Scored.of(pairs)
        for plan, answers in zip(plans, found, strict=True):
            for kind in KINDS:
                said = {scheme: answers[kind, scheme] for scheme in plan.schemes}
                name = (market, f"{plan.rows}, {plan.trees} trees", kind)
                main_table.add_row(*name, _recovered(pairs, kind), *_summary(scored, said))
                every_scheme.add_row(*name, *_levels(scored, said))
    return main_table, every_scheme


def _run(market: str, groups: int, plans: Sequence[Plan]) -> tuple[list[Pair], list[Answers]]:
    """Train every group; pairs and answers of all groups in the same order."""
    pairs: list[Pair] = []
    parts: list[list[Answers]] = [[] for _ in plans]
    for number in track(range(1 if market == "noise" else groups), description=market):
        group = Group([simulate_pair(market, PAIRS * number + seed) for seed in range(PAIRS)])
        for plan, part in zip(plans, parts, strict=True):
            part.append(predict(group, plan))
        # Training rows are not needed any more, and are most of the memory.
        pairs += [replace(pair, features=pair.features[:0]) for pair in group.pairs]
    return pairs, [{key: np.concatenate([a[key] for a in part]) for key in part[0]} for part in parts]


def _recovered(pairs: Sequence[Pair], kind: str) -> str:
    """Share of test rows whose detected regime is the true one."""
    if kind == "true":
        return ""
    true, detected = (np.concatenate([p.regimes[k][p.test] for p in pairs]) for k in ("true", "detected"))
    return f"{recovered_share(true, detected):.0%}"


def _summary(scored: Scored, said: dict[Scheme, FloatArray]) -> list[str]:
    best = max(said, key=lambda scheme: scored.auc(said[scheme]))
    cells = [f"{scored.auc(scored.best):.4f}"]
    cells += [_level(scored, said["pooled"]), _level(scored, said[DEFAULT])]
    cells.append(f"{best}: {_level(scored, said[best])}")
    for scheme in (DEFAULT, best):
        auc = scored.auc_gain(said[scheme], said["pooled"])
        loss = scored.log_loss_gain(said[scheme], said["pooled"])
        cells += ["", ""] if scheme == "pooled" else [_interval(auc, "+.4f"), _interval(loss, "+.0f")]
    return cells


def _levels(scored: Scored, said: dict[Scheme, FloatArray]) -> list[str]:
    return [_level(scored, said[scheme]) if scheme in said else "" for scheme in SCHEMES]


def _level(scored: Scored, said: FloatArray) -> str:
    """AUC and, where there is an edge, the share of it."""
    share = scored.share(said)
    return f"{scored.auc(said):.4f}" + ("" if np.isnan(share) else f" ({share:.0%})")


def _interval(interval: Interval, form: str) -> str:
    """Interval in bold where it excludes zero."""
    text = f"{interval.estimate:{form}} [{interval.low:{form}}, {interval.high:{form}}]"
    return f"**{text}**" if interval.excludes_zero else text


def main(arguments: Sequence[str] = ()) -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(prog="python -m studies.truth", description=__doc__)
    parser.add_argument("--market", choices=list(MARKETS), action="append", help="all by default")
    parser.add_argument(
        "--groups", type=int, default=2, help=f"groups of {PAIRS} pairs a market; noise has one"
    )
    parser.add_argument("--rows", choices=["all", "own"], help="train on these rows; both by default")
    parser.add_argument("--trees", type=int, help="other than the shipped number of trees")
    asked = parser.parse_args(arguments)
    plans = [plan for plan in PLANS if asked.rows in (None, plan.rows)]
    if asked.trees is not None:
        plans = [replace(plan, trees=asked.trees) for plan in plans]
    console = Console(width=300)
    console.print(
        "Simulated markets: AUC, in brackets the share captured of the best possible edge; gains over "
        "pooled, log-loss in 1e-5 nats"
    )
    for table in measure(asked.market or tuple(MARKETS), asked.groups, plans):
        console.print(table)
