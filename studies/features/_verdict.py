"""What the numbers say: which groups are worth their price, and which detector is best."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from auriga.evaluation import Interval
from studies.features._regimes import SHIPPED, TITLES
from studies.split._scores import widened
from studies.split._verdict import show

Answer = Literal["yes", "a lead", "not shown", "worse, a lead", "no, worse"]


def log_loss(found: Mapping[str, Any], span: str = "all") -> Interval:
    """Log-loss difference of some rows, in 1e-5 nats."""
    return Interval(*found[span]["log_loss_1e5"])


def answer(interval: Interval, comparisons: int, noise: float = 0.0) -> Answer:
    """Whether what is added helps: for certain only with an interval that allows for all comparisons.

    A difference no larger than `noise` is nothing, whatever its interval says.

    Examples
    --------
    >>> [answer(Interval(-30, low, high), 100) for low, high in ((-40, -20), (-59, -1), (-70, 10))]
    ['yes', 'a lead', 'not shown']
    """
    together = widened(interval, comparisons)
    if abs(interval.estimate) <= noise:
        return "not shown"
    if interval.high < 0:
        return "yes" if together.high < 0 else "a lead"
    if interval.low > 0:
        return "no, worse" if together.low > 0 else "worse, a lead"
    return "not shown"


@dataclass(frozen=True)
class GroupVerdict:
    """What the table says about the groups.

    Attributes
    ----------
    winners : tuple of str
        Groups outside the defaults that help for certain: they belong in.
    leads : tuple of str
        Those that help by a plain 95 % interval.
    needed : tuple of str
        Defaults whose absence hurts, by a plain 95 % interval at least.
    unproven : tuple of str
        Defaults that could be left out, one at a time, without a loss that can be seen.
    harmful : tuple of str
        Defaults that do harm by a plain 95 % interval.
    enough_alone : tuple of str
        Defaults that alone are not seen to do worse than all of them, neither in log-loss nor in AUC.
    sentence : str
    """

    winners: tuple[str, ...]
    leads: tuple[str, ...]
    needed: tuple[str, ...]
    unproven: tuple[str, ...]
    harmful: tuple[str, ...]
    enough_alone: tuple[str, ...]
    sentence: str


def group_of(variant: Mapping[str, Any]) -> str:
    """Name of the group that a set differs by."""
    return str(variant["name"]).removeprefix("without ").removeprefix("with ").removesuffix(" alone")


def judge_groups(numbers: Mapping[str, Any]) -> GroupVerdict:
    """Judge every set of groups by its pooled log-loss."""

    def chosen(kind: str, *answers: Answer) -> tuple[str, ...]:
        return tuple(
            group_of(one)
            for one in numbers["groups"]["variants"]
            if one["kind"] == kind
            and group_answer(one, numbers) in answers
            and not (kind == "alone" and Interval(*one["found"]["all"]["auc_1e4"]).low > 0)
        )

    found = {
        "winners": chosen("with", "yes"),
        "leads": chosen("with", "a lead"),
        "needed": chosen("without", "yes", "a lead"),
        "unproven": chosen("without", "not shown"),
        "harmful": chosen("without", "worse, a lead", "no, worse"),
        "enough_alone": chosen("alone", "not shown", "worse, a lead", "no, worse"),
    }
    return GroupVerdict(**found, sentence=_sentence(numbers, **found))


def noise_floor(numbers: Mapping[str, Any]) -> float:
    """How far other seeds moved the log-loss of the defaults, whichever way."""
    seeds = [one for one in numbers["groups"]["variants"] if one["kind"] == "seed"]
    return max((abs(log_loss(one["found"]).estimate) for one in seeds), default=0.0)


def group_answer(variant: Mapping[str, Any], numbers: Mapping[str, Any]) -> Answer:
    """Whether what a set has more of helps, beyond the noise floor."""
    return answer(log_loss(variant["found"]), numbers["n_comparisons"], noise_floor(numbers))


def words(names: Sequence[str], nothing: str = "none") -> str:
    """Names as a list in a sentence.

    Examples
    --------
    >>> words(["a", "b", "c"]), words(["a"]), words([])
    ('a, b and c', 'a', 'none')
    """
    if not names:
        return nothing
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def _sentence(
    numbers: Mapping[str, Any],
    winners: tuple[str, ...],
    leads: tuple[str, ...],
    needed: tuple[str, ...],
    unproven: tuple[str, ...],
    harmful: tuple[str, ...],
    enough_alone: tuple[str, ...],
) -> str:
    """First sentences of the page."""
    n, defaults = numbers["n_comparisons"], numbers["settings"]["default_groups"]
    others = sum(one["kind"] == "with" for one in numbers["groups"]["variants"])
    if winners:
        why = (
            f"of the {others} other groups {words(winners)} {_does(winners)} better, allowing for all {n} "
            "comparisons, and should be added"
        )
    elif leads:
        why = (
            f"none of the {others} other groups is worth adding, though {words(leads)} {_does(leads)} "
            f"better by a plain 95 % interval, which {n} comparisons make a lead and no result"
        )
    else:
        why = (
            f"none of the {others} other groups lowers the log-loss by more than chance, "
            "and fewer features cost less"
        )
    return f"On by default are {words(defaults)}: {why}. {_about_defaults(needed, unproven, harmful)} " + (
        f"Alone, {words(enough_alone)} cannot be told from all of them together."
        if enough_alone
        else "None of them alone does as well as all of them together, in log-loss or in AUC."
    )


def _about_defaults(needed: Sequence[str], unproven: Sequence[str], harmful: Sequence[str]) -> str:
    """What leaving out one default group at a time shows."""
    plain = "by a plain 95 % interval at least"
    said = [f"of the defaults, {words(needed)} {_is(needed)} missed {plain}"] if needed else []
    if unproven:
        said.append(f"leaving out {words(unproven)}, one at a time, makes no difference beyond the noise")
    if harmful:
        said.append(f"leaving out {words(harmful)} helps {plain}")
    sentence = "; ".join(said)
    return f"{sentence[:1].upper()}{sentence[1:]}."


def _does(names: Sequence[str]) -> str:
    return "does" if len(names) == 1 else "do"


def _is(names: Sequence[str]) -> str:
    return "is" if len(names) == 1 else "are"


@dataclass(frozen=True)
class DetectorVerdict:
    """What the table says about detectors: the one with the largest gain, and whether that is shown."""

    best: str
    answer: Answer
    sentence: str


def judge_detectors(numbers: Mapping[str, Any]) -> DetectorVerdict:
    """Judge detectors by the gain of their experts over the base with as many trees on all rows."""
    detectors, n = numbers["detectors"]["detectors"], numbers["n_comparisons"]
    best = min(detectors, key=lambda one: log_loss(one["found"]).estimate)
    gain, placebo = log_loss(best["found"]), log_loss(best["against_placebo"])
    said = answer(gain, n)
    both = said == "yes" and answer(placebo, n) == "yes"
    helped = [one for one in detectors if log_loss(one["found"]).high < 0]
    drawn = [draw for one in detectors for draw in one["draws"]]
    lucky = sum(log_loss({"all": draw}).high < 0 for draw in drawn)
    sentence = (
        f"The largest gain is that of: {TITLES[best['name']]} ({show(gain)} against the base with as many "
        f"trees on all rows, {show(placebo)} against its placebo). "
        f"{len(helped)} of {len(detectors)} detectors and {lucky} of {len(drawn)} placebos with shuffled "
        "regimes beat that base with a 95 % interval"
    )
    shipped = TITLES[SHIPPED]
    if both:
        sentence += f"; allowing for all {n} comparisons it is shown, and it should replace: {shipped}."
    else:
        sentence += f": no detector is shown to be better, so the cheapest to explain stays: {shipped}."
    return DetectorVerdict(best["name"], said if both or said != "yes" else "a lead", sentence)
