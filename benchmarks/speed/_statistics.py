"""Medians and ratios of what runs took; no timing and no files in here."""

from collections.abc import Sequence
from statistics import median

from benchmarks.speed._process import Usage


def median_usage(usages: Sequence[Usage]) -> Usage:
    """Median of each measure by itself.

    Examples
    --------
    >>> median_usage([Usage(1, 5, 10), Usage(3, 4, 30), Usage(2, 9, 20)])
    Usage(wall=2, cpu=5, peak=20, others=0)
    """
    return Usage(
        wall=median(usage.wall for usage in usages),
        cpu=median(usage.cpu for usage in usages),
        peak=median(usage.peak for usage in usages),
        others=median(usage.others for usage in usages),
    )


def ratio(ours: float, theirs: float) -> float:
    """`ours / theirs`; NaN without a peer."""
    return ours / theirs if theirs else float("nan")


def spread(ours: Sequence[float], theirs: Sequence[float]) -> tuple[float, float]:
    """Lowest and highest ratio of runs that followed each other.

    Examples
    --------
    >>> spread([1.0, 3.0], [2.0, 4.0])
    (0.5, 0.75)
    """
    ratios = [ratio(one, other) for one, other in zip(ours, theirs, strict=False)]
    return min(ratios), max(ratios)


def verdict(value: float, target: float | None, *, above: bool = False) -> str:
    """Say whether a target was met; nothing without a target.

    Examples
    --------
    >>> verdict(0.5, 0.6), verdict(0.7, 0.6), verdict(0.7, None)
    ('met', 'missed', '')
    """
    if target is None or value != value:
        return ""
    return "met" if (value >= target if above else value <= target) else "missed"
