"""Backups: consistent while a bot writes, verified before anything is touched."""

import contextlib
import gzip
import io
import json
import os
import shutil
import sqlite3
import stat
import tarfile
import time
from multiprocessing.process import BaseProcess
from pathlib import Path

import cloudpickle
import pytest
from tests.conftest import ROOT
from tests.support.busy_bot import busy_bot, faults, write_model
from tests.support.programs import _CONTEXT

from auriga.errors import HostError
from auriga.host.backup import restore_backup, verify_backup, write_backup
from auriga.host.backup._files import copy_unchanged, is_pickle
from auriga.host.backup._models import ModelsCopy, seal_holds
from auriga.host.seals._run_record import record_file, record_run, run_records
from auriga.host.setup import load_config

FREQAI = json.loads((ROOT / "config.json").read_text())["freqai"] | {"identifier": "busy"}
SECRETS = {"key": "K3Y", "secret": "S3CRET"}


@pytest.fixture
def bot(tmp_path):
    """A user directory with something of everything, the bot not running, and its configuration files."""
    return make_bot(tmp_path / "bot")


class Bot:
    """What a bot has on disk."""

    def __init__(self, userdir: Path, files: list[Path]) -> None:
        self.userdir, self.files = userdir, files

    def backup(self, target: Path, **options):
        return write_backup(load_config(self.files, userdir=self.userdir), self.files, target, **options)


def make_bot(userdir: Path, **overlay) -> Bot:
    for name in ("models/busy", "strategies", "data"):
        (userdir / name).mkdir(parents=True)
    config = {
        "dry_run": True, "db_url": f"sqlite:///{userdir / 'trades.sqlite'}", "stake_currency": "USDT",
        "stake_amount": 100, "strategy": "RegimeStrategy", "timeframe": "5m", "max_open_trades": 1,
        "exchange": {"name": "binance", "pair_whitelist": ["BTC/USDT"], **SECRETS},
        "pairlists": [{"method": "StaticPairList"}], "freqai": FREQAI,
        "telegram": {"enabled": False, "token": "T0KEN", "chat_id": "1234"},
        "entry_pricing": {"price_side": "same"}, "exit_pricing": {"price_side": "same"}, **overlay,
    }  # fmt: skip
    file = userdir.with_name(f"{userdir.name}-config.json")
    file.write_text("// mine\n" + json.dumps(config))
    return Bot(userdir, [file])


def fill(bot: Bot) -> None:
    models = bot.userdir / "models" / "busy"
    folder = models / "sub-train-BTC_USDT_1700000000"
    write_model(folder, "cb_btc_usdt_1700000000", 1)
    entry = {
        "model_filename": "cb_btc_usdt_1700000000",
        "trained_timestamp": 1700000000,
        "data_path": str(folder),
    }
    (models / "pair_dictionary.json").write_text(json.dumps({"BTC/USDT": entry}))
    for name in ("historic_predictions.pkl", "historic_predictions.backup.pkl"):
        (models / name).write_bytes(cloudpickle.dumps({"BTC/USDT": [1, 2, 3]}))
    with contextlib.closing(sqlite3.connect(bot.userdir / "trades.sqlite")) as db, db:
        db.execute("CREATE TABLE trades (id INTEGER)")
    (bot.userdir / "strategies" / "RegimeStrategy.json").write_text("{}")
    config = load_config(bot.files, userdir=bot.userdir)
    from auriga.host.guard._state import Baseline, GuardState
    from auriga.host.setup import guard_file

    guarded = guard_file({**config, "db_url": f"sqlite:///{bot.userdir / 'trades.sqlite'}"})
    GuardState(guarded).create(Baseline(at=1))
    guarded.with_suffix(".said.json").write_text("{}")


def tree(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()
    }


# --- while a bot writes -----------------------------------------------------------------------------


