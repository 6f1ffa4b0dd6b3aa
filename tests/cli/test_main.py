"""The ways to start the command."""

import logging
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from auriga.cli._main import app


@pytest.mark.parametrize("module", ["auriga", "auriga.cli"])
def test_python_m_is_the_command(module: str, tmp_path: Path) -> None:
    words = [sys.executable, "-m", module, "candles", str(tmp_path)]
    done = subprocess.run(words, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 1
    assert done.stderr.startswith(f"Error: no candle files in {tmp_path}")


def test_importing_the_module_runs_nothing() -> None:
    done = subprocess.run(
        [sys.executable, "-c", "import auriga.__main__"],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@pytest.mark.parametrize("command", ["compare", "parity"])
def test_a_command_leaves_the_log_as_it_was(command: str, tmp_path: Path, caplog) -> None:
    """Warnings of whatever runs afterwards in this process were lost."""
    words = ["nothing.zip"] if command == "compare" else []
    done = CliRunner().invoke(app, [command, *words, "--config", str(tmp_path / "absent.json")])
    assert done.exit_code != 0
    logging.getLogger("auriga").warning("still heard")
    assert caplog.messages == ["still heard"]
