"""Which pairs a run is about: patterns, other letters, blacklisted names; options that are refused."""

import shutil
import sys
from typing import Any

import pandas as pd
import pytest
from freqtrade.enums import RunMode
from freqtrade.exceptions import OperationalException
from freqtrade.resolvers.freqaimodel_resolver import FreqaiModelResolver
from tests.support.every_prediction import EVERY_PREDICTION
from tests.support.freqai_runs import write_candles
from tests.support.stand_in import StandIn
from tests.support.stock import LiveRun, quiet_dry_run

from auriga.errors import HostError
from auriga.host.setup import listed_pairs
from auriga.host.setup._option_checks import require_closed_timerange
from auriga.host.setup._pair_lists import exchange_pairs, traded_pairs_of, write_out_pairs

PAIRS = ["BTC/USDT", "ETH/USDT", "SOL/USDT"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory, make_walk):
    folder = tmp_path_factory.mktemp("data")
    for pair in (*PAIRS, "ETH/EUR"):
        write_candles(folder, pair, make_walk(600, "5m", seed=1))
    return folder


def config(folder, *names, **exchange) -> dict[str, Any]:
    return {
        "datadir": folder,
        "stake_currency": "USDT",
        "exchange": {"pair_whitelist": list(names), **exchange},
    }


class Provider(StandIn):
    """A data provider with the pairs that Freqtrade's pairlists came to; without pairlists it raises."""

    def __init__(self, *pairs: str) -> None:
        self._pairs = list(pairs)

    def current_whitelist(self) -> list[str]:
        if not self._pairs:
            raise OperationalException("Dataprovider was not initialized with a pairlist provider.")
        return self._pairs


@pytest.mark.parametrize(
    ("names", "blacklist", "expected"),
    [
        ([".*/USDT"], [], PAIRS),
        (["(BTC|SOL)/USDT"], [], ["BTC/USDT", "SOL/USDT"]),
        (["SOL/USDT", "B.*/USDT"], [], ["SOL/USDT", "BTC/USDT"]),
        ([".*"], ["SOL/.*"], ["BTC/USDT", "ETH/USDT"]),
        (["eth/usdt"], [], ["ETH/USDT"]),
        (["NEW/USDT", "BTC/USDT", "BTC/USDT"], [], ["NEW/USDT", "BTC/USDT"]),
        (["ETH/EUR", "BTC/USDT"], ["BTC/USDT"], ["ETH/EUR"]),
    ],
)
def test_patterns_stand_for_the_pairs_with_candles(folder, names, blacklist, expected) -> None:
    assert listed_pairs(config(folder, *names, pair_blacklist=blacklist)) == expected


@pytest.mark.parametrize(
    ("names", "message"),
    [
        (["X.*/USDT"], "no pair with candles in .* fits it"),
        (["*/USDT"], "no regular expression: .* write .*"),
    ],
)
def test_list_that_fits_nothing_is_refused(folder, names, message) -> None:
    with pytest.raises(HostError, match=message):
        listed_pairs(config(folder, *names))


def test_pairs_of_an_exchange() -> None:
    markets = [*PAIRS, "BTC/EUR"]
    told = {"exchange": {"pair_whitelist": ["(BTC|ETH)/.*", "BTC/USDT"], "pair_blacklist": [".*/EUR"]}}
    assert exchange_pairs(told, markets) == ["BTC/USDT", "ETH/USDT"]
    assert exchange_pairs({"exchange": {}}, markets) == []


def test_freqtrades_own_list_goes_before_the_configuration(folder) -> None:
    told = config(folder, ".*/USDT")
    assert traded_pairs_of(Provider("SOL/USDT", "BTC/USDT", "SOL/USDT"), told) == ["SOL/USDT", "BTC/USDT"]
    assert traded_pairs_of(Provider(), told) == PAIRS


def test_pattern_is_written_out_once_and_held_back_names_stay(folder) -> None:
    told = config(folder, "S.*/USDT", "btc/usdt", "HELD/USDT")
    assert write_out_pairs(told, Provider(*PAIRS))
    assert told["exchange"]["pair_whitelist"] == ["HELD/USDT", *PAIRS]
    assert not write_out_pairs(told, Provider("BTC/USDT"))
    assert told["exchange"]["pair_whitelist"] == ["HELD/USDT", *PAIRS]


