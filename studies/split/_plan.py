"""Which comparisons the study makes, written down before any is made, so that they can be counted."""

from dataclasses import dataclass

from studies.split._settings import PLACEBO_RULES, RULE_TITLES, Study

SCHEME_TITLES = {
    "hard_own": "hard, own pair's rows",
    "hard_all": "hard, all pairs' rows",
    "shrunk": "shrunk towards the base",
    "weighted": "other regimes at weight {other_weight}",
    "warm_start": "base + {expert_trees} trees on the regime",
    "pooled_with_regime": "base that is told the regime",
}
PLACEBO_SCHEMES = ("hard_all", "shrunk", "warm_start")
"""Schemes that are also run with shuffled regimes."""

SIDE = (
    ("early stopping on each expert's own purged tail, refit: hard", "hard_all_stopped", "hard_all/vote"),
    ("early stopping likewise: warm start", "warm_start_stopped", "warm_start/vote"),
    ("Platt calibration on each expert's purged tail: hard", "hard_all_platt", "hard_all/vote"),
    ("Platt calibration likewise: warm start", "warm_start_platt", "warm_start/vote"),
    ("recency weights, half as much every 180 days: base", "base_recency", "base"),
    ("label-uniqueness weights: base", "base_uniqueness", "base"),
    ("three seeds averaged: base", "base_seeds", "base"),
)


@dataclass(frozen=True)
class Comparison:
    """One predictor against another; several names are placebo draws, whose scores are averaged."""

    section: str
    what: str
    against: str
    ours: tuple[str, ...]
    theirs: tuple[str, ...]
    complete: bool | None = None
    """Only weeks in which all pairs of the study took part (True) or some were missing (False)."""

    @property
    def key(self) -> str:
        """Name under which the page and the targets find it."""
        return f"{self.section}: {self.what} / {self.against}"


def scheme_title(scheme: str, study: Study) -> str:
    """Return a scheme in words, with its numbers."""
    return SCHEME_TITLES[scheme].format(**vars(study))


def base_name(study: Study) -> str:
    """The pooled base as every scheme starts from it."""
    return f"base@{study.base_trees}"


def draws(scheme: str, rule: str, study: Study) -> tuple[str, ...]:
    """Names of the placebo draws of one scheme and rule."""
    return tuple(f"{scheme}/{rule}#{draw}" for draw in range(1, study.n_placebos + 1))


def plan(study: Study) -> list[Comparison]:
    """Every comparison of the page and of the verdict."""
    return [*_rows(study), *_schemes(study), *_placebo_draws(study), *_side(study)]


def _rows(study: Study) -> list[Comparison]:
    base = base_name(study)
    made = [
        Comparison("rows", name, "own", (name,), ("own",))
        for name in ("stock", "own_equal", *(f"base@{count}" for count in study.all_tree_counts))
    ]
    made += [Comparison("rows", "stock", "base", ("stock",), (base,))]
    made += [
        Comparison(f"{section} weeks", name, "own", (name,), ("own",), complete)
        for section, complete in (("complete", True), ("incomplete", False))
        for name in (base, f"base@{max(study.all_tree_counts)}")
    ]
    others = [f"base@{count}" for count in study.all_tree_counts if f"base@{count}" != base]
    return made + [Comparison("capacity", name, "base", (name,), (base,)) for name in ("continued", *others)]


def _schemes(study: Study) -> list[Comparison]:
    base, made = (base_name(study),), []
    for scheme in SCHEME_TITLES:
        for rule in RULE_TITLES:
            if scheme == "weighted" and rule not in PLACEBO_RULES:
                continue
            what, ours = f"{scheme}/{rule}", (f"{scheme}/{rule}",)
            made.append(Comparison("scheme", what, "base", ours, base))
            if scheme == "warm_start":
                made.append(Comparison("scheme", what, "continued", ours, ("continued",)))
            if scheme in PLACEBO_SCHEMES and rule in PLACEBO_RULES:
                placebo = draws(scheme, rule, study)
                made.append(Comparison("placebo", what, "base", placebo, base))
                made.append(Comparison("scheme", what, "placebo", ours, placebo))
    return made


def _placebo_draws(study: Study) -> list[Comparison]:
    return [
        Comparison("draw", name, "base", (name,), (base_name(study),))
        for scheme in PLACEBO_SCHEMES
        for rule in PLACEBO_RULES
        for name in draws(scheme, rule, study)
    ]


def _side(study: Study) -> list[Comparison]:
    base = base_name(study)
    return [
        Comparison("side", title, "without", (ours,), (base if theirs == "base" else theirs,))
        for title, ours, theirs in SIDE
    ]
