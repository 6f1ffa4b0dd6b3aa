"""Real Binance candles: what the contract, the regimes and the features make of them."""

import numpy as np
import pandas as pd
import pytest

from auriga.candles import Problem, inspect_candles, resample_candles, validate_candles
from auriga.features import basic_features, period_features, period_warmup_candles
from auriga.regimes import RULES, carry_regimes, detect_regimes
from auriga.typing import Regime

pytestmark = pytest.mark.real
RULE_SET = [rule() for rule in RULES.values()]


def read(folder, name: str) -> pd.DataFrame:
    return pd.read_feather(folder / f"{name}.feather")


def test_every_file_is_usable_and_holes_are_named(real_data) -> None:
    files = sorted(real_data.glob("*.feather"))
    holes = {}
    for file in files:
        report = validate_candles(pd.read_feather(file), file.stem.rsplit("-", 1)[1], source=file.name)
        holes[file.stem] = sum(f.count for f in report.findings if f.problem is Problem.MISSING)
    assert len(files) > 5
    assert holes.get("BTC_USDT-5m", 213) == 213
    assert holes.get("BTC_USDT-1d", 0) == 0


def test_regimes_follow_the_history_everybody_knows(real_data) -> None:
    daily = read(real_data, "BTC_USDT-1d")
    regimes = detect_regimes(daily, RULE_SET).set_index("date")["regime"]

    def main_regime(start: str, end: str) -> int:
        return int(regimes[start:end].mode().iloc[0])

    assert main_regime("2020-11", "2021-03") == Regime.BULL
    assert main_regime("2022-05", "2022-07") == Regime.BEAR
    assert main_regime("2023-11", "2024-03") == Regime.BULL
    assert set(regimes) == {int(regime) for regime in Regime}


def test_regimes_and_their_carry_ignore_later_candles(real_data) -> None:
    daily = read(real_data, "ETH_USDT-1d")
    whole = detect_regimes(daily, RULE_SET)
    fast = pd.Series(pd.date_range("2024-01-01", "2024-03-01", freq="5min", tz="UTC"))
    carried = carry_regimes(whole, "1d", fast, "5m")
    for cut in range(len(daily) - 400, len(daily), 57):
        head = detect_regimes(daily.iloc[:cut], RULE_SET)
        pd.testing.assert_frame_equal(head, whole.iloc[:cut])
    before = daily["date"] < pd.Timestamp("2024-02-01", tz="UTC")
    cut_off = carry_regimes(detect_regimes(daily[before], RULE_SET), "1d", fast, "5m")
    upto = fast < pd.Timestamp("2024-02-01", tz="UTC")
    pd.testing.assert_frame_equal(cut_off[upto], carried[upto])


def test_features_are_complete_and_ignore_later_candles(real_data) -> None:
    candles = read(real_data, "SOL_USDT-5m").tail(6000).reset_index(drop=True)
    whole = pd.concat([period_features(candles, period=14), basic_features(candles)], axis=1)
    assert whole.iloc[max(period_warmup_candles(14), 200) :].notna().all(axis=None)
    for cut in (777, 3000, 5999):
        head = candles.iloc[:cut]
        again = pd.concat([period_features(head, period=14), basic_features(head)], axis=1)
        pd.testing.assert_frame_equal(again, whole.iloc[:cut])


def test_resampled_hours_are_the_exchanges_own(real_data) -> None:
    own = read(real_data, "ETH_USDT-1h").set_index("date")
    ours = resample_candles(read(real_data, "ETH_USDT-5m"), "1h").set_index("date")
    common = own.index.intersection(ours.index)
    assert len(common) > 20_000
    for column in ("open", "high", "low", "close"):
        same = np.isclose(own.loc[common, column], ours.loc[common, column], rtol=1e-9)
        assert same.mean() > 0.999
    assert inspect_candles(ours.reset_index(), "1h").usable
