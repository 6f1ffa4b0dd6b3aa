"""`auriga regimes` on a small simulated data folder, as a user runs it."""

import json
import re
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from tests.support.programs import Done, run_program

from auriga.candles import resample_candles
from auriga.cli._regimes import regimes
from auriga.errors import AurigaError
from auriga.host.evidence import read_pair_regimes
from auriga.host.results import read_slow_candles
from auriga.settings import parse_settings
from auriga.simulated import SimulationPlan, simulate_pair, true_regimes
from auriga.typing import Regime

DAYS = 260
PLAN = SimulationPlan(market="easy", pairs=("BTC/USDT", "ETH/USDT"), days=DAYS, seed=2)
BLOCK = {"moving_average": {"period": 40}, "confirm_candles": 1, "min_dwell": 3}


@pytest.fixture(scope="module")
def workplace(tmp_path_factory) -> Path:
    """Config, user folder and downloads: BTC as 1d and 5m, ETH as 5m alone."""
    folder = tmp_path_factory.mktemp("workplace")
    data = folder / "user_data" / "data" / "binance"
    data.mkdir(parents=True)
    for pair in PLAN.pairs:
        candles = simulate_pair(PLAN, pair).candles
        candles = candles.assign(**candles[["open", "high", "low", "close"]].round(2))
        candles.to_feather(data / f"{pair.replace('/', '_')}-5m.feather")
        if pair.startswith("BTC"):
            resample_candles(candles, "1d").to_feather(data / "BTC_USDT-1d.feather")
    config = {
        "exchange": {"name": "binance", "pair_whitelist": ["BTC/USDT", "ETH/USDT"]},
        "stake_currency": "USDT",
        "regime": BLOCK,
    }
    (folder / "config.json").write_text(json.dumps(config))
    return folder


def auriga(workplace: Path, *options: str) -> Done:
    words = ["auriga", "regimes", "--userdir", "user_data", "--datadir", "user_data/data/binance", *options]
    return run_program(words, cwd=workplace, separate=True)


def test_tables_pictures_and_figures_of_every_pair(workplace) -> None:
    done = auriga(
        workplace, "--detector", "rules", "--detector", "moving_average", "--truth", "easy", "--seed", "2",
        "--export", "figures.csv",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "BTC/USDT, 260 candles of 1d ─" in done.stdout
    assert "ETH/USDT, 260 candles of 1d, made of 5m candles" in done.stdout
    assert "against truth" in done.stdout and "against offline" in done.stdout
    assert all(len(line) <= 80 for line in done.stdout.splitlines() if "  " in line), "tables fit a terminal"
    for pair in ("BTC_USDT", "ETH_USDT"):
        picture = workplace / "user_data" / "plot" / f"regimes-{pair}.png"
        assert picture.stat().st_size > 20_000
    figures = pd.read_csv(workplace / "figures.csv", keep_default_na=False)
    assert set(figures["pair"]) == {"BTC/USDT", "ETH/USDT"}
    assert set(figures["detector"]) == {"rules", "moving_average", "offline", "truth"}

    study = read_pair_regimes(
        workplace / "user_data/data/binance", "BTC/USDT", parse_settings(BLOCK), ["rules", "moving_average"]
    )
    exported = figures.set_index(["pair", "detector", "regime", "figure"])["value"].astype(float)
    detail = study.details()["rules"].loc["bull", "annual_drift"]
    assert exported["BTC/USDT", "rules", "bull", "annual_drift"] == pytest.approx(detail)
    flips = study.comparison().loc["rules", "flips_per_month"]
    assert exported["BTC/USDT", "rules", "", "flips_per_month"] == pytest.approx(flips)


def test_errors_are_one_message(workplace) -> None:
    done = auriga(workplace, "-p", "DOGE/USDT")
    assert done.returncode == 1
    assert re.search("no 1d candles of DOGE/USDT .*freqtrade download-data .*DOGE/USDT", done.stderr)
    assert "Traceback" not in done.stderr


@pytest.fixture
def run(workplace, monkeypatch):
    """Run the command in this process: importing freqtrade anew takes seconds."""
    monkeypatch.chdir(workplace)
    return partial(regimes, userdir=Path("user_data"), datadir=Path("user_data/data/binance"))


def test_json_one_pair_and_a_named_picture(workplace, run, capsys) -> None:
    files = {"picture": Path("mine.png"), "export": Path("figures.json")}
    run(pairs=["BTC/USDT"], timerange="20230401-20230601", **files)
    said = capsys.readouterr().out
    assert "BTC/USDT, 61 candles of 1d" in said
    assert "2023-04-01 to 2023-05-31" in said
    assert (workplace / "mine.png").read_bytes().startswith(b"\x89PNG")
    records = json.loads((workplace / "figures.json").read_text())
    assert {"pair", "detector", "regime", "figure", "value"} == set(records[0])


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"timerange": "20230101-20230120"}, "rules has no regime of BTC/USDT .*warm-up .* --prepend"),
        ({"timerange": "20200101-20210101"}, "none in 20200101-20210101; .*download-data"),
        ({"detector": ["astrology"]}, "detector 'astrology' is unknown; known: rules"),
        ({"export": Path("figures.xlsx")}, "must end in .csv or .json"),
        ({"truth": "easy", "seed": 9}, "not those of the simulated market 'easy' with seed 9"),
        ({"truth": "odd"}, "market 'odd' is unknown"),
    ],
)
def test_errors_name_the_remedy(run, options, message) -> None:
    with pytest.raises(AurigaError, match=message):
        run(**options)


