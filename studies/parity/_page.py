"""studies/PARITY.md, from the stored figures alone."""

import json
from importlib.metadata import version
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
FIGURES, PAGE = Path(__file__).parent / "parity.json", ROOT / "studies" / "PARITY.md"

_HEAD = (Path(__file__).parent / "page.md").read_text()
_PLANTED = """
Changed in a copy: {what}, at {date}. Exit code {code}.

```text
{text}```
"""


def write_page(figures: dict[str, Any]) -> None:
    """Keep the figures and write the page."""
    FIGURES.write_text(json.dumps(figures, indent=1) + "\n")
    told = figures | figures["compared"] | {"freqtrade": version("freqtrade")}
    parts = [_HEAD.format(**told), *(_PLANTED.format(**each) for each in figures["planted"])]
    PAGE.write_text("".join(parts))
