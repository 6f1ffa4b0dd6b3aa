"""Reading a folder of feather files."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from auriga.errors import CandleError
from auriga_exchange import read_recorded_market


def test_everything_is_listed_and_holes_are_told(recording: Path) -> None:
    market = read_recorded_market(recording)
    assert [symbol.pair for symbol in market.store.symbols.values()] == ["BTC/USDT", "PEPE/USDT"]
    assert list(market.store.native("BTCUSDT")) == ["5m", "1d"]
    assert market.store.timeframes("BTCUSDT")[:3] == ("5m", "15m", "30m")
    assert market.holes == ("BTC/USDT 5m: 10 missing candles, first at 2025-01-05 04:00 UTC",)
    assert [listed.pair for listed in market.futures_store.symbols.values()] == ["BTC/USDT:USDT"]
    assert market.left_out == 0


@pytest.mark.parametrize("kind", ["futures", "mark"])
def test_holes_of_contracts_are_told(
    tmp_path: Path, make_frame: Callable[..., pd.DataFrame], kind: str
) -> None:
    (tmp_path / "futures").mkdir()
    hourly = make_frame("2025-01-01", 48, "1h", price=95000.0, seed=1)
    hourly.to_feather(tmp_path / "BTC_USDT-1h.feather")
    for name in ("futures", "mark"):
        frame = hourly.drop(index=range(10, 13)).reset_index(drop=True) if name == kind else hourly
        frame.to_feather(tmp_path / "futures" / f"BTC_USDT_USDT-1h-{name}.feather")
    (line,) = read_recorded_market(tmp_path).holes
    assert line == f"BTC/USDT:USDT 1h {kind}: 3 missing candles, first at 2025-01-01 10:00 UTC"


def test_missing_directory(tmp_path: Path) -> None:
    with pytest.raises(CandleError, match=r"no directory .*nowhere"):
        read_recorded_market(tmp_path / "nowhere")


def test_empty_directory_names_the_remedy(tmp_path: Path) -> None:
    with pytest.raises(CandleError, match="run freqtrade download-data first"):
        read_recorded_market(tmp_path)


@pytest.mark.parametrize("damage", ["negative", "column", "garbage", "zone"])
def test_damaged_files_are_named(recording: Path, tmp_path: Path, damage: str) -> None:
    file = tmp_path / "BTC_USDT-5m.feather"
    candles = pd.read_feather(recording / file.name)
    if damage == "garbage":
        file.write_bytes(b"not a feather file")
    else:
        damaged = {
            "negative": candles.assign(low=-1.0),
            "column": candles.drop(columns="volume"),
            "zone": candles.assign(date=candles["date"].dt.tz_localize(None)),
        }
        damaged[damage].to_feather(file)
    with pytest.raises(CandleError, match=r"BTC_USDT-5m\.feather"):
        read_recorded_market(tmp_path)


DAMAGES: dict[str, Callable[[pd.DataFrame], pd.DataFrame]] = {
    "negative": lambda candles: candles.assign(low=-1.0),
    "column": lambda candles: candles.drop(columns="volume"),
    "zone": lambda candles: candles.assign(date=candles["date"].dt.tz_localize(None)),
    "text": lambda candles: candles.assign(open=candles["open"].astype(str)),
    "undated": lambda candles: candles.assign(date=candles["date"].where(candles.index != 1)),
    "faster": lambda candles: candles.assign(
        date=candles["date"].iloc[0] + (candles["date"].diff().cumsum() / 5)
    ),
}


@pytest.mark.parametrize("damage", [*DAMAGES, "cut", "nothing"])
@pytest.mark.parametrize(
    "name", ["ETH_USDT-5m", "futures/ETH_USDT_USDT-1h-futures", "futures/BTC_USDT_USDT-1h-mark"]
)
def test_a_damaged_file_does_not_end_the_others(
    recording: Path, tmp_path: Path, name: str, damage: str
) -> None:
    shutil.copytree(recording, tmp_path, dirs_exist_ok=True)
    sound = pd.read_feather(recording / "BTC_USDT-5m.feather")
    file = tmp_path / f"{name}.feather"
    if damage in DAMAGES:
        DAMAGES[damage](sound).to_feather(file)
    else:
        file.write_bytes((recording / "BTC_USDT-5m.feather").read_bytes()[: 5000 * (damage == "cut")])
    market = read_recorded_market(tmp_path)
    (line,) = market.faulty
    assert str(file) in line and line.count(file.name) == 1
    assert [symbol.pair for symbol in market.store.symbols.values()] == ["BTC/USDT", "PEPE/USDT"]
    assert [symbol.pair for symbol in market.futures_store.symbols.values()] == ["BTC/USDT:USDT"]
    assert market.futures_store.marks.symbols == {} and market.left_out == 0


def test_damaged_funding_rates_do_not_end_the_others(recording: Path, tmp_path: Path) -> None:
    shutil.copytree(recording, tmp_path, dirs_exist_ok=True)
    file = tmp_path / "futures" / "BTC_USDT_USDT-1h-funding_rate.feather"
    rates = pd.read_feather(recording / "BTC_USDT-5m.feather")[["date"]].assign(funding_rate=float("nan"))
    rates.to_feather(file)
    market = read_recorded_market(tmp_path)
    assert market.faulty == (f"{file} has repeated times or rates that are not numbers; download it again",)
    assert market.futures_store.recorded_funding == {} and len(market.futures_store.symbols) == 1


def test_other_formats_of_freqtrade_are_served(recording: Path, tmp_path: Path) -> None:
    """One series is taken once, however often it is there."""
    candles = pd.read_feather(recording / "BTC_USDT-5m.feather")
    candles.to_parquet(tmp_path / "BTC_USDT-5m.parquet")
    stamps = candles.assign(date=candles["date"].dt.as_unit("ms").astype("int64"))
    stamps.to_json(tmp_path / "ETH_USDT-5m.json", orient="values")
    stamps.to_json(tmp_path / "SOL_USDT-5m.json.gz", orient="values")
    shutil.copy(recording / "BTC_USDT-5m.feather", tmp_path)
    market = read_recorded_market(tmp_path)
    assert set(market.store.symbols) == {"BTCUSDT", "ETHUSDT", "SOLUSDT"} and market.left_out == 1
    for symbol in market.store.symbols:
        series = market.store.native(symbol)["5m"]
        assert series.opens_at.tolist() == stamps["date"].tolist()
        assert series.values[:, 3] == pytest.approx(candles["close"].to_numpy(), rel=1e-9)


def test_pairs_that_share_a_symbol_are_refused(recording: Path, tmp_path: Path) -> None:
    for name in ("BTC_USDT-5m", "BTCU_SDT-5m"):
        shutil.copy(recording / "BTC_USDT-5m.feather", tmp_path / f"{name}.feather")
    with pytest.raises(CandleError, match="both BTCUSDT"):
        read_recorded_market(tmp_path)


def test_the_longest_history_is_resampled(recording: Path, tmp_path: Path) -> None:
    fine = pd.read_feather(recording / "BTC_USDT-5m.feather")
    shutil.copy(recording / "BTC_USDT-5m.feather", tmp_path)
    hourly = fine.resample("1h", on="date").first().dropna().reset_index()
    early = hourly.assign(date=hourly["date"] - pd.Timedelta(days=9))
    both = pd.concat([early, hourly]).drop_duplicates("date").sort_values("date").reset_index(drop=True)
    both.assign(high=both["high"] * 2, low=both["low"] / 2).to_feather(tmp_path / "BTC_USDT-1h.feather")
    store = read_recorded_market(tmp_path).store
    four_hours, quarters = store.series("BTCUSDT", "4h"), store.series("BTCUSDT", "15m")
    assert four_hours is not None and four_hours.base is store.native("BTCUSDT")["1h"]
    assert quarters is not None and quarters.base is store.native("BTCUSDT")["5m"]


def test_empty_file_beside_others_is_left_out(recording: Path, tmp_path: Path) -> None:
    """Freqtrade writes one for a timeframe it got no candles of."""
    shutil.copy(recording / "BTC_USDT-5m.feather", tmp_path)
    empty = pd.read_feather(recording / "BTC_USDT-5m.feather").iloc[:0]
    empty.to_feather(tmp_path / "BTC_USDT-1m.feather")
    market = read_recorded_market(tmp_path)
    assert market.left_out == 1
    assert list(market.store.native("BTCUSDT")) == ["5m"]


def test_only_empty_files_are_refused(recording: Path, tmp_path: Path) -> None:
    empty = pd.read_feather(recording / "BTC_USDT-5m.feather").iloc[:0]
    empty.to_feather(tmp_path / "BTC_USDT-5m.feather")
    with pytest.raises(CandleError, match=r"all files in .* are empty"):
        read_recorded_market(tmp_path)
