"""Markdown tables of the page, from differences and levels by name."""

from collections.abc import Sequence

from auriga.evaluation import Interval
from studies.split._plan import PLACEBO_SCHEMES, SCHEME_TITLES, SIDE, scheme_title
from studies.split._scores import widened
from studies.split._settings import RULE_TITLES, Study
from studies.split._verdict import Differences, Target, show

Levels = dict[str, tuple[float, float]]


def markdown(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Build a Markdown table.

    Examples
    --------
    >>> print(markdown(["a", "b"], [["1", "2"]]))
    | a | b |
    |---|---|
    | 1 | 2 |
    """
    lines = [header, ["---"] * len(header), *rows]
    ruled = ["|".join(["", *line, ""]) if line[0] == "---" else f"| {' | '.join(line)} |" for line in lines]
    return "\n".join(ruled)


def marked(interval: Interval) -> str:
    """Interval in bold where it excludes zero."""
    return f"**{show(interval)}**" if interval.excludes_zero else show(interval)


def pair_of(found: Differences, key: str) -> tuple[str, str]:
    """AUC and log-loss difference of one comparison, a dash where it was not made."""
    if key not in found:
        return "-", "-"
    return marked(found[key].auc), marked(found[key].log_loss)


def _level(levels: Levels, name: str) -> tuple[str, str]:
    auc, saved = levels[name]
    return f"{auc:.4f}", f"{saved:+.0f}"


def rows_table(found: Differences, levels: Levels, study: Study) -> str:
    """Who learns from whose rows: stock, own pair, all pairs at several numbers of trees."""
    titles = {
        "stock": f"stock parameters per pair, {study.stock['n_estimators']} trees",
        "own_equal": f"own pair, {study.base_trees} trees",
        "own": f"own pair, {study.own_trees} trees",
    } | {f"base@{count}": f"all pairs, {count} trees" for count in study.all_tree_counts}
    titles[f"base@{study.base_trees}"] += " (**the base**)"
    rows = [
        [title, *_level(levels, name), *pair_of(found, f"rows: {name} / own")]
        for name, title in titles.items()
    ]
    return markdown(["model", "AUC", "saved", "AUC against own pair", "log-loss against own pair"], rows)


def complete_table(found: Differences, study: Study) -> str:
    """All pairs against own pair, by how many pairs there were to learn from."""
    counts = (study.base_trees, max(study.all_tree_counts))
    weeks = {"complete": f"with all {len(study.pairs)} pairs", "incomplete": "with fewer"}
    rows = [
        [words, str(count), *pair_of(found, f"{section} weeks: base@{count} / own")]
        for section, words in weeks.items()
        for count in dict.fromkeys(counts)
    ]
    return markdown(["windows", "trees", "AUC against own pair", "log-loss against own pair"], rows)


def capacity_table(found: Differences, study: Study) -> str:
    """The base with more trees: what capacity alone is worth."""
    titles = {"continued": f"{study.expert_trees} more trees at {study.expert_learning_rate}, all rows"}
    titles |= {f"base@{n}": f"{n} trees instead of {study.base_trees}" for n in study.all_tree_counts}
    rows = [
        [title, *pair_of(found, f"capacity: {name} / base")]
        for name, title in titles.items()
        if f"capacity: {name} / base" in found
    ]
    return markdown(["base with", "AUC against the base", "log-loss against the base"], rows)


def scheme_table(found: Differences, study: Study) -> str:
    """Every scheme and rule against the base, its placebo beside it."""
    header = [
        "scheme",
        "regimes",
        "AUC",
        "log-loss",
        "placebo AUC",
        "placebo log-loss",
        "log-loss against placebo",
    ]
    rows = []
    for scheme in SCHEME_TITLES:
        for rule, rule_title in RULE_TITLES.items():
            name = f"{scheme}/{rule}"
            if f"scheme: {name} / base" not in found:
                continue
            rows.append(
                [
                    scheme_title(scheme, study),
                    rule_title,
                    *pair_of(found, f"scheme: {name} / base"),
                    *pair_of(found, f"placebo: {name} / base"),
                    pair_of(found, f"scheme: {name} / placebo")[1],
                ]
            )
    return markdown(header, rows)


def warm_table(found: Differences) -> str:
    """Warm-started experts against the base with as many pooled trees."""
    rows = [
        [title, *pair_of(found, f"scheme: warm_start/{rule} / continued")]
        for rule, title in RULE_TITLES.items()
    ]
    return markdown(["regimes", "AUC", "log-loss"], rows)


def placebo_table(found: Differences, study: Study) -> str:
    """Each placebo draw by itself: how far shuffled regimes land from the base by chance."""
    rows = []
    for scheme in PLACEBO_SCHEMES:
        losses = [d.log_loss.estimate for key, d in found.items() if key.startswith(f"draw: {scheme}/")]
        rows.append(
            [scheme_title(scheme, study), str(len(losses)), f"{min(losses):+.0f}", f"{max(losses):+.0f}"]
        )
    return markdown(["scheme", "draws", "best log-loss", "worst log-loss"], rows)


def side_table(found: Differences) -> str:
    """Tried, and does it measure better?"""
    rows = []
    for title, _, _ in SIDE:
        difference = found[f"side: {title} / without"]
        auc, loss = pair_of(found, f"side: {title} / without")
        rows.append([title, auc, loss, answer(difference.log_loss)])
    return markdown(["tried", "AUC", "log-loss", "measures better?"], rows)


def answer(log_loss: Interval) -> str:
    """Yes, no (worse) or not shown, by the interval that holds for all side experiments together."""
    together = widened(log_loss, len(SIDE))
    if together.high < 0:
        return "yes"
    return "no, worse" if together.low > 0 else "not shown"


def target_table(met: Sequence[Target]) -> str:
    """What was to be shown, and whether it was."""
    rows = [[target.text, "met" if target.met else "**not met**", target.seen] for target in met]
    return markdown(["target", "", "seen"], rows)
