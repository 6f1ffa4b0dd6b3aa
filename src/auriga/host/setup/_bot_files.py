"""Where a bot keeps what is its own: one set of files for each exchange, trading mode and trades database."""

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sqlalchemy.engine import make_url


def guard_file(config: Mapping[str, Any]) -> Path:
    """Where the state of a bot is kept: one file for each exchange, trading mode and trades database."""
    name, mode = config["exchange"]["name"], _mode(config)
    digest = hashlib.blake2b(_database(config["db_url"]).encode(), digest_size=6).hexdigest()
    folder = Path(config["user_data_dir"]) / "guard"
    return folder / f"{name}-{mode}-{digest}.sqlite"


def _mode(config: Mapping[str, Any]) -> str:
    mode = config.get("trading_mode") or "spot"
    return str(getattr(mode, "value", mode))


def _database(db_url: str) -> str:
    """Tell databases apart without their passwords, and from whatever folder the bot is started."""
    url = make_url(db_url)
    if url.get_backend_name() == "sqlite" and url.database and url.database != ":memory:":
        return f"sqlite {Path(url.database).absolute()}"
    return f"{url.get_backend_name()} {url.host} {url.port} {url.database}"
