"""Scenarios: read with every error named, replayed on the clock of the exchange."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.conftest import ROOT
from tests.support.keyed_exchange import NOON, make_venue

from auriga.errors import ParameterError
from auriga_exchange import Scenario, read_scenario, run_scenario

SHIPPED = sorted((ROOT / "configs" / "scenarios").glob("*.yaml"))


@pytest.fixture
def read(tmp_path: Path) -> Callable[[str], Scenario]:
    def write_and_read(text: str) -> Scenario:
        path = tmp_path / "scenario.yaml"
        path.write_text(text)
        return read_scenario(path)

    return write_and_read


def events(*lines: str) -> str:
    return "name: test\nevents:\n" + "".join(f"  - {line}\n" for line in lines)


class FastClock:
    """Every look takes its time: 5 s, or `step` ms."""

    def __init__(self, step: int = 5000) -> None:
        self.now = NOON
        self.step = step

    def __call__(self) -> int:
        self.now += self.step
        return self.now


def test_events_come_sorted_and_read(read: Callable[[str], Scenario]) -> None:
    scenario = read(
        events(
            "{at: 1h2m3.5s, kind: 429, endpoint: GET /api/v3/klines, count: 2}",
            "{at: 30s, fills: {fill_frac: 0.4}}",
            "{at: 2m, market: {kind: halt, symbol: BTCUSDT}}",
            "{at: 2m, kind: 5xx, accepted: true}",
        )
    )
    assert [(event.at, event.action, event.line) for event in scenario.events] == [
        (30_000, "fills", 4),
        (120_000, "market", 5),
        (120_000, "fault", 6),
        (3_723_500, "fault", 3),
    ]
    assert scenario.events[0].given == {"fill_frac": "0.4"}
    assert scenario.events[3].given["kind"] == "429"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (events("{at: 30s, kind: 429}", "{at: 30, kind: 429}"), "line 4: at is 30;"),
        (events("{at: soon, kind: 429}"), "line 3: at is 'soon'"),
        (events("{at: '', kind: 429}"), "line 3: at is ''"),
        (events("{at: -5s, kind: 429}"), "such as 30s"),
        (events("{kind: 429}"), "line 3: at is None"),
        (events("{at: 5s, kind: 430}"), "line 3: kind of a fault is '430'"),
        (events("{at: 5s, kind: 429, times: 3}"), "line 3: fault has no field ['times']"),
        (events("{at: 5s}"), "line 3: fault without kind"),
        (events("{at: 5s, fills: {fill_frac: 2}}"), "line 3: fill_frac is '2'"),
        (events("{at: 5s, fills: yes}"), "line 3: fills is True"),
        (events("{at: 5s, market: {kind: halt}}"), "lacks kind or symbol"),
        (events("{at: 5s, market: {kind: halt, symbol: BTCUSDT}, kind: 429}"), "one of them alone"),
        (events("just text"), "line 3: event 'just text' has no fields"),
        ("events: {at: 5s}", "no list of events"),
        ("- at: 5s", "no list of events"),
        ("", "no list of events"),
        ("name: x\nevents: []\nmore: 1", "no field ['more']"),
        ("name: [", "is no YAML"),
        ("!!python/object/apply:os.system ['true']", "is no YAML"),
        ("a: &a [1]\nevents: *b", "is no YAML"),
        (
            "x: &a [1,1,1,1,1,1]\n" + "events:\n  - at: &b [*x, *x]".replace("*x", "*a"),
            "no field ['x']",
        ),
    ],
)
def test_errors_name_line_value_and_remedy(read: Callable[[str], Scenario], text: str, said: str) -> None:
    with pytest.raises(ParameterError) as caught:
        read(text)
    assert said in str(caught.value) and "scenario.yaml" in str(caught.value)
    assert len(str(caught.value)) < 800


def test_a_nested_bomb_is_named_briefly(read: Callable[[str], Scenario]) -> None:
    lines = ["&a0 [1,2]", *(f"&a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 12))]
    with pytest.raises(ParameterError) as caught:
        read("events:\n" + "".join(f"  - {line}\n" for line in lines))
    assert len(str(caught.value)) < 1000


def test_missing_and_unreadable_files_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ParameterError, match="cannot be read"):
        read_scenario(tmp_path / "none.yaml")
    (tmp_path / "binary.yaml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ParameterError, match="UTF-8"):
        read_scenario(tmp_path / "binary.yaml")


def test_events_happen_at_their_time(read: Callable[[str], Scenario]) -> None:
    scenario = read(
        events(
            "{at: 1m, kind: 429}",
            "{at: 3m, kind: 5xx, seconds: 60}",
            "{at: 2m, market: {kind: halt, symbol: NOPE}}",
            "{at: 5m, fills: {fill_frac: 0.25}}",
        )
    )
    clock = FastClock()
    venue = make_venue(clock)
    asyncio.run(run_scenario(venue, scenario))
    happened = [rule["added_at"] - NOON for rule in venue.faults.rules()]
    assert 60_000 <= happened[0] <= 80_000 and 180_000 <= happened[1] <= 210_000
    assert str(venue.spot.next_fill_frac) == "0.25"


def test_impossible_events_are_logged_with_their_line(
    read: Callable[[str], Scenario], caplog: pytest.LogCaptureFixture
) -> None:
    scenario = read(
        events("{at: 0s, market: {kind: halt, symbol: NOPE}}", "{at: 1s, kind: 429}").replace(
            "test", "bad day"
        )
    )
    venue = make_venue(FastClock())
    asyncio.run(run_scenario(venue, scenario))
    assert "scenario bad day, line 3" in caplog.text
    assert len(venue.faults.rules()) == 1


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_shipped_scenarios_run(path: Path) -> None:
    scenario: Any = read_scenario(path)
    assert scenario.name == path.stem
    venue = make_venue(FastClock(60_000))
    asyncio.run(run_scenario(venue, scenario))
    faults = [event for event in scenario.events if event.action == "fault"]
    assert len(venue.faults.rules()) == len(faults) > 3
    # Every fault ends by itself, so that the exchange is well again afterwards.
    assert all(event.given.get("count") or event.given.get("seconds") for event in faults)


def test_there_are_shipped_scenarios() -> None:
    assert {path.stem for path in SHIPPED} >= {"outage", "maintenance"}
