"""The offline exchange in a process of its own."""

import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from auriga.errors import ExchangeError


@contextmanager
def offline_exchange(source: list[str], overlay: Path, patience: float = 60) -> Iterator[None]:
    """Run the offline exchange in a process of its own, and stop it whatever happens."""
    command = [
        sys.executable,
        "-m",
        "auriga.cli",
        "exchange",
        *source,
        "--port",
        "0",
        "--overlay",
        str(overlay),
    ]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    try:
        deadline = time.monotonic() + patience
        while not overlay.exists():
            if process.poll() is not None:
                said = process.stdout.read() if process.stdout else ""
                raise ExchangeError(f"the offline exchange did not start: {said.strip()}")
            if time.monotonic() > deadline:
                raise ExchangeError(f"the offline exchange did not answer within {patience:.0f} s")
            time.sleep(0.1)
        yield
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=20)
