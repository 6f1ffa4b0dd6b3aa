"""`freqtrade` and `auriga` in processes of their own, forked from one that has imported them before.

Importing Freqtrade takes about five CPU seconds; a file of commands pays them once instead of thirty times. A
command gets its own process, standard streams, folder and environment, and nothing of the test's process:
the one it is forked from has only imported. That the programs start from nothing as well is shown by
everything that does not come through here: the live bots, the exchanges and `make backtest`.
"""

import multiprocessing
import os
import runpy
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from multiprocessing import forkserver
from pathlib import Path
from tempfile import mkdtemp
from unittest.mock import patch

MODULES = {"freqtrade": "freqtrade", "auriga": "auriga.cli", "bot": "tests.options.bot"}
"""What `python -m` runs for a program."""

_CONTEXT = multiprocessing.get_context("forkserver")
_CONTEXT.set_forkserver_preload(
    [
        "arch.bootstrap",
        "freqtrade.main",
        "freqtrade.commands",
        "freqtrade.freqai.prediction_models.LightGBMClassifier",
        "freqtrade.optimize.backtesting",
        "auriga.cli",
        "auriga.host",
        "tests.support.programs",
    ]
)


@dataclass(frozen=True)
class Done:
    """How a program ended and what it wrote; `stderr` is empty unless it was asked for separately."""

    returncode: int
    stdout: str
    stderr: str


class Program:
    """A program that runs; `finish` waits for its end.

    Parameters
    ----------
    words : sequence of str
        Command line, beginning with a name of `MODULES`.
    cwd : Path
        Its working directory.
    environment : dict of str to str, optional
        Set over the environment of the tests.
    separate : bool
        Whether standard error goes its own way instead of into standard output.
    """

    def __init__(
        self,
        words: Sequence[str],
        *,
        cwd: Path,
        environment: dict[str, str] | None = None,
        separate: bool = False,
    ) -> None:
        self._folder = Path(mkdtemp(prefix="auriga-program-"))
        self._out, self._err = self._folder / "out.txt", self._folder / "err.txt"
        whole = {**os.environ, **(environment or {})}
        streams = (str(self._out), str(self._err if separate else self._out))
        self._process = _CONTEXT.Process(target=_run, args=(list(words), str(cwd), whole, streams))
        with patch.dict(os.environ, COLUMNS="400"):  # Freqtrade's console measures the terminal on import
            forkserver.ensure_running()
        self._process.start()

    @property
    def running(self) -> bool:
        """Whether it has not ended yet."""
        return self._process.is_alive()

    def said(self) -> str:
        """What it has written to standard output so far."""
        return self._out.read_text(errors="replace") if self._out.exists() else ""

    def kill(self) -> None:
        """End it at once, and forget what it wrote."""
        self._process.kill()
        self._process.join()
        shutil.rmtree(self._folder)

    def finish(self, seconds: float = 240) -> Done:
        """Wait for its end; it is killed when that takes longer."""
        self._process.join(seconds)
        late = self._process.is_alive()
        if late:
            self._process.kill()
            self._process.join()
        out, err = (
            file.read_text(errors="replace") if file.exists() else "" for file in (self._out, self._err)
        )
        shutil.rmtree(self._folder)
        if late:
            raise TimeoutError(f"not done within {seconds:g} s\n{out[-4000:]}{err[-4000:]}")
        return Done(int(self._process.exitcode or 0), out, err)


def run_program(
    words: Sequence[str],
    *,
    cwd: Path,
    environment: dict[str, str] | None = None,
    separate: bool = False,
    seconds: float = 240,
) -> Done:
    """Run `freqtrade` or `auriga` until its end; hyperopt from nothing, its workers never end with a fork."""
    if "hyperopt" in words:
        return _run_anew(words, cwd, {**os.environ, **(environment or {})}, seconds)
    return Program(words, cwd=cwd, environment=environment, separate=separate).finish(seconds)


def _run_anew(words: Sequence[str], cwd: Path, environment: dict[str, str], seconds: float) -> Done:
    done = subprocess.run(
        [sys.executable, "-m", MODULES[words[0]], *words[1:]],
        cwd=cwd, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        text=True, timeout=seconds, check=False,
    )  # fmt: skip
    return Done(done.returncode, done.stdout, "")


def _run(words: list[str], cwd: str, environment: dict[str, str], streams: tuple[str, str]) -> None:
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    for number, file in enumerate(streams, start=1):
        os.dup2(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND), number)
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(cwd)
    sys.argv = words
    runpy.run_module(MODULES[words[0]], run_name="__main__", alter_sys=True)
