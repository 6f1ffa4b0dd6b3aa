"""The options of Freqtrade that touch Auriga: what a user would write, and which pairs it means."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.options.markets import CURRENCIES, MARKETS, THREE, Market


@dataclass(frozen=True)
class Option:
    """A configuration overlay, words of the command line, and the market that they are tried on.

    `pairs` are those that Freqtrade backtests; None where another part of the table asks that. `live` says
    what the bot does where the backtest cannot tell, such as with an option of backtesting alone.
    """

    group: str
    name: str
    overlay: Mapping[str, Any] = field(default_factory=dict)
    words: tuple[str, ...] = ()
    market: Market = MARKETS["usual"]
    pairs: tuple[str, ...] | None = None
    environment: Mapping[str, str] = field(default_factory=dict)
    folder: str = "user_data"
    relative: bool = False
    files: Mapping[str, Any] = field(default_factory=dict)
    live: bool = True

    @property
    def key(self) -> str:
        """Unique name."""
        return f"{self.group}: {self.name}"


def _listed(*names: str, **more: Any) -> dict[str, Any]:
    return {"exchange": {"pair_whitelist": list(names), **more}}


def _pairlists(*methods: Any) -> dict[str, Any]:
    return {"pairlists": [name if isinstance(name, dict) else {"method": name} for name in methods]}


def _pairs() -> Iterator[Option]:
    group = "pairs"
    yield Option(group, "plain names", _listed(*THREE), pairs=THREE)
    yield Option(group, "`.*/USDT`", _listed(".*/USDT"), pairs=THREE)
    yield Option(group, "`(BTC\\|ETH)/USDT`", _listed("(BTC|ETH)/USDT"), pairs=THREE[:2])
    both = ("BTC/USDT", "SOL/USDT")
    yield Option(group, "a name and a pattern", _listed("BTC/USDT", "S.*/USDT"), pairs=both)
    yield Option(group, "lower case", _listed("btc/usdt", "eth/usdt"), pairs=THREE[:2])
    yield Option(group, "a name twice", _listed("BTC/USDT", "ETH/USDT", "BTC/USDT"), pairs=THREE[:2])
    black = _listed(".*/USDT", pair_blacklist=["SOL/.*"])
    yield Option(group, "`pair_blacklist` with a pattern", black, pairs=THREE[:2])
    yield Option(group, "a pair that is not on the exchange", _listed("BTC/USDT", "NO/USDT"), pairs=THREE[:1])
    yield Option(group, "a pair of another currency", _listed("BTC/USDT", "ETH/EUR"), pairs=THREE[:1])
    yield Option(group, "a pattern that fits nothing", _listed("X.*/USDT"))
    yield Option(group, "no regular expression: `*/USDT`", _listed("*/USDT"))
    for name, words, pairs in (
        ("BTC/USDT ETH/USDT", THREE[:2], THREE[:2]),
        (".*/USDT", (".*/USDT",), THREE),
    ):
        line = ("--pairs", *words)
        yield Option(group, f"`--pairs {name}`", _listed("BTC/USDT"), line, pairs=pairs, live=False)
    allow = _pairlists({"method": "StaticPairList", "allow_inactive": True})
    yield Option(group, "`allow_inactive`", {**_listed(*THREE[:2]), **allow}, pairs=THREE[:2])
    listed = _listed(*THREE)
    for method in (
        "VolumePairList", "PercentChangePairList", "MarketCapPairList", "RemotePairList", "ProducerPairList",
        "CrossMarketPairList",
    ):  # fmt: skip
        more: dict[str, Any] = {"method": method, "number_assets": 2, "pairlist_url": "file:///x.json"}
        yield Option(group, method, {**listed, **_pairlists(more)})
    for method in (
        "ShuffleFilter", "OffsetFilter", "FullTradesFilter", "PerformanceFilter", "PrecisionFilter",
        "PriceFilter", "AgeFilter", "SpreadFilter", "RangeStabilityFilter", "VolatilityFilter",
        "DelistFilter",
    ):  # fmt: skip
        name = f"StaticPairList and {method}"
        options = {"OffsetFilter": {"offset": 1}, "ShuffleFilter": {"seed": 42}}.get(method, {})
        left = THREE[1:] if method == "OffsetFilter" else None
        filtered = _pairlists("StaticPairList", {"method": method, **options})
        yield Option(group, name, {**listed, **filtered}, pairs=left)
    dynamic = {**listed, "enable_dynamic_pairlist": True}
    yield Option(group, "`enable_dynamic_pairlist`", dynamic, pairs=THREE)


def _formats() -> Iterator[Option]:
    for name in ("feather", "parquet", "json", "jsongz"):
        market = MARKETS["usual" if name == "feather" else f"usual-{name}"]
        group, listed = "data format", _listed(*THREE[:2])
        told = {**listed, "dataformat_ohlcv": name}
        yield Option(group, f"`dataformat_ohlcv: {name}`", told, market=market)
        words = ("--data-format-ohlcv", name)
        yield Option(group, f"`{' '.join(words)}`", listed, words, market=market, live=False)


def _base(base: str, slow: str, *others: str) -> dict[str, Any]:
    features = {"include_timeframes": [base, *others]}
    return {"timeframe": base, "regime": {"timeframe": slow}, "freqai": {"feature_parameters": features}}


def _timeframes() -> Iterator[Option]:
    group = "timeframe"
    for base in ("1m", "3m", "5m", "15m", "30m"):
        yield Option(group, f"{base}, regime 4h", _base(base, "4h", "1h"), market=MARKETS["minutes"])
    years = MARKETS["years"]
    for base in ("1h", "2h", "4h", "6h", "8h", "12h", "1d"):
        yield Option(group, f"{base}, regime 1d", _base(base, "1d"), market=years)
    yield Option(group, "4h, regime 4h", _base("4h", "4h", "1d"), market=years)
    yield Option(group, "12h, regime 4h (base above it)", _base("12h", "4h"), market=years)
    yield Option(group, "1d, regime 12h (base above it)", _base("1d", "12h"), market=years)
    yield Option(group, "1w, regime 1d (base above it)", _base("1w", "1d"), market=years)
    yield Option(group, "1M, regime 1d", _base("1M", "1d"), market=years)
    yield Option(group, "4h, regime 1w", _base("4h", "1w"), market=years)
    below = _base("1h", "1d")
    below["freqai"]["feature_parameters"]["include_timeframes"] = ["30m", "1h"]
    yield Option(group, "`include_timeframes` below the base", below, market=years)
    slow = _base("1h", "1d")
    slow["freqai"]["feature_parameters"]["include_timeframes"] = ["4h"]
    yield Option(group, "`include_timeframes` without the base", slow, market=years)
    faster = ("--timeframe", "15m")
    above = _base("5m", "4h", "1h")
    above["freqai"]["feature_parameters"]["include_timeframes"] = ["15m", "1h"]
    minutes = MARKETS["minutes"]
    yield Option(group, "`--timeframe 15m`", above, faster, market=minutes, live=False)
    name = "`--timeframe` above `include_timeframes`"
    yield Option(group, name, _base("5m", "4h", "1h"), faster, market=minutes, live=False)
    yield Option(group, "none in the configuration", {"timeframe": None}, pairs=THREE)
    detail = ("--timeframe-detail", "1m")
    yield Option(group, "`timeframe_detail`", _base("5m", "4h", "1h"), detail, market=minutes, live=False)


def _money() -> Iterator[Option]:
    group = "currency and price"
    for stake in CURRENCIES:
        yield Option(group, f"stake currency {stake}", market=MARKETS[f"in-{stake}"])
    yield Option(group, "a coin of 0.00000012 in ticks of 0.00000001", market=MARKETS["coin-tiny"])
    yield Option(group, "a coin of 0.00002345", market=MARKETS["coin-small"])
    yield Option(group, "a coin of 0.1234 in ticks of 0.0001", market=MARKETS["coin-cents"])
    yield Option(group, "a coin of 98,765", market=MARKETS["coin-large"])
    yield Option(group, "a stablecoin", market=MARKETS["stablecoin"])
    for kind in ("triple_barrier", "meta"):
        label = {"regime": {"label": {"kind": kind}}}
        yield Option(group, f"a stablecoin, label {kind}", label, market=MARKETS["stablecoin"])
    for name in [name for name in MARKETS if name.startswith("pair-")]:
        yield Option("history", name.removeprefix("pair-").replace("-", " "), market=MARKETS[name])


def _trading() -> Iterator[Option]:
    group = "trading"
    base = _listed(*THREE[:2])
    told: dict[str, dict[str, Any]] = {
        "`max_open_trades: -1`": {"max_open_trades": -1, "stake_amount": 50},
        "`max_open_trades: -1`, `stake_amount: unlimited`": {
            "max_open_trades": -1, "stake_amount": "unlimited",
        },
        "`max_open_trades: 0`": {"max_open_trades": 0, "stake_amount": 50},
        "`stake_amount: 50`": {"stake_amount": 50},
        "`stake_amount: unlimited`": {"stake_amount": "unlimited", "max_open_trades": 3},
        "`position_adjustment_enable`": {"position_adjustment_enable": True},
        "`max_entry_position_adjustment` alone": {"max_entry_position_adjustment": 3},
        "`process_only_new_candles: false`": {"process_only_new_candles": False},
        "`fee: 0.002`": {"fee": 0.002},
        "`dry_run_wallet` of two currencies": {"dry_run_wallet": {"USDT": 500, "BTC": 0.01}},
        "`available_capital`": {"available_capital": 500},
        "`trading_mode: futures` with spot pairs": {"trading_mode": "futures", "margin_mode": "isolated"},
        "`margin_mode` on spot": {"margin_mode": "isolated"},
    }  # fmt: skip
    for name, overlay in told.items():
        yield Option(group, name, {**base, **overlay})
    words: dict[str, tuple[str, ...]] = {
        "`--enable-protections`": ("--enable-protections",),
        "`--fee 0.002`": ("--fee", "0.002"),
        "`--dry-run-wallet 77`": ("--dry-run-wallet", "77"),
        "`--strategy-list` without a fee": ("--strategy-list", "RegimeStrategy"),
        "`--strategy-list` with `--fee`": ("--strategy-list", "RegimeStrategy", "--fee", "0.0015"),
        "`--recursive-strategy-search`": ("--recursive-strategy-search",),
        "`--enable-position-stacking`": ("--enable-position-stacking",),
        "`--freqai-backtest-live-models` without a bot": ("--freqai-backtest-live-models",),
    }
    for name, line in words.items():
        yield Option(group, name, base, line, live=False)
    futures = {"trading_mode": "futures", "margin_mode": "isolated"}
    market = MARKETS["futures"]
    yield Option(group, "futures, isolated", futures, market=market)
    yield Option(group, "futures, cross", {**futures, "margin_mode": "cross"}, market=market)


def _freqai() -> Iterator[Option]:
    base = _listed(*THREE[:2])
    told: dict[str, dict[str, Any]] = {
        "`fit_live_predictions_candles: 50`": {"fit_live_predictions_candles": 50},
        "`continual_learning`": {"continual_learning": True},
        "`data_split_parameters.test_size: 0.25`": {"data_split_parameters": {"test_size": 0.25}},
        "`data_split_parameters.shuffle`": {"data_split_parameters": {"shuffle": True}},
        **{f"`purge_old_models: {text}`": {"purge_old_models": value}
           for text, value in (("0", 0), ("1", 1), ("2", 2), ("true", True), ("false", False))},
        "`purge_old_models` left out": {"purge_old_models": None},
        "`save_backtest_models: false`": {"save_backtest_models": False},
        "`expiration_hours: 2`": {"expiration_hours": 2},
        "`live_retrain_hours: 2`": {"live_retrain_hours": 2},
        "`backtest_period_days: 0.5`": {"backtest_period_days": 0.5},
        "`include_corr_pairlist`": {"feature_parameters": {"include_corr_pairlist": ["BTC/USDT"]}},
        "`include_shifted_candles: 2`": {"feature_parameters": {"include_shifted_candles": 2}},
        "`DI_threshold: 1`": {"feature_parameters": {"DI_threshold": 1}},
        "`weight_factor: 0.9`": {"feature_parameters": {"weight_factor": 0.9}},
        "`buffer_train_data_candles: 5`": {"feature_parameters": {"buffer_train_data_candles": 5}},
        "`write_metrics_to_disk`": {"write_metrics_to_disk": True},
        "`conv_width: 2`": {"conv_width": 2},
    }  # fmt: skip
    for name, overlay in told.items():
        yield Option("freqai", name, {**base, "freqai": overlay})


def _paths() -> Iterator[Option]:
    base = _listed(*THREE[:2])
    group = "files"
    yield Option(group, "a user folder with spaces and umlauts", base, folder="mein Ordner äöü 数据")
    yield Option(group, "a relative `--userdir`", base, relative=True, live=False)
    more = {"more.json": {"exchange": {"pair_whitelist": ["SOL/USDT"]}}}
    added = {"add_config_files": ["more.json"]}
    yield Option(group, "`add_config_files`", {**base, **added}, files=more, live=False)
    told = {"FREQTRADE__FREQAI__TRAIN_PERIOD_DAYS": "9"}
    yield Option(group, "settings from the environment", base, environment=told, live=False)
    yield Option(group, "`--export none`", base, ("--export", "none"), live=False)
    yield Option(group, "`--export signals`", base, ("--export", "signals"), live=False)
    for name, timerange in {
        "seconds": "1706745600-1707264000", "milliseconds": "1706745600000-1707264000000",
        "open at its end": "20240201-", "open at its start": "-20240207", "in reverse": "20240207-20240201",
    }.items():  # fmt: skip
        yield Option(group, f"`--timerange` {name}", base, ("--timerange", timerange), live=False)


OPTIONS = [*_pairs(), *_formats(), *_timeframes(), *_money(), *_trading(), *_freqai(), *_paths()]
