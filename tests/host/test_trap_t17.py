"""Trap T17: `run_params.json` names neither code, nor data, nor versions."""

import importlib.util
import json
import sys
from importlib.metadata import version

import pytest
from tests.host.stock import FREQAI, StockRun

from auriga.host._provenance import _strategy_code


def test_stock_run_params_hold_settings_alone(tmp_path, datadir) -> None:
    run = StockRun(tmp_path, datadir)
    run.indicators()
    params = json.loads((run.models / "run_params.json").read_text())
    assert set(params) == {
        "freqai", "timeframe", "stake_amount", "stake_currency", "max_open_trades", "pairs",
    }  # fmt: skip
    assert params["freqai"] == FREQAI


def test_ours_seals_name_code_candles_and_versions(freqai_run) -> None:
    run = freqai_run()
    run.indicators("BTC/USDT")
    models = run.strategy.freqai.full_path
    seals = [*models.glob("backtesting_predictions/*.json"), *models.glob("sub-train-*/*_seal.json")]
    assert len(seals) == 4
    for file in seals:
        seal = json.loads(file.read_text())
        facts = seal["facts"]
        assert facts["version.freqtrade"] == f'"{version("freqtrade")}"'
        assert {"code.auriga", "code.strategy", "model", "regime.scheme", "timeframe"} <= set(facts)
        assert len(seal["candles"]) == 32
        assert all(len(checksum) == 64 for checksum in seal["sha256"].values())


@pytest.mark.parametrize(
    ("changed", "same"),
    [
        ("long_threshold = DecimalParameter(0.5", True),
        ("add_entries(dataframe, self.settings.signals", True),
        ("add_features(dataframe, basic_features(dataframe", False),
        ("pair_inputs(dataframe, metadata", False),
    ],
)
def test_ours_code_counts_where_a_model_depends_on_it(root, tmp_path, changed, same) -> None:
    source = (root / "strategies" / "RegimeStrategy.py").read_text()
    assert source.count(changed) >= 1
    digests = []
    for number, text in enumerate((source, source.replace(changed, changed.replace("(", "(0 or ", 1)))):
        file = tmp_path / f"strategy_{number}.py"
        file.write_text(text)
        spec = importlib.util.spec_from_file_location(file.stem, file)
        module = importlib.util.module_from_spec(spec)
        sys.modules[file.stem] = module
        spec.loader.exec_module(module)
        digests.append(_strategy_code(module.RegimeStrategy))
    assert (digests[0] == digests[1]) == same
