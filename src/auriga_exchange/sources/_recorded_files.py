"""Reading many candle files, a few at a time: a file that cannot be used does not end the others."""

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Generic, TypeVar

from auriga.candles import CandleFile, CandleReport, Problem, read_candle_file, validate_candles
from auriga.errors import CandleError
from auriga_exchange.markets import CandleSeries, series_from_frame

_READERS = 2  # each holds a file twice while it reads
T = TypeVar("T")


@dataclass(frozen=True)
class ReadFile(Generic[T]):
    """What one file holds."""

    file: CandleFile
    content: T
    report: CandleReport

    def holes(self, name: str) -> list[str]:
        """Return a line that begins with `name` when the file misses candles, or nothing."""
        missing = [found for found in self.report.findings if found.problem is Problem.MISSING]
        return [f"{name}: {found}" for found in missing]


@dataclass(frozen=True)
class ReadFiles(Generic[T]):
    """Everything that was read, and a line for each file that cannot be used.

    A file without any rows is in neither: Freqtrade writes one for a timeframe that it got no candles of.
    """

    read: tuple[ReadFile[T], ...]
    faulty: tuple[str, ...]


def first_of_each(files: Iterable[CandleFile], kinds: tuple[str, ...]) -> list[CandleFile]:
    """Files of some kinds; the same candles in two formats are taken once, from the first format by name."""
    found: dict[tuple[str, str, str], CandleFile] = {}
    for file in sorted(files, key=lambda file: file.format):
        if file.kind in kinds:
            found.setdefault((file.pair, file.timeframe, file.kind), file)
    return sorted(found.values(), key=lambda file: file.path.name)


def read_all(files: list[CandleFile], read: Callable[[CandleFile], ReadFile[T] | None]) -> ReadFiles[T]:
    """Read files side by side; None is a file without rows, a `CandleError` one that cannot be used."""
    faulty: list[str] = []

    def tried(file: CandleFile) -> ReadFile[T] | None:
        try:
            return read(file)
        except CandleError as error:
            text = str(error)
            faulty.append(text if str(file.path) in text else f"{file.path}: {text}")
            return None

    with ThreadPoolExecutor(max_workers=_READERS) as pool:
        done = [found for found in pool.map(tried, files) if found is not None]
    return ReadFiles(tuple(done), tuple(sorted(faulty)))


def read_series(file: CandleFile) -> ReadFile[CandleSeries] | None:
    """Read and check candles; None when there are none.

    Raises
    ------
    CandleError
        If they cannot be used.
    """
    candles = read_candle_file(file)
    if candles.empty:
        return None
    report = validate_candles(candles, file.timeframe, source=str(file.path))
    return ReadFile(file, series_from_frame(candles, file.timeframe), report)
