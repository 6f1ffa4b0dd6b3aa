"""The table of `docs/regimes.md`: every rule and detector, from the code and the measured costs."""

import inspect
import json
import re
from pathlib import Path
from typing import Any

from auriga.regimes import RULES, HmmDetector, JumpDetector, RuleVote

COSTS = Path(__file__).parents[2] / "benchmarks" / "costs.json"


def table() -> str:
    """One row a detector and rule: name, what it does, source, warm-up, cost."""
    costs = _costs()
    lines = [
        "| name | answer | source | warm-up in slow candles | ms for a year of 1d | of 1h |",
        "|---|---|---|---:|---:|---:|",
    ]
    for name, detector in _all().items():
        cells = (f"`{name}`", _says(detector), _source(detector), str(detector.warmup_candles))
        known = "all rules" if name == "rules" else name
        took = [str(costs.get(f"{known}, {timeframe}", "-")) for timeframe in ("1d", "1h")]
        lines.append(f"| {' | '.join((*cells, *took))} |")
    return "\n".join(lines) + "\n"


def _all() -> dict[str, Any]:
    """Detectors and rules with their default numbers, by the name that settings use."""
    rules = {name: rule() for name, rule in RULES.items()}
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
