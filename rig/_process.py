"""A child process with a log, that can be stopped, killed and started again."""

import os
import subprocess
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self, TypeVar

import psutil

from rig._clock import FastClock
from rig._errors import FireError
from rig._settings import ROOT

Found = TypeVar("Found")
_TAIL = 4000

PATIENCE = 3.0
"""Times the seconds that a quiet machine needs at most: a busy one is slower, and waiting costs nothing."""


class Process:
    """A command that does not outlive the `with` block; each start writes a log of its own.

    Parameters
    ----------
    folder : Path
        Where `NAME-1.txt`, `NAME-2.txt` and so on go.
    name : str
    clock : FastClock, optional

    Attributes
    ----------
    place : Path
        Where the command is started: the repository's root, unless it is set before `start`.
    """

    def __init__(self, folder: Path, name: str, clock: FastClock | None = None) -> None:
        self.folder, self.name = folder, name
        self.clock = clock or FastClock()
        self.starts = 0
        self.place = ROOT
        self.started = time.monotonic()
        self._process: subprocess.Popen[bytes] | None = None
        folder.mkdir(parents=True, exist_ok=True)

    @property
    def output(self) -> Path:
        """Log of the last start."""
        return self.folder / f"{self.name}-{self.starts}.txt"

    @property
    def log(self) -> str:
        """Everything the last start wrote."""
        return self.output.read_text(errors="replace") if self.output.exists() else ""

    @property
    def alive(self) -> bool:
        """Whether it runs."""
        return self._process is not None and self._process.poll() is None

    @property
    def pid(self) -> int:
        """Process id of the last start."""
        return self._running().pid

    @property
    def memory(self) -> float:
        """Resident memory, MiB."""
        return float(psutil.Process(self.pid).memory_info().rss / 2**20)

    def launch(self, command: Sequence[str]) -> None:
        """Start the command in `place`."""
        if self.alive:
            raise FireError(f"{self.name} runs already")
        self.starts += 1
        self.started = time.monotonic()
        environment = {**os.environ, "COLUMNS": "400", "NO_COLOR": "1", **self.clock.environment()}
        environment.pop("PYTEST_VERSION", None)  # Freqtrade would set up no log
        with self.output.open("wb") as stream:
            self._process = subprocess.Popen(
                [*command],
                stdin=subprocess.DEVNULL,
                stdout=stream,
                stderr=subprocess.STDOUT,
                cwd=self.place,
                env=environment,
            )

    def wait(
        self,
        condition: Callable[[], Found | None],
        seconds: float,
        what: str,
        *,
        passing: tuple[type[Exception], ...] = (),
    ) -> Found:
        """Poll until the condition gives something other than None.

        Parameters
        ----------
        condition : callable
        seconds : float
            Real time that it takes at most on a quiet machine; `PATIENCE` times as long is waited.
        what : str
            For the message.
        passing : tuple of exception classes
            What the condition may raise while it is not met yet.

        Raises
        ------
        FireError
            With the end of the log, if it takes longer or the process ends.
        """
        seconds *= PATIENCE
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if not self.alive:
                raise FireError(f"{self.name} ended before: {what}\n{self.log[-_TAIL:]}")
            try:
                if (found := condition()) is not None:
                    return found
            except passing:
                pass
            time.sleep(0.1)
        raise FireError(f"{self.name}, not within {seconds:g} s: {what}\n{self.log[-_TAIL:]}")

    def stop(self, seconds: float = 60) -> int:
        """Ask it to end, as a service manager does, and return its exit code."""
        process = self._running()
        process.terminate()
        return process.wait(timeout=seconds)

    def kill(self) -> None:
        """End it at once, as a power cut does (SIGKILL)."""
        process = self._running()
        process.kill()
        process.wait(timeout=20)

    def start(self) -> None:
        """Start it; each kind knows its own command."""
        raise NotImplementedError

    def restart(self) -> None:
        """Start it again after `stop` or `kill`."""
        self.close()
        self.start()

    def __enter__(self) -> Self:
        try:
            self.start()
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """End it, whatever it does."""
        if not self.alive:
            return
        try:
            self.stop(20)
        except subprocess.TimeoutExpired:
            self.kill()

    def _running(self) -> "subprocess.Popen[bytes]":
        if self._process is None:
            raise FireError(f"{self.name} was never started")
        return self._process
