"""A timetable of faults, market events and fills, read from a YAML file."""

import asyncio
import logging
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from auriga.errors import AurigaError, ParameterError, clause
from auriga_exchange.control._actions import add_fault, change_market, check_fills, set_fills
from auriga_exchange.faults import read_rule, shown
from auriga_exchange.venue import Venue

_LOGGER = logging.getLogger(__name__)
_ACTIONS = {"fault": add_fault, "market": change_market, "fills": set_fills}
_FIELDS = ("name", "events")
_DURATION = re.compile(r"(?=.)(?:(\d+)h)?(?:(\d+)m)?(?:(\d+(?:\.\d+)?)s)?", re.ASCII)
# The clock of the exchange may run faster than time, so it has to be looked at again and again.
_SECONDS_BETWEEN_LOOKS = 0.05


@dataclass(frozen=True)
class ScenarioEvent:
    """One line of the timetable.

    Parameters
    ----------
    at : int
        ms after the start, on the clock of the exchange.
    action : str
        `fault`, `market` or `fills`.
    given : mapping
        What the control interface would be sent.
    line : int
        Where it stands in the file, from 1.
    """

    at: int
    action: str
    given: Mapping[str, Any]
    line: int


@dataclass(frozen=True)
class Scenario:
    """A name and its events, the earliest first."""

    name: str
    events: tuple[ScenarioEvent, ...]


def read_scenario(path: Path) -> Scenario:
    """Read a scenario and check all of it.

    The file has a `name` and `events`. Each event has `at` (`30s`, `2m`, `1h30m` after the start) and
    either the fields of a fault, or `market:` or `fills:` with what the control interface takes there.

    Raises
    ------
    ParameterError
        If the file cannot be read or something in it is not possible; with the line and the remedy.
    """
    try:
        return _read(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ParameterError(
            f"scenario {path} cannot be read ({error.strerror}); give a YAML file"
        ) from error
    except UnicodeDecodeError as error:
        raise ParameterError(f"scenario {path} is not UTF-8 text; give a YAML file") from error
    except ParameterError as error:
        raise ParameterError(f"scenario {path}: {clause(error)}") from error


def _read(text: str) -> Scenario:
    loader = yaml.SafeLoader(text)
    try:
        node = loader.get_single_node()
        content: Any = loader.construct_document(node) if node else None
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise ParameterError(f"is no YAML ({' '.join(str(error).split())[:200]})") from error
    if not isinstance(node, yaml.MappingNode) or not isinstance(content.get("events"), list):
        raise ParameterError("has no list of events; write `name: ...` and `events:` with `- at: 30s` ...")
    unknown = sorted(str(key) for key in content if key not in _FIELDS)
    if unknown:
        raise ParameterError(f"has no field {shown(unknown)}; there are {' and '.join(_FIELDS)}")
    lines = next(value for key, value in node.value if key.value == "events").value
    events = [
        _event(each, line.start_mark.line + 1) for each, line in zip(content["events"], lines, strict=True)
    ]
    return Scenario(str(content.get("name", "")), tuple(sorted(events, key=lambda event: event.at)))


def _event(given: Any, line: int) -> ScenarioEvent:
    try:
        if not isinstance(given, dict):
            raise ParameterError(f"event {shown(given)} has no fields; start it with `at: 30s`")
        fields = dict(given)
        at = _milliseconds(fields.pop("at", None))
        action, values = _action(fields)
        return ScenarioEvent(at, action, values, line)
    except ParameterError as error:
        raise ParameterError(f"line {line}: {clause(error)}") from error


def _milliseconds(text: Any) -> int:
    match = _DURATION.fullmatch(text) if isinstance(text, str) else None
    if match is None:
        raise ParameterError(f"at is {shown(text)}; write a time after the start such as 30s, 2m or 1h30m")
    hours, minutes, seconds = (float(part or 0) for part in match.groups())
    return round(1000 * (3600 * hours + 60 * minutes + seconds))


def _action(fields: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    named = [name for name in ("market", "fills") if name in fields]
    if not named:
        # YAML takes 429 for a number and the control interface takes text.
        fault = {name: str(value) if name == "kind" else value for name, value in fields.items()}
        read_rule(fault)
        return "fault", fault
    values = fields[named[0]]
    if len(fields) > 1 or not isinstance(values, dict):
        raise ParameterError(
            f"{named[0]} is {shown(values)} beside {shown(sorted(map(str, fields)))}; give an event one of "
            "them alone, with its fields"
        )
    if named[0] == "market":
        return "market", _market(values)
    fills = {name: value if isinstance(value, bool | str) else str(value) for name, value in values.items()}
    check_fills(fills)
    return "fills", fills


def _market(values: dict[str, Any]) -> dict[str, Any]:
    if not isinstance(values.get("kind"), str) or not isinstance(values.get("symbol"), str):
        raise ParameterError(f"market {shown(values)} lacks kind or symbol, such as halt and BTCUSDT")
    return values


async def run_scenario(venue: Venue, scenario: Scenario) -> None:
    """Let every event happen at its time on the clock of the exchange, which starts now.

    An event the exchange refuses, such as one about a symbol it does not list, is logged with its line.

    Parameters
    ----------
    venue : Venue
        Where it happens.
    scenario : Scenario
        What happens.
    """
    start = venue.clock()
    for event in scenario.events:
        await _wait_until(venue, start + event.at)
        try:
            _ACTIONS[event.action](venue, dict(event.given))
        except AurigaError as error:
            _LOGGER.error("scenario %s, line %d: %s", scenario.name, event.line, error)


async def _wait_until(venue: Venue, due: int) -> None:
    while (left := due - venue.clock()) > 0:
        await asyncio.sleep(min(left / 1000, _SECONDS_BETWEEN_LOOKS))
