"""One child process: wall, CPU and peak memory of it and everything it starts."""

import os
import subprocess
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil

# Freqtrade 2026.9 ends with exit code 0 after it.
_REFUSAL = "Configuration error:"
_SAMPLE_SECONDS = 0.2


class ChildError(RuntimeError):
    """A child ended badly or took too long; the message holds its last lines."""


@dataclass(frozen=True)
class Usage:
    """What a child process took.

    Attributes
    ----------
    wall, cpu : float
        Seconds; `cpu` is user and system time of the child and its own children.
    peak : float
        MiB: the larger of the kernel's `ru_maxrss` and the sum over the process tree, sampled five
        times a second (pages that processes share are counted in each).
    others : float
        Cores that the rest of the machine used meanwhile; near 0 on a quiet one.
    """

    wall: float
    cpu: float
    peak: float
    others: float = 0


class _TreeMemory(threading.Thread):
    """Samples the resident memory of a process and its descendants until told to end."""

    def __init__(self, pid: int, deadline: float) -> None:
        super().__init__(daemon=True)
        self.peak = 0.0
        self.expired = False
        self._pid, self._deadline = pid, deadline
        self._ended = threading.Event()

    def run(self) -> None:
        while not self._ended.wait(_SAMPLE_SECONDS):
            tree = self._tree()
            self.peak = max(self.peak, sum(map(_resident, tree)) / 2**20)
            if time.monotonic() > self._deadline:
                self.expired = True
                for process in reversed(tree):
                    _kill(process)

    def _tree(self) -> list[psutil.Process]:
        try:
            root = psutil.Process(self._pid)
            return [root, *root.children(recursive=True)]
        except psutil.Error:
            return []

    def finish(self) -> None:
        self._ended.set()
        self.join()


def _resident(process: psutil.Process) -> int:
    try:
        return int(process.memory_info().rss)
    except psutil.Error:
        return 0


def _kill(process: psutil.Process) -> None:
    try:
        process.kill()
    except psutil.Error:
        return


def run_child(command: Sequence[str], *, log: Path, timeout: float, cwd: Path) -> Usage:
    """Run a command to its end, everything it prints going to `log`.

    Raises
    ------
    ChildError
        If it fails, is refused by Freqtrade, or takes longer than `timeout` seconds; with its last lines.
    """
    environment = os.environ | {"COLUMNS": "400", "NO_COLOR": "1"}
    log.parent.mkdir(parents=True, exist_ok=True)
    started, busy = time.monotonic(), _machine_seconds()
    with log.open("wb") as output:
        process = subprocess.Popen(
            command, stdout=output, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL,
            cwd=cwd, env=environment,
        )  # fmt: skip
        memory = _TreeMemory(process.pid, started + timeout)
        memory.start()
        try:
            _, status, usage = os.wait4(process.pid, 0)
        except BaseException:
            process.kill()
            raise
        finally:
            memory.finish()
    wall, busy = time.monotonic() - started, _machine_seconds() - busy
    process.returncode = os.waitstatus_to_exitcode(status)
    _require_success(command, process.returncode, log, timeout if memory.expired else None)
    peak = max(usage.ru_maxrss / 1024, memory.peak)
    cpu = usage.ru_utime + usage.ru_stime
    return Usage(wall, cpu, peak, max(0.0, busy - cpu) / wall)


def _machine_seconds() -> float:
    """CPU seconds of all processes since the machine started."""
    times = psutil.cpu_times()
    return float(times.user + times.nice + times.system)


def _require_success(command: Sequence[str], code: int, log: Path, expired: float | None) -> None:
    text = log.read_text(errors="replace")
    if code == 0 and _REFUSAL not in text:
        return
    how = f"took longer than {expired:.0f} s" if expired else f"ended with code {code}"
    last = "\n".join(text.splitlines()[-8:])
    raise ChildError(f"{' '.join(command[:4])} ... {how}; its last lines:\n{last}\nThe whole log: {log}")
