"""What belongs to a bot and therefore into its backup."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy.engine import make_url

from auriga.errors import HostError
from auriga.host.books import shown_url
from auriga.host.freeze import frozen_folder
from auriga.host.messages import said_file
from auriga.host.setup import bot_database, guard_file, own_command, settings_from_config


@dataclass(frozen=True)
class Unit:
    """A file or folder and its place in the user directory of a restored bot."""

    source: Path
    place: str


@dataclass(frozen=True)
class BackupPlan:
    """Everything of one bot; what is not there is None or not listed.

    Attributes
    ----------
    userdir : Path
    models, database, frozen : Unit or None
    guard, configs, parameters : tuple of Unit
    """

    userdir: Path
    models: Unit | None
    database: Unit | None
    frozen: Unit | None
    guard: tuple[Unit, ...]
    configs: tuple[Unit, ...]
    parameters: tuple[Unit, ...]

    def units(self) -> list[Unit]:
        """All of them."""
        single = [unit for unit in (self.models, self.database, self.frozen) if unit is not None]
        return [*single, *self.guard, *self.configs, *self.parameters]


def backup_plan(config: Mapping[str, Any], files: Sequence[Path], *, with_trades: bool = True) -> BackupPlan:
    """Find what a bot with this configuration keeps.

    Parameters
    ----------
    config : mapping
        From `load_config`.
    files : sequence of Path
        The configuration files, in their order.
    with_trades : bool

    Raises
    ------
    HostError
        If the trades are in a database other than SQLite.
    """
    userdir = Path(config["user_data_dir"]).resolve()
    models = userdir / "models" / str(config.get("freqai", {}).get("identifier", ""))
    told = settings_from_config(config).frozen_models
    frozen = None if told is None else frozen_folder(userdir, told)
    url = bot_database(config)
    database = _database_file(url) if with_trades else None
    guarded = {**config, "db_url": url, "user_data_dir": userdir}
    guard = (guard_file(guarded), said_file(guarded))
    loaded = [*files, *(Path(file) for file in config.get("config_files", []))]
    named = list(dict.fromkeys(file.resolve() for file in loaded))
    strategy = str(config.get("strategy", ""))
    folders = [
        userdir / "strategies",
        *([Path(config["strategy_path"])] if "strategy_path" in config else []),
    ]
    parameters = [folder / f"{strategy}.json" for folder in folders] if strategy else []
    taken: set[str] = set()
    return BackupPlan(
        userdir,
        _unit(models, userdir, "models", taken) if models.is_dir() and models.name != "models" else None,
        _unit(database, userdir, "", taken) if database and database.is_file() else None,
        _unit(frozen, userdir, "frozen", taken) if frozen and frozen.is_dir() else None,
        tuple(_unit(file, userdir, "guard", taken) for file in guard if file.is_file()),
        tuple(_unit(file, userdir, "config", taken) for file in named if file.is_file()),
        tuple(_unit(file, userdir, "strategies", taken) for file in parameters if file.is_file()),
    )


def _unit(source: Path, userdir: Path, folder: str, taken: set[str]) -> Unit:
    """Keep the place of what lies in the user directory; give what lies elsewhere one in there."""
    whole = source.resolve()
    inside = whole.is_relative_to(userdir)
    wanted = whole.relative_to(userdir) if inside else Path(folder) / source.name
    place, number = wanted.as_posix(), 1
    while place in taken:
        number += 1
        place = wanted.with_name(f"{wanted.stem}-{number}{wanted.suffix}").as_posix()
    taken.add(place)
    return Unit(whole, place)


def _database_file(db_url: str) -> Path | None:
    url = make_url(db_url)
    if url.get_backend_name() != "sqlite":
        raise HostError(
            f"the trades are in {shown_url(db_url)}, which only its own tools can back up consistently: use "
            "them (pg_dump for PostgreSQL), and for everything else: "
            + own_command("auriga", "backup", "--without-trades")
        )
    return Path(url.database).absolute() if url.database and url.database != ":memory:" else None
