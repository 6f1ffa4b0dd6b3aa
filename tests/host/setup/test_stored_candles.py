"""Which pairs, timeframes and formats a folder holds: of the market and the format that Freqtrade reads."""

from typing import Any

import pandas as pd
import pytest
from freqtrade.data.history import get_datahandler
from freqtrade.enums import CandleType

from auriga.errors import HostError
from auriga.host.results import read_candles, read_slow_candles
from auriga.host.setup import listed_pairs
from auriga.host.setup._stored_candles import candle_format, stored_pairs, stored_timeframes


@pytest.fixture
def store(tmp_path, make_walk):
    """Store candles by Freqtrade's own handlers."""

    def write(pair: str, timeframe: str = "5m", form: str = "feather", kind=CandleType.SPOT) -> pd.DataFrame:
        candles = make_walk(300, timeframe, seed=1)
        (tmp_path / "futures").mkdir(exist_ok=True)
        get_datahandler(tmp_path, form).ohlcv_store(pair, timeframe, candles, kind)
        return candles

    return write


def config(folder, *names: str, **more) -> dict[str, Any]:
    return {"datadir": folder, "stake_currency": "USDT", "exchange": {"pair_whitelist": list(names)}, **more}


def test_a_pattern_stands_for_pairs_that_freqtrade_reads_candles_of(store, tmp_path) -> None:
    store("BTC/USDT")
    store("ETH/USDT", form="parquet")
    store("SOL/USDT", form="jsongz")
    for form, pair in ((None, "BTC/USDT"), ("parquet", "ETH/USDT"), ("jsongz", "SOL/USDT")):
        assert listed_pairs(config(tmp_path, ".*/USDT", dataformat_ohlcv=form)) == [pair]
    with pytest.raises(HostError, match="no pair with candles"):
        listed_pairs(config(tmp_path, ".*/USDT", dataformat_ohlcv="json"))


def test_a_pattern_stands_for_contracts_with_candles_of_their_own(store, tmp_path) -> None:
    store("BTC/USDT")
    store("ETH/USDT:USDT", kind=CandleType.FUTURES)
    store("SOL/USDT:USDT", kind=CandleType.MARK)
    told = config(tmp_path, ".*/USDT:USDT", trading_mode="futures")
    assert listed_pairs(told) == ["ETH/USDT:USDT"]
    assert stored_pairs(tmp_path, {"trading_mode": "spot"}) == ["BTC/USDT"]


def test_candles_of_a_contract_are_not_those_of_its_coin(store, tmp_path) -> None:
    store("BTC/USDT", "5m")
    store("BTC/USDT:USDT", "1h", kind=CandleType.FUTURES)
    assert stored_timeframes(tmp_path, "BTC/USDT") == ["5m"]
    assert stored_timeframes(tmp_path, "BTC/USDT:USDT") == ["1h"]
    assert len(read_candles(tmp_path, "BTC/USDT:USDT", "1h")) == 300


def test_a_pair_whose_name_begins_alike_is_another_one(store, tmp_path) -> None:
    store("BTC/USD", "5m")
    store("BTC/USDT", "1h")
    assert stored_timeframes(tmp_path, "BTC/USD") == ["5m"]
    assert read_slow_candles(tmp_path, "BTC/USD", "4h")[1] == "5m"


def test_the_format_is_the_one_that_was_told_or_else_the_one_that_is_there(store, tmp_path) -> None:
    store("BTC/USDT", form="json")
    assert candle_format(tmp_path, "BTC/USDT", "5m", "parquet") == "json"
    assert candle_format(tmp_path, "BTC/USDT", "5m") == "json"
    store("BTC/USDT", form="parquet")
    store("BTC/USDT", form="feather")
    assert candle_format(tmp_path, "BTC/USDT", "5m", "parquet") == "parquet"
    assert candle_format(tmp_path, "BTC/USDT", "5m") == "feather"
    assert candle_format(tmp_path, "NEW/USDT", "5m", "json") == "json"
