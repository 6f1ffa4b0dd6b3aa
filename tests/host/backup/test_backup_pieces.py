"""What a backup is made of, piece by piece: which copies are whole, what comes along, where it is put."""

import contextlib
import json
import sqlite3
import stat
import tarfile
from pathlib import Path

import cloudpickle
import pytest
from tests.host.backup.test_backup import fill, make_bot, tree
from tests.support.busy_bot import write_model

from auriga.errors import HostError
from auriga.host.backup import restore_backup, verify_backup
from auriga.host.backup._files import (
    copy_database,
    copy_unchanged,
    database_complaint,
    is_json,
    is_lines,
    is_pickle,
    read_whole,
    snapshot,
)
from auriga.host.backup._manifest import listed_files
from auriga.host.backup._models import ModelsCopy, copy_sealed, seal_holds
from auriga.host.backup._secrets import without_secrets

NAME = "cb_btc_usdt_1700000000"


@pytest.fixture
def bot(tmp_path):
    made = make_bot(tmp_path / "bot")
    fill(made)
    return made


@pytest.fixture
def few_tries(monkeypatch):
    monkeypatch.setattr("auriga.host.backup._models.TRIES", 2)
    monkeypatch.setattr("auriga.host.backup._files.TRIES", 2)


# --- whole or not -----------------------------------------------------------------------------------


def test_what_counts_as_whole() -> None:
    assert [is_json(content) for content in (b"{}", b"[1", b"")] == [True, False, False]
    assert [is_lines(content) for content in (b"", b"a\n", b"a\nb")] == [True, True, False]
    whole = cloudpickle.dumps([1, 2])
    assert [is_pickle(content) for content in (whole, whole[:-1], whole + b"x", b"")] == [True, *[False] * 3]


def test_a_file_is_read_until_it_is_whole(tmp_path, monkeypatch) -> None:
    file = tmp_path / "a.json"
    file.write_text("{")
    monkeypatch.setattr("auriga.host.backup._files.pause", lambda: file.write_text("{}"))
    assert read_whole(file, is_json) == b"{}"
    assert read_whole(tmp_path / "none", is_json) is None


def test_a_damaged_database_is_known_by_its_content(tmp_path) -> None:
    good, bad = tmp_path / "good.sqlite", tmp_path / "bad.sqlite"
    with contextlib.closing(sqlite3.connect(good)) as db, db:
        db.execute("CREATE TABLE t (x TEXT)")
        db.execute("CREATE INDEX i ON t (x)")
        db.executemany("INSERT INTO t VALUES (?)", [(f"value {n:04}",) for n in range(500)])
    assert database_complaint(good) == ""
    whole = good.read_bytes()
    assert whole.count(b"value 0250") == 2  # in the table and in its index
    bad.write_bytes(whole.replace(b"value 0250", b"value 025X", 1))
    assert "index" in database_complaint(bad)  # SQLite opens it, and reads what was never written
    bad.write_bytes(whole[:4096] + b"\xff" * 64 + whole[4160:])
    assert database_complaint(bad) != ""
    assert database_complaint(tmp_path / "none.sqlite") != ""
    with pytest.raises(HostError, match="is damaged"):
        copy_database(bad, tmp_path / "copy.sqlite")
    with pytest.raises(HostError, match="cannot be copied"):
        copy_database(tmp_path / "none.sqlite", tmp_path / "copy2.sqlite")
    assert not (tmp_path / "none.sqlite").exists()


def test_a_folder_that_changes_or_is_empty_is_no_copy(tmp_path, monkeypatch) -> None:
    source = tmp_path / "source"
    source.mkdir()
    assert not copy_unchanged(source, tmp_path / "copy")
    (source / "a").write_text("1")
    (source / "a.tmp").write_text("half")
    assert set(snapshot(source)) == {"a"}
    assert copy_unchanged(source, tmp_path / "copy")
    assert tree(tmp_path / "copy") == {"a": b"1"}
    looked = snapshot

    def grows(folder):
        seen = looked(folder)
        (source / "b").write_text("2")
        return seen

    monkeypatch.setattr("auriga.host.backup._files.snapshot", grows)
    assert not copy_unchanged(source, tmp_path / "other")


