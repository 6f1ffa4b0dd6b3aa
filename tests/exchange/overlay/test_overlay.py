"""The configuration overlay: complete, and gone afterwards."""

import json
from collections.abc import Iterator
from pathlib import Path

import ccxt.pro
import pytest

from auriga.errors import ExchangeError, ParameterError
from auriga_exchange import offline_config, overlay_file, overlay_text


def leaves(tree: dict[str, object], prefix: str = "") -> Iterator[tuple[str, object]]:
    for key, value in tree.items():
        if isinstance(value, dict):
            yield from leaves(value, f"{prefix}{key}.")
        else:
            yield prefix + key, value


def test_every_address_of_ccxt_is_replaced() -> None:
    ours = dict(leaves(offline_config(1234)["exchange"]["ccxt_config"]["urls"]["api"]))
    theirs = dict(leaves(ccxt.pro.binance().urls["api"]))
    assert set(ours) == set(theirs)
    assert all(str(url).split("://")[1].startswith("127.0.0.1:1234/") for url in ours.values())


def test_ccxt_ends_up_on_the_loopback_interface_alone() -> None:
    exchange = ccxt.pro.binance(offline_config(1234)["exchange"]["ccxt_config"])
    assert all("127.0.0.1:1234" in str(url) for _, url in leaves(exchange.urls["api"]))


def test_websocket_addresses_suit_ccxt() -> None:
    streams = offline_config()["exchange"]["ccxt_config"]["urls"]["api"]["ws"]
    assert "/stream" in streams["spot"]
    assert "/stream" not in streams["linear"]


def test_shipped_overlay_is_the_generated_one(root: Path) -> None:
    assert (root / "configs" / "offline.json").read_text() == overlay_text(offline_config())


def test_only_simulated_markets_get_places_of_their_own() -> None:
    assert set(offline_config()) == {"exchange"}
    simulated = offline_config(simulated="hard")
    assert simulated["freqai"] == {"identifier": "auriga-simulated-hard"}
    contracts = offline_config(simulated="hard", mode="futures")
    assert contracts["freqai"] == {"identifier": "auriga-simulated-hard-futures"}


def test_futures_mode_asks_for_contracts_alone() -> None:
    config = offline_config(mode="futures", pairs=["BTC/USDT:USDT"])
    assert (config["trading_mode"], config["margin_mode"]) == ("futures", "isolated")
    assert config["exchange"]["pair_whitelist"] == ["BTC/USDT:USDT"]
    assert config["exchange"]["ccxt_config"]["options"]["fetchMarkets"] == {"types": ["linear"]}
    with pytest.raises(ParameterError, match="choose spot or futures"):
        offline_config(mode="margin")


def test_live_mode_needs_keys_and_nothing_else_gets_them() -> None:
    keys = ("a-key", "a-secret")
    live = offline_config(live=True, keys=keys)
    assert live["dry_run"] is False
    assert (live["exchange"]["key"], live["exchange"]["secret"]) == keys
    assert offline_config(keys=keys) == offline_config()
    with pytest.raises(ParameterError, match="needs keys"):
        offline_config(live=True)


def test_requests_are_paced_where_limits_are_enforced() -> None:
    for limited in (True, False):
        ccxt_config = offline_config(limited=limited)["exchange"]["ccxt_config"]
        assert ccxt_config["enableRateLimit"] is limited


def test_secret_file_is_for_its_owner_alone(tmp_path: Path) -> None:
    new, shared = tmp_path / "new.json", tmp_path / "shared.json"
    shared.write_text("{}")
    shared.chmod(0o644)
    for file in (new, shared):
        with overlay_file(file, offline_key_text(), secret=True):
            assert file.stat().st_mode & 0o777 == 0o600
    assert shared.read_text() == "{}" and shared.stat().st_mode & 0o777 == 0o644
    assert not new.exists()
    with overlay_file(new, "{}"):
        assert new.stat().st_mode & 0o077 != 0


def offline_key_text() -> str:
    return overlay_text(offline_config(live=True, keys=("key", "secret")))


def test_file_and_directories_go_again(tmp_path: Path) -> None:
    file = tmp_path / "deep" / "er" / "overlay.json"
    with overlay_file(file, "{}"):
        assert json.loads(file.read_text()) == {}
        assert [entry.name for entry in file.parent.iterdir()] == ["overlay.json"]
    assert list(tmp_path.iterdir()) == []


def test_file_that_was_there_comes_back(tmp_path: Path) -> None:
    file = tmp_path / "overlay.json"
    file.write_bytes(b'{"mine": 1}\r\n\xff')
    file.chmod(0o600)
    with pytest.raises(KeyError), overlay_file(file, "{}"):
        assert file.read_text() == "{}"
        raise KeyError
    assert file.read_bytes() == b'{"mine": 1}\r\n\xff'
    assert file.stat().st_mode & 0o777 == 0o600
    assert len(list(tmp_path.iterdir())) == 1


def test_impossible_places_are_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("kept")
    for place in (tmp_path, tmp_path / "file" / "overlay.json"):
        with pytest.raises(ExchangeError, match="choose another --overlay"), overlay_file(place, "{}"):
            pass
    assert [entry.name for entry in tmp_path.iterdir()] == ["file"]
    assert (tmp_path / "file").read_text() == "kept"
