"""The catalogue table of docs/regimes.md has every rule and detector, and its pictures are small."""

import importlib.util

from auriga.regimes import RULES


def test_every_rule_and_detector_has_a_row(root) -> None:
    spec = importlib.util.spec_from_file_location("regimes_table", root / "docs" / "tables" / "regimes.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    rows = [line.split("|")[1].strip(" `") for line in module.table().splitlines()[2:]]
    assert rows == ["rules", *RULES, "jump", "hmm"]


def test_pictures_of_the_page_are_small(root) -> None:
    pictures = sorted((root / "docs" / "pictures").glob("regimes-*.png"))
    page = (root / "docs" / "regimes.md").read_text()
    assert len(pictures) == 3
    for picture in pictures:
        assert f"pictures/{picture.name}" in page
        assert picture.stat().st_size < 150_000
