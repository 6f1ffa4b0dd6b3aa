"""The table of `docs/regimes.md`: every rule and detector, from the code and the measured costs.

Run as a program it writes the table into the page.
"""

import inspect
import json
import re
from pathlib import Path
from typing import Any

from auriga.regimes import RULES, HmmDetector, JumpDetector, RuleVote

PAGE = Path(__file__).parents[1] / "regimes.md"
COSTS = Path(__file__).parents[2] / "benchmarks" / "costs.json"


def table() -> str:
    """One row a detector and rule: name, what it does, source, warm-up, cost."""
    costs = _costs()
    lines = [
        "| name | answer | source | warm-up in slow candles | ms for 100,000 candles |",
        "|---|---|---|---|---|",
    ]
    for name, detector in _all().items():
        cells = (f"`{name}`", _says(detector), _source(detector), str(detector.warmup_candles))
        lines.append(f"| {' | '.join(cells)} | {costs.get(name, '-')} |")
    return "\n".join(lines) + "\n"


def _all() -> dict[str, Any]:
    """Detectors and rules with their default numbers, by the name that settings use."""
    rules = {name: rule() for name, rule in RULES.items()}  # type: ignore[call-arg]
    vote = RuleVote(tuple(rules.values()))
    return {"rules": vote, **rules, "jump": JumpDetector("1d"), "hmm": HmmDetector("1d")}


def _costs() -> dict[str, float]:
    return json.loads(COSTS.read_text()).get("regimes", {}) if COSTS.exists() else {}


def _sections(detector: Any) -> list[str]:
    return re.split(r"\n\n+", inspect.getdoc(type(detector)) or "")


def _says(detector: Any) -> str:
    """First sentence, and of a rule the formula of its score."""
    parts = [re.sub(r"\s+", " ", section) for section in _sections(detector)[:2]]
    first = [re.split(r"(?<=\.)\s", part)[0].rstrip(".:") for part in parts]
    score = [sentence for sentence in first[1:] if sentence.startswith("The score is")]
    return ". ".join([first[0], *score]).replace("`", "")


def _source(detector: Any) -> str:
    text = inspect.getdoc(type(detector)) or ""
    found = re.search(r"References\n-+\n(.*?)(\n\n|$)", text, re.DOTALL)
    return re.sub(r"\s+", " ", found[1]).strip() if found else "-"


def with_table(page: str) -> str:
    """Return the page with the table between its markers renewed."""
    begin, end = "<!-- table: regimes -->\n", "<!-- end of table -->"
    return page[: page.index(begin) + len(begin)] + table() + page[page.index(end) :]


if __name__ == "__main__":
    PAGE.write_text(with_table(PAGE.read_text()))
