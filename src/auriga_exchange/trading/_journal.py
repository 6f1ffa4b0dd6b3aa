"""What has to survive the end of the process, in one SQLite file."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from auriga.errors import ExchangeError, clause
from auriga_exchange.wire import RequestError

_TABLE = "CREATE TABLE IF NOT EXISTS entries (kind TEXT, key TEXT, value TEXT, PRIMARY KEY (kind, key))"
_PUT = "INSERT INTO entries VALUES (?, ?, ?) ON CONFLICT (kind, key) DO UPDATE SET value = excluded.value"


class Journal:
    """Entries by kind and key, each a JSON value; written before the exchange answers.

    Parameters
    ----------
    path : Path or None
        An SQLite file, created where there is none; None keeps everything in memory.

    Raises
    ------
    ExchangeError
        If the file cannot be used, or another exchange uses it.

    Examples
    --------
    >>> journal = Journal()
    >>> with journal.transaction():
    ...     journal.put("spot.balances", "USDT", {"free": "10"})
    >>> journal.read("spot.balances")
    {'USDT': {'free': '10'}}
    """

    def __init__(self, path: Path | None = None) -> None:
        self._depth = 0
        try:
            # Endpoints are answered by one thread, which need not be the one that built the exchange.
            self._connection = sqlite3.connect(
                path or ":memory:", timeout=1, isolation_level=None, check_same_thread=False
            )
            # Two exchanges on one file would give the same numbers to different orders.
            self._connection.execute("PRAGMA locking_mode = EXCLUSIVE")
            # Survives the end of the process, not of the machine: enough here, and a commit takes 20 us.
            self._connection.execute("PRAGMA journal_mode = WAL")
            self._connection.execute("PRAGMA synchronous = NORMAL")
            with self.transaction():
                self._connection.execute(_TABLE)
        except sqlite3.Error as error:
            raise ExchangeError(
                f"cannot keep the state of the exchange in {path} ({clause(error)}); "
                "choose another --state file"
            ) from error

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Commit everything put meanwhile at once; one inside another belongs to the outer one.

        A refusal commits what was put before it, any other error discards it.
        """
        if self._depth == 0:
            self._connection.execute("BEGIN IMMEDIATE")
        self._depth += 1
        outcome = "ROLLBACK"
        try:
            yield
            outcome = "COMMIT"
        except RequestError:
            outcome = "COMMIT"
            raise
        finally:
            self._depth -= 1
            if self._depth == 0:
                self._connection.execute(outcome)

    def put(self, kind: str, key: str | int, value: Any) -> None:
        """Write one entry over the one with the same kind and key, if any."""
        text = json.dumps(value, separators=(",", ":"))
        self._connection.execute(_PUT, (kind, str(key), text))

    def remove(self, kind: str, key: str | int) -> None:
        """Delete one entry, if it is there."""
        self._connection.execute("DELETE FROM entries WHERE kind = ? AND key = ?", (kind, str(key)))

    def get(self, kind: str, key: str | int, default: Any = None) -> Any:
        """Value of one entry."""
        rows = self._connection.execute(
            "SELECT value FROM entries WHERE kind = ? AND key = ?", (kind, str(key))
        ).fetchone()
        return default if rows is None else json.loads(rows[0])

    def read(self, kind: str) -> dict[str, Any]:
        """All entries of a kind by key, in the order they were first written."""
        rows = self._connection.execute(
            "SELECT key, value FROM entries WHERE kind = ? ORDER BY rowid", (kind,)
        )
        return {key: json.loads(value) for key, value in rows}

    def close(self) -> None:
        """Close the file."""
        self._connection.close()
