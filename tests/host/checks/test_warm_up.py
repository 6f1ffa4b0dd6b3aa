"""The candles that a regime needs before the first traded one: refused without, through stock Freqtrade."""

from typing import Any

import pandas as pd
import pytest
from freqtrade.exceptions import OperationalException
from freqtrade.optimize.backtesting import Backtesting
from freqtrade.persistence import LocalTrade
from tests.support.backtests import backtest_config

from auriga.host.reload import made_up_exchange

BASE_FROM = pd.Timestamp("2024-01-01", tz="UTC")
START = "20240110"
NEEDED = 202  # 200 days of the slowest rule and two that confirm


def days_before(make_walk, days: int, seed: int) -> pd.DataFrame:
    """Daily candles from so many days before the timerange on."""
    candles = make_walk(days + 10, "1d", seed=seed, daily=0.03)
    shift = pd.Timestamp(START, tz="UTC") - pd.Timedelta(days=days) - candles["date"].iloc[0]
    return candles.assign(date=candles["date"] + shift)


@pytest.fixture
def backtest(root, tmp_path, make_walk):
    """Rules alone on base candles of two pairs, with so many daily candles before the timerange."""

    def run(btc: int, eth: int, startup: int | None = None, **regime) -> list[LocalTrade]:
        folder = tmp_path / "data"
        folder.mkdir()
        for seed, (name, days) in enumerate({"BTC_USDT": btc, "ETH_USDT": eth}.items()):
            make_walk(14 * 288, "5m", seed=seed, daily=0.02).to_feather(folder / f"{name}-5m.feather")
            days_before(make_walk, days, seed).to_feather(folder / f"{name}-1d.feather")
        config = backtest_config(
            root, tmp_path / "user_data", folder, timerange=f"{START}-20240114",
            regime={"timeframe": "1d", "moving_average": {"period": 200}, "price_change": {"period": 30},
                    "signals": {"model": False}, **regime},
        )  # fmt: skip
        config["freqai"]["enabled"] = True  # as in config.json; signals.model turns it off
        if startup is not None:
            strategies = tmp_path / "strategies"
            strategies.mkdir()
            code = (root / "strategies" / "RegimeStrategy.py").read_text()
            changed = code.replace("startup_candle_count = 240", f"startup_candle_count = {startup}")
            assert changed != code
            (strategies / "RegimeStrategy.py").write_text(changed)
            config["strategy_path"] = str(strategies)
        loop = Backtesting(config, exchange=made_up_exchange(config))
        try:
            data, timerange = loop.load_bt_data()
            loop.backtest_one_strategy(loop.strategylist[0], data, timerange)
            provider: Any = loop.dataprovider
            cached = provider._DataProvider__cached_pairs
            shown.frames = {pair: frame for (pair, _, _), (frame, _) in cached.items()}
            return list(LocalTrade.bt_trades)
        finally:
            Backtesting.cleanup()
            loop.exchange.close()

    shown: Any = run
    return shown


def first_regime(backtest, pair: str) -> int:
    frame = backtest.frames[pair]
    return int(frame.loc[frame["date"] >= pd.Timestamp(START, tz="UTC"), "regime"].iloc[0])


def test_enough_days_are_loaded_with_a_strategy_that_declares_none(backtest) -> None:
    """Freqtrade loads as many slow candles as the strategy asks for: at 0, 200 days are without a regime."""
    backtest(NEEDED + 5, NEEDED + 5, startup=0)
    assert first_regime(backtest, "BTC/USDT") != -2
    assert first_regime(backtest, "ETH/USDT") != -2


def test_too_few_days_for_every_pair_are_refused(backtest) -> None:
    with pytest.raises(OperationalException) as refused:
        backtest(NEEDED - 5, NEEDED - 60)
    text = str(refused.value)
    assert text.startswith("No pair has a regime on 2024-01-10, so nothing would be traded until")
    assert (
        f"BTC/USDT: There are {NEEDED - 5 + 5} 1d candles from 2023-06-27, but the slowest rule needs 202"
        in text
    )
    assert "download-data" in text and "--prepend" in text and "ETH/USDT" in text


def test_one_young_pair_is_told_alone(backtest, caplog) -> None:
    backtest(NEEDED + 5, NEEDED - 2)
    assert first_regime(backtest, "BTC/USDT") != -2
    assert first_regime(backtest, "ETH/USDT") == -2
    (warning,) = (line for line in caplog.messages if "no regime for" in line)
    assert warning.startswith("ETH/USDT: no regime for ")


def test_rules_alone_need_no_training_days_and_no_freqai_block(backtest, caplog) -> None:
    backtest(NEEDED + 5, NEEDED + 5)
    assert not [line for line in caplog.messages if "training days" in line]
