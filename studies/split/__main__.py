"""`python -m studies.split`: run what is missing, then write the page and the numbers."""

import argparse
import json
from pathlib import Path

from studies.cache import cache_folder
from studies.split._page import NUMBERS, summarise, write
from studies.split._product import compare_with_product
from studies.split._run import console, run
from studies.split._settings import Study


def main() -> None:
    """Parse the command line and run."""
    parser = argparse.ArgumentParser(prog="python -m studies.split", description=__doc__)
    parser.add_argument("--cache", type=Path, default=cache_folder("study"), help="finished windows")
    parser.add_argument("--page", action="store_true", help="only rewrite the page from the stored numbers")
    arguments = parser.parse_args()
    if arguments.page:
        numbers = json.loads(NUMBERS.read_text())
        write(numbers, stored_study(numbers["settings"]))
        return
    arguments.cache.mkdir(parents=True, exist_ok=True)
    study = Study()
    results = run(study, arguments.cache)
    numbers = summarise(results, study, compare_with_product(study, arguments.cache))
    write(numbers, study)
    console.print(numbers["verdict"]["sentence"])
    console.print(f"{numbers['n_comparisons']} comparisons, {numbers['minutes']} minutes")


def stored_study(settings: dict[str, object]) -> Study:
    """Settings of a stored run: JSON has lists where they have tuples."""
    return Study(**{name: tuple(v) if isinstance(v, list) else v for name, v in settings.items()})  # type: ignore[arg-type]


if __name__ == "__main__":
    main()
