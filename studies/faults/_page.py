"""`docs/faults.md`: one row a fault and a place, from the stored numbers alone."""

import json
import platform
from collections.abc import Iterable, Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

from rig._agreement import Kind

from studies.faults._faults import FAULTS, PLACES, cells

ROOT = Path(__file__).parents[2]
PAGE, FOLDER = ROOT / "docs" / "faults.md", Path(__file__).parent
MATRIX = FOLDER / "matrix.json"
_TEMPLATE = (FOLDER / "page.md").read_text()
_END = "cannot start"
_NO_NEWS = "force_entry_enable"  # said at every start
_ORPHANS = (Kind.ORPHAN_ENTRY, Kind.ORPHAN_EXIT, Kind.ORPHAN_STOP)

_MITIGATIONS = {
    Kind.ORPHAN_ENTRY: "the entry guard sees what no trade explains and refuses further entries of the pair; "
    "`auriga reconcile` names the order and what repairs it",
    Kind.DOUBLED_ENTRY: "the entry guard",
    Kind.ORPHAN_EXIT: "`auriga reconcile` names it; `/reload_trade` adopts it",
    Kind.ORPHAN_STOP: "`auriga reconcile` names it; `/reload_trade` adopts it",
    Kind.NO_ORDER_ID: "`auriga reconcile` names the trade without a real order and how to settle it",
}

Row = Mapping[str, Any]


def machine() -> str:
    """What the matrix ran on."""
    cpuinfo = Path("/proc/cpuinfo")
    lines = cpuinfo.read_text().splitlines() if cpuinfo.exists() else []
    cpu = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    names = ("freqtrade", "ccxt", "auriga")
    versions = ", ".join(f"{name} {version(name)}" for name in names)
    return f"{cpu[0] if cpu else platform.machine()}, Python {platform.python_version()}, {versions}"


def verdict(row: Row) -> str:
    """What happened in one cell, in the words of the page.

    Examples
    --------
    >>> verdict({"injected": 2, "disagreements": [], "through": True, "seconds": 4.25, "error": None})
    'recovered in 4.2 s'
    >>> verdict({"injected": 1, "disagreements": [], "through": False, "reasons": [], "error": None})
    'waits'
    """
    if row["error"]:
        return f"not measured: {row['error']}"
    if not row["injected"]:
        return "not reached"
    if row["disagreements"]:
        kinds = ", ".join(dict.fromkeys(point["kind"] for point in row["disagreements"]))
        return f"**needs {'`/reload_trade`' if row['reloaded'] else 'reconcile'}**: {kinds}"
    if not row["through"]:
        return "**Freqtrade ends**" if any(_END in words for words in row["reasons"]) else "waits"
    return f"recovered in {row['seconds']:.1f} s"


def page(matrix: Mapping[str, Any], kills: Mapping[str, Any] | None, soak: Mapping[str, Any] | None) -> str:
    """Fill the page; the kill campaign and the soak have numbers of their own, where they ran."""
    rows: list[Row] = matrix["cells"]
    return _TEMPLATE.format(
        sentence=_sentence(rows),
        figures=_table(("figure", "value"), [*_figures(rows), *_more_figures(kills, soak)]),
        tables="\n\n".join(_tables(rows)),
        unrepaired=_unrepaired(rows),
        deadline=matrix["deadline"],
        timeout=matrix["client_timeout"],
        freqtrade=matrix["freqtrade"],
        machine=matrix["machine"],
        minutes=round(matrix["seconds"] / 60),
    )


def _sentence(rows: Sequence[Row]) -> str:
    guarded = [row for row in rows if row["guard"] and row["injected"] and not row["error"]]
    agree = sum(not row["disagreements"] for row in guarded)
    without = [row for row in rows if not row["guard"] and row["injected"]]
    return (
        f"In {agree} of {len(guarded)} cells Freqtrade and the exchange agree in the end without help. With "
        f"our entry guard {_count(guarded, Kind.DOUBLED_ENTRY) or 'no'} entries were doubled, without it "
        f"{_count(without, Kind.DOUBLED_ENTRY) or 'none'} in {len(without)} cells. {_found_sentence(rows)}"
    )


def _found_sentence(rows: Sequence[Row]) -> str:
    found, orphans = _found_by_reconcile(rows)
    if not orphans:
        return "No order was left that only the exchange knows."
    return f"`auriga reconcile` named {found} of {orphans} orders that only the exchange knew."


def _count(rows: Iterable[Row], *kinds: Kind) -> int:
    return sum(point["kind"] in kinds for row in rows for point in row["disagreements"])


def _found_by_reconcile(rows: Sequence[Row]) -> tuple[int, int]:
    """Orphans that `reconcile` named, and orphans where it was asked."""
    found = orphans = 0
    for row in rows:
        if row["reconcile"] is None:
            continue
        named = {str(order) for finding in row["reconcile"] for order in finding["orders"]}
        subjects = [point["subject"] for point in row["disagreements"] if point["kind"] in _ORPHANS]
        orphans += len(subjects)
        found += sum(subject in named for subject in subjects)
    return found, orphans


