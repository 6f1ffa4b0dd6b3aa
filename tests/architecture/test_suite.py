"""How the suite itself is arranged."""

from pathlib import Path

from tests.conftest import LONGEST


def test_files_that_come_first_exist(root: Path) -> None:
    assert [name for name in LONGEST if not (root / name).is_file()] == []
    assert len(set(LONGEST)) == len(LONGEST)


def test_workers_keep_the_order_of_files(root: Path) -> None:
    recipe = (root / "Makefile").read_text().split("\ntest:")[1].split("\n\n")[0]
    assert "--dist loadfile --no-loadscope-reorder" in recipe
