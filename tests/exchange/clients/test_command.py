"""`auriga exchange` as a command: refusals, signals, what it leaves behind."""

import json
import os
import shlex
import shutil
import signal
import socket
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

import ccxt
import numpy as np
import pandas as pd
import pytest
from rich.console import Console

from auriga.cli import main
from auriga.cli._exchange_markets import MarketOptions
from auriga.errors import ExchangeError, ParameterError
from auriga_exchange import Journal, bind_loopback

Started = Callable[..., Any]
"""`exchange_process`: starts the command and waits until it answers."""


def refusal(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], *options: str) -> str:
    monkeypatch.setattr(sys, "argv", ["auriga", "exchange", *options])
    with pytest.raises(SystemExit) as end:
        main()
    assert end.value.code == 1
    lines = capsys.readouterr().err.strip().splitlines()
    assert len(lines) == 1
    return lines[0]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--candles", "x", "--market", "easy"], "exclude each other"),
        (["--candles", "x", "--days", "9"], "--days only apply to simulated markets"),
        (["--until-now", "--start", "2024-01-01"], "--days sets the length"),
        (["--candles", "nowhere", "--port", "0"], "no directory nowhere"),
        (["--market", "nowhere", "--port", "0"], "'nowhere' is unknown"),
        (["--port", "70000"], "port 70000 is not within"),
        (["--live"], "--live needs --overlay"),
        (["--speed", "0", "--port", "0"], "speed 0 is not above 0"),
        (["--balance", "USDT"], "such as USDT=10000"),
        (["--balance", "USDT=-1"], "such as USDT=10000"),
        (["--balance", "USDT=1", "--balance", "USDT=2"], "names a currency twice"),
        (["--state", "nowhere/state.sqlite", "--days", "2", "--port", "0"], "choose another --state"),
        (["--scenario", "nowhere.yaml"], "nowhere.yaml cannot be read"),
        (["--market", "easy", "--replay-from", "2024-01-01"], "plays recorded candles"),
    ],
)
def test_refusals_are_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], options: list[str], message: str
) -> None:
    handler = signal.getsignal(signal.SIGTERM)
    assert message in refusal(monkeypatch, capsys, *options)
    assert signal.getsignal(signal.SIGTERM) == handler


