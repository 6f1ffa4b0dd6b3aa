"""Regimes of a result: in force when each slow candle was formed, by the settings of the run."""

from typing import Any

import numpy as np
import pandas as pd
from tests.support.made_results import CONFIG, START, made_result, read

from auriga.host.evidence import read_pair_regimes, regime_evidence
from auriga.typing import Regime

PAIRS = ("BTC/USDT", "ETH/USDT")


def test_regimes_of_the_period_in_force(datadir, tmp_path) -> None:
    result = read(made_result(tmp_path, [], days=30, pairs=PAIRS))
    told = regime_evidence(result, datadir)
    study = read_pair_regimes(datadir, "BTC/USDT", result.settings, ["rules"])
    known = study.views["rules"].set_index("date")["regime"]
    timeline = told.timelines["BTC/USDT"]
    assert timeline["date"].iloc[0] == START and len(timeline) == 30 * 6
    before = known[timeline["date"] - pd.Timedelta(hours=4)]
    assert timeline["regime"].tolist() == before.tolist(), "what was known when the candle began"
    own = told.statistics[told.statistics["pair"] == "BTC/USDT"].set_index("regime")
    for regime in Regime.known():
        share = np.mean(timeline["regime"] == regime)
        assert own.loc[regime.label, "share_frac"] == share
    growth: Any = (1 + own["return_frac"].fillna(0)).prod()
    first = study.candles.set_index("date")["close"][START - pd.Timedelta(hours=4)]
    last: Any = timeline["close"].iloc[-1]
    assert np.isclose(growth, last / first), "all moves belong to one of the regimes"
    switches = int((timeline["regime"].diff().fillna(0) != 0).sum())
    assert told.transitions["BTC/USDT"].to_numpy().sum() == switches > 0
    assert np.diag(told.transitions["BTC/USDT"]).tolist() == [0, 0, 0]
    assert told.told_by == {"BTC/USDT": "BTC/USDT", "ETH/USDT": "ETH/USDT"} and not told.notes


def test_the_reference_pair_tells_all(datadir, tmp_path) -> None:
    block = CONFIG["regime"] | {"reference_pair": "BTC/USDT"}
    told = regime_evidence(read(made_result(tmp_path, [], days=30, pairs=PAIRS, regime=block)), datadir)
    assert set(told.told_by.values()) == {"BTC/USDT"}
    same = [timeline["regime"].tolist() for timeline in told.timelines.values()]
    assert same[0] == same[1]


def test_pairs_without_candles_are_named(datadir, tmp_path) -> None:
    told = regime_evidence(read(made_result(tmp_path, [], pairs=["SOL/USDT"], regime=None)), datadir)
    assert told.statistics.empty and not told.timelines
    assert "these are the defaults" in told.notes[0]
    assert told.notes[1].startswith("No regimes of SOL/USDT: no")
