"""A frozen folder to the last byte: what goes in, what is let in again. Nothing is trained here."""

import json
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import cloudpickle
import numpy as np
import pandas as pd
import pytest
from freqtrade.exceptions import OperationalException

from auriga.errors import HostError
from auriga.host.freeze import FrozenModels, freeze_live
from auriga.host.freeze._manifest import MANIFEST, Manifest, read_manifest
from auriga.host.freeze._models import require_fit
from auriga.host.freeze._sources import read_sealed
from auriga.host.freqai._frozen_backtest import FrozenRun
from auriga.host.freqai._frozen_live import FrozenLive
from auriga.host.seals._saved import model_files, seal_model

STAMP = 1_700_000_000
END = datetime.fromtimestamp(STAMP, tz=UTC)
FACTS = {
    "model": '"RegimeLightGBMClassifier"', "freqai.train_period_days": "14", "regime.pairs": "null",
    "regime.scheme": '"warm_start"', "version.lightgbm": '"4.7.0"', "version.numpy": '"2.4.6"',
}  # fmt: skip
BTC, ETH = "BTC/USDT", "ETH/USDT"


def save_model(models: Path, pair: str, model, *, facts=FACTS, stamp=STAMP) -> None:
    """A sealed model of a bot, in FreqAI's layout, named in its dictionary."""
    slug = pair.replace("/", "_")
    folder, name = models / f"sub-train-{slug}_{stamp}", f"cb_{slug.lower()}_{stamp}"
    folder.mkdir(parents=True)
    for file in model_files(folder, name):
        file.write_bytes(b"pipeline")
    (folder / f"{name}_model.joblib").write_bytes(cloudpickle.dumps(model))
    metadata = {"training_features_list": ["%-a"], "label_list": ["&-direction"], "data_path": str(folder),
                "model_filename": name}  # fmt: skip
    (folder / f"{name}_metadata.json").write_text(json.dumps(metadata))
    seal_model(folder, name, {"facts": facts})
    file = models / "pair_dictionary.json"
    known = json.loads(file.read_text()) if file.exists() else {}
    known[pair] = {"model_filename": name, "data_path": str(folder), "trained_timestamp": stamp}
    file.write_text(json.dumps(known))


@pytest.fixture
def models(tmp_path) -> Path:
    """Two pairs that share a model."""
    for pair in (BTC, ETH):
        save_model(tmp_path / "models", pair, {"answer": 1})
    return tmp_path / "models"


@pytest.fixture
def own(tmp_path) -> Path:
    """Two pairs with a model each."""
    facts = FACTS | {"regime.pairs": '"own"'}
    for number, pair in enumerate((BTC, ETH)):
        save_model(tmp_path / "own", pair, {"answer": number}, facts=facts, stamp=STAMP + 3600 * number)
    return tmp_path / "own"


def resigned(folder: Path, **changes) -> Path:
    """The manifest says something else, and is signed again: as its writer would have written it."""
    content = json.loads((folder / MANIFEST).read_text()) | changes
    (folder / MANIFEST).write_text(Manifest.model_validate(content).signed().model_dump_json())
    return folder


# --- what goes in -----------------------------------------------------------------------------------


def test_the_manifest_says_when_and_what_of_each_model(own, tmp_path) -> None:
    before = datetime.now(tz=UTC).replace(microsecond=0)
    manifest = freeze_live(own, tmp_path / "frozen", expires_days=7)
    assert before <= manifest.created_at <= datetime.now(tz=UTC)
    assert manifest.expires_at - manifest.created_at == timedelta(days=7)
    assert manifest.pairs[BTC].trained_from_at == END - timedelta(days=14)
    assert manifest.pairs[BTC].trained_until_at == END
    assert manifest.span == (END - timedelta(days=14), END + timedelta(hours=1))
    assert manifest.packages == {"lightgbm": "4.7.0", "numpy": "2.4.6"}
    assert len(manifest.files) == 3  # without its place, metadata of both is the same
    for name, listed in manifest.files.items():
        assert (tmp_path / "frozen" / name).stat().st_size == listed.bytes
    metadata = json.loads((tmp_path / "frozen" / manifest.pairs[BTC].metadata).read_text())
    assert metadata == {"training_features_list": ["%-a"], "label_list": ["&-direction"]}


