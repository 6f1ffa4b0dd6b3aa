"""Which sets of groups are trained, written down before any is, so that comparisons can be counted."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from benchmarks.ablation._settings import Ablation

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
        """Predictions of the larger and of the smaller set."""
        pair = self.predictions, defaults.predictions
        return pair if self.more else pair[::-1]


def variants(ablation: Ablation) -> list[Variant]:
    """Every set; the defaults come first and the noise floor second."""
    return list(_variants(ablation))


def _variants(ablation: Ablation) -> Iterator[Variant]:
    defaults, seeds = ablation.defaults, ablation.seeds
    yield Variant(DEFAULTS, "defaults", defaults, seeds)
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
    """Sets to train: the noise floor is the defaults with further seeds."""
    defaults, noise, *others = variants(ablation)
    return [
        Variant(DEFAULTS, "defaults", defaults.groups, (*defaults.seeds, *noise.seeds)),
        *others,
    ]
