"""The page in a real browser that has no network: it draws, complains about nothing and fits a phone."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.report.browser import CHROMIUM, Tab, browser
from tests.report.made_up_evidence import report_data

from auriga.report import ReportData, write_report
from auriga.report._blocks import Chart
from auriga.report._page import sections_of

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no chromium is installed")

INK_OF_FIGURES = "[...document.querySelectorAll('.xtick text')].map(e => getComputedStyle(e).fill)"
PAPER = "getComputedStyle(document.body).backgroundColor"
DRAWN = "[...document.querySelectorAll('.plot')].map(e => e.querySelectorAll('.main-svg').length)"
OVERFLOW = "document.scrollingElement.scrollWidth - innerWidth"
WIDE_FIGURES = (
    "[...document.querySelectorAll('.main-svg')]"
    ".filter(e => e.getBoundingClientRect().right > innerWidth).length"
)


def written(data: ReportData, target: Path) -> Path:
    assert write_report(data, target) == ()
    return target


@pytest.fixture(scope="module")
def page(tmp_path_factory) -> Path:
    return written(report_data(), tmp_path_factory.mktemp("page") / "report.html")


@pytest.fixture(scope="module")
def short_page(tmp_path_factory) -> Path:
    """A page with few figures, which opens faster."""
    gone = dict.fromkeys(("trading", "predictions", "models", "verdict", "trials"))
    return written(report_data(**gone), tmp_path_factory.mktemp("page") / "short.html")


@pytest.fixture(scope="module")
def tab() -> Iterator[Tab]:
    with browser() as opened:
        yield opened


def faults(tab: Tab) -> list[str]:
    """What is wrong with the page that is shown: nothing may be."""
    return [*tab.errors, *tab.far_requests]


def test_all_figures_are_drawn_without_an_error(tab, page) -> None:
    tab.show(page)
    charts = [b for section in sections_of(report_data()) for b in section.blocks if isinstance(b, Chart)]
    assert tab.wait_until_drawn() == len(charts)
    drawn = tab.evaluate(
        "[...document.querySelectorAll('.plot')].map(e => e.querySelectorAll('.main-svg').length)"
    )
    assert len(drawn) == len(charts) and min(drawn) > 0
    assert faults(tab) == []
    assert tab.requests  # the page itself: the protocol does report requests


def test_dark_and_light_exchange_all_colors(tab, page) -> None:
    tab.show(page)
    tab.wait_until_drawn()
    light = tab.evaluate(PAPER), set(tab.evaluate(INK_OF_FIGURES))
    tab.evaluate("document.getElementById('theme').click()")
    tab.wait_until_drawn()
    dark = tab.evaluate(PAPER), set(tab.evaluate(INK_OF_FIGURES))
    assert light[0] != dark[0] and not light[1] & dark[1]
    tab.evaluate("document.getElementById('theme').click()")
    tab.wait_until_drawn()
    assert (tab.evaluate(PAPER), set(tab.evaluate(INK_OF_FIGURES))) == light
    tab.show(page, dark=True)
    tab.wait_until_drawn()
    assert (tab.evaluate(PAPER), set(tab.evaluate(INK_OF_FIGURES))) == dark
    assert faults(tab) == []


def test_page_fits_a_phone(tab, page) -> None:
    tab.show(page, width=390)
    tab.wait_until_drawn()
    assert tab.evaluate(OVERFLOW) <= 0
    assert tab.evaluate(WIDE_FIGURES) == 0
    assert faults(tab) == []


def test_text_and_tables_need_no_javascript(tab, page) -> None:
    tab.call("Emulation.setScriptExecutionDisabled", value=True)
    try:
        tab.show(page)
        text = tab.call("DOM.getOuterHTML", nodeId=tab.call("DOM.getDocument")["root"]["nodeId"])["outerHTML"]
    finally:
        tab.call("Emulation.setScriptExecutionDisabled", value=False)
    assert "Figures need JavaScript" in text and "-5.12 %" in text
    assert "main-svg" not in text.split("</main>")[0]


@pytest.mark.parametrize(
    "planted",
    [
        "<script>nobody.knows()</script>",
        "<script>console.error('no')</script>",
        '<img src="https://example.com/a.png" alt="">',
        '<link rel="stylesheet" href="https://example.com/a.css">',
    ],
)
def test_a_planted_fault_is_found(tab, short_page, tmp_path, planted) -> None:
    broken = tmp_path / "broken.html"
    broken.write_text(short_page.read_text().replace("</footer>", f"</footer>{planted}"))
    tab.show(short_page)
    tab.wait_until_drawn()
    assert faults(tab) == []
    tab.show(broken)
    tab.wait_until_drawn()
    assert faults(tab) != []


def test_a_request_is_found_where_the_page_would_allow_it(tab, tmp_path) -> None:
    open_page = tmp_path / "open.html"
    open_page.write_text('<!DOCTYPE html><img src="https://example.com/a.png" alt="">')
    tab.show(open_page)
    assert tab.far_requests == ["https://example.com/a.png"]
