"""The page: its sections in one HTML file that needs nothing else."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from importlib.resources import files
from pathlib import Path
from typing import Any

from auriga.errors import MissingPackageError
from auriga.report._blocks import Block, Chart, Section, Text
from auriga.report._data import ReportData


def write_report(data: ReportData, target: Path) -> tuple[str, ...]:
    """Write the page of a backtest as one HTML file without any reference to a network.

    The same data give the same bytes.

    Parameters
    ----------
    data : ReportData
        Parts that are None leave a section with the reason; so does what fails while the page is made.
    target : Path
        HTML file; its folder is made. It is replaced as a whole or not at all.

    Returns
    -------
    tuple of str
        What could not be made, one line each with its section and the reason.

    Raises
    ------
    MissingPackageError
        If plotly or jinja2 is not installed.
    """
    require_packages()
    sections = sections_of(data)
    page = render(data, sections)
    target.parent.mkdir(parents=True, exist_ok=True)
    _write_whole(target, page)
    return tuple(failure for section in sections for failure in section.failures)


def require_packages() -> None:
    """Refuse to begin without what draws the page.

    Raises
    ------
    MissingPackageError
        If plotly or jinja2 is not installed.
    """
    try:
        import jinja2
        import plotly.offline

        _ = jinja2, plotly
    except ImportError as error:
        raise MissingPackageError(
            f"the report needs {error.name}; install it with: pip install 'auriga[report]'"
        ) from None


def render(data: ReportData, sections: Sequence[Section]) -> str:
    """Return the page as text."""
    import jinja2
    import plotly.offline
    from markupsafe import Markup as safe

    from auriga.report._verdict_section import answer_of

    own = files("auriga.report")
    css, js, template = (
        own.joinpath(name).read_text("utf-8") for name in ("page.css", "page.js", "page.html")
    )
    environment = jinja2.Environment(autoescape=True, undefined=jinja2.StrictUndefined)
    return environment.from_string(template).render(
        title=data.title,
        candles=data.candles,
        answer=answer_of(data),
        sections=sections,
        numbers=_numbers(data, sections),
        figures=safe(_figures(sections)),
        dark=_dark(),
        css=safe(css),
        js=safe(js),
        plotly=safe(plotly.offline.get_plotlyjs()),
        footer=f"Made by auriga report of {data.result}. All times are UTC. A backtest is not a promise.",
    )


def sections_of(data: ReportData) -> tuple[Section, ...]:
    """Return the sections in the order of the page; whatever one of them is given, all of them are there."""
    sections: list[Section] = []
    seen: set[str] = set()
    for make in section_makers():
        section = make(data)
        blocks = tuple(_unique(block, seen) for block in section.blocks)
        sections.append(replace(section, blocks=blocks))
    return tuple(sections)


def _unique(block: Block, seen: set[str]) -> Block:
    """The block, unless it is a figure whose place on the page is taken."""
    if not isinstance(block, Chart):
        return block
    if block.key in seen:
        return Text(f"Not shown: a second figure is named {block.key}.", tone="missing", failed=block.key)
    seen.add(block.key)
    return block


def section_makers() -> tuple[Callable[[ReportData], Section], ...]:
    """Return what makes the sections, in the order of the page."""
    from auriga.report._headline_section import headline_section
    from auriga.report._model_section import quality_section
    from auriga.report._regime_section import regime_section
    from auriga.report._trading_section import trading_section
    from auriga.report._verdict_section import verdict_section

    return headline_section, trading_section, quality_section, regime_section, verdict_section


def _dark() -> Mapping[str, str]:
    from auriga.report._palette import DARK

    return DARK


def _figures(sections: Sequence[Section]) -> str:
    """Figures by key as JSON that may stand in a script element."""
    charts = [block for section in sections for block in section.blocks if isinstance(block, Chart)]
    text = ",\n".join(f"{json.dumps(chart.key)}: {chart.json}" for chart in charts)
    return "{" + text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026") + "}"


def _numbers(data: ReportData, sections: Sequence[Section]) -> dict[str, Any]:
    found: dict[str, Any] = {"title": data.title, "result": data.result, "currency": data.currency}
    for section in sections:
        found |= section.numbers
    return found


def _write_whole(target: Path, text: str) -> None:
    """Write beside the target first: an interrupted run leaves the older page, or none."""
    part = target.with_name(f".{target.name}.part")
    try:
        part.write_text(text, encoding="utf-8")
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)