@pytest.fixture
def writing(tmp_path):
    """A bot that writes in a process of its own, and how many rounds it has committed."""
    bot = make_bot(tmp_path / "busy")
    shutil.rmtree(bot.userdir / "models" / "busy")
    counter, stop = _CONTEXT.Value("q", 0), _CONTEXT.Event()
    process = _CONTEXT.Process(target=busy_bot, args=(str(bot.userdir), counter, stop))
    process.start()
    try:
        wait_for(lambda: counter.value >= 3, process)
        yield bot, counter, process
    finally:
        stop.set()
        process.join(60)
        if process.is_alive():
            process.kill()
            process.join()


def wait_for(condition, process: BaseProcess) -> None:
    deadline = time.monotonic() + 120
    while not condition():
        assert process.is_alive()
        assert time.monotonic() < deadline
        time.sleep(0.005)


def test_twenty_backups_taken_while_the_bot_writes_are_consistent(writing, tmp_path) -> None:
    bot, counter, process = writing
    config = load_config(bot.files, userdir=bot.userdir)
    rounds = []
    for number in range(20):
        committed = counter.value
        backup, restored = tmp_path / f"{number}.tar.gz", tmp_path / f"restored-{number}"
        manifest = write_backup(config, bot.files, backup)
        assert manifest.warnings == []
        restore_backup(backup, restored)
        assert faults(restored, committed) == []
        rounds.append(committed)
        wait_for(lambda before=committed: counter.value > before, process)
    assert rounds == sorted(set(rounds))  # it wrote between all of them


def test_a_plain_copy_of_the_database_fails_the_same_check(writing, tmp_path, monkeypatch) -> None:
    bot, counter, _ = writing
    committed = counter.value
    monkeypatch.setattr(
        "auriga.host.backup._backup.copy_database", lambda source, target: plain_copy(source, target)
    )
    monkeypatch.setattr("auriga.host.backup._reading.database_complaint", lambda file: "")
    bot.backup(tmp_path / "naive.tar.gz")
    restore_backup(tmp_path / "naive.tar.gz", tmp_path / "restored")
    assert faults(tmp_path / "restored", committed)


def plain_copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(source, target)


@pytest.fixture
def trained_meanwhile(bot, monkeypatch):
    """The bot writes the same model anew between two files of the backup's copy."""
    fill(bot)
    folder = bot.userdir / "models" / "busy" / "sub-train-BTC_USDT_1700000000"
    copy2, done = shutil.copy2, list[bool]()

    def copied(source, target):
        if Path(source).name.endswith("_model.joblib") and not done:
            done.append(True)
            write_model(folder, "cb_btc_usdt_1700000000", 2)
        return copy2(source, target)

    monkeypatch.setattr("auriga.host.backup._models.shutil.copy2", copied)
    return folder


def test_a_model_rewritten_while_it_is_copied_is_copied_again(bot, trained_meanwhile, tmp_path) -> None:
    copy = ModelsCopy(trained_meanwhile.parent, tmp_path / "copy")
    copy.make()
    assert copy.warnings == []
    (seal,) = (tmp_path / "copy").rglob("*_seal.json")
    assert seal_holds(seal)
    assert tree(tmp_path / "copy" / trained_meanwhile.name) == tree(trained_meanwhile)


def test_without_the_second_look_the_copy_is_torn(bot, trained_meanwhile, tmp_path, monkeypatch) -> None:
    from auriga.host.backup import _models as _backup_models

    def once(folder, target) -> bool:
        copy_unchanged(folder, target)
        return True

    monkeypatch.setattr(_backup_models, "copy_sealed", once)
    ModelsCopy(trained_meanwhile.parent, tmp_path / "copy").make()
    (seal,) = (tmp_path / "copy").rglob("*_seal.json")
    assert not seal_holds(seal)