def test_taken_port_is_named(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        line = refusal(monkeypatch, capsys, "--port", str(port))
    assert f"port {port} on 127.0.0.1 is taken; choose another --port" in line


def test_empty_directory(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    line = refusal(monkeypatch, capsys, "--port", "0", "--candles", str(tmp_path))
    assert str(tmp_path) in line and "download-data" in line


def test_damaged_files_are_named_and_the_others_served(
    tmp_path: Path, recording: Path, exchange_process: Started
) -> None:
    folder = tmp_path / "candles"
    shutil.copytree(recording, folder)
    (folder / "CUT_USDT-5m.feather").write_bytes((folder / "BTC_USDT-5m.feather").read_bytes()[:5000])
    (folder / "futures" / "CUT_USDT_USDT-1h-mark.feather").touch()
    (folder / "BTC_USDT-trades.feather").touch()
    with exchange_process(tmp_path / "overlay.json", "--candles", str(folder)) as running:
        with urllib.request.urlopen(f"{running.url}/klines?symbol=PEPEUSDT&interval=5m&limit=1") as answer:
            assert len(json.load(answer)) == 1
        running.process.terminate()
        output, _ = running.process.communicate(timeout=20)
    assert f"Not served: {folder}/CUT_USDT-5m.feather is not a readable feather file" in output
    assert f"Not served: {folder}/futures/CUT_USDT_USDT-1h-mark.feather is empty (0 bytes)" in output
    assert "1 file left out: trades" in output and "Traceback" not in output


def test_only_damaged_files_are_refused_by_name(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    (tmp_path / "CUT_USDT-5m.feather").touch()
    line = refusal(monkeypatch, capsys, "--port", "0", "--candles", str(tmp_path))
    assert f"no file in {tmp_path} can be used: {tmp_path}/CUT_USDT-5m.feather is empty" in line


def test_binding_is_limited_to_the_loopback_interface() -> None:
    with bind_loopback(0) as listener:
        address, port = listener.getsockname()
        assert (address, listener.proto) == ("127.0.0.1", socket.IPPROTO_TCP)
        listener.listen()
        with pytest.raises(ExchangeError, match="is taken"):
            bind_loopback(port)
    with pytest.raises(ParameterError, match="-1"):
        bind_loopback(-1)


def idle_client(url: str) -> socket.socket:
    """Return an open connection that never says anything: it must not hold up the end."""
    return socket.create_connection(("127.0.0.1", port_of(url)))


@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGTERM], ids=["SIGINT", "SIGTERM"])
def test_signals_end_it_and_nothing_stays(tmp_path: Path, exchange_process: Started, end: int) -> None:
    overlay = tmp_path / "made" / "overlay.json"
    before = None
    if end == signal.SIGTERM:
        overlay.parent.mkdir()
        overlay.write_bytes(before := b'{"before": true}\n')
    command = (overlay, "--market", "easy", "--pairs", "BTC/USDT", "--days", "2")
    with exchange_process(*command) as running, idle_client(running.url):
        os.kill(running.process.pid, end)
        output, _ = running.process.communicate(timeout=20)
    assert running.process.returncode == 0
    assert "SIMULATED" in output and "Traceback" not in output
    assert "--datadir user_data/data/simulated-easy" in output
    if before is None:
        assert list(tmp_path.iterdir()) == []
    else:
        assert overlay.read_bytes() == before
        assert list(overlay.parent.iterdir()) == [overlay]


def port_of(url: str) -> int:
    return int(url.split(":")[2].split("/")[0])


def test_replay_moves_whole_weeks(tmp_path: Path, recording: Path, exchange_process: Started) -> None:
    options = ("--candles", str(recording), "--replay-from", "2025-01-04", "--speed", "60")
    with exchange_process(tmp_path / "overlay.json", *options) as running:
        with urllib.request.urlopen(f"{running.url}/klines?symbol=BTCUSDT&interval=5m&limit=2") as answer:
            rows = json.load(answer)
        running.process.terminate()
        output, _ = running.process.communicate(timeout=20)
    assert "REPLAY" in output and "weeks" in output and "60 times as fast" in output
    source = pd.read_feather(recording / "BTC_USDT-5m.feather").set_index("date")
    opened = pd.Timestamp(rows[0][0], unit="ms", tz="UTC")
    assert abs(pd.Timestamp.now("UTC") - opened) < pd.Timedelta(minutes=60)
    weeks = (opened - pd.Timestamp("2025-01-04", tz="UTC")) // pd.Timedelta(weeks=1)
    original: Any = source.loc[opened - weeks * pd.Timedelta(weeks=1)]
    assert [float(number) for number in rows[0][1:6]] == original.tolist()


@pytest.mark.parametrize(
    ("date", "message"),
    [("soon", "is not a date"), ("2019-01-01", "outside of"), ("2999-01-01", "outside of")],
)
def test_replay_refuses_other_dates(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    recording: Path,
    date: str,
    message: str,
) -> None:
    options = ("--candles", str(recording), "--replay-from", date, "--port", "0")
    assert message in refusal(monkeypatch, capsys, *options)


def test_live_overlay_has_keys_that_nothing_prints(tmp_path: Path, exchange_process: Started) -> None:
    options = ("--market", "easy", "--pairs", "BTC/USDT", "--days", "2", "--live", "--mode", "futures")
    with exchange_process(tmp_path / "overlay.json", *options) as running:
        config = running.config
        assert running.overlay.stat().st_mode & 0o777 == 0o600
        running.process.terminate()
        output, _ = running.process.communicate(timeout=20)
    assert config["dry_run"] is False and config["trading_mode"] == "futures"
    assert config["exchange"]["pair_whitelist"] == ["BTC/USDT:USDT"]
    for name in ("key", "secret"):
        assert len(config["exchange"][name]) == 64 and config["exchange"][name] not in output


SMALL = ("--market", "easy", "--until-now", "--pairs", "BTC/USDT", "--days", "2")


def test_state_keeps_account_and_keys_over_a_kill(tmp_path: Path, exchange_process: Started) -> None:
    state = tmp_path / "state.sqlite"
    options = (*SMALL, "--live", "--state", str(state))
    with exchange_process(
        tmp_path / "first.json", *options, "--balance", "USDT=777", "--balance", "BTC=2"
    ) as first:
        client = ccxt.binance(ccxt_options(first.config))
        order = client.create_order("BTC/USDT", "limit", "buy", 1, 20)
        first.process.kill()
    assert state.stat().st_mode & 0o777 == 0o600
    with exchange_process(tmp_path / "second.json", *options) as second:
        assert second.config["exchange"]["key"] == first_key(first.overlay)
        client = ccxt.binance(ccxt_options(second.config))
        assert [each["id"] for each in client.fetch_open_orders("BTC/USDT")] == [order["id"]]
        balance = client.fetch_balance()
        assert (balance["USDT"]["total"], balance["USDT"]["used"], balance["BTC"]["free"]) == (777, 20, 2)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--seed", "7"], "seed 0 instead of 7"),
        (["--market", "noise"], "market 'easy' instead of 'noise'"),
    ],
)
def test_an_account_stays_on_its_market(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    exchange_process: Started,
    options: list[str],
    message: str,
) -> None:
    kept = ("--state", str(tmp_path / "state.sqlite"))
    with exchange_process(tmp_path / "overlay.json", *SMALL, *kept):
        pass
    given = [*SMALL, *kept, "--port", "0", *options]
    assert message in refusal(monkeypatch, capsys, *given)