def test_backtest_trains_on_freqtrades_pairs(freqai_run, caplog) -> None:
    """A name that Freqtrade drops is not trained on, though its candles are there."""
    run = freqai_run()
    run.strategy.dp.add_pairlisthandler(type("Lists", (), {"whitelist": ["BTC/USDT"]})())
    assert run.strategy.freqai.new_run(run.strategy).pairs == ["BTC/USDT"]


@quiet_dry_run
def test_bot_trains_the_pairs_of_a_pattern(freqai_run, monkeypatch) -> None:
    live = LiveRun(freqai_run(exchange={"pair_whitelist": [".*/USDT"]}), monkeypatch)
    assert list(live.freqai.train_queue) == [".*/USDT"]
    monkeypatch.setattr(live, "current_whitelist", lambda: PAIRS[:2])
    live.train("ETH/USDT")
    assert sorted(live.freqai.train_queue) == PAIRS[:2]
    assert sorted(live.freqai.dd.historic_data) == PAIRS[:2]
    live.indicators("ETH/USDT")
    live.advance()
    assert live.indicators("ETH/USDT")["do_predict"].iloc[-1] == 1


@quiet_dry_run
def test_pair_that_a_filter_lets_in_again_is_trained_again(freqai_run, monkeypatch) -> None:
    live = LiveRun(freqai_run(), monkeypatch)
    live.freqai.train_queue.remove("ETH/USDT")  # what FreqAI does while a filter holds the pair back
    live.indicators("ETH/USDT")
    assert "ETH/USDT" in live.freqai.train_queue


@pytest.mark.parametrize(
    ("overlay", "message"),
    [
        ({"pairlists": [{"method": "VolumePairList"}]}, r"begins with 'VolumePairList'.*StaticPairList"),
        (
            {"pairlists": [{"method": "VolumePairList"}, {"method": "StaticPairList"}]},
            r"begins with 'VolumePairList'.*StaticPairList",
        ),
        (
            {"position_stacking": True, "timeframe": "1d"},
            r"(?s)timeframe is 1d, slower than.*position_stacking is true",
        ),
        ({"position_stacking": True}, r"position_stacking is true.*leave it out"),
        ({"timeframe": "1M"}, r"timeframe has 1M, whose candles differ in length: use 1m to 1w"),
        (
            {"freqai": {"feature_parameters": {"include_timeframes": ["5m", "1M"]}}},
            r"include_timeframes has 1M, whose candles differ in length",
        ),
        ({"process_only_new_candles": False}, r"process_only_new_candles is false.*take the key out"),
        ({"timeframe": "1d"}, r"timeframe is 1d, slower than regime\.timeframe 4h"),
        (
            {"strategy_list": ["A"], "fee": 0.001, "regime": {"expert_train_period_days": 90}},
            r"expert_train_period_days is 90, but with --strategy-list.*candles of 14 days",
        ),
    ],
)  # fmt: skip
def test_option_that_cannot_be_served_is_refused_at_start(freqai_run, overlay, message) -> None:
    with pytest.raises(OperationalException, match=message):
        freqai_run(**overlay)


def test_options_are_refused_by_the_model_whatever_the_strategy_is(freqai_run) -> None:
    config = freqai_run().config | {"position_stacking": True, "timeframe": "1d"}
    with pytest.raises(OperationalException, match=r"(?s)timeframe is 1d, slower.*position_stacking is true"):
        FreqaiModelResolver.load_freqaimodel(config)


@pytest.mark.parametrize(
    "overlay",
    [
        {"pairlists": [{"method": "StaticPairList"}, {"method": "SpreadFilter"}]},
        {"timeframe": "4h", "freqai": {"feature_parameters": {"include_timeframes": ["4h", "1d"]}}},
    ],
    ids=["a filter behind the list", "trades on the timeframe of its regime"],
)
def test_option_that_can_be_served_is_not_refused(freqai_run, overlay) -> None:
    assert freqai_run(**overlay).strategy.freqai


def test_a_bot_may_have_an_open_timerange_left_in_its_configuration(freqai_run) -> None:
    run = freqai_run()
    require_closed_timerange(run.config | {"timerange": "20240219-", "runmode": RunMode.DRY_RUN})


