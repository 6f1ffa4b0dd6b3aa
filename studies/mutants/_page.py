"""The page: a table by room, and every fault that no test noticed."""

from collections.abc import Mapping, Sequence

from studies.mutants._mutant import Mutant
from studies.mutants._results import LATE, NOTICED, SURVIVED, Result

_HEAD = """# The suite, tested by faults

Written by `python -m studies.mutants` (`make mutants`); nothing in the table is typed in by hand. Each
fault is one that a programmer could make, written by reading the code of a room and not its tests. It is
planted in a copy of the tree, and the tests nearest to it have to fail, which are green without it. What
does not end within eight times its usual time counts as noticed, and is counted apart. The faults are in
`studies/mutants/rooms/*.toml`, the test that noticed each in `studies/mutants/results.json`.

The tests that were missing were written beside this list, and what no test can tell from the right code was
taken out of it. So the table says which of the list come back unseen; how many faults of another
hand the suite would notice, only a list of another hand can say.
"""


def counts(mutants: Sequence[Mutant], results: Mapping[str, Result]) -> tuple[int, int, int, int]:
    """Faults that were tried, those noticed, those of them by the time limit, and those that survived."""
    fates = [results[mutant.id].fate for mutant in mutants if mutant.id in results]
    noticed = sum(fate in NOTICED for fate in fates)
    return len(fates), noticed, fates.count(LATE), fates.count(SURVIVED)


def page(mutants: Sequence[Mutant], results: Mapping[str, Result]) -> str:
    """The page of these faults; those without a result are counted as not tried."""
    rooms = list(dict.fromkeys(mutant.room for mutant in mutants))
    rows = [_row(room, [m for m in mutants if m.room == room], results) for room in rooms]
    head = [
        "| room | faults | killed (of those tried) | of these timed out | survived | not tried |",
        "|---|---:|---:|---:|---:|---:|",
    ]
    survivors = [m for m in mutants if m.id in results and results[m.id].fate == SURVIVED]
    lines = [_HEAD, *head, *rows, _row("**all**", mutants, results), "", "## Survivors", ""]
    lines += [_survivor(mutant) for mutant in survivors] or ["None of those tried."]
    return "\n".join(lines) + "\n"


def _row(name: str, mutants: Sequence[Mutant], results: Mapping[str, Result]) -> str:
    tried, noticed, late, survived = counts(mutants, results)
    share = f" ({noticed / tried:.0%})" if tried else ""
    return f"| {name} | {len(mutants)} | {noticed}{share} | {late} | {survived} | {len(mutants) - tried} |"


def _survivor(mutant: Mutant) -> str:
    why = mutant.survives or "not explained yet"
    return f"- `{mutant.id}` (`{mutant.file}`): {mutant.why.rstrip('.')}. {why}"
