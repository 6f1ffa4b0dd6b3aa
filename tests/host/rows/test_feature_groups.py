"""Feature groups that read more than one pair's candles, in backtest and live, and what refuses them."""

from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from freqtrade.data.dataprovider import DataProvider
from freqtrade.data.history.datahandlers import get_datahandler
from freqtrade.enums import CandleType, RunMode, TradingMode
from freqtrade.exceptions import OperationalException
from tests.support.stock import LiveRun, quiet_dry_run

from auriga.columns import DIRECTION, REGIME
from auriga.host.rows import feature_warmup_candles, informative_sources, pair_inputs
from auriga.host.rows._market import Market
from auriga.host.rows._sources import futures_inputs, source_candles, traded_candles, with_public_trades
from auriga.host.seals._provenance import candle_digests, facts
from auriga.settings import FeatureSettings
from auriga.typing import Regime

GROUPS = ["trend", "calendar", "cross", "structure", "pattern"]
PAIRS = ("BTC/USDT", "ETH/USDT")


def test_backtest_with_leaders_structure_and_patterns(freqai_run) -> None:
    run = freqai_run(regime={"features": {"groups": GROUPS}})
    frames = {pair: run.backtest_rows(run.indicators(pair)) for pair in PAIRS}
    market = Market(
        run.strategy, run.config, run.strategy.settings, DIRECTION, run.strategy.dp.get_pair_dataframe
    )
    for frame in frames.values():
        known = frame[REGIME] != Regime.UNKNOWN
        assert known.sum() > 1000
        assert (frame.loc[known, "do_predict"] == 1).all()
    names = {pair: market.feature_names(pair) for pair in PAIRS}
    assert names["BTC/USDT"] == names["ETH/USDT"]  # one model reads every pair's rows
    for name in ("%-cross_beta_btc", "%-cross_strength_288_eth", "%-structure_waves_gen_own_1h"):
        assert name in names["BTC/USDT"]
    assert "%-pattern_bullish_gen_BTC/USDT_5m" in names["ETH/USDT"]
    own = pd.DataFrame(
        market.features("BTC/USDT").standard.values, columns=market.features("BTC/USDT").standard.names
    ).iloc[288:]
    assert own["%-cross_beta_btc"].eq(1).all()
    assert own["%-cross_correlation_btc"].eq(1).all()
    assert own["%-cross_strength_48_btc"].eq(0).all()
    assert own["%-cross_strength_48_eth"].std() > 0.5


def test_startup_covers_the_slowest_group(freqai_run) -> None:
    run = freqai_run()
    assert run.strategy.startup_candle_count == 240
    assert feature_warmup_candles(run.config, FeatureSettings().groups) == 100
    assert feature_warmup_candles(run.config, ["structure"]) == 14
    shifted = {"feature_parameters": {"indicator_periods_candles": [400], "include_shifted_candles": 2}}
    assert feature_warmup_candles({"freqai": shifted}, ["trend"]) == 801
    crossed = freqai_run("crossed", regime={"features": {"groups": GROUPS}})
    assert crossed.strategy.startup_candle_count == 288


@pytest.mark.parametrize(
    ("overlay", "groups", "words"),
    [
        ({"freqai": {"feature_parameters": {"include_corr_pairlist": []}}}, ["cross"], "name at least one"),
        ({}, ["trend", "funding"], "trading_mode is 'spot'.*--trading-mode futures"),
        ({}, ["orderflow"], "exchange.use_public_trades.*--dl-trades"),
    ],
)
def test_group_without_its_data_is_refused_before_any_candle_is_loaded(
    freqai_run, overlay, groups, words
) -> None:
    with pytest.raises(OperationalException, match=f"(?s){words}.*leave the group out"):
        freqai_run(regime={"features": {"groups": groups}}, **overlay)


def test_training_has_the_leaders_history_and_not_only_the_providers(freqai_run) -> None:
    """Live, the data provider has some 1000 candles and a model is trained on a year."""
    run = freqai_run(regime={"features": {"groups": ["cross"]}})
    long = {pair: run.candles(pair) for pair in PAIRS}
    provider = SimpleNamespace(get_pair_dataframe=lambda pair, timeframe: long[pair].tail(500))
    metadata = {"pair": "ETH/USDT", "candles": lambda pair, timeframe: long[pair]}
    inputs = pair_inputs(long["ETH/USDT"], metadata, provider, run.config, ["cross"])
    assert len(inputs.leaders["BTC/USDT"]) == len(long["BTC/USDT"])
    assert inputs.leaders["ETH/USDT"] is inputs.candles
    short = pair_inputs(long["ETH/USDT"], {"pair": "ETH/USDT"}, provider, run.config, ["cross"])
    assert len(short.leaders["BTC/USDT"]) == 500
    assert not pair_inputs(long["ETH/USDT"], metadata, provider, run.config, ["trend"]).leaders


