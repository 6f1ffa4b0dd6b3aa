"""Write the tables of docs/evaluation.md: `python -m studies.coverage` (a quarter of an hour)."""

import json
from pathlib import Path

from studies.coverage._coverage import coverage, coverage_of_others, plain_coverage
from studies.coverage._returns import Process

TARGET = Path(__file__).parents[1] / "coverage.json"
PROCESSES = [
    *(Process(dependence, "normal") for dependence in (0.0, 0.1, 0.2, 0.3, -0.1)),
    *(Process(dependence, shock) for shock in ("t4", "skewed") for dependence in (0.0, 0.2)),
]
OTHERS = (Process(0.0, "normal"), Process(0.2, "t4"))
"""Other statistics are measured on these; their draws cannot be shared."""

DAYS = (90, 365)
SAMPLES, FEWER_SAMPLES = 2000, 300


def main() -> None:
    """Measure, show and save."""
    rows = []
    for process in PROCESSES:
        for n_days in DAYS:
            found = coverage(process, n_days, SAMPLES)
            found["plain_mean"] = plain_coverage(process, n_days, SAMPLES)
            if process in OTHERS:
                found |= coverage_of_others(process, n_days, FEWER_SAMPLES)
            rows.append({"returns": process.title, "days": n_days, **found})
            print(rows[-1], flush=True)
    TARGET.write_text(
        json.dumps({"samples": SAMPLES, "fewer_samples": FEWER_SAMPLES, "rows": rows}, indent=1)
    )


if __name__ == "__main__":
    main()
