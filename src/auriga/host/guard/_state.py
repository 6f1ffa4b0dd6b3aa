"""What the guard must not forget: the baseline, and which entries were tried."""

import os
import sqlite3
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from pathlib import Path

from auriga.errors import GuardError, clause

_SCHEMA = "1"
_TABLES = """
CREATE TABLE facts (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE baseline (kind TEXT, name TEXT, amount TEXT NOT NULL, PRIMARY KEY (kind, name));
CREATE TABLE attempts (pair TEXT, candle INTEGER, side TEXT NOT NULL, amount TEXT NOT NULL,
                       at INTEGER NOT NULL, PRIMARY KEY (pair, candle));
"""


@dataclass(frozen=True)
class Baseline:
    """What was on the account before the bot, and is not its business.

    Attributes
    ----------
    at : int
        When it was taken, ms UTC; trades closed later are accounted for one by one.
    coins, locked, positions : dict
        By asset, asset and pair.
    orders : frozenset of (pair, id)
    """

    at: int
    coins: Mapping[str, Decimal] = field(default_factory=dict)
    locked: Mapping[str, Decimal] = field(default_factory=dict)
    positions: Mapping[str, Decimal] = field(default_factory=dict)
    orders: frozenset[tuple[str, str]] = frozenset()


class GuardState:
    """The state of one bot in a small SQLite file of its own.

    Every change is on disk (`synchronous=FULL`) before the call returns; the file appears as a whole,
    with its baseline, or not at all.

    Raises
    ------
    GuardError
        From every method, if the file is not what it was: nothing is forgotten silently.
    """

    def __init__(self, file: Path) -> None:
        self.file = file

    @property
    def exists(self) -> bool:
        """Whether a baseline was taken."""
        return self.file.exists()

    def create(self, baseline: Baseline) -> None:
        """Write the first baseline; a file that is there already stays."""
        self.file.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=self.file.parent, suffix=".new")
        os.close(handle)
        try:
            with closing(sqlite3.connect(name)) as db, db:
                db.executescript(_TABLES)
                facts = [("schema", _SCHEMA), ("at", str(baseline.at))]
                db.executemany("INSERT INTO facts VALUES (?, ?)", facts)
                db.executemany("INSERT INTO baseline VALUES (?, ?, ?)", _rows(baseline))
            if not self.exists:
                Path(name).replace(self.file)
        finally:
            Path(name).unlink(missing_ok=True)

    def baseline(self) -> Baseline:
        """Return the baseline as it is now."""
        with self._open() as db:
            at = int(dict(db.execute("SELECT name, value FROM facts"))["at"])
            rows = db.execute("SELECT kind, name, amount FROM baseline").fetchall()
        kinds: dict[str, dict[str, Decimal]] = {"coins": {}, "locked": {}, "position": {}}
        orders = set()
        for kind, name, amount in rows:
            if kind == "order":
                pair, _, order_id = name.partition(" ")
                orders.add((pair, order_id))
            else:
                kinds[kind][name] = Decimal(amount)
        return Baseline(at, kinds["coins"], kinds["locked"], kinds["position"], frozenset(orders))

    def change(self, kind: str, amounts: Mapping[str, Decimal]) -> None:
        """Set baseline amounts of `coins`, `locked` or `position`, or accept an `order` ("pair id")."""
        with self._open() as db:
            rows = [(kind, name, str(amount)) for name, amount in amounts.items()]
            db.executemany("INSERT OR REPLACE INTO baseline VALUES (?, ?, ?)", rows)

    def attempted(self, pair: str, candle: int, since: int) -> bool:
        """Whether an entry was tried on this candle or a later one, or at all since a moment (ms UTC)."""
        question = "SELECT 1 FROM attempts WHERE pair = ? AND (candle >= ? OR at > ?)"
        with self._open() as db:
            return db.execute(question, (pair, candle, since)).fetchone() is not None

    def attempt(self, pair: str, candle: int, side: str, amount: float, at: int) -> bool:
        """Note an entry before its order leaves; False if there was one on this candle."""
        with self._open() as db:
            row = (pair, candle, side, str(amount), at)
            return db.execute("INSERT OR IGNORE INTO attempts VALUES (?, ?, ?, ?, ?)", row).rowcount == 1

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        """One connection and one transaction for each question; another process may ask too."""
        try:
            if not self.file.is_file():
                raise GuardError(f"the guard's file {self.file} is gone; restore it, or restart the bot")
            uri = f"{self.file.absolute().as_uri()}?mode=rw"
            with closing(sqlite3.connect(uri, uri=True, timeout=10)) as db, db:
                db.execute("PRAGMA synchronous=FULL")
                if dict(db.execute("SELECT name, value FROM facts")).get("schema") != _SCHEMA:
                    raise sqlite3.DatabaseError("it has another schema")
                yield db
        except (sqlite3.Error, KeyError, ValueError, InvalidOperation) as error:
            raise GuardError(
                f"the guard's file {self.file} cannot be used: {clause(error)}. Restore it from a copy; or "
                "run auriga reconcile, repair what it names, move the file away and restart the bot, which "
                "then takes what the account holds as its baseline"
            ) from None


def _rows(baseline: Baseline) -> list[tuple[str, str, str]]:
    kinds = {"coins": baseline.coins, "locked": baseline.locked, "position": baseline.positions}
    rows = [(kind, name, str(amount)) for kind, held in kinds.items() for name, amount in held.items()]
    return rows + [("order", f"{pair} {order_id}", "1") for pair, order_id in sorted(baseline.orders)]