def test_a_dictionary_that_moved_on_is_read_again(bot, tmp_path, monkeypatch) -> None:
    """The bot trains a new model and purges the old one after its dictionary was read."""
    fill(bot)
    models = bot.userdir / "models" / "busy"
    from auriga.host.backup import _models as _backup_models

    copy_folders, done = ModelsCopy._copy_folders, list[bool]()

    def moved_on(self) -> None:
        if not done:
            done.append(True)
            new = models / "sub-train-BTC_USDT_1700000009"
            write_model(new, "cb_btc_usdt_1700000009", 9)
            entry = {"model_filename": "cb_btc_usdt_1700000009", "data_path": str(new)}
            (models / "pair_dictionary.json").write_text(json.dumps({"BTC/USDT": entry}))
            shutil.rmtree(models / "sub-train-BTC_USDT_1700000000")
        copy_folders(self)

    monkeypatch.setattr(_backup_models.ModelsCopy, "_copy_folders", moved_on)
    copy = ModelsCopy(models, tmp_path / "copy")
    copy.make()
    known = json.loads((tmp_path / "copy" / "pair_dictionary.json").read_text())
    assert known["BTC/USDT"]["model_filename"] == "cb_btc_usdt_1700000009"
    assert copy.warnings == []


def test_what_stays_damaged_is_left_out_and_told(bot, tmp_path, monkeypatch) -> None:
    fill(bot)
    monkeypatch.setattr("auriga.host.backup._models.TRIES", 3)
    monkeypatch.setattr("auriga.host.backup._files.TRIES", 3)
    models = bot.userdir / "models" / "busy"
    (model,) = models.rglob("*_model.joblib")
    model.write_bytes(b"flipped")
    history = models / "historic_predictions.pkl"
    good = history.read_bytes()
    history.write_bytes(good[:-3])
    manifest = bot.backup(tmp_path / "folder")
    assert [warning.split(";")[0] for warning in manifest.warnings] == [
        "the model of BTC/USDT is damaged or has no seal", "historic_predictions.pkl cannot be read",
    ]  # fmt: skip
    restore_backup(tmp_path / "folder", tmp_path / "new")
    restored = tmp_path / "new" / "models" / "busy"
    assert json.loads((restored / "pair_dictionary.json").read_text())["BTC/USDT"]["model_filename"] == ""
    assert (restored / "historic_predictions.pkl").read_bytes() == good


@pytest.mark.parametrize("cut", [0, 1, 10, -1])
def test_a_torn_pickle_is_recognised(cut) -> None:
    whole = cloudpickle.dumps({"frame": list(range(100))})
    assert is_pickle(whole)
    assert not is_pickle(whole[:cut])


# --- restore ----------------------------------------------------------------------------------------


MADE_AT = 1_700_000_000


@pytest.mark.parametrize("name", ["bot.tar.gz", "bot"])
def test_everything_comes_back(bot, tmp_path, name) -> None:
    fill(bot)
    for path in (bot.userdir / "models").rglob("*.joblib"):
        os.utime(path, (MADE_AT, MADE_AT))
    manifest = bot.backup(tmp_path / "backups" / name)
    assert manifest.warnings == []
    verify_backup(tmp_path / "backups" / name)
    new = tmp_path / "new"
    done = restore_backup(tmp_path / "backups" / name, new)
    before, after = tree(bot.userdir), tree(new)
    assert {path for path in after if not path.startswith("guard/")} == {
        *(path for path in before if not path.startswith("guard/")), "config/bot-config.json",
    }  # fmt: skip
    assert after["config/bot-config.json"] == bot.files[0].read_bytes()
    models = [path for path in before if path.startswith("models/") and path.endswith(".joblib")]
    assert models  # times come back too: they tell which predictions are of which backtest
    for path in models:
        assert int((new / path).stat().st_mtime) == int((bot.userdir / path).stat().st_mtime) == MADE_AT
    known = json.loads(after["models/busy/pair_dictionary.json"])
    assert Path(known["BTC/USDT"]["data_path"]).parent == new / "models" / "busy"
    command = done.steps[-1]
    assert (
        f"-c {new}/config/bot-config.json --userdir {new} --db-url sqlite:///{new}/trades.sqlite" in command
    )