def test_each_pair_is_answered_by_its_own_model(own, tmp_path) -> None:
    freeze_live(own, tmp_path / "frozen")
    frozen: Any = FrozenModels(tmp_path / "frozen")
    assert [frozen.model(pair)["answer"] for pair in (ETH, BTC)] == [1, 0]
    assert not frozen.manifest.shared
    assert [frozen.serves(pair) for pair in (BTC, "SOL/USDT")] == [True, False]


def test_pairs_that_share_a_model_share_its_files_and_it_serves_any_pair(models, tmp_path) -> None:
    manifest = freeze_live(models, tmp_path / "frozen")
    assert manifest.shared and len(manifest.files) == 2
    frozen = FrozenModels(tmp_path / "frozen")
    assert frozen.model(BTC) is frozen.model(ETH) is frozen.model("SOL/USDT")
    assert frozen.serves("SOL/USDT")


@pytest.mark.parametrize(
    ("pairs", "scheme", "shared"),
    [("null", "hard", False), ("null", "pooled", True), ('"all"', "hard", True), ('"own"', "pooled", False)],
)
def test_one_model_serves_all_where_the_settings_say_so(tmp_path, pairs, scheme, shared) -> None:
    """A bot of one pair has one model in any case."""
    facts = FACTS | {"regime.pairs": pairs, "regime.scheme": f'"{scheme}"'}
    save_model(tmp_path / "models", BTC, {}, facts=facts)
    assert freeze_live(tmp_path / "models", tmp_path / "frozen").shared == shared


def test_different_models_are_never_called_one_for_all(tmp_path) -> None:
    for number, pair in enumerate((BTC, ETH)):
        save_model(tmp_path / "models", pair, {"answer": number})
    assert not freeze_live(tmp_path / "models", tmp_path / "frozen").shared


@pytest.mark.parametrize("fact", ["regime.label.horizon", "version.lightgbm"])
def test_models_of_different_facts_are_not_frozen_together(tmp_path, fact) -> None:
    """A bot that was restarted with other settings has trained one of its pairs anew."""
    save_model(tmp_path / "models", BTC, {})
    save_model(tmp_path / "models", ETH, {}, facts=FACTS | {fact: '"other"'})
    with pytest.raises(HostError, match=f"{BTC} and {ETH} were made from different settings or versions"):
        freeze_live(tmp_path / "models", tmp_path / "frozen")
    assert not (tmp_path / "frozen").exists()


def test_a_pair_without_a_model_yet_is_left_out(models, tmp_path) -> None:
    file = models / "pair_dictionary.json"
    known = json.loads(file.read_text())
    known["SOL/USDT"] = {"model_filename": "", "data_path": ""}
    file.write_text(json.dumps(known))
    assert list(freeze_live(models, tmp_path / "frozen").pairs) == [BTC, ETH]


def test_a_bot_that_ran_under_another_path_is_frozen(models, tmp_path) -> None:
    """As one in a container."""
    file = models / "pair_dictionary.json"
    file.write_text(file.read_text().replace(str(models), "/freqtrade/user_data/models/x"))
    assert list(freeze_live(models, tmp_path / "frozen").pairs) == [BTC, ETH]


@pytest.mark.parametrize("days", [0, -1])
def test_models_that_expire_at_once_are_refused(models, tmp_path, days) -> None:
    with pytest.raises(HostError, match="must be above 0"):
        freeze_live(models, tmp_path / "frozen", expires_days=days)


def test_a_model_that_changes_between_two_looks_is_not_frozen(models, monkeypatch) -> None:
    (folder,) = models.glob("sub-train-BTC*")
    name = f"cb_btc_usdt_{STAMP}"
    read, count = Path.read_bytes, []

    def changed(path):
        if path.name.endswith("_model.joblib"):
            count.append(path)
            if len(count) == 2:  # after the seal was compared
                return b"newer"
        return read(path)

    monkeypatch.setattr(Path, "read_bytes", changed)
    with pytest.raises(HostError, match="has just changed"):
        read_sealed(folder, name, BTC)


def test_every_file_is_on_disk_before_the_folder_has_its_name(models, tmp_path, monkeypatch) -> None:
    sizes, fsync, target = [], os.fsync, tmp_path / "frozen"

    def noted(handle) -> None:
        assert not target.exists()
        sizes.append(os.fstat(handle).st_size)
        fsync(handle)

    monkeypatch.setattr(os, "fsync", noted)
    freeze_live(models, target)
    assert sorted(sizes) == sorted(file.stat().st_size for file in target.iterdir())
    assert len(sizes) == 3