def test_a_model_is_copied_with_a_seal_that_holds_or_not_at_all(tmp_path, few_tries) -> None:
    folder = tmp_path / "model"
    write_model(folder, NAME, 1)
    seal = folder / f"{NAME}_seal.json"
    assert seal_holds(seal) and copy_sealed(folder, tmp_path / "copy")
    for part in ("model.joblib", "label_pipeline.pkl"):  # the first and the last that it names
        file = folder / f"{NAME}_{part}"
        content = file.read_bytes()
        file.write_bytes(content[:-1] + b"x")
        assert not seal_holds(seal) and not copy_sealed(folder, tmp_path / "torn")
        file.write_bytes(content)
    seal.unlink()
    assert not copy_sealed(folder, tmp_path / "unsealed")
    (folder / f"{NAME}_model.joblib").unlink()
    assert copy_sealed(folder, tmp_path / "metadata")  # a window that could not be trained has no model


def test_the_dictionary_of_the_copy_names_only_models_that_are_in_it(tmp_path, few_tries) -> None:
    source = tmp_path / "models"
    known = {}
    for number, pair in enumerate(("BTC/USDT", "ETH/USDT", "SOL/USDT")):
        folder = source / f"sub-train-{number}"
        folder.parent.mkdir(exist_ok=True)
        write_model(folder, f"cb_{number}", number)
        known[pair] = {"model_filename": f"cb_{number}", "data_path": str(folder), "trained_timestamp": 5}
    known["XRP/USDT"] = {"model_filename": "", "data_path": ""}
    (source / "pair_dictionary.json").write_text(json.dumps(known))
    (source / "sub-train-1" / "cb_1_model.joblib").write_bytes(b"damaged")
    copy = ModelsCopy(source, tmp_path / "copy")
    copy.make()
    told = json.loads((tmp_path / "copy" / "pair_dictionary.json").read_text())
    assert [entry["model_filename"] for entry in told.values()] == ["cb_0", "", "cb_2", ""]
    assert told["ETH/USDT"]["trained_timestamp"] == 0
    assert [warning.split(" is damaged")[0] for warning in copy.warnings] == ["the model of ETH/USDT"]
    assert sorted(folder.name for folder in (tmp_path / "copy").glob("sub-train-*")) == [
        "sub-train-0", "sub-train-2",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("torn", "kept", "warned"),
    [
        (set(), {"a", "b"}, ""),
        ({"historic_predictions.pkl"}, {"b"}, "FreqAI's copy of it is taken"),
        ({"historic_predictions.backup.pkl"}, {"a"}, ""),
        ({"historic_predictions.pkl", "historic_predictions.backup.pkl"}, set(), "are left out"),
    ],
)
def test_live_predictions_come_along_as_far_as_they_are_whole(
    tmp_path, few_tries, torn, kept, warned
) -> None:
    source = tmp_path / "models"
    source.mkdir()
    names = {"historic_predictions.pkl": "a", "historic_predictions.backup.pkl": "b"}
    for name, content in names.items():
        whole = cloudpickle.dumps(content)
        (source / name).write_bytes(whole[:-2] if name in torn else whole)
    copy = ModelsCopy(source, tmp_path / "copy")
    copy.make()
    written = {cloudpickle.loads(file.read_bytes()) for file in (tmp_path / "copy").glob("*.pkl")}
    assert written == kept
    assert ((tmp_path / "copy" / "historic_predictions.pkl").exists()) == bool(kept)
    assert [warned in warning for warning in copy.warnings] == [True] * bool(warned)


def test_other_files_of_freqai_come_along_and_half_written_ones_do_not(tmp_path, few_tries) -> None:
    source = tmp_path / "models"
    source.mkdir()
    whole = {"global_metadata.json": b"{}", "live_trainings.jsonl": b"{}\n"}
    torn = {"metric_tracker.json": b"{", "other.jsonl": b"{}\n{"}
    for name, content in (whole | torn).items():
        (source / name).write_bytes(content)
    copy = ModelsCopy(source, tmp_path / "copy")
    copy.make()
    assert tree(tmp_path / "copy") == whole
    assert sorted(copy.warnings) == [f"{name} cannot be read; it is left out" for name in sorted(torn)]


# --- what is in it ----------------------------------------------------------------------------------