def test_the_guard_is_found_where_the_trades_are_now(bot, tmp_path) -> None:
    from auriga.host.guard._state import GuardState
    from auriga.host.setup import guard_file

    fill(bot)
    bot.backup(tmp_path / "backup")
    new = tmp_path / "new"
    restore_backup(tmp_path / "backup", new)
    config = load_config(bot.files, userdir=new)
    file = guard_file({**config, "db_url": f"sqlite:///{new / 'trades.sqlite'}"})
    assert GuardState(file).baseline().at == 1
    assert file.with_suffix(".said.json").is_file()


def test_nothing_is_written_over_unless_forced_and_then_kept_aside(bot, tmp_path) -> None:
    fill(bot)
    bot.backup(tmp_path / "b.tar.gz")
    log = bot.userdir / "trades.sqlite-wal"
    log.write_bytes(b"of another database")
    before = tree(bot.userdir)
    with pytest.raises(HostError, match=r"holds models/busy, trades\.sqlite, trades\.sqlite-wal.*--force"):
        restore_backup(tmp_path / "b.tar.gz", bot.userdir)
    assert tree(bot.userdir) == before
    done = restore_backup(tmp_path / "b.tar.gz", bot.userdir, force=True)
    assert done.aside is not None
    assert not log.exists()
    assert tree(done.aside)["trades.sqlite-wal"] == b"of another database"
    kept = {name: content for name, content in before.items() if not name.startswith("config/")}
    assert tree(done.aside) == kept
    restore_backup(tmp_path / "b.tar.gz", bot.userdir, force=True)


def test_a_restore_that_fails_half_way_is_undone(bot, tmp_path, monkeypatch) -> None:
    fill(bot)
    bot.backup(tmp_path / "b.tar.gz")
    before, rename = tree(bot.userdir), Path.rename

    def full(path, target):
        if path.parent.name.startswith(".restore-") and path.name == "trades.sqlite":
            raise OSError(28, "No space left on device")
        return rename(path, target)

    monkeypatch.setattr(Path, "rename", full)
    with pytest.raises(HostError, match="everything is as it was"):
        restore_backup(tmp_path / "b.tar.gz", bot.userdir, force=True)
    assert tree(bot.userdir) == before