def test_prices_go_on_where_an_account_was_opened(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    options = {"market": "easy", "pairs": "BTC/USDT", "seed": 0, "start": "2023-01-01", "timeframe": "1h"}
    given = {"candles": None, "replay_from": None, "until_now": True, "days": 3, "given": frozenset[str]()}
    told: dict[str, Any] = {**options, **given}
    journal, screen = Journal(), Console(quiet=True)
    market = MarketOptions(**told)
    before, _ = market.as_kept(journal).open(screen)
    later = pd.Timestamp.now("UTC") + pd.Timedelta(days=4)
    monkeypatch.setattr(pd.Timestamp, "now", lambda zone: later)
    after, _ = market.as_kept(journal).open(screen)
    was, now = (store.native("BTCUSDT")["1h"] for store in (before, after))
    assert len(now.opens_at) == len(was.opens_at) + 4 * 24
    np.testing.assert_array_equal(now.opens_at[: len(was.opens_at)], was.opens_at)
    np.testing.assert_array_equal(now.values[: len(was.opens_at)], was.values)


def ccxt_options(config: dict[str, Any]) -> dict[str, Any]:
    exchange = config["exchange"]
    return {**exchange["ccxt_config"], "apiKey": exchange["key"], "secret": exchange["secret"]}


def first_key(overlay: Path) -> str:
    """Return the key in an overlay that a killed exchange left behind."""
    return str(json.loads(overlay.read_text())["exchange"]["key"])


def test_balances_of_a_state_cannot_be_given_again(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    (tmp_path / "state.sqlite").touch()
    options = ("--state", str(tmp_path / "state.sqlite"), "--balance", "USDT=1")
    assert "holds one already" in refusal(monkeypatch, capsys, *options)


def test_futures_account_gets_the_balances(tmp_path: Path, exchange_process: Started) -> None:
    options = (*SMALL, "--live", "--mode", "futures", "--balance", "USDT=500")
    with exchange_process(tmp_path / "overlay.json", *options) as running:
        client = ccxt.binance(ccxt_options(running.config))
        client.options["defaultType"] = "swap"
        assert client.fetch_balance()["USDT"]["total"] == 500


def test_scenario_begins_when_requests_are_answered(tmp_path: Path, exchange_process: Started) -> None:
    scenario = tmp_path / "outage.yaml"
    scenario.write_text(
        "name: outage\nevents:\n  - at: 0s\n    kind: 5xx\n    endpoint: GET /api/v3/klines\n    count: 1\n"
    )
    with exchange_process(tmp_path / "overlay.json", *SMALL, "--scenario", str(scenario)) as running:
        url = f"{running.url}/klines?symbol=BTCUSDT&interval=5m"
        assert wait_for_status(url, 503)
        assert urllib.request.urlopen(url).status == 200
        running.process.terminate()
        output, _ = running.process.communicate(timeout=20)
    assert "SCENARIO 'outage'" in output and "Traceback" not in output
    assert running.process.returncode == 0


def test_the_rehearsal_of_the_readme(root: Path, tmp_path: Path, exchange_process: Started) -> None:
    line = next(line for line in (root / "README.md").read_text().splitlines() if " --scenario " in line)
    options = shlex.split(line)[2:]
    files = {"exchange.sqlite": tmp_path / "exchange.sqlite", "live.json": tmp_path / "live.json"}
    options = [str(files.get(option, option)) for option in options]
    with exchange_process(files["live.json"], *options, "--days", "2") as running:
        client = ccxt.binance(ccxt_options(running.config))
        assert client.create_order("ETH/USDT", "market", "buy", 1)["status"] == "closed"
        assert running.config["dry_run"] is False
    assert files["exchange.sqlite"].exists()


def wait_for_status(url: str, status: int) -> bool:
    for _ in range(20):
        try:
            urllib.request.urlopen(url).close()
        except urllib.error.HTTPError as error:
            return error.code == status
        time.sleep(0.1)
    return False
