"""Every number the ablation depends on, in one place, so that a stored result can name what made it."""

import hashlib
import json
from dataclasses import asdict, dataclass, field
from typing import Any

from auriga.features import DEFAULT_GROUPS, FEATURE_GROUPS
from studies.split._settings import Study

_NEED_MORE = ("funding", "orderflow")
"""Groups that read more than candles of the spot market: they cannot be measured beside the others."""


@dataclass(frozen=True)
class Ablation:
    """Settings of one run; the defaults are those of the page.

    Windows, rows, label and trees are the study's. Every set of groups is trained with each of `seeds`, and
    the scores are averaged; the defaults, which every comparison shares, with `noise_seeds` as well. Noise
    floor: the defaults with `noise_seeds` against the defaults with `seeds`.
    """

    study: Study = field(default_factory=lambda: Study(every=4, n_placebos=3, tree_counts=()))
    groups: tuple[str, ...] = tuple(name for name in FEATURE_GROUPS if name not in _NEED_MORE)
    default_groups: tuple[str, ...] = DEFAULT_GROUPS
    seeds: tuple[int, ...] = (1, 2)
    noise_seeds: tuple[int, ...] = (3, 4)
    warmup_days: int = 120  # 720 candles of 4h

    def __post_init__(self) -> None:
        unknown = sorted(set(self.groups) - set(FEATURE_GROUPS))
        if unknown:
            raise ValueError(f"there is no feature group {', '.join(unknown)}: {', '.join(FEATURE_GROUPS)}")
        if not self.defaults:
            raise ValueError(f"name at least one of the default groups: {', '.join(self.default_groups)}")

    @property
    def defaults(self) -> tuple[str, ...]:
        """Default groups that take part."""
        return tuple(name for name in self.groups if name in self.default_groups)

    @property
    def others(self) -> tuple[str, ...]:
        """The other groups that take part."""
        return tuple(name for name in self.groups if name not in self.default_groups)

    def digest(self) -> str:
        """Short name of these settings: partial results of other settings are never mixed in."""
        text = json.dumps(asdict(self), sort_keys=True)
        return hashlib.sha1(text.encode()).hexdigest()[:12]


def from_stored(settings: dict[str, Any]) -> Ablation:
    """Settings of a stored run: JSON has lists where they have tuples."""

    def tuples(block: dict[str, Any]) -> dict[str, Any]:
        return {name: tuple(value) if isinstance(value, list) else value for name, value in block.items()}

    return Ablation(**tuples(settings) | {"study": Study(**tuples(settings["study"]))})
