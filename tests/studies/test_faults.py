"""The matrix without a bot: its cells, what is read from a log, the stored results and the page."""

import json
from contextlib import contextmanager
from dataclasses import asdict, replace
from decimal import Decimal
from typing import Any

import pytest
from rig._agreement import Kind, Snapshot
from rig._database import Database, KnownOrder, Trade
from rig._errors import FireError
from studies.faults._acts import ACTS, prepared
from studies.faults._cells import Outcome, reasons
from studies.faults._faults import FAULTS, PLACES, cells
from studies.faults._matrix import Results, run_matrix
from studies.faults._page import page, verdict

from auriga_exchange.faults import STREAM_KINDS, read_rule


def outcome(key="spot/entry/503-accepted", **changes) -> Outcome:
    market, place, fault = key.split("/")[:3]
    made = Outcome(
        key=key,
        market=market,
        place=place,
        fault=fault,
        guard=not key.endswith("no-guard"),
        injected=1,
        through=True,
        seconds=4.2,
        entries=1,
        orders=1,
        disagreements=(),
        reloaded=None,
        reconcile=None,
        reasons=("Could not place | it",),
    )
    return replace(made, **changes)


def point(kind: Kind, subject: str = "7") -> dict[str, str]:
    return {"kind": kind.value, "subject": subject, "detail": "so it is"}


def row(key="spot/entry/503-accepted", error=None, **changes):
    return json.loads(json.dumps(asdict(outcome(key, **changes)) | {"error": error}))


def matrix(*rows):
    head = {"deadline": 100, "client_timeout": 3, "freqtrade": "1", "machine": "a machine", "seconds": 60}
    return head | {"cells": list(rows)}


def test_every_cell_once_and_every_fault_somewhere():
    every = cells()
    assert len({cell.key for cell in every}) == len(every) > 100
    assert {cell.fault.name for cell in every} == set(FAULTS)
    assert {cell.place.name for cell in every} == {place.name for place in PLACES}
    assert all(cell.place.act in ACTS for cell in every)


def test_cells_of_one_rig_stand_together():
    rigs = [cell.rig for cell in cells()]
    assert rigs == sorted(rigs)


@pytest.mark.parametrize(
    "cell", [cell for cell in cells() if cell.place.act != "market"], ids=lambda c: c.key
)
def test_the_exchange_takes_every_rule(cell):
    rule = read_rule({**cell.fault.rule, "endpoint": cell.place.endpoints[cell.market]})
    assert (rule.kind in STREAM_KINDS) == (cell.place.name == "stream")


def test_what_stands_before():
    none, one = Decimal(0), Decimal(1)
    bought = KnownOrder(1, "5", "BTC/USDT", "buy", "open", none, none, True)
    resting = Database((Trade(1, "BTC/USDT", True, False, one, 1),), (bought,))
    held = Database((Trade(1, "BTC/USDT", True, False, one, 0),), ())
    stop = Database((Trade(1, "BTC/USDT", True, False, one, 1),), (replace(bought, side="stoploss"),))
    states = [Database(), resting, held, stop]
    told = {
        before: [prepared(before, "BTC/USDT", Snapshot(database=state)) for state in states]
        for before in ("flat", "open", "partial")
    }
    assert told["flat"] == [True, False, False, False]
    assert told["open"] == [False, False, True, True]
    assert told["partial"][:3] == [False, True, False]
    assert not prepared("open", "ETH/USDT", Snapshot(database=held))


def test_reasons_are_warnings_each_once_without_secrets():
    line = "2026-01-01 00:00:00,000 - freqtrade.worker - {} - binance http://127.0.0.1:4711/order?signature=abc&x=1"
    log = "\n".join([line.format("WARNING"), line.format("ERROR"), line.format("INFO"), "Traceback"])
    assert reasons(log) == ("binance http://127.0.0.1/order?x=1",)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({}, "recovered in 4.2 s"),
        ({"injected": 0}, "not reached"),
        ({"through": False, "seconds": None}, "waits"),
        (
            {"disagreements": (point(Kind.ORPHAN_STOP), point(Kind.ORPHAN_STOP)), "reloaded": True},
            "**needs `/reload_trade`**: orphan stop",
        ),
        (
            {"disagreements": (point(Kind.ORPHAN_ENTRY),), "reloaded": False},
            "**needs reconcile**: orphan entry",
        ),
    ],
)
def test_verdict(changes, words):
    assert verdict(row(**changes)) == words


def test_the_page_counts_what_the_cells_hold():
    orphan = row(disagreements=(point(Kind.ORPHAN_ENTRY),), reconcile=({"orders": ["7"]},), reloaded=False)
    missed = row(
        "spot/stop/503-accepted",
        disagreements=(point(Kind.ORPHAN_STOP, "8"),),
        reconcile=({"orders": ["7"]},),
        reloaded=True,
    )
    doubled = row("spot/entry/503-accepted/no-guard", disagreements=(point(Kind.DOUBLED_ENTRY),))
    text = page(matrix(row("spot/get/503"), orphan, missed, doubled), None, None)
    assert "In 1 of 3 cells" in text
    assert "no entries were doubled, without it 1 in 1 cells" in text
    assert "named 1 of 2 orders" in text
    assert "## Spot, without our entry guard: POST order: entry" in text
    assert "`Could not place / it`" in text


def test_figures_of_the_kills_and_the_soak_are_shown_where_they_ran():
    kills = {"live": {"figures": {"survived": 50, "phases": {"order": 9}}, "kills": []}}
    memory = {"bot": {"peak_mib": 470, "growth_frac": 0.051}}
    empty: dict[str, Any] = {
        "orphans_not_named": [],
        "findings_at_the_end": [],
        "ours": [],
        "exchange_exceptions": {},
    }
    numbers = ("lost", "without_id", "doubled", "orphans_named", "ended_itself", "faults_injected")
    soak = {"market_hours": 2.5, "speed": 10, "orders_placed": 9, "memory": memory, **empty}
    text = page(matrix(row()), kills, soak | dict.fromkeys(numbers, 3))
    assert "| kill -9, live: survived | 50 |" in text
    assert "| kill -9, live: phases | order 9 |" in text
    assert "| soak: length | 2.5 hours of market time, 10 times as fast |" in text
    assert "| soak: memory of the bot | 470 MiB at most, +5.1% after the first quarter |" in text


def test_results_replace_older_outcomes_of_the_same_cell(tmp_path):
    file = tmp_path / "matrix.json"
    Results(file, 3).add(row(injected=0))
    Results(file, 3).add(row("spot/exit/503"))
    Results(file, 3).add(row(injected=2))
    stored = json.loads(file.read_text())["cells"]
    assert [(each["key"], each["injected"]) for each in stored] == [
        ("spot/entry/503-accepted", 2),
        ("spot/exit/503", 1),
    ]


def test_a_rig_that_fails_is_said_so_and_the_next_cell_runs(tmp_path):
    class BrokenRig:
        made = 0

        def pair(self):
            raise FireError("the bot ended")

        def signal(self, **signals):
            pass

        def fresh(self):
            BrokenRig.made += 1

    @contextmanager
    def make(kind):
        yield BrokenRig()

    file = tmp_path / "matrix.json"
    run_matrix(cells("spot/delete/503*"), make, Results(file, 3), jobs=1)
    rows = json.loads(file.read_text())["cells"]
    assert [verdict(each) for each in rows] == ["not measured: the bot ended"] * 2
    assert BrokenRig.made == 2
