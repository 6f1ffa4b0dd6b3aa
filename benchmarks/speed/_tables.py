"""Sections of the report: a table in Markdown with notes, and rows that set ours beside stock."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from benchmarks.speed._process import Usage
from benchmarks.speed._statistics import median_usage, ratio, spread, verdict

COMPARED = ("", "ours", "stock", "ours / stock", "of single runs", "target", "")
_UNITS = {"wall": ("wall, s", ".1f"), "cpu": ("CPU, s", ".1f"), "peak": ("peak memory, MiB", ".0f")}


@dataclass(frozen=True)
class Section:
    """One measurement: its title, a table and what is to be said about it."""

    title: str
    header: Sequence[str]
    rows: Sequence[Sequence[str]] = ()
    notes: Sequence[str] = field(default_factory=tuple)

    def markdown(self) -> str:
        """Heading, table, and each note as a paragraph."""
        table = ["\n".join(markdown_table(self.header, self.rows))] if self.rows else []
        return "\n\n".join([f"## {self.title}", *table, *self.notes])


def markdown_table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """Lines of a Markdown table, numbers to the right.

    Examples
    --------
    >>> markdown_table(["", "ours"], [["wall, s", "1.0"]])
    ['| | ours |', '|---|---:|', '| wall, s | 1.0 |']
    """
    marks = ["---", *("---:" for _ in header[1:])]
    lines = [" ".join(("|", *(f"{cell} |" if cell else "|" for cell in line))) for line in (header, *rows)]
    return [lines[0], f"|{'|'.join(marks)}|", *lines[1:]]


def compare_runs(
    ours: Sequence[Usage], stock: Sequence[Usage], targets: Mapping[str, float]
) -> list[list[str]]:
    """Rows for wall, CPU and peak memory: medians, their ratio, ratios of single pairs, target.

    Parameters
    ----------
    ours, stock : sequence of Usage
        In the order they ran; either may be empty when it failed.
    targets : mapping of measure to float
        Largest ratio that was asked for.
    """
    rows = []
    for measure, (name, form) in _UNITS.items():
        cells = [f"{getattr(median_usage(runs), measure):{form}}" if runs else "-" for runs in (ours, stock)]
        rows.append([name, *cells, *_ratio_cells(ours, stock, measure, targets.get(measure))])
    return rows


def _ratio_cells(
    ours: Sequence[Usage], stock: Sequence[Usage], measure: str, target: float | None
) -> list[str]:
    wanted = "" if target is None else f"<= {target:.2f}"
    if not (ours and stock):
        return ["-", "", wanted, ""]
    value = ratio(getattr(median_usage(ours), measure), getattr(median_usage(stock), measure))
    singles = [[getattr(usage, measure) for usage in runs] for runs in (ours, stock)]
    low, high = spread(*singles)
    return [f"{value:.2f}", f"{low:.2f} to {high:.2f}", wanted, verdict(value, target)]


def report(sections: Sequence[Section], head: Sequence[str]) -> str:
    """Return the whole file."""
    parts = ["\n".join(head), *(section.markdown() for section in sections)]
    return "\n\n".join(parts) + "\n"
