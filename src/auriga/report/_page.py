"""The page: its sections in one HTML file that needs nothing else."""

import math
from collections.abc import Mapping, Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any

from auriga.errors import MissingPackageError
from auriga.report._blocks import Chart, Section
from auriga.report._data import ReportData


def write_report(data: ReportData, target: Path) -> Path:
    """Write the page of a backtest as one HTML file without any reference to a network.

    The same data give the same bytes.

    Parameters
    ----------
    data : ReportData
        Parts that are None leave a section with the reason.
    target : Path
        HTML file; its folder is made. It is replaced as a whole or not at all.

    Returns
    -------
    Path
        `target`.

    Raises
    ------
    MissingPackageError
        If plotly or jinja2 is not installed.
    """
    page = render(data)
    target.parent.mkdir(parents=True, exist_ok=True)
    _write_whole(target, page)
    return target


def render(data: ReportData) -> str:
    """Return the page as text."""
    try:
        import jinja2
        import plotly.offline  # type: ignore[import-untyped]
        from markupsafe import Markup as safe
    except ImportError as error:
        raise MissingPackageError(
            f"the report needs {error.name}; install it with: pip install 'auriga[report]'"
        ) from None
    from auriga.report._verdict_section import answer_of

    sections = sections_of(data)
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
        numbers=_plain(_numbers(data, sections)),
        figures=safe(_figures(sections)),
        dark=_dark(),
        css=safe(css),
        js=safe(js),
        plotly=safe(plotly.offline.get_plotlyjs()),
        footer=f"Made by auriga report of {data.result}. All times are UTC. A backtest is not a promise.",
    )


def sections_of(data: ReportData) -> tuple[Section, ...]:
    """Return the sections in the order of the page."""
    from auriga.report._headline_section import headline_section
    from auriga.report._model_section import quality_section
    from auriga.report._regime_section import regime_section
    from auriga.report._trading_section import trading_section
    from auriga.report._verdict_section import verdict_section

    makers = (headline_section, trading_section, quality_section, regime_section, verdict_section)
    return tuple(make(data) for make in makers)


def _dark() -> Mapping[str, str]:
    from auriga.report._palette import DARK

    return DARK


def _figures(sections: Sequence[Section]) -> str:
    """Figures by key as JSON that may stand in a script element."""
    from auriga.report._figures import figure_json

    charts = [block for section in sections for block in section.blocks if isinstance(block, Chart)]
    keys = [chart.key for chart in charts]
    if len(set(keys)) < len(keys):
        raise ValueError(f"two figures of the page have the same key: {sorted(keys)}")
    text = ",\n".join(f'"{chart.key}": {figure_json(chart.figure)}' for chart in charts)
    return "{" + text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026") + "}"


def _numbers(data: ReportData, sections: Sequence[Section]) -> dict[str, Any]:
    found: dict[str, Any] = {"title": data.title, "result": data.result, "currency": data.currency}
    for section in sections:
        found |= section.numbers
    return found


def _plain(value: Any) -> Any:
    """Return what JSON knows: NaN and infinity are null."""
    if isinstance(value, Mapping):
        return {str(name): _plain(each) for name, each in value.items()}
    if isinstance(value, bool | str) or value is None:
        return value
    number = float(value)
    return number if math.isfinite(number) else None


def _write_whole(target: Path, text: str) -> None:
    """Write beside the target first: an interrupted run leaves the older page, or none."""
    part = target.with_name(f".{target.name}.part")
    try:
        part.write_text(text, encoding="utf-8")
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)
