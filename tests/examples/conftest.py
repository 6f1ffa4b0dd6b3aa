"""Where somebody has copied the examples to: `strategies/` beside ours, small candles and settings."""

import importlib.util
import json
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pandas as pd
import pytest
from tests.support.freqai_runs import SMALL, deep_merge

from auriga.datasets import simulate_market
from auriga.testing import backtest
from rig import EVERY_PREDICTION, merged

TIMERANGE = "20240205-20240212"


def config_of(root: Path, **overlay: Any) -> dict[str, Any]:
    """`config.json` with small settings, under which every prediction is traded."""
    one_pair = {
        "freqai": {"feature_parameters": {"include_corr_pairlist": ["BTC/USDT"]}},
        "regime": EVERY_PREDICTION,
    }
    config = deep_merge(json.loads((root / "config.json").read_text()), SMALL)
    config = merged(merged(config, one_pair), overlay)
    return config | {"freqaimodel_path": str(root / "freqaimodels")} | overlay


@pytest.fixture(scope="session")
def candles() -> dict[str, pd.DataFrame]:
    """Six weeks of a simulated pair."""
    return {"BTC/USDT": simulate_market(42 * 288, market="easy", seed=0, start="2024-01-01").candles}


@pytest.fixture(scope="session")
def our_trades(root: Path, candles: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """What `RegimeStrategy` trades on them as it is."""
    given: dict[str, Any] = {"strategy_path": root / "strategies", "timerange": TIMERANGE}
    return backtest("RegimeStrategy", candles, config_of(root), **given)


@pytest.fixture
def strategies(root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder of strategies, which Python knows as it does when Freqtrade loads from it."""
    folder = tmp_path / "strategies"
    shutil.copytree(root / "strategies", folder, ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.syspath_prepend(str(folder))
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    before = set(sys.modules)
    yield folder
    for name in set(sys.modules) - before:
        if str(getattr(sys.modules[name], "__file__", "")).startswith(str(tmp_path)):
            del sys.modules[name]


def loaded(file: Path) -> ModuleType:
    """The module of a file that stands in no package."""
    spec = importlib.util.spec_from_file_location(file.stem, file)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[file.stem] = module
    spec.loader.exec_module(module)
    return module