def test_the_folder_appears_as_a_whole_or_not_at_all(models, tmp_path, monkeypatch) -> None:
    def full(path, target):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "rename", full)
    with pytest.raises(HostError, match="No space left"):
        freeze_live(models, tmp_path / "frozen")
    assert [file.name for file in tmp_path.iterdir()] == ["models"]


# --- what is let in again ---------------------------------------------------------------------------


def test_a_flipped_bit_in_any_file_is_refused_before_anything_is_opened(own, tmp_path) -> None:
    freeze_live(own, tmp_path / "frozen")
    files = sorted((tmp_path / "frozen").iterdir())
    assert len(files) == 4
    for file in files:
        content = file.read_bytes()
        for place in (0, len(content) // 2, len(content) - 1):
            file.write_bytes(content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :])
            with pytest.raises(HostError, match=rf"checksum differs|{MANIFEST}"):
                FrozenModels(tmp_path / "frozen")
        file.write_bytes(content)
        file.unlink()
        with pytest.raises(HostError, match=file.name):
            FrozenModels(tmp_path / "frozen")
        file.write_bytes(content)
    FrozenModels(tmp_path / "frozen")


def test_a_bit_that_is_flipped_after_the_start_is_refused_too(models, tmp_path) -> None:
    manifest = freeze_live(models, tmp_path / "frozen")
    frozen = FrozenModels(tmp_path / "frozen")
    for name, ask in (
        (manifest.pairs[BTC].model, frozen.model),
        (manifest.pairs[BTC].metadata, frozen.metadata),
    ):
        file = tmp_path / "frozen" / name
        content = file.read_bytes()
        file.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
        with pytest.raises(HostError, match="checksum differs"):
            ask(BTC)


def test_every_word_of_the_manifest_is_under_its_digest(models, tmp_path) -> None:
    freeze_live(models, tmp_path / "frozen")
    file = tmp_path / "frozen" / MANIFEST
    content = json.loads(file.read_text())
    assert {"facts", "pairs", "files", "expires_at", "shared"} <= set(content)
    for name, value in content.items():
        other = {
            bool: lambda v: not v, str: lambda v: v.replace("20", "21", 1) if v[:2] == "20" else v + "x",
            list: lambda v: [*v, "x"], dict: lambda v: dict(list(v.items())[1:]), int: lambda v: v + 1,
        }[type(value)](value)  # fmt: skip
        file.write_text(json.dumps(content | {name: other}))
        with pytest.raises(HostError, match=r"its digest differs|schema 2"):
            read_manifest(tmp_path / "frozen")


def test_a_folder_of_another_version_is_not_read(models, tmp_path) -> None:
    freeze_live(models, tmp_path / "frozen")
    with pytest.raises(HostError, match="has schema 2, this version of Auriga reads 1"):
        read_manifest(resigned(tmp_path / "frozen", schema_version=2))


def test_a_manifest_that_names_a_file_elsewhere_is_refused(models, tmp_path) -> None:
    folder = tmp_path / "frozen"
    freeze_live(models, folder)
    content = json.loads((folder / MANIFEST).read_text())
    name, *_ = content["files"]
    (tmp_path / name).write_bytes((folder / name).read_bytes())
    files = {f"../{name}" if each == name else each: listed for each, listed in content["files"].items()}
    with pytest.raises(HostError, match="which is not in the folder"):
        FrozenModels(resigned(folder, files=files))


def test_models_expire_in_their_very_moment(models, tmp_path) -> None:
    freeze_live(models, tmp_path / "frozen", expires_days=1)
    frozen = FrozenModels(tmp_path / "frozen")
    end = frozen.manifest.expires_at
    assert [frozen.expired(end + timedelta(seconds=s)) for s in (-1, 0, 1)] == [False, True, True]
    assert not frozen.expired()


def test_facts_of_training_alone_may_differ_and_no_others(models, tmp_path) -> None:
    freeze_live(models, tmp_path / "frozen")
    frozen = FrozenModels(tmp_path / "frozen")
    training = {
        "pairs": "X", "first_window": "x", "freqai.train_period_days": "99", "regime.costs.fee_frac": "1",
        "freqai.base_train_period_days": "1",
    }  # fmt: skip
    assert frozen.complaints(FACTS | training) == []
    for name in FACTS.keys() - training.keys():
        assert frozen.complaints(FACTS | {name: '"x"'}) == [f'{name}: {FACTS[name]} -> "x"']
    assert frozen.complaints(FACTS | {"regime.new": "1"}) == ["regime.new: unknown -> 1"]


