"""What the numbers say, in one sentence that can be yes or no, and the targets."""

from dataclasses import dataclass

from auriga.evaluation import Interval
from studies.split._plan import PLACEBO_SCHEMES, scheme_title
from studies.split._scores import Difference, widened
from studies.split._settings import PLACEBO_RULES, RULE_TITLES, Study

Differences = dict[str, Difference]

_CLOSE, _FAR = 20, 500


@dataclass(frozen=True)
class Verdict:
    """Does the split pay?

    Attributes
    ----------
    pays : bool
        Whether a scheme beats both the base and its placebo in log-loss with intervals that allow for all
        comparisons of the study.
    leads : tuple of str
        Schemes that do so with plain 95 % intervals: worth a look at other data, no result.
    sentence : str
    """

    pays: bool
    leads: tuple[str, ...]
    sentence: str


@dataclass(frozen=True)
class Target:
    """One thing that was to be shown."""

    text: str
    met: bool
    seen: str


def show(interval: Interval) -> str:
    """Estimate and interval with signs, rounded to the unit.

    Examples
    --------
    >>> show(Interval(12.4, -3.2, 30.1))
    '+12 [-3, +30]'
    """
    estimate, low, high = (f"{round(value):+d}" for value in (interval.estimate, interval.low, interval.high))
    return f"{estimate} [{low}, {high}]"


def title(name: str, study: Study) -> str:
    """`scheme/rule` in words."""
    scheme, rule = name.split("/")
    return f"{scheme_title(scheme, study)} ({RULE_TITLES[rule]})"


def _beats(interval: Interval, comparisons: int) -> bool:
    return widened(interval, comparisons).high < 0


def _beat(names: tuple[str, ...]) -> str:
    return f"{', '.join(names)} {'beats' if len(names) == 1 else 'beat'}"


def beaten(found: Differences, prefix: str) -> tuple[int, int]:
    """How many differences of a section beat the base in log-loss with a 95 % interval, and of how many."""
    section = [d for key, d in found.items() if key.startswith(prefix) and key.endswith("/ base")]
    return sum(d.log_loss.high < 0 for d in section), len(section)


def give_verdict(found: Differences, study: Study) -> Verdict:
    """Judge every scheme that has a placebo; see `Verdict` for what counts."""
    names = [f"{scheme}/{rule}" for scheme in PLACEBO_SCHEMES for rule in PLACEBO_RULES]

    def passing(comparisons: int) -> tuple[str, ...]:
        return tuple(
            title(name, study)
            for name in names
            if all(
                _beats(found[f"scheme: {name} / {other}"].log_loss, comparisons)
                for other in ("base", "placebo")
            )
        )

    winners, leads = passing(2 * len(found)), passing(1)
    real, placebo = beaten(found, "scheme:"), beaten(found, "draw:")
    counts = (
        f"{real[0]} of {real[1]} regime schemes beat the pooled base in log-loss with a 95 % interval that "
        f"excludes zero, and so do {placebo[0]} of {placebo[1]} placebos with shuffled regimes"
    )
    if winners:
        start = (
            f"Yes: {_beat(winners)} both the pooled base and its placebo, "
            f"allowing for all {2 * len(found)} comparisons"
        )
    elif leads:
        start = (
            f"No, not shown; {_beat(leads)} both the pooled base and its placebo at 95 %, "
            "which is a lead, not a result"
        )
    else:
        start = "No: no scheme beats both the pooled base and its own placebo"
    return Verdict(bool(winners), leads, f"{start}. {counts}.")


def targets(found: Differences, study: Study) -> list[Target]:
    """What was to be shown, and whether it was."""
    pooled = found[f"rows: base@{study.base_trees} / own"]
    warm = {rule: found[f"scheme: warm_start/{rule} / continued"].log_loss for rule in RULE_TITLES}
    worst = max(warm.values(), key=lambda interval: interval.estimate)
    stock = found["rows: stock / base"].log_loss
    counts = ", ".join(
        f"{count}: {'yes' if _both(found[f'rows: base@{count} / own']) else 'no'}"
        for count in study.all_tree_counts
    )
    return [
        Target(
            "The base of all pairs beats one model per pair in AUC and log-loss, both intervals without zero",
            _both(pooled),
            f"AUC {show(pooled.auc)}, log-loss {show(pooled.log_loss)} at {study.base_trees} trees; "
            f"by trees {counts}",
        ),
        Target(
            f"Warm-started experts lie within {_CLOSE}e-5 log-loss of the base with as many pooled trees",
            all(interval.estimate <= _CLOSE for interval in warm.values()),
            f"worst of {len(warm)} regime series {show(worst)}; upper ends up to "
            f"{max(round(interval.high) for interval in warm.values()):+d}",
        ),
        Target(
            f"Stock parameters are beaten by at least {_FAR}e-5 log-loss",
            stock.estimate >= _FAR,
            f"stock minus base {show(stock)}",
        ),
    ]


def _both(difference: Difference) -> bool:
    return difference.auc.low > 0 and difference.log_loss.high < 0
