"""Settings of one market with the configuration of the other, and leverage nobody gives, end the start."""

import json
from types import SimpleNamespace
from typing import Any

import pytest
from freqtrade.data.dataprovider import DataProvider
from freqtrade.exceptions import OperationalException
from tests.support.every_prediction import every_prediction
from tests.support.freqai_runs import deep_merge

from auriga.host.checks import check_leverage, check_market
from auriga.settings import parse_settings


@pytest.fixture
def check(root):
    """Check a configuration as it is shipped, for a market, with something else in it."""

    def run(market: str, overlay: dict[str, Any]) -> None:
        config = deep_merge(shipped(root, market), overlay)
        check_market(config, parse_settings(config["regime"]))

    return run


def shipped(root, market: str) -> dict[str, Any]:
    config = json.loads((root / "config.json").read_text())
    if market == "futures":
        config = deep_merge(config, json.loads((root / "configs" / "futures.json").read_text()))
    return config


@pytest.mark.parametrize("market", ["spot", "futures"])
def test_the_shipped_settings_fit(check, market: str) -> None:
    check(market, {})
    check(market, {"exchange": {"pair_whitelist": [".*/USDT.*"]}})  # an expression may match either


SPOT_PAIR = {"pair_whitelist": ["ETH/USDT:USDT", "BTC/USDT"]}


@pytest.mark.parametrize(
    ("market", "overlay", "complaint"),
    [
        ("futures", {"exchange": SPOT_PAIR}, "pair_whitelist has BTC/USDT, .*write BTC/USDT:USDT, or"),
        (
            "futures",
            {"freqai": {"feature_parameters": {"include_corr_pairlist": ["BTC/USDT"]}}},
            "include_corr_pairlist has BTC/USDT, which is a spot pair",
        ),
        ("futures", {"regime": {"reference_pair": "BTC/USDT"}}, "reference_pair has BTC/USDT"),
        ("futures", {"margin_mode": "cross"}, "margin_mode is 'cross'.*set it to 'isolated'"),
        ("futures", {"margin_mode": None}, "margin_mode is ''.*set it to 'isolated'"),
        (
            "futures",
            {"regime": every_prediction({"leverage": {"base": 2}, "stake": {"max_exposure_frac": 0.4}})},
            r"max_exposure_frac is 0.4, less than one position of max_position_frac 0.25 x leverage 2 = 0.5",
        ),
        ("spot", {"exchange": SPOT_PAIR}, "has ETH/USDT:USDT, which is a futures contract.* write ETH/USDT,"),
        ("spot", {"regime": {"leverage": {"base": 3}}}, "leverage.base is 3, but trading_mode is 'spot'"),
        ("spot", {"margin_mode": "isolated"}, "margin_mode is 'isolated', but trading_mode is 'spot'"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_refused_with_the_remedy(check, market, overlay, complaint) -> None:
    with pytest.raises(OperationalException, match=complaint):
        check(market, overlay)


def test_all_that_is_wrong_is_said_at_once(check) -> None:
    with pytest.raises(OperationalException, match=r"(?s)pair_whitelist has.*margin_mode is"):
        check("futures", {"exchange": SPOT_PAIR, "margin_mode": "cross"})


def test_freqtrade_cannot_load_the_strategy_for_the_wrong_market(freqai_run) -> None:
    """Before it drops the pairs itself, with no word about why."""
    with pytest.raises(OperationalException, match=r"pair_whitelist has BTC/USDT, ETH/USDT, which is a spot"):
        freqai_run(trading_mode="futures", margin_mode="isolated")


def strategy(*, most: float | None = 20) -> Any:
    tiers = {} if most is None else {"SOL/USDT:USDT": [{"maxLeverage": most}, {"maxLeverage": 2}]}
    exchange = SimpleNamespace(
        _leverage_tiers=tiers, get_maintenance_ratio_and_amt=lambda pair, value: (0.01, 0)
    )
    return SimpleNamespace(
        config={"trading_mode": "futures", "liquidation_buffer": 0.05},
        stoploss=-0.25,
        dp=SimpleNamespace(_exchange=exchange, current_whitelist=lambda: ["SOL/USDT:USDT"]),
    )


def leverage(**blocks: Any) -> Any:
    """With stops in ATRs, unless a block says otherwise."""
    return parse_settings(every_prediction({"leverage": {"base": 8, "cap": 40}} | blocks))


def test_the_shipped_leverage_keeps_the_shipped_stop_before_liquidation(root) -> None:
    settings = parse_settings(shipped(root, "futures")["regime"])
    check_leverage(strategy(), settings)
    assert settings.stops.fixed_frac == 0.25
    twice = settings.model_copy(update={"leverage": settings.leverage.model_copy(update={"base": 2.0})})
    with pytest.raises(OperationalException, match=r"at leverage 2 .*a stop 0\.25 of the price away"):
        check_leverage(strategy(), twice)


def test_leverage_above_what_the_exchange_gives_is_refused() -> None:
    check_leverage(strategy(), leverage())
    check_leverage(strategy(most=None), leverage(leverage={"base": 100, "cap": 100}))
    wild = {"base": 8, "cap": 40, "regime_factors": {"bull": 4}}
    with pytest.raises(OperationalException, match=r"SOL.*may reach 32.*allows 20.*base to 20 or less"):
        check_leverage(strategy(), leverage(leverage=wild))
    spot = strategy()
    spot.config["trading_mode"] = "spot"
    check_leverage(spot, leverage(leverage=wild))


@pytest.mark.parametrize(
    ("leverage_block", "fixed_frac", "most"),
    [({"base": 8, "cap": 8}, 0.05, 5), ({"base": 8, "cap": 8, "liquidation_stops": 10}, 0.02, 4)],
)
def test_a_fixed_stop_beyond_liquidation_or_stoploss_is_refused(leverage_block, fixed_frac, most) -> None:
    stops = {"kind": "fixed", "fixed_frac": fixed_frac}
    with pytest.raises(OperationalException, match=f"(?s)at leverage 8.*base and cap to {most}, or a nearer"):
        check_leverage(strategy(), leverage(leverage=leverage_block, stops=stops))
    # The remedy is one.
    check_leverage(strategy(), leverage(leverage=leverage_block | {"base": most, "cap": most}, stops=stops))
    # An ATR stop is not known yet: it lowers the leverage of its trade.
    check_leverage(strategy(), leverage(leverage=leverage_block))


def test_nothing_is_checked_where_no_pairs_are_traded() -> None:
    """As in FreqUI's view of a result, which has a data provider without a list of pairs."""
    viewer = strategy()
    viewer.dp = DataProvider({"runmode": "other"}, viewer.dp._exchange)
    check_leverage(viewer, leverage(leverage={"base": 100, "cap": 100}, stops={"kind": "fixed"}))