def test_candles_of_any_format_are_read(folder, tmp_path) -> None:
    from freqtrade.data.history import get_datahandler
    from freqtrade.enums import CandleType

    from auriga.host.results import read_candles, read_slow_candles

    candles = read_candles(folder, "BTC/USDT", "5m")
    for name in ("parquet", "json", "jsongz"):
        there = tmp_path / name
        there.mkdir()
        get_datahandler(there, name).ohlcv_store("BTC/USDT", "5m", candles, CandleType.SPOT)
        pd.testing.assert_frame_equal(read_candles(there, "BTC/USDT", "5m"), candles)
        assert len(read_slow_candles(there, "BTC/USDT", "4h")[0]) == 12
        both = get_datahandler(there, "feather")
        both.ohlcv_store("BTC/USDT", "5m", candles.head(7), CandleType.SPOT)
        assert len(read_candles(there, "BTC/USDT", "5m")) == 7  # as Freqtrade without the option
        assert len(read_candles(there, "BTC/USDT", "5m", name)) == len(candles)


def test_strategy_that_predicts_open_candles_is_refused_in_a_backtest_too(freqai_run) -> None:
    run = freqai_run()
    run.strategy.process_only_new_candles = False
    with pytest.raises(OperationalException, match=r"process_only_new_candles is false.*in the strategy"):
        run.indicators("BTC/USDT")


@pytest.mark.parametrize("timerange", ["-20240304", "20240219-"])
def test_open_timerange_is_refused_before_any_window(freqai_run, timerange) -> None:
    run = freqai_run()
    candles = run.candles("BTC/USDT")
    run.config["timerange"] = timerange
    with pytest.raises(OperationalException, match=rf"--timerange {timerange} is open.*write both"):
        run.indicators("BTC/USDT", candles)


ADJUSTS = """from auriga.host.guard import guarded_adjustment
from {module} import RegimeStrategy


class Averaging(RegimeStrategy):
    position_adjustment_enable = {enabled}

    {decorated}def adjust_trade_position(self, trade, current_time, *given, **more):
        return 10.0
"""


@pytest.fixture
def averaging(root, tmp_path, monkeypatch, freqai_run):
    """A strategy of the user's own, in a file beside the shipped one, that enlarges its trades."""

    def make(*, guarded: bool, enabled: bool = True, **overlay):
        own = tmp_path / "strategies"
        own.mkdir()
        shutil.copy(root / "strategies" / "RegimeStrategy.py", own / "shipped_strategy.py")
        decorated = "@guarded_adjustment\n    " if guarded else ""
        source = ADJUSTS.format(module="shipped_strategy", enabled=enabled, decorated=decorated)
        (own / "Averaging.py").write_text(source)
        monkeypatch.syspath_prepend(own)
        return freqai_run(strategy="Averaging", strategy_path=str(own), **overlay)

    yield make
    sys.modules.pop("shipped_strategy", None)


@pytest.mark.parametrize(
    ("enabled", "overlay"),
    [
        (True, {}),
        (False, {}),  # stakes are trimmed
        (True, {"regime": EVERY_PREDICTION}),
        (False, {"regime": EVERY_PREDICTION, "position_adjustment_enable": True}),
    ],
)
def test_position_adjustment_of_ones_own_that_asks_nobody_is_refused(averaging, enabled, overlay) -> None:
    with pytest.raises(OperationalException, match=r"position_adjustment_enable is true.*set it to false"):
        averaging(guarded=False, enabled=enabled, **overlay)


def test_position_adjustment_of_ones_own_may_be_turned_off(averaging) -> None:
    run = averaging(guarded=False, position_adjustment_enable=False)
    assert not run.strategy.position_adjustment_enable


@pytest.mark.parametrize("block", [{}, EVERY_PREDICTION], ids=["stakes are trimmed", "nothing is trimmed"])
def test_position_adjustment_that_asks_the_guard_is_no_complaint(averaging, block) -> None:
    """As docs/guard.md tells, in a user's own file."""
    run = averaging(guarded=True, regime=block)
    assert run.strategy.position_adjustment_enable
    assert run.strategy.adjust_trade_position.asks_guard


@pytest.mark.parametrize(
    ("overlay", "adjusts"),
    [
        ({}, True),
        ({"position_adjustment_enable": True}, True),
        ({"regime": {"stake": {"trim": False}}}, False),
        ({"regime": EVERY_PREDICTION}, False),
    ],
)
def test_the_shipped_strategy_adjusts_positions_where_it_trims_them(freqai_run, overlay, adjusts) -> None:
    strategy = freqai_run(**overlay).strategy
    assert strategy.position_adjustment_enable == adjusts
    assert strategy.adjust_trade_position.asks_guard
