"""Trap T17: `run_params.json` names neither code, nor data, nor versions."""

import json
from importlib.metadata import version

from tests.support.stock import FREQAI, StockRun

from auriga.host.seals._own_code import own_code


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
    seals = [*run.place.glob("backtesting_predictions/*.json"), *run.place.glob("sub-train-*/*_seal.json")]
    assert len(seals) == 4
    for file in seals:
        seal = json.loads(file.read_text())
        facts = seal["facts"]
        assert facts["version.freqtrade"] == f'"{version("freqtrade")}"'
        assert facts["code.auriga"] == json.dumps(own_code())
        assert {"code.strategy.RegimeStrategy", "code.model.RegimeLightGBMClassifier"} <= set(facts)
        assert {"model", "regime.scheme", "timeframe"} <= set(facts)
        assert len(seal["history"]) == 32
        assert len(seal["candles"]) == 32
        assert all(len(checksum) == 64 for checksum in seal["sha256"].values())
