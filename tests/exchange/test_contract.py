"""The contract of `auriga_exchange`: what its README promises, from a process that prepared nothing."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

import auriga.exchange as old_name
import auriga.simulated
import auriga_exchange

PAGE = Path(auriga_exchange.__file__).parent / "README.md"
BLOCKS = re.findall(r"```python\n(.*?)```", PAGE.read_text(), re.DOTALL)


@pytest.mark.parametrize("code", BLOCKS, ids=["test-of-your-own", "another-process"])
def test_the_page_runs_in_a_process_of_its_own_without_freqtrade(code: str, tmp_path) -> None:
    check = (
        "\nimport sys\nassert 'freqtrade' not in sys.modules\n"
        "ours = {m.split('.')[1] for m in sys.modules if m.startswith('auriga.')}\n"
        "assert ours == {'candles', 'errors', 'typing'}, ours\n"
    )
    run = subprocess.run(
        [sys.executable, "-c", code + check], capture_output=True, text=True, cwd=tmp_path, timeout=120
    )
    assert run.returncode == 0, run.stderr


def test_the_page_names_the_whole_face() -> None:
    rows = re.findall(r"^\| (`.*`) \|", PAGE.read_text(), re.MULTILINE)
    named = re.findall(r"`(\w+)`", "".join(rows))
    assert sorted(named) == sorted(auriga_exchange.__all__)


def test_old_names_still_work_and_say_where_they_went() -> None:
    with pytest.warns(DeprecationWarning, match=r"auriga\.exchange\.Venue is auriga_exchange\.Venue"):
        assert old_name.Venue is auriga_exchange.Venue
    with pytest.warns(DeprecationWarning, match=r"auriga\.simulated\.SimulationPlan"):
        assert old_name.SimulationPlan is auriga.simulated.SimulationPlan
    with pytest.raises(AttributeError, match="no attribute 'Vneue'"):
        _ = old_name.Vneue