def test_the_manifest_lists_every_file_and_which_are_databases(bot, tmp_path) -> None:
    manifest = bot.backup(tmp_path / "backup")
    content = tree(tmp_path / "backup" / "userdir")
    assert {name: listed.bytes for name, listed in manifest.files.items()} == {
        name: len(data) for name, data in content.items()
    }
    assert manifest.files == listed_files(tmp_path / "backup" / "userdir")
    (guard, said) = sorted(manifest.guard, key=lambda name: name.endswith(".json"))
    assert said.endswith(".said.json") and guard.endswith(".sqlite")
    assert manifest.databases == ["trades.sqlite", guard]
    assert manifest.database == "trades.sqlite"
    assert manifest.outside == {"config/bot-config.json": str(bot.files[0])}
    assert manifest.secrets
    assert not bot.backup(tmp_path / "other", secrets=False).secrets


def test_every_part_of_a_backup_is_its_owners_alone(bot, tmp_path) -> None:
    bot.backup(tmp_path / "backup")
    for path in (tmp_path / "backup", *(tmp_path / "backup").rglob("*")):
        assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600)


def test_damaged_frozen_models_are_told(tmp_path) -> None:
    bot = make_bot(tmp_path / "bot", regime={"frozen_models": "frozen/x"})
    fill(bot)
    (bot.userdir / "frozen" / "x").mkdir(parents=True)
    (bot.userdir / "frozen" / "x" / "manifest.json").write_text("{}")
    manifest = bot.backup(tmp_path / "backup")
    assert [warning.split(":")[0] for warning in manifest.warnings] == ["the frozen models are damaged"]
    assert "frozen/x" in manifest.units


@pytest.mark.parametrize(
    ("name", "value", "hidden"),
    [
        ("apiKey", "K", True), ("walletAddress", "0x", True), ("password", "p", True),
        ("ws_token", "t", True),
        ("jwt_secret_key", "j", True), ("chat_id", "5", True), ("webhook_url", "http://x", True),
        ("httpsProxy", "http://me:pw@x", True), ("db_url", "postgresql://me:pw@x/y", True),
        ("db_url", "sqlite:///x", False), ("listen_ip_address", "127.0.0.1", False),
        ("identifier", "x", False),
        ("password", "", False), ("keyboard", "q", False),
    ],
)  # fmt: skip
def test_what_is_a_secret_wherever_it_stands(tmp_path, name, value, hidden) -> None:
    file = tmp_path / "config.json"
    file.write_text(json.dumps({"mine": [{"deep": {name: value}}], name: value}))
    told = json.loads(without_secrets(file))
    assert told["mine"][0]["deep"][name] == ("REDACTED" if hidden else value)


# --- where it is put --------------------------------------------------------------------------------


def test_a_damaged_database_inside_a_sound_archive_is_refused(bot, tmp_path) -> None:
    """It was damaged before it was copied by another version, so its checksum fits."""
    bot.backup(tmp_path / "backup")
    file = tmp_path / "backup" / "userdir" / "trades.sqlite"
    file.write_bytes(b"no database" * 100)
    manifest = tmp_path / "backup" / "manifest.json"
    content = json.loads(manifest.read_text())
    listed = listed_files(tmp_path / "backup" / "userdir")["trades.sqlite"]
    content["files"]["trades.sqlite"] = listed.model_dump()
    manifest.write_text(json.dumps(content))
    with pytest.raises(HostError, match=r"is damaged: trades\.sqlite: "):
        verify_backup(tmp_path / "backup")


def test_a_file_of_the_manifest_that_is_missing_is_named(bot, tmp_path) -> None:
    bot.backup(tmp_path / "backup")
    (tmp_path / "backup" / "userdir" / "strategies" / "RegimeStrategy.json").unlink()
    with pytest.raises(HostError, match=r"RegimeStrategy\.json"):
        verify_backup(tmp_path / "backup")


def test_an_archive_that_lacks_a_file_is_refused(bot, tmp_path) -> None:
    whole, less = tmp_path / "whole.tar.gz", tmp_path / "less.tar.gz"
    bot.backup(whole)
    with tarfile.open(whole) as old, tarfile.open(less, "w:gz") as new:
        for member in old:
            if not member.name.endswith("RegimeStrategy.json"):
                new.addfile(member, old.extractfile(member) if member.isfile() else None)
    with pytest.raises(HostError, match=r"is damaged: strategies/RegimeStrategy\.json is missing"):
        verify_backup(less)