def test_pairs_that_no_model_serves_are_named_and_patterns_are_not_pairs(own, tmp_path) -> None:
    freeze_live(own, tmp_path / "frozen")
    frozen = FrozenModels(tmp_path / "frozen")

    def fit(*pairs: str) -> None:
        config = {"regime": {"frozen_models": "x"}, "exchange": {"pair_whitelist": list(pairs)}}
        require_fit(frozen, frozen.manifest.facts, config)

    fit(BTC, ETH, ".*/USDT")
    with pytest.raises(OperationalException, match="none serves SOL/USDT, XRP/USDT"):
        fit(BTC, "SOL/USDT", "XRP/USDT")


# --- in use -----------------------------------------------------------------------------------------


def test_candles_whose_outcome_lies_in_the_training_span_are_not_predicted(models, tmp_path) -> None:
    freeze_live(models, tmp_path / "frozen")
    run: Any = object.__new__(FrozenRun)
    run._frozen = FrozenModels(tmp_path / "frozen")
    run._settings = SimpleNamespace(label=SimpleNamespace(horizon=12))
    run._config = {"timeframe": "5m"}
    begin, minute = pd.Timestamp(END - timedelta(days=14)), pd.Timedelta(minutes=1)
    moments = [begin - 61 * minute, begin - 60 * minute, begin, pd.Timestamp(END) - minute, pd.Timestamp(END)]
    known = run._learned_from(BTC, pd.Series(moments))
    assert known.tolist() == [False, True, True, True, False]


class Drawer:
    """FreqAI's files, as far as frozen models touch them."""

    empty_pair_dict = {"model_filename": "", "trained_timestamp": 0}  # noqa: RUF012

    def __init__(self) -> None:
        self.pair_dict: dict[str, dict[str, Any]] = {}
        self.model_dictionary: dict[str, Any] = {}
        self.meta_data_dictionary: dict[str, Any] = {}
        self.saved = 0

    def save_historic_predictions_to_disk(self) -> None:
        self.saved += 1


def test_freqai_is_given_the_models_in_memory_alone(own, tmp_path) -> None:
    freeze_live(own, tmp_path / "frozen")
    drawer: Any = Drawer()
    kitchen = SimpleNamespace(feature_pipeline=1, label_pipeline=2)
    live = FrozenLive(FrozenModels(tmp_path / "frozen"), drawer)
    for pair in (BTC, ETH, "SOL/USDT"):
        live.serve(pair, kitchen)
    assert {pair: model["answer"] for pair, model in drawer.model_dictionary.items()} == {BTC: 0, ETH: 1}
    assert drawer.pair_dict["SOL/USDT"]["model_filename"] == ""
    assert drawer.pair_dict[ETH]["trained_timestamp"] == STAMP + 3600
    assert not kitchen.check_if_model_expired(0)
    kept = drawer.model_dictionary[BTC]
    live.serve(BTC, kitchen)
    assert drawer.model_dictionary[BTC] is kept


def test_expired_models_predict_nothing_and_it_is_told_once(models, tmp_path) -> None:
    freeze_live(models, tmp_path / "frozen")
    past = (datetime.now(tz=UTC) - timedelta(hours=1)).isoformat()
    usable, told = np.array([1, 0, 1]), list[str]()
    drawer: Any = Drawer()
    strategy = SimpleNamespace(dp=SimpleNamespace(send_msg=lambda text, always_send: told.append(text)))
    fresh = FrozenLive(FrozenModels(tmp_path / "frozen"), drawer)
    fresh.tell_expiry(strategy)
    assert fresh.usable(usable).tolist() == [1, 0, 1] and told == []
    expired = FrozenLive(FrozenModels(resigned(tmp_path / "frozen", expires_at=past)), drawer)
    for _ in range(3):
        expired.tell_expiry(strategy)
    assert expired.usable(usable).tolist() == [0, 0, 0] and len(told) == 1


def test_live_predictions_are_saved_once_an_hour(models, tmp_path, monkeypatch) -> None:
    freeze_live(models, tmp_path / "frozen")
    now = [1000.0]
    drawer: Any = Drawer()
    monkeypatch.setattr("auriga.host.freqai._frozen_live.time.monotonic", lambda: now[0])
    live = FrozenLive(FrozenModels(tmp_path / "frozen"), drawer)
    for seconds, saved in ((0, 0), (3599, 0), (3600, 1), (3700, 1), (7199, 1), (7200, 2)):
        now[0] = 1000.0 + seconds
        live.save_history()
        assert drawer.saved == saved
