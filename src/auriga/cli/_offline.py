"""The offline exchange in a process of its own."""

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
    from auriga.host.setup import terminated_at_exit

    options = [*source, "--no-limits", "--port", "0", "--overlay", str(overlay)]
    command = [sys.executable, "-m", "auriga.cli", "exchange", *options]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    with terminated_at_exit(process):
        deadline = time.monotonic() + patience
        while not overlay.exists():
            if process.poll() is not None:
                said = process.stdout.read() if process.stdout else ""
                raise ExchangeError(f"the offline exchange did not start: {said.strip()}")
            if time.monotonic() > deadline:
                raise ExchangeError(f"the offline exchange did not answer within {patience:.0f} s")
            time.sleep(0.1)
        yield
