"""What the studies keep outside the repository, and when it is still good."""

import hashlib
import os
from collections.abc import Callable
from pathlib import Path

from auriga.host.results import BacktestResult, read_backtest

ROOT = Path(__file__).parents[1]


def cache_folder(study: str) -> Path:
    """Folder for candles, models and results of a study."""
    return Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / f"auriga-{study}"


def code_digest(what: object) -> str:
    """Digest of what was run, and of everything of ours that its result depends on."""
    digest = hashlib.blake2b(repr(what).encode(), digest_size=8)
    sources = [*(ROOT / "src" / "auriga").rglob("*.py"), *(ROOT / "strategies").glob("*.py")]
    for file in (*sorted(sources), ROOT / "config.json", *sorted((ROOT / "configs").glob("*.json"))):
        digest.update(file.read_bytes())
    return digest.hexdigest()


def backtest_once(done: Path, results: Path, run: Callable[[], object]) -> BacktestResult:
    """Result that a file names; without the file the backtest is run first.

    Parameters
    ----------
    done : Path
        Keeps the name of the result; its own name holds the digest of what was run.
    results : Path
        Folder `backtest_results`.
    run : callable
        Makes the newest result of that folder.
    """
    if not done.exists():
        run()
        done.parent.mkdir(parents=True, exist_ok=True)
        done.write_text(read_backtest(results).path.name)
    return read_backtest(results / done.read_text())


def recorded_candles(told: Path | None) -> Path:
    """Folder of recorded candles: the one that was told, or binance/ in AURIGA_REAL_DATA.

    Raises
    ------
    SystemExit
        If it has no daily candles.
    """
    folder = told or Path(os.environ.get("AURIGA_REAL_DATA", "")) / "binance"
    if not list(folder.glob("*-1d.feather")):
        raise SystemExit(f"no candles in {str(folder)!r}: set AURIGA_REAL_DATA to the folder above binance/")
    return folder
