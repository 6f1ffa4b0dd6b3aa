"""`docs/options.md`: what was found for every option, group by group, each refusal in its own words."""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from tests.conftest import ROOT
from tests.options.desk import COMMANDS
from tests.options.table import OPTIONS

PAGE = ROOT / "docs" / "options.md"
_OPENINGS = (
    "Configuration error: ", "Error: ", "These settings cannot be traded: ", "These options cannot be used: ",
)  # fmt: skip
SIGNS = {"works": "yes", "refused": "", "none": "-", "fault": "**FAULT**", "untried": ""}

_HEAD = """\
# Whatever Freqtrade accepts

Each row is something a trader may write, each column a command: stock Freqtrade and `auriga`, on small
made-up markets with that trouble, against the offline exchange. `live` drives the real bot side candle by
candle and compares its record with the backtest path (`auriga parity`): `yes` there means that both predicted
the same of every candle. `backtest` also means that the models were trained on exactly the pairs that
Freqtrade backtested. A number stands for a refusal: one sentence, at start, without a traceback. A dash:
there is nothing to ask, such as a report of a backtest that was refused, a bot with an option of backtesting
alone, or a command that reads nothing of the option. An empty cell was not tried.

The table is written by `make options` (about an hour; `python -m tests.options --only TEXT` tries a part,
`--columns` some commands). `tests/options` tries some of every group in each test run and holds them
against this page.

{count}
"""


def write_page(found: Mapping[str, Mapping[str, Mapping[str, str]]]) -> None:
    """Write the page from the cells of every option that was tried."""
    PAGE.write_text(page(found))


def page(found: Mapping[str, Mapping[str, Mapping[str, str]]]) -> str:
    """Text of the page."""
    states = Counter(
        cells.get(name, {"state": "untried"})["state"] for cells in found.values() for name in COMMANDS
    )
    count = (
        f"**{len(found)} options x {len(COMMANDS)} commands: {states['works']} cells work, "
        f"{states['refused']} are refused in one sentence, {states['none']} have nothing to ask, "
        f"{states['fault']} are wrong; {states['untried']} were not tried (`--columns`).**"
    )
    words: dict[str, int] = {}
    groups = list(dict.fromkeys(option.group for option in OPTIONS))
    parts = [_HEAD.format(count=count)]
    parts += ["\n".join(_group(group, found, words)) for group in groups]
    listed = "\n".join(f"{number}. {text}" for text, number in words.items())
    return "\n".join([*parts, "## Refusals", "", listed, ""])


def _group(group: str, found: Mapping[str, Any], words: dict[str, int]) -> Iterator[str]:
    yield f"## {group[0].upper()}{group[1:]}"
    yield ""
    yield f"| {group} | {' | '.join(COMMANDS)} |"
    yield "|---" * (len(COMMANDS) + 1) + "|"
    for option in OPTIONS:
        if option.group == group and option.key in found:
            cells = [_cell(found[option.key].get(name), words) for name in COMMANDS]
            yield f"| {option.name} | {' | '.join(cells)} |"
    yield ""


def _cell(cell: Mapping[str, str] | None, words: dict[str, int]) -> str:
    if cell is None:
        return SIGNS["untried"]
    if cell["state"] != "refused":
        return SIGNS[cell["state"]]
    return str(words.setdefault(told(cell["words"]), len(words) + 1))


def told(words: str) -> str:
    """A refusal without what stands before the sentence in some commands."""
    for opening in _OPENINGS:
        words = words.removeprefix(opening)
    return words.replace("<", "&lt;")
