"""`python -m studies.features`: run what is missing, then write the page and the numbers."""

import argparse
import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from studies.cache import cache_folder
from studies.features._page import NUMBERS, PAGE, short, write
from studies.features._run import PARTS, run
from studies.features._settings import Ablation
from studies.features._summary import summarise
from studies.split._run import console


def parse(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    """Parse the command line."""
    parser = argparse.ArgumentParser(prog="python -m studies.features", description=__doc__)
    parser.add_argument("--windows", type=int, help="number of test windows")
    parser.add_argument("--pairs", nargs="+", help="pairs that train and test")
    parser.add_argument("--groups", nargs="+", help="feature groups that take part")
    parser.add_argument("--only", choices=PARTS, help="one part of the page alone, on the screen")
    parser.add_argument("--quick", action="store_true", help="two windows, one month, one seed: does it run?")
    parser.add_argument("--processes", type=int, default=2, help="windows side by side, one core each")
    parser.add_argument("--cache", type=Path, default=cache_folder("ablation"))
    parser.add_argument("--finished", action="store_true", help="run nothing, use the finished windows")
    parser.add_argument("--page", action="store_true", help="only rewrite the page from the stored numbers")
    return parser.parse_args(arguments)


def asked(arguments: argparse.Namespace) -> Ablation:
    """Settings of a command line."""
    ablation = Ablation()
    study = ablation.study
    if arguments.quick:
        study = replace(study, n_windows=2, train_days=30, least_train_days=25, every=4, n_placebos=1)
        ablation = replace(ablation, seeds=(1,), noise_seeds=(2,))
    if arguments.windows:
        study = replace(study, n_windows=arguments.windows)
    if arguments.pairs:
        study = replace(study, pairs=tuple(arguments.pairs))
    missing = sorted(set(study.leaders) - set(study.pairs))
    if missing:
        raise SystemExit(f"--pairs lacks {', '.join(missing)}: every pair's features hold the leaders'")
    groups = tuple(arguments.groups) if arguments.groups else ablation.groups
    return replace(ablation, study=study, groups=groups)


def main() -> None:
    """Run; only a whole run with the page's own settings writes the page."""
    arguments = parse()
    if arguments.page:
        write(json.loads(NUMBERS.read_text()))
        return
    ablation = asked(arguments)
    parts = (arguments.only,) if arguments.only else PARTS
    results = run(parts, ablation, arguments.cache, arguments.processes, finished=arguments.finished)
    numbers = summarise(results, ablation, arguments.cache)
    console.print(short(numbers), markup=False, soft_wrap=True)
    if ablation == Ablation() and parts == PARTS:
        write(numbers)
        console.print(f"{numbers['n_comparisons']} comparisons: {PAGE}, {NUMBERS}")


if __name__ == "__main__":
    main()
