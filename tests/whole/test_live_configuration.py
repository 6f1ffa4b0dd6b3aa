"""`configs/live.json`, and what `docs/telegram.md` says of the REST interface, on a stock dry-run bot."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, fields
from datetime import UTC, datetime, timedelta
from pathlib import Path
from string import Formatter
from typing import Any, get_type_hints

import httpx
import pandas as pd
import pytest
from freqtrade.configuration import Configuration
from freqtrade.configuration.config_validation import validate_config_schema
from freqtrade.enums import RPCMessageType, RunMode
from freqtrade.exceptions import ConfigurationError
from freqtrade.rpc import rpc_types
from freqtrade.rpc.webhook import Webhook
from typer.testing import CliRunner

from auriga.cli._main import app
from auriga.host.setup import bot_database, load_config
from auriga.host.trading._entry_facts import EntryFacts
from rig import ENDED_BY_SIGNAL, NEVER, ROOT, Bot, Exchange, Receiver

LIVE = ROOT / "configs" / "live.json"
FORMS = {
    name: form for name, form in json.loads(LIVE.read_text())["webhook"].items() if isinstance(form, dict)
}
DATABASE = "user_data/tradesv3.dryrun.sqlite"
LOG = "user_data/logs/freqtrade.log"


class PaperBot(Bot):
    """Started in a folder of its own with `-c config.json -c configs/live.json`; no other path is given."""

    @property
    def files(self) -> list[str]:
        configs = (ROOT / "config.json", LIVE, self.exchange.overlay, self.folder / f"{self.name}.json")
        return [word for file in configs for word in ("-c", str(file))]


@dataclass
class Paper:
    """A bot, what it told, and the trades that were made by hand: one closed and one open."""

    bot: PaperBot
    receiver: Receiver
    closed: int = 0
    open: int = 0

    @property
    def database(self) -> Path:
        return self.bot.folder / DATABASE

    def texts(self) -> list[str]:
        return [message["text"] for message in self.receiver.messages]


@pytest.fixture(scope="module")
def paper(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Paper]:
    folder = tmp_path_factory.mktemp("paper")
    with Receiver() as receiver, Exchange(folder / "exchange") as exchange:
        overlay = {
            "freqaimodel_path": str(ROOT / "freqaimodels"),
            "freqai": {"live_retrain_hours": 24},
            "log_config": {"handlers": {"file": {"maxBytes": 8000}}},
            "webhook": {"enabled": True, "url": receiver.config["url"]},
        }
        bot = PaperBot(folder, exchange, overlay=overlay, parameters=NEVER)
        bot.place = folder
        with bot:
            bot.wait(bot.running, 120, "bot is running")
            yield _traded(Paper(bot, receiver))
            assert bot.stop() == ENDED_BY_SIGNAL


def _traded(paper: Paper) -> Paper:
    rest, wait = paper.bot.rest, paper.bot.wait
    options = {"ordertype": "market", "stakeamount": 100}
    paper.closed = rest.forceenter("BTC/USDT", entry_tag="bull_long", **options)["trade_id"]
    paper.open = rest.forceenter("ETH/USDT", entry_tag="bear_long", **options)["trade_id"]
    wait(lambda: _all(not each["has_open_orders"] for each in rest.status()), 60, "both are filled")
    wait(lambda: _all(each["stoploss_order_id"] for each in map(_stop, rest.status())), 60, "stops rest")
    rest.forceexit(paper.closed)
    wait(lambda: _all(each["trade_id"] == paper.closed for each in rest.trades()), 60, "one is closed")
    return paper


def _stop(trade: dict[str, Any]) -> dict[str, Any]:
    """The stop order of an open trade, which rests on the exchange."""
    stops = [each for each in trade["orders"] if each["ft_order_side"] == "stoploss" and each["is_open"]]
    return {"stoploss_order_id": stops[0]["order_id"] if stops else None}


def _all(found: Any) -> bool | None:
    found = list(found)
    return True if found and all(found) else None


# --- files ----------------------------------------------------------------------------------------


@pytest.mark.host
def test_trades_and_log_are_where_the_overlay_says(paper: Paper) -> None:
    assert paper.database.is_file()
    rotated = paper.bot.folder / f"{LOG}.1"
    paper.bot.wait(lambda: rotated.is_file() or None, 60, "the log rotated")
    written = "".join(file.read_text() for file in rotated.parent.glob("freqtrade.log*"))
    line = next(line for line in written.splitlines() if "Changing state to: RUNNING" in line)
    assert " - freqtrade.worker - INFO - " in line
    assert "Changing state to: RUNNING" in paper.bot.log  # the console stays
    assert rotated.stat().st_size <= 8000


@pytest.mark.host
def test_orders_are_those_of_the_overlay(paper: Paper) -> None:
    config = paper.bot.rest.get("show_config")
    assert (config["dry_run"], config["stoploss_on_exchange"]) == (True, True)
    (trade,) = [each for each in paper.bot.rest.trades() if each["trade_id"] == paper.closed]
    assert [each["order_type"] for each in trade["orders"] if not each["ft_is_entry"]][-1] == "market"


@pytest.mark.host
def test_alerts_are_sent_and_readable(paper: Paper) -> None:
    wanted = (
        "Warning: Dry run is enabled",
        "ETH/USDT entered: ",
        "bear_long",
        "BTC/USDT left: ",
        "force_exit",
    )
    paper.bot.wait(lambda: _all(any(part in t for t in paper.texts()) for part in wanted), 30, "alerts")
    fills = [text for text in paper.texts() if "USDT entered" in text or "USDT left" in text]
    assert not any("{" in text or "None" in text for text in fills)


# --- what the page on Telegram says ---------------------------------------------------------------


@pytest.mark.host
def test_tables_by_tag(paper: Paper) -> None:
    rest = paper.bot.rest
    assert {(each["enter_tag"], each["count"]) for each in rest.get("entries")} == {("bull_long", 1)}
    assert {(each["exit_reason"], each["count"]) for each in rest.get("exits")} == {("force_exit", 1)}
    assert {(each["mix_tag"], each["count"]) for each in rest.get("mix_tags")} == {
        ("bull_long force_exit", 1)
    }
    assert rest.get("entries", pair="ETH/USDT") == []
    assert [each["pair"] for each in rest.get("performance")] == ["BTC/USDT"]


@pytest.mark.host
def test_locks_come_and_go_by_hand(paper: Paper) -> None:
    rest = paper.bot.rest
    until = (datetime.now(UTC) + timedelta(hours=3)).strftime("%Y-%m-%dT%H:%M:%SZ")
    rest.call("POST", "locks", [{"pair": "*", "until": until, "reason": "by hand", "side": "*"}])
    (lock,) = [each for each in rest.get("locks")["locks"] if each["pair"] == "*"]
    assert (lock["side"], lock["reason"], lock["active"]) == ("*", "by hand", True)
    left = rest.delete(f"locks/{lock['id']}")["locks"]
    assert {each["pair"] for each in left} <= {"BTC/USDT"}  # Freqtrade's own, until the candle ends
    rest.post("locks/delete", {"pair": "BTC/USDT"})
    assert rest.get("locks")["lock_count"] == 0


@pytest.mark.host
def test_entries_stop_and_go_on(paper: Paper) -> None:
    bot = paper.bot
    assert bot.rest.post("stopentry")["status"].startswith("paused, no more entries")
    assert bot.rest.get("show_config")["state"] == "paused"
    _started(bot)
    assert bot.rest.post("stop")["status"] == "stopping trader ..."
    _started(bot)


def _started(bot: PaperBot) -> None:
    assert bot.rest.post("start")["status"] == "starting trader ..."
    bot.wait(lambda: bot.rest.get("show_config")["state"] == "running" or None, 60, "runs again")
    bot.wait(bot.running, 60, "it has been through its loop")


@pytest.mark.host
def test_market_direction_has_no_rest_call(paper: Paper) -> None:
    with pytest.raises(httpx.HTTPStatusError, match="404"):
        paper.bot.rest.get("marketdir")


@pytest.mark.host
def test_what_was_known_at_entry_is_listed(paper: Paper) -> None:
    (facts,) = paper.bot.rest.get(f"trades/{paper.closed}/custom-data")
    assert {each["key"] for each in facts["custom_data"]} == {field.name for field in fields(EntryFacts)}
    (only,) = paper.bot.rest.get(f"trades/{paper.closed}/custom-data", key="regime")
    assert [each["key"] for each in only["custom_data"]] == ["regime"]
    everything = paper.bot.rest.get("trades/open/custom-data")
    assert [each["trade_id"] for each in everything] == [paper.open]


@pytest.mark.host
def test_the_journal_is_written_beside_the_running_bot(paper: Paper, monkeypatch) -> None:
    monkeypatch.chdir(paper.bot.folder)
    options = ["-c", str(ROOT / "config.json"), "-c", str(LIVE), "--output", "journal.csv"]
    done = CliRunner().invoke(app, ["journal", *options])
    assert done.exit_code == 0, done.output
    rows = pd.read_csv("journal.csv")
    assert rows["pnl"].sum() == pytest.approx(paper.bot.rest.get("profit")["profit_closed_coin"], abs=1e-8)
    (facts,) = paper.bot.rest.get(f"trades/{paper.closed}/custom-data")
    known = {each["key"]: each["value"] for each in facts["custom_data"]}
    closed = rows[rows["trade_id"] == paper.closed]
    assert list(closed["action"]) == ["entry", "exit"]
    assert float(known["stop"]) > 0  # something was known: the candle, if not yet a model
    regime = {known["regime"]} if known["regime"] != "unknown" else set()  # what is unknown stays empty
    assert set(closed["regime"].dropna()) == regime
    told = closed["probability"].iloc[0]
    if pd.isna(float(known["probability"] or "nan")):
        assert pd.isna(told)
    else:
        assert told == pytest.approx(float(known["probability"]))


# --- without a bot --------------------------------------------------------------------------------


def live_config(tmp_path: Path, **overlay: Any) -> dict[str, Any]:
    extra = tmp_path / "extra.json"
    extra.write_text(json.dumps(overlay))
    files = [str(ROOT / "config.json"), str(LIVE), str(extra)]
    arguments = {"config": files, "user_data_dir": str(tmp_path), "logfile": str(tmp_path / "log.txt")}
    return Configuration(arguments, RunMode.DRY_RUN).get_config()


def test_nothing_is_reachable_until_it_is_switched_on(tmp_path: Path) -> None:
    config = live_config(tmp_path)
    assert not any(config[name]["enabled"] for name in ("telegram", "webhook", "api_server"))
    assert config["dry_run"]
    assert config["exchange"]["key"] == config["telegram"]["token"] == ""
    assert config["api_server"]["listen_ip_address"] == "127.0.0.1"


def test_paper_trades_and_real_ones_never_share_a_database(tmp_path: Path) -> None:
    files = [ROOT / "config.json", LIVE]
    assert bot_database(load_config(files)) == f"sqlite:///{DATABASE}"
    assert bot_database(load_config(files[:1])) == "sqlite:///tradesv3.dryrun.sqlite"
    assert bot_database(load_config(files), "mine.sqlite") == "sqlite:///mine.sqlite"
    assert bot_database(load_config(files), "postgresql://u@h/d") == "postgresql://u@h/d"
    real = tmp_path / "real.json"
    real.write_text(json.dumps({"dry_run": False}))
    assert bot_database(load_config([files[0], real])) == "sqlite:///tradesv3.sqlite"


def test_reading_the_configuration_leaves_the_log_of_the_bot_alone(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.delenv("PYTEST_VERSION", raising=False)  # or Freqtrade sets up no log at all
    log = tmp_path / "logs" / "bot.log"
    extra = tmp_path / "extra.json"
    extra.write_text(json.dumps({"log_config": {"handlers": {"file": {"filename": str(log)}}}}))
    load_config([ROOT / "config.json", LIVE, extra])
    assert not log.exists()


@pytest.mark.parametrize("kind", FORMS)
def test_forms_of_alerts_use_fields_that_freqtrade_gives(kind: str) -> None:
    messages = [each for each in vars(rpc_types).values() if _type_of(each, RPCMessageType(kind))]
    fields = {name for message in messages for name in get_type_hints(message)}
    used = {name for text in FORMS[kind].values() for _, name, _, _ in Formatter().parse(text) if name}
    assert used
    assert used <= fields


def _type_of(message: Any, kind: RPCMessageType) -> bool:
    if kind is RPCMessageType.EXCEPTION:  # sent with the fields of a status, and missing in the types
        kind = RPCMessageType.STATUS
    told = getattr(message, "__annotations__", {}).get("type")
    return isinstance(message, type) and kind in getattr(told, "__args__", ())


def test_an_alert_to_nobody_is_harmless(tmp_path: Path, caplog) -> None:
    config = live_config(tmp_path, webhook={"retries": 0})
    nobody: Any = None
    Webhook(nobody, config).send_msg({"type": RPCMessageType.STRATEGY_MSG, "msg": "Regime of BTC/USDT"})
    assert "Could not call webhook url" in caplog.text


def test_freqtrade_finds_the_overlay_valid(tmp_path: Path) -> None:
    config = live_config(tmp_path)
    valid = {name: config[name] for name in ("webhook", "telegram", "log_config", "order_types")}
    assert validate_config_schema(config | {"stoploss": -0.1, "minimal_roi": {"0": 1.0}})
    del valid["log_config"]["handlers"]
    with pytest.raises(ConfigurationError, match="'handlers' is a required property"):
        validate_config_schema(config | valid | {"stoploss": -0.1, "minimal_roi": {"0": 1.0}})