def test_a_link_in_a_folder_is_refused(bot, tmp_path) -> None:
    bot.backup(tmp_path / "backup")
    (tmp_path / "backup" / "userdir" / "link").symlink_to("/etc")
    with pytest.raises(HostError, match="holds the link 'link'"):
        verify_backup(tmp_path / "backup")


@pytest.mark.parametrize("field", ["units", "configs", "guard", "databases"])
@pytest.mark.parametrize("place", ["../evil", "/tmp/evil", "a/../../evil", "a\\..\\evil", ""])
def test_no_place_of_a_manifest_may_lead_out(bot, tmp_path, field, place) -> None:
    bot.backup(tmp_path / "backup")
    file = tmp_path / "backup" / "manifest.json"
    content = json.loads(file.read_text())
    content[field].append(place)
    file.write_text(json.dumps(content))
    with pytest.raises(HostError, match="leads out"):
        verify_backup(tmp_path / "backup")


def test_a_database_of_a_manifest_may_not_lead_out(bot, tmp_path) -> None:
    bot.backup(tmp_path / "backup")
    file = tmp_path / "backup" / "manifest.json"
    file.write_text(json.dumps(json.loads(file.read_text()) | {"database": "../trades.sqlite"}))
    with pytest.raises(HostError, match="leads out"):
        verify_backup(tmp_path / "backup")


def test_another_schema_is_refused(bot, tmp_path) -> None:
    bot.backup(tmp_path / "backup")
    file = tmp_path / "backup" / "manifest.json"
    file.write_text(json.dumps(json.loads(file.read_text()) | {"schema_version": 2}))
    with pytest.raises(HostError, match="has schema 2"):
        verify_backup(tmp_path / "backup")


@pytest.mark.parametrize("end", ["-wal", "-shm", "-journal"])
def test_the_log_of_another_database_is_in_the_way(bot, tmp_path, end) -> None:
    bot.backup(tmp_path / "backup")
    new = tmp_path / "new"
    new.mkdir()
    (new / f"trades.sqlite{end}").write_bytes(b"of another database")
    with pytest.raises(HostError, match=f"trades.sqlite{end}"):
        restore_backup(tmp_path / "backup", new)
    done = restore_backup(tmp_path / "backup", new, force=True)
    assert done.aside is not None
    assert tree(done.aside) == {f"trades.sqlite{end}": b"of another database"}
    assert not (new / f"trades.sqlite{end}").exists()


def test_what_has_to_be_done_by_hand_is_said(tmp_path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "RegimeStrategy.json").write_text("{}")
    bot = make_bot(
        tmp_path / "bot", strategy_path=str(elsewhere), regime={"frozen_models": str(elsewhere / "frozen")}
    )
    fill(bot)
    (elsewhere / "frozen").mkdir()
    (elsewhere / "frozen" / "manifest.json").write_text("{}")
    bot.backup(tmp_path / "backup", secrets=False)
    done = restore_backup(tmp_path / "backup", tmp_path / "new")
    words = " ".join(done.steps)
    assert done.aside is None
    assert f"(it was {elsewhere / 'RegimeStrategy.json'})" in words
    assert f"(it was {elsewhere / 'frozen'})" in words and "REDACTED" in words
    assert "auriga reconcile -c" in done.steps[-2] and "freqtrade trade -c" in done.steps[-1]
    placed = sorted(path for path in tree(tmp_path / "new") if path.startswith("strategies/"))
    assert placed == ["strategies/RegimeStrategy-2.json", "strategies/RegimeStrategy.json"]


def test_the_dictionary_names_models_where_they_are_now(bot, tmp_path) -> None:
    file = bot.userdir / "models" / "busy" / "pair_dictionary.json"
    known = json.loads(file.read_text())
    known["ETH/USDT"] = {"model_filename": "", "data_path": ""}
    file.write_text(json.dumps(known))
    bot.backup(tmp_path / "backup")
    restore_backup(tmp_path / "backup", tmp_path / "new")
    told = json.loads((tmp_path / "new" / "models" / "busy" / "pair_dictionary.json").read_text())
    folder = Path(told["BTC/USDT"]["data_path"])
    assert folder.is_dir() and folder.is_relative_to(tmp_path / "new")
    assert told["ETH/USDT"]["data_path"] == ""
