"""`auriga candles` on a folder with one file of every kind: each is named, and none ends the others."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from tests.conftest import random_walk
from tests.support.programs import Done, run_program
from typer.testing import CliRunner

from auriga.candles import CandleFile, list_candle_files, read_candle_file, read_funding_rates
from auriga.cli._main import app
from auriga.errors import CandleError

WALK = random_walk(300, "5m", seed=1)
RATES = pd.DataFrame({"date": WALK["date"][::96], "funding_rate": 1e-4}).reset_index(drop=True)
DATE, OPEN = WALK["date"], WALK["open"]

SOUND = {
    "AAA_USDT-5m.feather": WALK,
    "1000PEPE_USDT-5m.feather": WALK,
    "aaa_usdt-5m.feather": WALK,
    "NANO_USDT-5m.feather": WALK.assign(date=DATE.dt.as_unit("ns")),
    "WHOLE_USDT-5m.feather": WALK.assign(volume=7),
    "HOLE_USDT-5m.feather": WALK.drop(index=3).reset_index(drop=True),
    "ONE_USDT-5m.feather": WALK.iloc[:1],
    "PQ_USDT-5m.parquet": WALK,
    "JS_USDT-5m.json": WALK,
    "JZ_USDT-5m.json.gz": WALK,
    "MINUTE_USDT-1m.feather": random_walk(30, "1m", seed=1),
    "WEEK_USDT-1w.feather": random_walk(20, "1w", seed=1),
    "futures/AAA_USDT_USDT-5m-futures.feather": WALK,
    "futures/1000PEPE_USDT_USDT-5m-futures.feather": WALK,
    "futures/BTC_USDT_USDT-230331-5m-futures.feather": WALK,
    "futures/AAA_USDT_USDT-5m-mark.feather": WALK.assign(volume=0.0),
    "futures/AAA_USDT_USDT-5m-index.feather": WALK.assign(volume=0.0),
    "futures/AAA_USDT_USDT-1h-funding_rate.feather": RATES,
    "futures/OLD_USDT_USDT-8h-funding_rate.feather": RATES.rename(columns={"funding_rate": "open"}).assign(
        high=0.0, low=0.0, close=0.0, volume=0.0
    ),
    "futures/JS_USDT_USDT-8h-funding_rate.json": RATES,
    "futures/JO_USDT_USDT-8h-funding_rate.json": RATES.rename(columns={"funding_rate": "open"}).assign(
        high=0.0, low=0.0, close=0.0, volume=0.0
    ),
}
"""Files that can be used, with their candles."""

WRONG: dict[str, tuple[pd.DataFrame | bytes | None, str]] = {
    "ZERO_USDT-5m.feather": (b"", "is empty (0 bytes)"),
    "GARBAGE_USDT-5m.feather": (b"a page of a proxy: 502 Bad Gateway", "is not a readable feather file ("),
    "NONE_USDT-5m.feather": (WALK.iloc[:0], "no candles at all"),
    "COLUMNS_USDT-5m.feather": (WALK[["date", "open"]], "lack the columns high, low, close, volume; "),
    "OTHER_USDT-5m.feather": (pd.DataFrame({"a": [1]}), "candles lack the columns date, open, "),
    "LOCAL_USDT-5m.feather": (WALK.assign(date=DATE.dt.tz_localize(None)), "has type datetime64[ms]"),
    "BERLIN_USDT-5m.feather": (WALK.assign(date=DATE.dt.tz_convert("Europe/Berlin")), "Europe/Berlin"),
    "STAMPS_USDT-5m.feather": (WALK.assign(date=DATE.astype("int64")), "date column has type int64"),
    "UNIT_USDT-5m.feather": (
        WALK.assign(date=pd.to_datetime(DATE.astype("int64"), unit="us", utc=True)),
        "299 candles closer together than the timeframe",
    ),
    "TEXT_USDT-5m.feather": (WALK.assign(open=OPEN.astype(str)), "the columns open hold text instead"),
    "UNDATED_USDT-5m.feather": (WALK.assign(date=DATE.where(WALK.index != 5)), "of 300 candles have no date"),
    "NAN_USDT-5m.feather": (WALK.assign(close=OPEN.where(WALK.index != 5)), "1 candle with NaN or infinite"),
    "NULL_USDT-5m.feather": (
        WALK.assign(low=WALK["low"].where(WALK.index != 5).astype("Float64")), "1 candle with NaN or infinite"
    ),
    "INF_USDT-5m.feather": (WALK.assign(high=np.inf), "300 candles with NaN or infinite"),
    "MINUS_USDT-5m.feather": (WALK.assign(low=-1.0), "300 candles with a price of zero or below"),
    "UPSIDE_USDT-5m.feather": (WALK.assign(high=WALK["low"], low=WALK["high"]), "high or low contradicts"),
    "BACK_USDT-5m.feather": (WALK.iloc[::-1].reset_index(drop=True), "299 candles out of order"),
    "TWICE_USDT-5m.feather": (WALK.iloc[[0, 1, 1, 2]].reset_index(drop=True), "1 duplicated candle, first"),
    "FAST_USDT-1h.feather": (WALK, "299 candles closer together than the timeframe"),
    "KIND_USDT-5m-foo.feather": (WALK, "ends with 'foo', which is no kind of candles"),
    "FRAME_USDT-7x.feather": (WALK, "timeframe '7x' is not a number followed by m, h, d or w"),
    "BROKEN_USDT-5m.parquet": (b"PAR1 and no more", "is not a readable parquet file ("),
    "BROKEN_USDT-5m.json": (b'[[1700000000000,1,2,', "is not a readable json file ("),
    "BROKEN_USDT-5m.json.gz": (b"\x1f\x8b\x08\x00", "is not a readable json.gz file ("),
    "WORDS_USDT-5m.json": (b'{"a": {"b": 1}}', "candles lack the columns date, open, "),
    "futures/ZERO_USDT_USDT-5m-futures.feather": (b"", "is empty (0 bytes)"),
    "futures/NAN_USDT_USDT-8h-funding_rate.feather": (RATES.assign(funding_rate=np.nan), "not numbers"),
    "futures/TEXT_USDT_USDT-8h-funding_rate.feather": (RATES.assign(funding_rate="x"), "not numbers"),
    "futures/TWICE_USDT_USDT-8h-funding_rate.feather": (RATES.iloc[[0, 1, 1, 2]], "has repeated times"),
    "futures/NONE_USDT_USDT-8h-funding_rate.feather": (RATES.iloc[:0], "no funding rates at all"),
    "FOLDER_USDT-5m.feather": (None, "is a folder, not a file"),
    "LINK_USDT-5m.feather": (None, "is a link to a file that is not there"),
    "CUT_USDT-5m.feather": (None, "is not a readable feather file ("),
}  # fmt: skip
"""Files that cannot be used, with what is said of each."""

LEFT_OUT = {
    "AAA_USDT-trades.feather": "trades",
    "AAA_USDT-5m.h5": "a format that Freqtrade no longer reads",
    "AAAUSDT.feather": "not named as Freqtrade names candles",
    "MONTH_USDT-1Mo.feather": "months and years",
    "MONTH_USDT-1M.feather": "months and years",
    "notes [of] 2025.txt": "no candles",
    "futures/AAA_USDT_USDT-5m-premiumIndex.feather": "premium indices",
    "futures/AAA_USDT_USDT-5m-open_interest.feather": "open interest",
}
"""Files that are none of candles or rates, with what they are called."""


def write(file: Path, content: pd.DataFrame | bytes) -> None:
    file.parent.mkdir(exist_ok=True)
    if isinstance(content, bytes):
        file.write_bytes(content)
    elif ".json" in file.name:
        stamps = content["date"].dt.as_unit("ms").astype("int64")
        content.assign(date=stamps).to_json(file, orient="values")
    else:
        (content.to_parquet if file.suffix == ".parquet" else content.to_feather)(file)


def inspected(folder: Path, **options: str) -> Done:
    return run_program(["auriga", "candles", str(folder)], cwd=folder.parent, environment=options)


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> Done:
    folder = tmp_path_factory.mktemp("odd")
    for name, frame in SOUND.items():
        write(folder / name, frame)
    for name, (content, _) in WRONG.items():
        if content is not None:
            write(folder / name, content)
    for name in LEFT_OUT:
        write(folder / name, b"anything")
    write(folder / "._AAA_USDT-5m.feather", b"what another system leaves beside a file")
    (folder / "FOLDER_USDT-5m.feather").mkdir()
    (folder / "LINK_USDT-5m.feather").symlink_to("nowhere")
    whole = (folder / "AAA_USDT-5m.feather").read_bytes()
    (folder / "CUT_USDT-5m.feather").write_bytes(whole[: len(whole) // 2])
    return inspected(folder)


def named(done: Done, name: str) -> list[str]:
    """Lines with a name of its own, not as the end of another one."""
    return [line for line in done.stdout.splitlines() if any(each == name for each in words(line))]


def words(line: str) -> list[str]:
    return [word.strip(":,") for word in line.replace("│", " ").split()]


def test_nothing_ends_the_command(done: Done) -> None:
    assert "Traceback" not in done.stdout
    assert done.returncode == 1
    assert f"{len(WRONG)} of {len(SOUND) + len(WRONG)} files cannot be used" in done.stdout


@pytest.mark.parametrize("name", SOUND)
def test_a_sound_file_has_its_row(done: Done, name: str) -> None:
    (line,) = named(done, name)
    assert line.startswith("│")
    assert str(len(SOUND[name])) in words(line)
    assert "no problem" in line or name.startswith("HOLE")


def test_a_hole_is_told_in_its_row(done: Done) -> None:
    (line,) = named(done, "HOLE_USDT-5m.feather")
    assert "1 missing candle, first at 2024-01-01 00:15 UTC" in line


@pytest.mark.parametrize("name", WRONG)
def test_a_file_that_cannot_be_used_is_named_with_what_is_wrong(done: Done, name: str) -> None:
    (line,) = named(done, name)
    assert line.startswith(name) and WRONG[name][1] in line


@pytest.mark.parametrize("name", LEFT_OUT)
def test_what_is_left_out_is_named(done: Done, name: str) -> None:
    lines = [line for line in done.stdout.splitlines() if name in line.partition("): ")[2].split(", ")]
    assert len(lines) == 1 and lines[0].startswith(f"left out ({LEFT_OUT[name]}")


def test_hidden_files_are_no_candles(done: Done) -> None:
    assert "._AAA" not in done.stdout


def test_rates_are_those_of_the_file_whatever_its_form(tmp_path: Path) -> None:
    for number, name in enumerate(name for name in SOUND if name.endswith(("rate.feather", "rate.json"))):
        write(tmp_path / str(number) / Path(name).name, SOUND[name])
        (file,) = list_candle_files(tmp_path / str(number)).files
        frame = read_funding_rates(file)
        assert frame["date"].tolist() == RATES["date"].tolist()
        assert frame["funding_rate"].tolist() == RATES["funding_rate"].tolist()


def test_sound_files_and_trades_are_no_fault(tmp_path: Path) -> None:
    write(tmp_path / "AAA_USDT-5m.feather", WALK)
    write(tmp_path / "AAA_USDT-trades.feather", b"not opened")
    done = inspected(tmp_path)
    assert done.returncode == 0 and "left out (trades): AAA_USDT-trades.feather" in done.stdout


def test_a_narrow_terminal_that_is_a_pipe_cuts_no_name(tmp_path: Path) -> None:
    name = "1000000MOG_USDT_USDT-15m-funding_rate.feather"
    write(tmp_path / "futures" / name, RATES)
    done = inspected(tmp_path / "futures", COLUMNS="40")
    assert done.returncode == 0 and len(named(done, name)) == 1


def test_a_file_in_the_wrong_folder_says_where_freqtrade_looks(tmp_path: Path) -> None:
    write(tmp_path / "futures" / "AAA_USDT-5m.feather", WALK)
    write(tmp_path / "BBB_USDT_USDT-5m-futures.feather", WALK)
    done = inspected(tmp_path)
    assert "such a file in a folder named futures alone" in named(done, "BBB_USDT_USDT-5m-futures.feather")[0]
    assert "such a file in the folder above alone" in named(done, "futures/AAA_USDT-5m.feather")[0]


def test_a_file_without_permission_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "AAA_USDT-5m.feather"
    write(file, WALK)

    def refused(path: Path) -> pd.DataFrame:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(pd, "read_feather", refused)  # the tests may run as root, who reads everything
    with pytest.raises(CandleError, match=r"AAA_USDT-5m\.feather may not be read by this user"):
        read_candle_file(CandleFile(file, "AAA_USDT", "5m", "spot", "feather"))


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    write(tmp_path / "AAA_USDT-5m.feather", WALK)
    os.mkfifo(tmp_path / "PIPE_USDT-5m.feather")
    done = inspected(tmp_path)
    assert named(done, "PIPE_USDT-5m.feather") == [
        "PIPE_USDT-5m.feather is a pipe or a device, not a file; download it again"
    ]
    assert len(named(done, "AAA_USDT-5m.feather")) == 1


def test_a_futures_folder_that_cannot_be_read_ends_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path / "AAA_USDT-5m.feather", WALK)
    (tmp_path / "futures").mkdir()
    listed = Path.iterdir

    def refused(path: Path) -> Iterator[Path]:
        if path.name == "futures":
            raise PermissionError(13, "Permission denied", str(path))
        return listed(path)

    monkeypatch.setattr(Path, "iterdir", refused)  # the tests may run as root, who reads everything
    done = CliRunner().invoke(app, ["candles", str(tmp_path)])
    assert done.exit_code == 1 and "AAA_USDT-5m.feather" in done.output
    assert f"the folder {tmp_path}/futures cannot be read: Permission denied" in done.output


def make_nothing(folder: Path) -> Path:
    return folder


def make_file(folder: Path) -> Path:
    write(folder / "AAA_USDT-5m.feather", WALK)
    return folder / "AAA_USDT-5m.feather"


def make_below(folder: Path) -> Path:
    write(folder / "binance" / "AAA_USDT-5m.feather", WALK)
    return folder


def make_trades(folder: Path) -> Path:
    write(folder / "AAA_USDT-trades.feather", b"trades")
    return folder


@pytest.mark.parametrize(
    ("made", "message"),
    [
        (make_nothing, "no candle files in {0}; freqtrade download-data writes them there"),
        (make_below, "no candle files in {0}; there are some in {0}/binance"),
        (make_trades, "no candle files in {0}; freqtrade download-data writes them there"),
        (make_file, "{0} is a file; give the folder that it is in"),
        (lambda folder: folder / "nowhere", "there is no folder {0}; give the one that holds candle files"),
    ],
)
def test_a_folder_without_candles(tmp_path: Path, made: Callable[[Path], Path], message: str) -> None:
    folder = made(tmp_path)
    done = run_program(["auriga", "candles", str(folder)], cwd=tmp_path)
    assert done.returncode == 1 and f"Error: {message.format(folder)}" in done.stdout.splitlines()[-1]
    assert "Traceback" not in done.stdout
