"""A page is written whatever fails; what a backtest may leave behind fails nowhere."""

import importlib
import inspect
import json
import pkgutil
import re
import types
import typing
from collections.abc import Iterable, Iterator
from dataclasses import fields, is_dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from tests.report.made_up_evidence import NAN, report_data

import auriga.report
from auriga.report import headline_lines, verdict_line, write_report
from auriga.report._blocks import Block, Chart, Section, Table, Text
from auriga.report._gather import PARTS
from auriga.report._page import render, section_makers, sections_of

PLANTED = "planted by a test"


def section_modules() -> list[types.ModuleType]:
    found = pkgutil.iter_modules(auriga.report.__path__, "auriga.report.")
    return [importlib.import_module(one.name) for one in found if one.name.endswith("_section")]


def makers_of_blocks() -> Iterator[tuple[str, str]]:
    """Module and name of every function of the room whose answer stands on the page."""
    blocks = {Chart, Table, Text, Block}
    for module in section_modules():
        for name, function in inspect.getmembers(module, inspect.isfunction):
            if function.__module__ != module.__name__ or hasattr(function, "__wrapped__"):
                continue
            told = typing.get_type_hints(function).get("return")
            if told in blocks or typing.get_args(told)[:1] == (Block,):
                yield module.__name__, name


def shown(block: Block) -> str:
    return f"{block.title} {block.alt} {block.json}" if isinstance(block, Chart) else repr(block)


@pytest.fixture(scope="module")
def whole() -> tuple[Section, ...]:
    return sections_of(report_data())


def broken(*given: object) -> None:
    raise RuntimeError(PLANTED)


def test_nothing_of_a_sound_page_fails(whole) -> None:
    assert len(whole) == len(section_makers())
    assert [failure for section in whole for failure in section.failures] == []


@pytest.mark.parametrize(("module", "name"), sorted(makers_of_blocks()))
def test_whatever_fails_leaves_its_reason_and_the_rest(module, name, whole, monkeypatch) -> None:
    function = getattr(importlib.import_module(module), name)
    for user in section_modules():
        if getattr(user, name, None) is function:
            monkeypatch.setattr(user, name, broken)
    sections = sections_of(report_data())
    failing = [section for section in sections if section.failures]
    assert [section.key for section in sections] == [section.key for section in whole]
    assert failing, "the planted failure is on the page"
    for now, before in zip(sections, whole, strict=True):
        if now not in failing:
            assert [shown(block) for block in now.blocks] == [shown(block) for block in before.blocks]
    if typing.get_type_hints(function)["return"] in (Chart, Table, Text):
        for now, before in zip(sections, whole, strict=True):
            assert len(now.blocks) == len(before.blocks), "the rest of the section is there"
    for section in failing:
        assert all(PLANTED in failure and section.title in failure for failure in section.failures)
        assert "RuntimeError" in section.failures[0] and "test_failing_parts.py" in section.failures[0]


def test_the_page_has_the_reasons_and_whoever_writes_it_is_told(whole, monkeypatch, tmp_path) -> None:
    monkeypatch.setattr("auriga.report._headline_section.equity_chart", broken)
    monkeypatch.setattr("auriga.report._verdict_section.trials_table", broken)
    told = write_report(report_data(), tmp_path / "page.html")
    assert [failure.split(":")[0] for failure in told] == ["What it earned", "The verdict"]
    page = (tmp_path / "page.html").read_text("utf-8")
    assert page.count("<section") == len(whole) and page.count(PLANTED) == 2


class Poison:
    """A part that nothing can be read from."""

    def __getattr__(self, name: str) -> object:
        raise RuntimeError(f"{PLANTED}: {name}")


@pytest.mark.parametrize("part", PARTS)
def test_a_part_that_cannot_be_read_ends_only_what_it_is_needed_for(part, whole) -> None:
    data = report_data(**{part: Poison()})
    sections = sections_of(data)
    assert len(sections) == len(whole)
    assert any(section.failures for section in sections)
    for now, before in zip(sections, whole, strict=True):
        if not now.failures:
            assert [shown(block) for block in now.blocks] == [shown(block) for block in before.blocks]
    assert PLANTED in render(data, sections)
    assert headline_lines(data) and verdict_line(data)


