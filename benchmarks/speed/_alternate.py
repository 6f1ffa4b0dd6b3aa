"""Ours and stock in turn, so that a machine that slows down slows both."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from benchmarks.speed._overlays import Arm
from benchmarks.speed._process import ChildError, Usage

ARMS: tuple[Arm, Arm] = ("ours", "stock")


def failure_note(words: str) -> str:
    """What failed, in Markdown."""
    return f"**Failed:**\n```\n{words}\n```"


@dataclass
class Turns:
    """What the runs of each arm took, in order, and why an arm was given up."""

    usages: dict[Arm, list[Usage]] = field(default_factory=lambda: {"ours": [], "stock": []})
    failures: list[str] = field(default_factory=list)

    def notes(self) -> list[str]:
        """How often each arm ran, and failures word for word."""
        counts = ", ".join(f"{arm} {len(runs)}" for arm, runs in self.usages.items() if runs)
        failed = [failure_note(failure) for failure in self.failures]
        return [f"Median of runs in turn ({counts or 'none'}).", *failed]


def alternate(
    run: Callable[[Arm, int], Usage], least: int, most: int, deadline: float = 0, arms: tuple[Arm, ...] = ARMS
) -> Turns:
    """Run both arms `least` to `most` times; the one that begins changes from turn to turn.

    After `least` turns another one starts only when it should end before `deadline` (`time.monotonic`).
    An arm that fails is not run again.
    """
    turns, given_up, longest = Turns(), set(), 0.0
    for turn in range(most):
        started = time.monotonic()
        if turn >= least and started + longest > deadline:
            break
        for arm in arms if turn % 2 == 0 else arms[::-1]:
            if arm in given_up:
                continue
            try:
                turns.usages[arm].append(run(arm, turn))
            except ChildError as error:
                given_up.add(arm)
                turns.failures.append(f"{arm}: {error}")
        longest = max(longest, time.monotonic() - started)
    return turns