def test_slow_candles_are_made_of_complete_intervals(workplace) -> None:
    data = workplace / "user_data/data/binance"
    made, source = read_slow_candles(data, "ETH/USDT", "1d")
    assert source == "5m"
    fast = pd.read_feather(data / "ETH_USDT-5m.feather")
    day = fast[fast["date"].dt.strftime("%Y-%m-%d") == "2023-02-03"]
    row = made[made["date"] == "2023-02-03"].iloc[0]
    expected = [day["open"].iloc[0], day["high"].max(), day["low"].min(), day["close"].iloc[-1]]
    assert row[["open", "high", "low", "close"]].tolist() == expected
    cut = data / "CUT_USDT-5m.feather"
    fast.iloc[10:-10].reset_index(drop=True).to_feather(cut)
    made_cut, _ = read_slow_candles(data, "CUT/USDT", "1d")
    cut.unlink()
    pd.testing.assert_frame_equal(made_cut, made.iloc[1:-1].reset_index(drop=True))


@pytest.mark.parametrize("name", ["ETH_USDT-1h-foo", "ETH_USDT-1Mo", "ETH_USDT-7x", "ETH_USDT-trades"])
def test_other_files_of_a_pair_are_none_of_its_candles(workplace, name) -> None:
    """Freqtrade's list of what there is ends with a ValueError at a kind that it does not know."""
    data = workplace / "user_data/data/binance"
    file = data / f"{name}.feather"
    file.touch()
    try:
        assert read_slow_candles(data, "ETH/USDT", "1d")[1] == "5m"
    finally:
        file.unlink()


def test_a_reference_pair_tells_the_regime_of_the_others(workplace) -> None:
    data = workplace / "user_data/data/binance"
    settings = parse_settings(BLOCK | {"reference_pair": "BTC/USDT"})
    btc = read_pair_regimes(data, "BTC/USDT", settings, ["rules"])
    eth = read_pair_regimes(data, "ETH/USDT", settings, ["rules"])
    assert (btc.told_by, eth.told_by) == ("BTC/USDT", "BTC/USDT")
    pd.testing.assert_frame_equal(btc.views["rules"], eth.views["rules"])
    own = read_pair_regimes(data, "ETH/USDT", parse_settings(BLOCK), ["rules"])
    assert (own.views["rules"]["regime"] != eth.views["rules"]["regime"]).any()
    pd.testing.assert_frame_equal(own.candles, eth.candles)


def test_later_candles_change_hindsight_but_no_detector(workplace) -> None:
    data, settings = workplace / "user_data/data/binance", parse_settings(BLOCK)
    whole = read_pair_regimes(data, "BTC/USDT", settings, ["rules"])
    early = read_pair_regimes(data, "BTC/USDT", settings, ["rules"], timerange="-20230601")
    size = len(early.candles)
    assert 0 < size < len(whole.candles)
    online = whole.views["rules"]["regime"].to_numpy()
    np.testing.assert_array_equal(early.views["rules"]["regime"], online[:size])
    np.testing.assert_array_equal(early.references["offline"], whole.references["offline"][:size])


def test_truth_is_that_of_the_simulation() -> None:
    market = simulate_pair(PLAN, "BTC/USDT")
    daily = resample_candles(market.candles, "1d")
    truth = true_regimes(daily, "1d", PLAN, "BTC/USDT")
    np.testing.assert_array_equal(truth, market.regimes.reshape(DAYS, -1)[:, 100])
    assert Regime.UNKNOWN not in truth
    np.testing.assert_array_equal(true_regimes(daily.iloc[50:90], "1d", PLAN, "BTC/USDT"), truth[50:90])


def test_pair_without_candles_ends_no_other(tmp_path, root, make_walk) -> None:
    """The whitelist may name a pair that was never downloaded; asked for alone, it is refused."""
    data = tmp_path / "data"
    data.mkdir()
    (tmp_path / "u").mkdir()
    make_walk(2000, "1d", seed=3).to_feather(data / "BTC_USDT-1d.feather")
    file = tmp_path / "config.json"
    told = json.loads((root / "config.json").read_text())
    told["exchange"]["pair_whitelist"] = ["NEW/USDT", "B.*/USDT"]
    file.write_text(json.dumps(told))
    words = ["auriga", "regimes", "-c", str(file), "--userdir", str(tmp_path / "u"), "--datadir", str(data)]
    done = run_program(words, cwd=root)
    assert done.returncode == 0, done.stdout
    assert "BTC/USDT, 2000 candles of 1d" in done.stdout
    assert "Left out: no 1d candles of NEW/USDT" in done.stdout
    alone = run_program([*words, "--pairs", "NEW/USDT"], cwd=root)
    assert alone.returncode == 1
    assert "no 1d candles of NEW/USDT" in alone.stdout