@pytest.mark.parametrize("error", [KeyboardInterrupt, SystemExit])
def test_who_wants_to_stop_is_not_held_up(error, monkeypatch) -> None:
    def stop(*given: object) -> None:
        raise error

    monkeypatch.setattr("auriga.report._headline_section.equity_chart", stop)
    with pytest.raises(error):
        sections_of(report_data())


# What a backtest may leave behind.


def poor_frames(frame: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """A table as it is where little is known; codes of regimes are always known."""
    numbers = [name for name in frame.select_dtypes("number").columns if name != "regime"]
    unknown = frame.astype(dict.fromkeys(numbers, float))

    def changed(rows: object, columns: list[Any], value: float) -> pd.DataFrame:
        other = unknown.copy()
        other.loc[rows, columns] = value
        return other

    found = {"empty": frame.iloc[:0], "one row": frame.iloc[:1], "last row": frame.iloc[-1:]}
    found |= {f"all {value}": changed(slice(None), numbers, value) for value in (NAN, 0.0, -0.5, np.inf)}
    found |= {f"unknown {name}": changed(slice(None), [name], NAN) for name in numbers}
    for name in frame.columns.intersection(["expert", "regime", "pair"]):
        group = frame[name].iloc[-1]
        found[f"without {name} {group}"] = frame[frame[name] != group]
        found[f"unknown {name} {group}"] = changed(frame[name] == group, numbers, NAN)
    for label in frame.index[[0, -1]]:
        found[f"without row {label}"] = frame.drop(index=label)
        found[f"unknown row {label}"] = changed(label, numbers, NAN)
    return found


def poor_values(value: object) -> dict[str, Any]:
    """What may stand in the place of a value of the evidence."""
    if isinstance(value, pd.DataFrame):
        return poor_frames(value)
    if isinstance(value, dict) and value and isinstance(next(iter(value.values())), pd.DataFrame):
        poor = {
            f"{key} {how}": value | {key: frame}
            for key, given in value.items()
            for how, frame in poor_frames(given).items()
        }
        return poor | {"none": {}}
    if isinstance(value, dict):
        return {"none": {}}
    if isinstance(value, float):
        return {"unknown": NAN, "negative": -0.001, "endless": np.inf}
    if isinstance(value, tuple):
        return {"none": (), "one": ("told",)}
    if isinstance(value, bool) or value is None:
        return {"open": None, "yes": True, "no": False}
    return {}


def poor_data() -> Iterator[tuple[str, dict[str, Any]]]:
    """A page's data with a part of which every value is poorer, each in every way, side by side."""
    sound = report_data()
    for part in PARTS:
        evidence = getattr(sound, part)
        assert is_dataclass(evidence)
        known: Any = evidence
        poor = {field.name: poor_values(getattr(evidence, field.name)) for field in fields(evidence)}
        for number in range(max(map(len, poor.values()))):
            ways = {name: list(found.items())[number % len(found)] for name, found in poor.items() if found}
            told = ", ".join(f"{name} {how}" for name, (how, _) in ways.items())
            yield f"{part}: {told}", {part: replace(known, **{n: value for n, (_, value) in ways.items()})}


def faults(sections: Iterable[Section]) -> list[str]:
    return [failure for section in sections for failure in section.failures]


def test_no_poor_evidence_fails_anywhere() -> None:
    tried, wrong = 0, {}
    for name, parts in poor_data():
        tried += 1
        data = report_data(**(dict.fromkeys(PARTS) | parts))
        sections = sections_of(data)
        if faults(sections):
            wrong[name] = faults(sections)
        said = " ".join(shown(block) for section in sections for block in section.blocks)
        if re.search(r"\b(nan|NaN|inf|Infinity)\b", said):
            wrong[f"{name} shows"] = re.findall(r".{40}\b(?:nan|NaN|inf|Infinity)\b.{20}", said)[:2]
        if not (headline_lines(data) and verdict_line(data)):
            wrong[name] = ["nothing in the terminal"]
    assert tried > 60
    assert not wrong, json.dumps(wrong, indent=1)
