"""The ways to start the command."""

import logging
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest
from typer.testing import CliRunner

from auriga.cli._lazy import COMMANDS, command
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


def test_help_and_version_wait_for_no_command() -> None:
    """Neither numpy nor pandas, let alone freqtrade: both answer at once."""
    code = (
        "import sys\nfrom typer.testing import CliRunner\nfrom auriga.cli._main import app\n"
        "for asked in ('--help', '--version'):\n"
        "    done = CliRunner().invoke(app, [asked])\n    assert done.exit_code == 0, done.output\n"
        "    print(done.output)\n"
        "print(sorted({name.partition('.')[0] for name in sys.modules} & {'numpy', 'pandas', 'freqtrade'}))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=120, check=True
    )
    assert done.stdout.endswith(f"auriga {version('auriga')}\n\n[]\n")
    assert all(f" {name} " in done.stdout for name in COMMANDS)


def test_every_command_is_there_with_its_own_first_sentence(root: Path) -> None:
    files = {
        file.stem.removeprefix("_"): file.read_text() for file in (root / "src/auriga/cli").glob("_*.py")
    }
    own = {name for name, code in files.items() if f"\ndef {name}(" in code}
    assert own - {"main"} == set(COMMANDS)
    shown = CliRunner().invoke(app, ["--help"], env={"COLUMNS": "300"}).output
    for name in COMMANDS:
        first = str(command(name).help).partition("\n\n")[0]
        assert " ".join(first.split()) in " ".join(shown.split()), name


def test_a_command_that_is_not_there_is_refused() -> None:
    done = CliRunner().invoke(app, ["compar"])
    assert done.exit_code == 2
    assert "No such command 'compar'" in done.output