def _figures(rows: Sequence[Row]) -> list[tuple[str, object]]:
    guarded, bare = ([row for row in rows if row["guard"] is on] for on in (True, False))
    found, orphans = _found_by_reconcile(rows)
    return [
        ("cells measured", f"{sum(not row['error'] for row in rows)} of {len(cells())}"),
        ("faults injected", sum(row["injected"] for row in rows)),
        ("orders placed", sum(row["orders"] for row in rows)),
        (
            "orders lost (known to one side alone), with our guard",
            _count(guarded, *_ORPHANS, Kind.LOST_ORDER, Kind.NO_ORDER_ID),
        ),
        ("entries doubled, with our guard", _count(guarded, Kind.DOUBLED_ENTRY)),
        ("entries doubled, without it", _count(bare, Kind.DOUBLED_ENTRY)),
        ("orphans found by `auriga reconcile`", f"{found} of {orphans}"),
    ]


def _more_figures(
    kills: Mapping[str, Any] | None, soak: Mapping[str, Any] | None
) -> Iterable[tuple[str, object]]:
    """What the other campaigns counted, by mode where they ran in several."""
    shown = None if soak is None else {"figures": _soak_figures(soak)}
    for name, campaign in (("kill -9", kills), ("soak", shown)):
        for mode, numbers in _modes(campaign or {}).items():
            for figure, value in numbers.items():
                yield f"{name}{mode}: {figure.replace('_', ' ')}", _told(value)


def _soak_figures(soak: Mapping[str, Any]) -> dict[str, object]:
    """What the table shows of a soak; the file has the rest."""
    memory = {
        name: f"{each['peak_mib']} MiB at most, {each['growth_frac']:+.1%} after the first quarter"
        for name, each in soak["memory"].items()
    }
    return {
        "length": f"{soak['market_hours']} hours of market time, {soak['speed']:g} times as fast",
        "faults injected": soak["faults_injected"],
        "orders placed": soak["orders_placed"],
        "orders lost": soak["lost"],
        "orders that got no id": soak["without_id"],
        "entries doubled": soak["doubled"],
        "findings of `auriga reconcile`": soak["orphans_named"],
        "orphans it did not name": len(soak["orphans_not_named"]),
        "findings at the end": len(soak["findings_at_the_end"]),
        "times Freqtrade ended by itself": soak["ended_itself"],
        "tracebacks through our files": len(soak["ours"]),
        "tracebacks of the exchange": sum(soak["exchange_exceptions"].values()),
        **{f"memory of the {name}": told for name, told in memory.items()},
    }


def _modes(campaign: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    if "figures" in campaign:
        return {"": campaign["figures"]}
    return {f", {mode}": numbers["figures"] for mode, numbers in campaign.items() if "figures" in numbers}


def _told(value: object) -> object:
    return ", ".join(f"{name} {count}" for name, count in value.items()) if isinstance(value, dict) else value


def _tables(rows: Sequence[Row]) -> Iterable[str]:
    header = ("fault", "met", "outcome", "orders", "Freqtrade's own words")
    for market, guard, title in (
        ("spot", True, "Spot"),
        ("spot", False, "Spot, without our entry guard"),
        ("futures", True, "Futures"),
        ("futures", False, "Futures, without our entry guard"),
    ):
        for place in PLACES:
            chosen = [
                row
                for row in rows
                if (row["market"], row["guard"], row["place"]) == (market, guard, place.name)
            ]
            order = {name: number for number, name in enumerate(FAULTS)}
            chosen.sort(key=lambda row: order[row["fault"]])
            if chosen:
                yield f"## {title}: {place.title}\n\n" + _table(header, [_cells(row) for row in chosen])


def _cells(row: Row) -> tuple[object, ...]:
    return FAULTS[row["fault"]].title, row["injected"], verdict(row), row["entries"], _words(row)


def _words(row: Row) -> str:
    """The first thing that the bot said, without a gateway's HTML."""
    words = next((words for words in row["reasons"] if _NO_NEWS not in words), "")
    shown = words.partition("<html")[0].strip().replace("|", "/").replace("`", "'")
    return f"`{shown}`" if shown else "-"


def _unrepaired(rows: Sequence[Row]) -> str:
    bad = [row for row in rows if row["guard"] and row["disagreements"]]
    if not bad:
        return "Nothing in this run."
    return _table(("where", "what", "Freqtrade's own words", "what we ship"), [_trouble(row) for row in bad])


def _trouble(row: Row) -> tuple[object, ...]:
    kinds = list(dict.fromkeys(Kind(point["kind"]) for point in row["disagreements"]))
    place = next(place for place in PLACES if place.name == row["place"])
    helps = [_MITIGATIONS[kind] for kind in kinds if kind in _MITIGATIONS]
    if row["reloaded"]:
        helps = ["`/reload_trade` brought the books together here; `auriga reconcile` proposes it"]
    where = f"{row['market']}, {place.title}, {FAULTS[row['fault']].title}"
    return where, ", ".join(kinds), _words(row), "; ".join(dict.fromkeys(helps)) or "-"


def _table(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join("| " + " | ".join(map(str, line)) + " |" for line in lines)


def stored(path: Path) -> dict[str, Any] | None:
    """Numbers of a run, or None when it has not run."""
    return json.loads(path.read_text()) if path.exists() else None


def write_page() -> None:
    """Write the page from what is stored.

    Raises
    ------
    SystemExit
        If the matrix has not run.
    """
    matrix = stored(MATRIX)
    if matrix is None:
        raise SystemExit(f"{MATRIX} is missing; run python -m studies.faults matrix first")
    PAGE.write_text(page(matrix, stored(FOLDER / "kills.json"), stored(FOLDER / "soak.json")))