@pytest.mark.filterwarnings(*quiet_dry_run.args)
def test_live_with_leaders(freqai_run, monkeypatch) -> None:
    run = LiveRun(freqai_run(regime={"features": {"groups": GROUPS}}), monkeypatch)
    run.train("ETH/USDT")
    run.indicators("ETH/USDT")
    run.advance()
    row = run.indicators("ETH/USDT").iloc[-1]
    assert row["do_predict"] == 1
    assert "%-cross_beta_eth" in run.freqai.live_run.market.feature_names("ETH/USDT")


@pytest.fixture
def futures(tmp_path, root):
    """A data provider of futures, with two days of hourly mark candles and funding rates on disk."""
    config = {
        "datadir": tmp_path,
        "dataformat_ohlcv": "feather",
        "timeframe": "5m",
        "trading_mode": "futures",
        "candle_type_def": CandleType.FUTURES,
        "runmode": RunMode.BACKTEST,
        "exchange": {"pair_whitelist": ["BTC/USDT:USDT"]},
        "freqai": {"feature_parameters": {"include_corr_pairlist": ["ETH/USDT:USDT"]}},
    }
    exchange: Any = SimpleNamespace(get_option=lambda name: "1h")
    hours = pd.date_range("2024-01-01", periods=48, freq="h", tz="UTC")
    prices = dict.fromkeys(("open", "high", "low", "close"), 100.0 + np.arange(48.0))
    handler = get_datahandler(tmp_path, "feather")
    mark = pd.DataFrame({"date": hours, **prices, "volume": 0.0})
    handler.ohlcv_store("BTC/USDT:USDT", "1h", mark, CandleType.MARK)
    rates = pd.DataFrame({"date": hours[::8], "funding_rate": 1e-4 * np.arange(6.0)})
    handler.ohlcv_store("BTC/USDT:USDT", "1h", rates, CandleType.FUNDING_RATE)
    return DataProvider(config, exchange, pairlists=SimpleNamespace(whitelist=["BTC/USDT:USDT"]))


def test_funding_and_mark_prices_with_the_moment_they_were_known(futures) -> None:
    funding, mark = futures_inputs("BTC/USDT:USDT", futures)
    assert funding["funding_rate"].tolist() == pytest.approx(1e-4 * np.arange(6.0))
    assert funding["date"].iloc[1] == pd.Timestamp("2024-01-01 08:00", tz="UTC")
    # The mark candle that opens at midnight is known at one o'clock.
    assert mark["date"].iloc[0] == pd.Timestamp("2024-01-01 01:00", tz="UTC")
    assert mark["close"].iloc[0] == 100.0


def test_futures_data_that_was_not_downloaded_is_named_with_the_remedy(futures) -> None:
    with pytest.raises(
        OperationalException, match=r"ETH/USDT:USDT: no funding_rate and no mark.*download-data"
    ):
        futures_inputs("ETH/USDT:USDT", futures)


def test_predictions_depend_on_the_futures_data_known_by_then(futures) -> None:
    frames = source_candles(["BTC/USDT:USDT"], futures, ["funding"])
    rates = ("BTC/USDT:USDT funding_rate", "1h")
    assert set(frames) == {rates, ("BTC/USDT:USDT mark", "1h")}
    # The rate of 16:00 on the second day changes what is known from then on.
    changed = {**frames, rates: frames[rates].assign(close=1e-4 * np.array([0.0, 1, 2, 3, 4, 9]))}
    moments = pd.to_datetime(["2024-01-02 15:59", "2024-01-02 16:00"], utc=True)
    stops = [int(moment.timestamp() * 1000) for moment in moments]
    before, after = candle_digests(frames, stops), candle_digests(changed, stops)
    assert [before[stop] == after[stop] for stop in stops] == [True, False]
    assert source_candles(["BTC/USDT:USDT"], futures, ["trend"]) == {}


def test_live_bot_refreshes_funding_of_pairs_and_leaders(futures) -> None:
    asked = informative_sources(futures._config, futures, ["funding"])
    assert asked == [
        (pair, "1h", kind) for pair in ("BTC/USDT:USDT", "ETH/USDT:USDT") for kind in ("funding_rate", "mark")
    ]
    assert informative_sources(futures._config, futures, ["trend"]) == []