def test_a_truncated_archive_is_found_wherever_it_ends(bot, tmp_path) -> None:
    fill(bot)
    file = tmp_path / "b.tar.gz"
    bot.backup(file)
    whole = file.read_bytes()
    for length in [0, 1, 100, len(whole) // 2, len(whole) - 1]:
        file.write_bytes(whole[:length])
        with pytest.raises(HostError, match=r"damaged|truncated|not a backup|no readable"):
            restore_backup(file, tmp_path / "new")
    assert not (tmp_path / "new").exists()


def test_a_flipped_bit_is_found_in_every_file(bot, tmp_path) -> None:
    fill(bot)
    bot.backup(tmp_path / "folder")
    files = [path for path in (tmp_path / "folder" / "userdir").rglob("*") if path.is_file()]
    assert len(files) > 8
    for file in files:
        content = file.read_bytes()
        file.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
        with pytest.raises(HostError, match="checksum differs"):
            restore_backup(tmp_path / "folder", tmp_path / "new")
        file.write_bytes(content)
    verify_backup(tmp_path / "folder")
    assert not (tmp_path / "new").exists()


def link(name: str, kind: bytes, to: str) -> tarfile.TarInfo:
    member = tarfile.TarInfo(name)
    member.type, member.linkname = kind, to
    return member


@pytest.mark.parametrize(
    "member",
    [
        tarfile.TarInfo("../evil"), tarfile.TarInfo("/tmp/evil"), tarfile.TarInfo("userdir/../../evil"),
        tarfile.TarInfo("userdir/evil"), link("userdir/link", tarfile.SYMTYPE, "/etc"),
        link("userdir/trades.sqlite", tarfile.LNKTYPE, "/etc/passwd"),
        link("userdir/device", tarfile.CHRTYPE, ""),
    ],
)  # fmt: skip
def test_an_archive_that_would_write_elsewhere_is_refused(bot, tmp_path, member) -> None:
    fill(bot)
    file = tmp_path / "b.tar.gz"
    bot.backup(file)
    content = gzip.decompress(file.read_bytes())
    with tarfile.open(fileobj=(opened := io.BytesIO(content)), mode="a") as tar:
        tar.addfile(member)
    file.write_bytes(gzip.compress(opened.getvalue()))
    with pytest.raises(HostError, match=r"does not name|damaged"):
        restore_backup(file, tmp_path / "new")
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize("place", ["../evil", "/tmp/evil"])
def test_a_manifest_that_leads_out_is_refused(bot, tmp_path, place) -> None:
    fill(bot)
    bot.backup(tmp_path / "folder")
    file = tmp_path / "folder" / "manifest.json"
    content = json.loads(file.read_text())
    content["units"].append(place)
    file.write_text(json.dumps(content))
    with pytest.raises(HostError, match="leads out"):
        restore_backup(tmp_path / "folder", tmp_path / "new")


# --- what is in it ----------------------------------------------------------------------------------


def test_secrets_are_kept_for_the_owner_alone_or_left_out(bot, tmp_path) -> None:
    fill(bot)
    kept, none = tmp_path / "kept.tar.gz", tmp_path / "none"
    previous = os.umask(0)
    try:
        bot.backup(kept)
        bot.backup(none, secrets=False)
    finally:
        os.umask(previous)
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert stat.S_IMODE(none.stat().st_mode) == 0o700
    text = (none / "userdir" / "config" / "bot-config.json").read_text()
    for secret in ("K3Y", "S3CRET", "T0KEN", "1234"):
        assert secret not in text
    told = json.loads(text)
    assert told["exchange"]["name"] == "binance"
    assert told["db_url"].startswith("sqlite:///")
    done = restore_backup(none, tmp_path / "new")
    assert any("REDACTED" in step for step in done.steps)


def test_another_database_is_refused_with_the_tool_that_can(tmp_path) -> None:
    bot = make_bot(tmp_path / "bot", db_url="postgresql+psycopg2://me:hidden@db/trades")
    with pytest.raises(HostError, match="pg_dump") as refused:
        bot.backup(tmp_path / "b.tar.gz")
    assert "hidden" not in str(refused.value)
    manifest = bot.backup(tmp_path / "b.tar.gz", with_trades=False)
    assert manifest.warnings == ["no trades database is in it"]


def test_backups_are_never_written_over(bot, tmp_path) -> None:
    fill(bot)
    bot.backup(tmp_path / "b.tar.gz")
    with pytest.raises(HostError, match="is there already"):
        bot.backup(tmp_path / "b.tar.gz")


def test_a_backup_that_cannot_be_finished_leaves_nothing(bot, tmp_path, monkeypatch) -> None:
    fill(bot)

    def full(*arguments):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("auriga.host.backup._backup._put", full)
    (tmp_path / "backups").mkdir()
    with pytest.raises(HostError, match="No space left"):
        bot.backup(tmp_path / "backups" / "b.tar.gz")
    assert list((tmp_path / "backups").iterdir()) == []


def test_a_torn_line_costs_no_other_record_of_runs(tmp_path) -> None:
    """A backtest was killed while it wrote: results of all others can still be read after a restore."""
    source, target = tmp_path / "source", tmp_path / "target"
    record_run(source, strategy="S", model="M", pair="BTC/USDT", place="p", files={"f": "1"})
    file = record_file(source)
    file.write_bytes(file.read_bytes() + b'{"at": 1, "stra')
    copy = ModelsCopy(source, target)
    copy.make()
    assert [record.pair for record in run_records(target)] == ["BTC/USDT"]
    assert copy.warnings == ["the last line of runs.jsonl is torn; it is left out"]
