"""A process that writes all that a bot writes, as fast as it can: trades, models, dictionary, predictions."""

import hashlib
import json
import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import cloudpickle
import pandas as pd

from auriga.host.seals._provenance import write_seal

LEDGER = "ledger"
PAIRS = ("BTC/USDT", "ETH/USDT")


def busy_bot(userdir: str, counter: Any, stop: Any) -> None:
    """Write until told to stop; `counter` counts committed rounds."""
    from freqtrade.persistence import Trade, init_db

    root = Path(userdir)
    init_db(f"sqlite:///{root / 'trades.sqlite'}")
    Trade.session.connection().exec_driver_sql("PRAGMA journal_mode=WAL")
    Trade.session.commit()
    # As with a reader that never ends: nothing leaves the log, and a copy of the file alone is empty.
    Trade.session.connection().exec_driver_sql("PRAGMA wal_autocheckpoint=0")
    models = root / "models" / "busy"
    models.mkdir(parents=True)
    number = 0
    while not stop.is_set():
        number += 1
        _trade(number)
        _train(models, number)
        _predict(models, number)
        counter.value = number
    Trade.session.remove()


def _trade(number: int) -> None:
    """A trade with two orders and the sum of all amounts, in one transaction."""
    from freqtrade.persistence import Order, Trade
    from freqtrade.persistence.key_value_store import _KeyValueStoreModel

    now = datetime(2024, 1, 1, tzinfo=UTC)
    trade = Trade(
        pair="BTC/USDT", base_currency="BTC", stake_currency="USDT", stake_amount=1.0, amount=float(number),
        fee_open=0.0, fee_close=0.0, open_rate=1.0, open_date=now, is_open=False, exchange="binance",
    )  # fmt: skip
    for side in ("buy", "sell"):
        trade.orders.append(
            Order(
                ft_order_side=side,
                ft_pair="BTC/USDT",
                ft_is_open=False,
                ft_amount=float(number),
                ft_price=1.0,
                order_id=f"{number}-{side}",
                order_date=now,
            )
        )
    Trade.session.add(trade)
    Trade.session.flush()
    kept = Trade.session.query(_KeyValueStoreModel).filter_by(key=LEDGER).first()
    if kept is None:
        kept = _KeyValueStoreModel(key=LEDGER, value_type="float", float_value=0.0)
        Trade.session.add(kept)
    kept.float_value = (kept.float_value or 0.0) + number
    Trade.session.commit()


def _train(models: Path, number: int) -> None:
    """Model files, then their seal, then the dictionary; every other time over the files of before."""
    stamp = 1_700_000_000 + number // 2
    known = {}
    for pair in PAIRS:
        slug = pair.replace("/", "_")
        folder, name = models / f"sub-train-{slug}_{stamp}", f"cb_{slug.lower()}_{stamp}"
        write_model(folder, name, number)
        known[pair] = {
            "model_filename": name, "trained_timestamp": stamp, "data_path": str(folder), "extras": {},
        }  # fmt: skip
    _replace(models / "pair_dictionary.json", json.dumps(known).encode())
    for folder in sorted(models.glob("sub-train-*"))[: -2 * len(PAIRS)]:
        if int(folder.name.rsplit("_", 1)[1]) < stamp - 1:
            for file in folder.iterdir():
                file.unlink()
            folder.rmdir()


def write_model(folder: Path, name: str, number: int) -> None:
    """What FreqAI saves of a model, and our seal; the model says which round it is of."""
    folder.mkdir(exist_ok=True)
    files = []
    for part in ("model.joblib", "metadata.json", "feature_pipeline.pkl", "label_pipeline.pkl"):
        file = folder / f"{name}_{part}"
        content = {"round": number, "padding": "x" * 5000}
        with file.open("wb") as stream:
            stream.write(
                json.dumps(content).encode() if part.endswith("json") else cloudpickle.dumps(content)
            )
        files.append(file)
    write_seal(folder / f"{name}_seal.json", files, {"facts": {}})
    (folder / f"{name}_trained_df.pkl").write_bytes(cloudpickle.dumps({"round": number}))


def _predict(models: Path, number: int) -> None:
    """FreqAI's own way, without the care of `DrawerFiles`: emptied, then written."""
    frame = pd.DataFrame({"probability": [0.5] * 500, "round": number})
    with (models / "historic_predictions.pkl").open("wb") as stream:
        cloudpickle.dump({"BTC/USDT": frame}, stream)
    (models / "historic_predictions.backup.pkl").write_bytes(
        (models / "historic_predictions.pkl").read_bytes()
    )


def _replace(file: Path, content: bytes) -> None:
    beside = file.with_name(f"{file.name}.tmp")
    beside.write_bytes(content)
    beside.replace(file)


def faults(userdir: Path, committed: int) -> list[str]:
    """What is wrong with a restored bot; `committed` rounds were on disk when its backup began."""
    return [*_trade_faults(userdir / "trades.sqlite", committed), *_model_faults(userdir / "models" / "busy")]


def _trade_faults(file: Path, committed: int) -> Iterator[str]:
    try:
        with sqlite3.connect(file) as db:
            if db.execute("PRAGMA integrity_check").fetchone() != ("ok",):
                yield "the database is not sound"
            number, total = db.execute("SELECT COUNT(*), SUM(amount) FROM trades").fetchone()
            (orders,) = db.execute("SELECT COUNT(*) FROM orders").fetchone()
            (ledger,) = db.execute(
                "SELECT float_value FROM KeyValueStore WHERE key = ?", (LEDGER,)
            ).fetchone()
        db.close()
        if (orders, ledger) != (2 * number, total):
            yield f"{number} trades of {total} have {orders} orders, the ledger says {ledger}"
        if number < committed:
            yield f"{number} trades of {committed} that were committed"
    except (sqlite3.Error, TypeError) as error:
        yield f"the database cannot be read: {error}"


def _model_faults(models: Path) -> Iterator[str]:
    known = json.loads((models / "pair_dictionary.json").read_text())
    for pair in PAIRS:
        folder, name = Path(known[pair]["data_path"]), known[pair]["model_filename"]
        if folder.parent != models:
            yield f"{pair}: its model is in {folder.parent}"
        seal = json.loads((folder / f"{name}_seal.json").read_text())
        for part, digest in seal["sha256"].items():
            if hashlib.sha256((folder / part).read_bytes()).hexdigest() != digest:
                yield f"{pair}: {part} is not what was sealed"
    for file in [*models.rglob("*.pkl"), *models.rglob("*.joblib")]:
        try:
            cloudpickle.loads(file.read_bytes())
        except Exception as error:
            yield f"{file.name} cannot be unpickled: {error!r}"
