"""The catalogue pages are what the code says today."""

import json
import re

import pytest
from docs.generate import NAMES, pages, with_table
from docs.tables.features import table

from auriga.features import DEFAULT_GROUPS, FEATURE_GROUPS, FEATURE_PARTS


def test_committed_pages_are_up_to_date() -> None:
    found = pages()
    assert {page.stem for page in found} <= set(NAMES)
    assert "features" in {page.stem for page in found}
    for page, text in found.items():
        assert page.read_text() == text, f"{page.name} is out of date: make tables"


def test_every_feature_has_one_row_with_its_meaning_and_default() -> None:
    sections = re.split(r"^### ", table(), flags=re.MULTILINE)[1:]
    assert [section.split("`")[1] for section in sections] == list(FEATURE_GROUPS)
    for group, section in zip(FEATURE_GROUPS, sections, strict=True):
        assert ("on by default" in section.splitlines()[0]) == (group in DEFAULT_GROUPS)
        rows = [line for line in section.splitlines() if line.startswith("| `")]
        names = [name for part in FEATURE_PARTS if part.group == group for name in part.features]
        assert [row.split("`")[1] for row in rows] == names
        columns = {len(re.findall(r"(?<!\\)\|", row)) for row in rows}
        assert columns == {7}, f"{group} has rows of another width"


def test_costs_come_from_the_committed_file(root) -> None:
    costs = json.loads((root / "benchmarks" / "costs.json").read_text())["features"]
    (row,) = [line for line in table().splitlines() if line.startswith("| `momentum_rsi` ")]
    expected = costs["momentum, each period"]
    assert float(row.split("|")[-2]) == pytest.approx(expected, rel=0.05)


def test_a_table_takes_the_place_of_the_last_one_and_of_nothing_else() -> None:
    page = "before <!-- table: x -->\nold\n<!-- end of table -->\nafter"
    once = with_table(page, "x", "| new |")
    assert once == "before <!-- table: x -->\n\n| new |\n\n<!-- end of table -->\nafter"
    assert with_table(once, "x", "| new |") == once
    with pytest.raises(ValueError, match=r"docs/y\.md lacks"):
        with_table(page, "y", "")
