"""Stock freqtrade commands in a process of their own, line by line."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from auriga.errors import HostError

# Freqtrade 2026.9 ends with exit code 0 after it.
_REFUSAL = "Configuration error:"


@contextmanager
def terminated_at_exit(process: subprocess.Popen[str]) -> Iterator[None]:
    """End a process with SIGTERM when the block ends, and kill it when that does not help."""
    try:
        yield
    finally:
        if process.poll() is None:
            process.terminate()
            try:
                process.wait(timeout=20)
            except subprocess.TimeoutExpired:
                process.kill()


def run_freqtrade(
    arguments: Sequence[str], *, log: Path, on_line: Callable[[str], None] = lambda line: None
) -> None:
    """Run `freqtrade` with these arguments and hand over each line it prints.

    Parameters
    ----------
    arguments : sequence of str
        Without the program name.
    log : Path
        Every line is appended here too.
    on_line : callable
        Called with each line (output and log, in order) without its line end.

    Raises
    ------
    HostError
        If the command fails: with its exit code, its last words and where the whole log is.
    """
    environment = os.environ | {"COLUMNS": "400", "PYTHONUNBUFFERED": "1", "NO_COLOR": "1"}
    command = [sys.executable, "-m", "freqtrade", *arguments]
    log.parent.mkdir(parents=True, exist_ok=True)
    last: list[str] = []
    refused = False
    with (
        log.open("a", encoding="utf-8") as file,
        subprocess.Popen(
            command,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            text=True,
            env=environment,
        ) as process,
        terminated_at_exit(process),
    ):
        file.write(f"$ freqtrade {' '.join(arguments)}\n")
        for line in process.stdout or ():
            file.write(line)
            file.flush()
            last = [*last[-4:], line.rstrip()]
            refused |= _REFUSAL in line
            on_line(line.rstrip("\n"))
        process.wait()
    if process.returncode or refused:
        words = "\n".join(last)
        raise HostError(
            f"freqtrade {arguments[0]} ended with code {process.returncode}:\n{words}\n"
            f"The whole log is in {log}."
        )
