"""The table in docs/regimes.md is the one that the code gives."""

import importlib.util

from auriga.regimes import RULES


def test_table_is_up_to_date(root) -> None:
    spec = importlib.util.spec_from_file_location("regimes_table", root / "docs" / "tables" / "regimes.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    page = (root / "docs" / "regimes.md").read_text()
    assert module.with_table(page) == page, "run: python docs/tables/regimes.py"
    rows = [line.split("|")[1].strip(" `") for line in module.table().splitlines()[2:]]
    assert rows == ["rules", *RULES, "jump", "hmm"]


def test_pictures_of_the_page_are_small(root) -> None:
    pictures = sorted((root / "docs" / "pictures").glob("regimes-*.png"))
    page = (root / "docs" / "regimes.md").read_text()
    assert len(pictures) == 3
    for picture in pictures:
        assert f"pictures/{picture.name}" in page
        assert picture.stat().st_size < 150_000
