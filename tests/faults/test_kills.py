"""A live bot is killed (SIGKILL) in the middle of its work; the long campaign is `make kills`."""

import pytest
from studies.faults._kills import run_kills

pytestmark = [pytest.mark.host, pytest.mark.timeout(900)]


@pytest.mark.parametrize(
    "phases",
    [
        pytest.param(("order", "model save"), id="files"),
        pytest.param(
            ("training", "prediction", "prediction save", "start"), marks=pytest.mark.fire, id="work"
        ),
    ],
)
def test_a_killed_bot_goes_on_and_loses_nothing(tmp_path, phases) -> None:
    found = run_kills(tmp_path, count=len(phases), seed=1, live=True, phases=phases)
    wrong = [kill for kill in found["kills"] if kill["outcome"] not in ("recovered", "orphan named")]
    assert wrong == []
    assert found["figures"]["survived"] == len(phases)
    assert found["figures"]["orders"] >= ("order" in phases)
