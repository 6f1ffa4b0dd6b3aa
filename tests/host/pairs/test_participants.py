"""Hooks that raise for one pair, or for all of them: who goes on, and what the others are given."""

import shutil
from typing import Any

import numpy as np
import pytest
from freqtrade.exceptions import OperationalException

from auriga.columns import DO_PREDICT

BTC, ETH, SOL = PAIRS = ("BTC/USDT", "ETH/USDT", "SOL/USDT")


@pytest.fixture
def run_of(freqai_run, datadir, tmp_path, monkeypatch):
    """A run of three pairs whose feature hook raises for some of them, and adds a plain column."""
    folder = tmp_path / "data"
    shutil.copytree(datadir, folder)
    for file in [*folder.glob("ETH_USDT-*.feather")]:
        shutil.copy(file, folder / file.name.replace("ETH", "SOL"))

    def make(*failing: str, error: Exception | None = None, **overlay):
        lists: dict[str, Any] = {"exchange": {"pair_whitelist": list(PAIRS)}}
        lists["freqai"] = {"feature_parameters": {"include_corr_pairlist": []}}
        run = freqai_run(data=folder, **lists, **overlay)
        original = type(run.strategy).feature_engineering_standard

        def planted(self, dataframe, metadata, **kwargs):
            if metadata["pair"] in failing:
                raise error or ZeroDivisionError("planted")
            return original(self, dataframe, metadata, **kwargs).assign(mine=1.5)

        monkeypatch.setattr(type(run.strategy), "feature_engineering_standard", planted)
        return run

    return make


def test_two_broken_pairs_end_nothing_for_the_third(run_of, caplog) -> None:
    run = run_of(ETH, SOL)
    assert (run.backtest_rows(run.indicators(BTC))[DO_PREDICT] == 1).all()
    for pair in (ETH, SOL):
        rows = run.backtest_rows(run.indicators(pair))
        assert (rows[DO_PREDICT] == 0).all()
        words = (
            f"{pair}: left out, its rows get do_predict 0: ZeroDivisionError: planted (test_participants.py"
        )
        assert caplog.text.count(words) == 1


def test_a_pair_that_is_left_out_has_the_strategys_own_columns_without_values(run_of) -> None:
    run = run_of(ETH)
    told, left_out = (run.backtest_rows(run.indicators(pair)) for pair in (BTC, ETH))
    assert (told["mine"] == 1.5).all()
    assert left_out["mine"].isna().all() and set(told) == set(left_out)


def test_a_broken_pair_that_is_asked_first_is_answered_while_the_next_one_is_broken_too(run_of) -> None:
    run = run_of(BTC, ETH)
    for pair, usable in ((BTC, 0), (ETH, 0), (SOL, 1)):
        rows = run.backtest_rows(run.indicators(pair))
        assert (rows[DO_PREDICT] == usable).all() and "mine" in rows


@pytest.mark.parametrize("scheme", ["warm_start", "hard"])
def test_where_every_pair_is_broken_the_run_is_refused(run_of, scheme) -> None:
    run = run_of(*PAIRS, regime={"scheme": scheme})
    with pytest.raises(OperationalException, match=r"(?s)BTC/USDT: ZeroDivision.*SOL/USDT: ZeroDivision"):
        for pair in PAIRS:
            run.indicators(pair)


def test_what_a_hook_refuses_is_no_fault_of_a_pair(run_of) -> None:
    with pytest.raises(OperationalException, match=r"^of the settings$"):
        run_of(ETH, error=OperationalException("of the settings")).indicators(ETH)


def test_with_models_of_their_own_a_broken_pair_is_asked_once(run_of) -> None:
    run = run_of(ETH, regime={"scheme": "hard"})
    assert (run.indicators(ETH)[DO_PREDICT] == 0).all()
    assert run.strategy.freqai._run.participants.learning == [BTC, SOL]
    rows = run.backtest_rows(run.indicators(SOL))
    np.testing.assert_array_equal(rows[DO_PREDICT], 1)
