"""Which sets of groups are trained, written down before any is, so that comparisons can be counted."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from studies.features._settings import Ablation

Kind = Literal["defaults", "seed", "without", "with", "alone", "everything"]

DEFAULTS = "defaults"


@dataclass(frozen=True)
class Variant:
    """A set of groups, and the seeds it is trained with.

    `more` says whether the set holds more than the defaults: differences are always those of the larger set
    minus the smaller one, so that below zero in log-loss means that what it has more of helps.
    """

    name: str
    kind: Kind
    groups: tuple[str, ...]
    seeds: tuple[int, ...]

    @property
    def more(self) -> bool:
        return self.kind in ("with", "everything", "seed")

    @property
    def predictions(self) -> tuple[str, ...]:
        """Names under which its predictions are stored, one for each seed."""
        trained = DEFAULTS if self.kind == "seed" else self.name
        return tuple(f"{trained}@{seed}" for seed in self.seeds)

    def against(self, defaults: "Variant") -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Predictions of the larger and the smaller set; for the noise floor, of some seeds and the rest."""
        theirs = defaults.predictions
        if self.kind == "seed":
            theirs = tuple(name for name in theirs if name not in self.predictions)
        pair = self.predictions, theirs
        return pair if self.more else pair[::-1]


def variants(ablation: Ablation) -> list[Variant]:
    """Every set; the defaults come first and the noise floor second."""
    return list(_variants(ablation))


def _variants(ablation: Ablation) -> Iterator[Variant]:
    defaults, seeds = ablation.defaults, ablation.seeds
    # Every comparison shares the defaults: the luck of their seeds would stand in each, so they have more.
    yield Variant(DEFAULTS, "defaults", defaults, (*seeds, *ablation.noise_seeds))
    yield Variant("other seeds", "seed", defaults, ablation.noise_seeds)
    if len(defaults) > 1:
        for name in defaults:
            rest = tuple(other for other in defaults if other != name)
            yield Variant(f"without {name}", "without", rest, seeds)
    for name in ablation.others:
        yield Variant(f"with {name}", "with", (*defaults, name), seeds)
    if len(defaults) > 1:
        for name in defaults:
            yield Variant(f"{name} alone", "alone", (name,), seeds)
    if ablation.others:
        yield Variant("everything", "everything", ablation.groups, seeds)


def trained(ablation: Ablation) -> list[Variant]:
    """Sets to train: the noise floor is some of the defaults' seeds."""
    return [one for one in variants(ablation) if one.kind != "seed"]
