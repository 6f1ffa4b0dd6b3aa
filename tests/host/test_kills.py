"""A live bot is killed (SIGKILL) in the middle of its work; the long campaign is `make kills`."""

import pytest
from benchmarks.fire._kills import run_kills


@pytest.mark.host
@pytest.mark.timeout(500)
def test_a_killed_bot_goes_on_and_loses_nothing(tmp_path) -> None:
    found = run_kills(tmp_path, count=3, seed=1, live=True, phases=("order", "model save", "training"))
    wrong = [kill for kill in found["kills"] if kill["outcome"] not in ("recovered", "orphan named")]
    assert wrong == []
    assert found["figures"]["survived"] == 3
    assert found["figures"]["orders"] >= 1