def test_live_puts_downloaded_and_recent_funding_together(futures) -> None:
    recent = pd.DataFrame(
        {
            "date": pd.to_datetime(["2024-01-02 16:00", "2024-01-03 00:00"], utc=True),
            "funding_rate": [9e-4, 8e-4],
        }
    )
    mark = pd.DataFrame({"date": recent["date"], "close": [1.0, 2.0]})
    futures._config["runmode"] = RunMode.DRY_RUN
    futures._exchange.klines = lambda key, copy: recent if key[2] == CandleType.FUNDING_RATE else mark
    funding, _ = futures_inputs("BTC/USDT:USDT", futures)
    assert funding["funding_rate"].tolist() == pytest.approx([0, 1e-4, 2e-4, 3e-4, 4e-4, 9e-4, 8e-4])


def test_options_of_orderflow_are_facts_where_it_is_used(freqai_run) -> None:
    run = freqai_run(orderflow={"scale": 0.5})
    strategy = run.strategy
    known = facts(run.config, strategy.settings, type(strategy.freqai), strategy)
    assert not any(name.startswith("orderflow") for name in known)
    features = strategy.settings.features.model_copy(update={"groups": ("orderflow",)})
    used = strategy.settings.model_copy(update={"features": features})
    assert facts(run.config, used, type(strategy.freqai), strategy)["orderflow.scale"] == "0.5"


def test_public_trades_are_filled_in_as_freqtrade_does(freqai_run, datadir, tmp_path) -> None:
    run = freqai_run()
    config = run.config | {
        "datadir": tmp_path,
        "dataformat_trades": "feather",
        "orderflow": {
            "cache_size": 10, "max_candles": 100, "scale": 0.5, "imbalance_volume": 1, "imbalance_ratio": 3,
            "stacked_imbalance_range": 3,
        },
    }  # fmt: skip
    config["exchange"] = run.config["exchange"] | {"use_public_trades": True}
    candles = run.candles("BTC/USDT").head(30)
    provider = DataProvider(config, None)
    with pytest.raises(OperationalException, match=r"no public trades.*--dl-trades"):
        with_public_trades(candles, "BTC/USDT", provider, config)
    rng = np.random.default_rng(2)
    first = int(candles["date"].iloc[0].timestamp() * 1000)
    when = first + np.sort(rng.integers(0, 30 * 300_000, 400))
    trades = pd.DataFrame(
        {
            "timestamp": when, "id": np.arange(400).astype(str), "type": None,
            "side": rng.choice(["buy", "sell"], 400), "price": 100.0, "amount": rng.uniform(1, 2, 400),
            "cost": 100.0,
        }
    )  # fmt: skip
    get_datahandler(tmp_path, "feather").trades_store("BTC/USDT", trades, TradingMode.SPOT)
    filled = with_public_trades(candles, "BTC/USDT", provider, config)
    for column, side in (("ask", "buy"), ("bid", "sell")):
        own = trades[trades["side"] == side]
        volume = own.groupby((own["timestamp"] - first) // 300_000)["amount"].sum()
        np.testing.assert_allclose(filled[column], volume.reindex(range(30), fill_value=0.0), rtol=1e-9)
    stops = [first + 15 * 300_000, first + 30 * 300_000]
    before = candle_digests(traded_candles(["BTC/USDT"], provider, config, ["orderflow"]), stops)
    assert traded_candles(["BTC/USDT"], provider, config, ["trend"]) == {}
    for column, value in (("side", "buy"), ("amount", 9.0), ("timestamp", first + 15 * 300_000)):
        changed = trades.copy()
        late = changed.index[changed["timestamp"] >= stops[0]]
        row = changed.index[(changed.index.isin(late)) & (changed["side"] == "sell")][0]
        changed.loc[row, column] = value
        get_datahandler(tmp_path, "feather").trades_store("BTC/USDT", changed, TradingMode.SPOT)
        after = candle_digests(traded_candles(["BTC/USDT"], provider, config, ["orderflow"]), stops)
        assert [before[stop] == after[stop] for stop in stops] == [True, False], column
    assert "ask" not in candles
    assert with_public_trades(filled, "BTC/USDT", provider, config) is filled
    run.strategy.config, run.strategy.dp = config, provider
    theirs = run.strategy._if_enabled_populate_trades(candles.copy(), {"pair": "BTC/USDT"})
    for name in ("bid", "ask", "delta", "total_trades"):
        # Freqtrade leaves out trades of the last candle, whose close it takes for its opening.
        pd.testing.assert_series_equal(filled[name][:-1], theirs[name][:-1])
