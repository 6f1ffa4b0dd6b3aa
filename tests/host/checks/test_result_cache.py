"""Freqtrade shows a result of before again only where nothing that made it has changed."""

import os
import shutil
import sys
from typing import Any

import pytest
from freqtrade.enums import RunMode
from freqtrade.optimize.backtest_caching import get_strategy_run_id
from freqtrade.resolvers import StrategyResolver
from tests.host.seals.test_user_code import MODEL, configuration
from tests.support.freqai_runs import SMALL

from auriga.host.checks import _result_cache
from auriga.host.checks._result_cache import INPUTS


@pytest.fixture
def key(root, tmp_path, datadir):
    """Freqtrade's key of a backtest of a user's own files and candles."""
    own, data = tmp_path / "user", tmp_path / "data"
    for name in ("strategies", "freqaimodels"):
        shutil.copytree(root / name, own / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(datadir, data)

    def of(mode: RunMode = RunMode.BACKTEST, *, named: bool = True) -> str:
        config = configuration(root, own) | {
            "runmode": mode,
            "datadir": data,
            "timerange": "20240219-20240304",
        }
        if not named:  # Freqtrade looks into the user directory then
            del config["strategy_path"], config["freqaimodel_path"]
        return get_strategy_run_id(StrategyResolver.load_strategy(config))

    key: Any = of
    key.own, key.data = own, data
    return key


def test_the_same_files_have_the_same_key(key) -> None:
    assert key() == key()


@pytest.mark.parametrize("named", [True, False])
@pytest.mark.parametrize("name", [f"freqaimodels/{MODEL}.py", "strategies/helper.py"])
def test_other_code_has_another_key(key, name, named) -> None:
    before = key(named=named)
    with (key.own / name).open("a") as file:
        file.write("\nplanted = 1\n")
    assert key(named=named) != before


def test_other_candles_have_another_key(key) -> None:
    before = key()
    file = key.data / "BTC_USDT-5m.feather"
    seen = file.stat()
    os.utime(file, (seen.st_atime, seen.st_mtime + 1))
    assert key() != before


def test_a_link_that_leads_nowhere_ends_nothing(key) -> None:
    (key.data / "BTC_USDT-1m.feather").symlink_to(key.data / "gone.feather")
    (key.own / "strategies" / "old.py").symlink_to(key.own / "gone.py")
    assert key() == key()


def test_other_helpers_elsewhere_have_another_key(key, tmp_path, monkeypatch) -> None:
    helper = tmp_path / "own_elsewhere.py"
    helper.write_text("size = 1\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    file = key.own / "strategies" / "RegimeStrategy.py"
    file.write_text(
        file.read_text().replace("import pandas as pd\n", "import own_elsewhere\nimport pandas as pd\n")
    )
    before = key()
    helper.write_text("size = 2\n")
    assert key() != before
    del sys.modules["own_elsewhere"]


def test_other_frozen_models_in_the_same_place_have_another_key(key, monkeypatch) -> None:
    monkeypatch.setitem(SMALL["regime"], "frozen_models", "frozen/first")
    manifest = key.own / "frozen" / "first" / "manifest.json"
    manifest.parent.mkdir(parents=True)
    manifest.write_text("{}")
    before = key()
    manifest.write_text('{"other": 1}')
    assert key() != before


def test_other_packages_have_another_key(key, monkeypatch) -> None:
    before = key()
    monkeypatch.setattr(_result_cache, "version", lambda name: "0.0.1")
    assert key() != before


def test_other_modes_are_left_alone(root, key) -> None:
    config = configuration(root, key.own) | {"runmode": RunMode.HYPEROPT, "datadir": key.data}
    StrategyResolver.load_strategy(config)
    assert INPUTS not in config
