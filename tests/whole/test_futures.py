"""`configs/futures.json` with stock Freqtrade: download, backtest long and short with leverage, refusals."""

import json
import re
import shlex
import shutil
from collections.abc import Iterator

import pandas as pd
import pytest
from tests.whole.test_stock_commands import NAMES, SMALL, Desk, serving

from auriga.host.results import BacktestResult

pytestmark = pytest.mark.host

PAIRS = ["BTC/USDT:USDT", "SOL/USDT:USDT"]
LEVERAGE = {"bull": 3, "sideways": 1, "bear": 2}  # of base 3: x 1, x 0.5 and x 0.7, in whole numbers
OPTIONS = {
    "exchange": {"pair_whitelist": PAIRS},
    "regime": SMALL["regime"] | {"leverage": {"base": 3, "cap": 4, "regime_factors": {"bear": 0.7}}},
    "freqai": SMALL["freqai"] | {"train_period_days": 10},
}
WEEK = ("--timerange", "20241228-20250104")  # bull, sideways and bear days in one window


@pytest.fixture(scope="module")
def desk(root, tmp_path_factory) -> Iterator[Desk]:
    """Perpetual contracts on simulated candles, and what a user of futures downloads."""
    folder = tmp_path_factory.mktemp("futures")
    here = Desk(
        root, folder / "exchange.json", folder / "small.json", folder / "user_data", folder / "candles"
    )
    here.small.write_text(json.dumps(OPTIONS))
    words = "auriga exchange --market easy --pairs BTC/USDT,SOL/USDT --start 2024-11-01 --days 70"
    with serving(
        [*words.split(), "--port", "0", "--mode", "futures", "--overlay", str(here.exchange)],
        here.exchange,
        root,
    ):
        line = "freqtrade download-data -c config.json -c configs/futures.json --timeframes 5m 15m 1h 4h 1d"
        here.run(line, "--timeframes", "5m", "1h", "4h", "--timerange", "20241118-20250105")
        yield here


@pytest.fixture(scope="module")
def result(desk: Desk) -> BacktestResult:
    line = "freqtrade backtesting -c config.json -c configs/futures.json --timerange 20250101-20250401"
    output = desk.run(line, *WEEK)
    assert "funding rates are missing" not in output
    return desk.result()


@pytest.fixture
def shorts(result: BacktestResult) -> pd.DataFrame:
    return result.trades[result.trades["is_short"]]


def test_both_sides_are_traded_under_the_name_of_their_regime(result, shorts) -> None:
    assert set(result.trades["enter_tag"]) <= {
        f"{name}_{side}" for name in NAMES for side in ("long", "short")
    }
    assert shorts["enter_tag"].str.endswith("_short").all()
    assert {"bear_short", "bull_long"} <= set(result.trades["enter_tag"])
    assert set(result.trades["pair"]) == set(PAIRS)


def test_leverage_is_that_of_the_regime_in_whole_numbers(result) -> None:
    regimes = result.trades["enter_tag"].str.partition("_")[0]
    assert result.trades["leverage"].tolist() == regimes.map(LEVERAGE).tolist()


def test_stops_stand_against_the_trade_and_before_liquidation(result, shorts) -> None:
    """Freqtrade's `stoploss` counts in the stake, so the price moves a part of it."""
    trades = result.trades
    side = 1 - 2 * trades["is_short"]
    distance = side * (1 - trades["stop_loss_abs"] / trades["open_rate"])
    for stop in ("initial_stop_loss_abs", "stop_loss_abs"):
        assert (shorts[stop] > shorts["open_rate"]).all()
    assert (distance > 0).all() and (distance <= 0.25 / trades["leverage"] + 1e-4).all()
    assert "liquidation" not in set(trades["exit_reason"])
    assert len(set(trades["exit_reason"])) >= 2


def test_funding_is_charged_to_one_side_and_given_to_the_other(result) -> None:
    """A trade that is open when funding is paid carries it; a rate above zero is paid by longs."""
    paid = result.trades[result.trades["funding_fees"] != 0]
    assert len(paid) > 0
    pays = pd.DatetimeIndex(paid["open_date"]).ceil("8h") <= pd.DatetimeIndex(paid["close_date"])
    assert pays.all()


def test_leverage_above_the_brackets_of_binance_is_refused_with_the_remedy(desk: Desk) -> None:
    much = {
        "exchange": {"pair_whitelist": PAIRS},
        "regime": {"leverage": {"base": 120, "cap": 120}, "stake": {"max_exposure_frac": 100}},
    }
    line = "freqtrade backtesting -c config.json -c configs/futures.json"
    output = desk.run(line, *WEEK, overlay=much, code=2)
    assert "SOL/USDT:USDT: leverage may reach 120 (regime.leverage), but the exchange allows 100" in output
    assert "set regime.leverage.cap and base to 100 or less" in output
    assert "BTC/USDT:USDT: leverage" not in output


def test_a_contract_without_funding_is_named_and_the_printed_command_gets_it(desk: Desk, tmp_path) -> None:
    """Freqtrade would charge it nothing, so none of it is traded until the rates are there."""
    datadir = tmp_path / "candles"
    shutil.copytree(desk.datadir, datadir)
    (datadir / "futures" / "SOL_USDT_USDT-1h-funding_rate.feather").unlink()
    line = "freqtrade backtesting -c config.json -c configs/futures.json --cache none"
    places = {"userdir": tmp_path / "user_data", "datadir": datadir}
    output = " ".join(desk.run(line, *WEEK, **places).split())
    assert "SOL/USDT:USDT: its rows get do_predict 0, nothing is traded: no funding rate between" in output
    assert "BTC/USDT:USDT: its rows" not in output
    assert set(desk.result(tmp_path / "user_data").trades["pair"]) == {"BTC/USDT:USDT"}
    (command,) = set(re.findall(r"freqtrade download-data -c .*?--timerange \d{8}-", output))
    assert "--pairs SOL/USDT:USDT" in command
    desk.run_bare(shlex.split(command))
    output = " ".join(desk.run(line, *WEEK, **places).split())
    assert "its rows get do_predict 0" not in output
    assert set(desk.result(tmp_path / "user_data").trades["pair"]) == set(PAIRS)
