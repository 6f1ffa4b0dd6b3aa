"""Rooms of `host` through their faces, and the old names that copied strategies import."""

import importlib
import json
import re
import warnings
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from freqtrade.exceptions import OperationalException
from freqtrade.resolvers import StrategyResolver
from freqtrade.resolvers.freqaimodel_resolver import FreqaiModelResolver
from tests.support.freqai_runs import SMALL, deep_merge

import auriga.host

ROOMS = sorted(
    path.name for path in Path(auriga.host.__file__).parent.iterdir() if (path / "__init__.py").is_file()
)


@pytest.mark.parametrize("room", ROOMS)
def test_a_face_names_what_it_has_and_says_what_the_room_is(room: str) -> None:
    face = importlib.import_module(f"auriga.host.{room}")
    assert face.__doc__
    assert len(face.__all__) == len({*face.__all__}) > 0
    assert all(getattr(face, name) is not None for name in face.__all__)


def test_files_that_were_copied_before_the_rooms_are_loaded(root, tmp_path) -> None:
    """A user's copy of strategy and model imports everything from `auriga.host`."""
    for folder in ("strategies", "freqaimodels"):
        (tmp_path / folder).mkdir()
        for file in (root / folder).glob("*.py"):
            old = re.sub(r"from auriga\.host\.\w+ import", "from auriga.host import", file.read_text())
            (tmp_path / folder / file.name).write_text(old)
    assert "from auriga.host import" in (tmp_path / "strategies" / "RegimeStrategy.py").read_text()
    config = deep_merge(json.loads((root / "config.json").read_text()), SMALL) | {
        "strategy_path": str(tmp_path / "strategies"),
        "freqaimodel_path": str(tmp_path / "freqaimodels"),
        "user_data_dir": tmp_path,
    }
    asked = [("strategy", "RegimeStrategy")]
    asked += [("freqaimodel", file.stem) for file in sorted((tmp_path / "freqaimodels").glob("Regime*.py"))]
    load: dict[str, Callable[..., object]] = {
        "strategy": StrategyResolver.load_strategy,
        "freqaimodel": FreqaiModelResolver.load_freqaimodel,
    }
    assert len(asked) > 3
    for kind, name in asked:
        with warnings.catch_warnings(record=True) as told:
            warnings.simplefilter("always")
            with suppress(OperationalException):  # parameters of another estimator, once it is imported
                load[kind](config | {kind: name})
        said = [str(each.message) for each in told if each.category is DeprecationWarning]
        assert any(re.match(r"auriga\.host\.(\w+) is auriga\.host\.\w+\.\1 now", text) for text in said), name


def test_a_name_that_never_was_is_no_name() -> None:
    with pytest.raises(AttributeError, match="no attribute 'Regimestrategy'"):
        _ = auriga.host.Regimestrategy
