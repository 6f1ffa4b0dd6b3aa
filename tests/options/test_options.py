"""Some options of every group through stock commands and the live side, held against `docs/options.md`."""

import itertools
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.options.__main__ import RESULTS
from tests.options.desk import COMMANDS, Cell, exchange, try_option
from tests.options.page import PAGE, page, told
from tests.options.table import OPTIONS, Option

pytestmark = pytest.mark.host

CHOSEN = (
    "pairs: `.*/USDT`",
    "pairs: lower case",
    "pairs: a pair that is not on the exchange",
    "pairs: VolumePairList",
    "pairs: StaticPairList and OffsetFilter",
    "data format: `dataformat_ohlcv: json`",
    "timeframe: 12h, regime 4h (base above it)",
    "timeframe: 6h, regime 1d",
    "currency and price: stake currency BTC",
    "currency and price: a coin of 0.00000012 in ticks of 0.00000001",
    "currency and price: a stablecoin",
    "history: frozen to the end",
    "trading: `position_adjustment_enable`",
    "trading: `--strategy-list` without a fee",
    "trading: futures, cross",
    "freqai: `include_corr_pairlist`",
    "files: a user folder with spaces and umlauts",
)
FOUND: dict[str, dict[str, dict[str, str]]] = json.loads(RESULTS.read_text())
GROUPS = {
    name: list(options)
    for name, options in itertools.groupby(
        [one for one in OPTIONS if one.key in CHOSEN], key=lambda one: one.market.name
    )
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("options")


@pytest.fixture(scope="module", params=GROUPS, ids=str)
def tried(request, folder) -> Iterator[dict[str, tuple[Option, dict[str, Cell]]]]:
    """Options of one market with what backtest and bot did: one exchange for all of them."""
    options = GROUPS[request.param]
    with exchange(options[0].market, folder) as overlay:
        yield {one.key: (one, try_option(one, folder, overlay, ("backtest", "live"))) for one in options}


def test_backtest_and_bot_do_what_the_page_says(tried) -> None:
    for key, (_, cells) in tried.items():
        for command in ("backtest", "live"):
            kept = FOUND[key][command]
            assert (key, command, cells[command].state) == (key, command, kept["state"]), cells[command].words
            if kept["state"] == "refused":
                assert told(cells[command].words) == told(kept["words"])


def test_page_holds_every_option_and_nothing_wrong() -> None:
    assert list(FOUND) == [one.key for one in OPTIONS]
    assert {key for key in CHOSEN if key not in FOUND} == set()
    assert [
        (key, name, cell["words"])
        for key, cells in FOUND.items()
        for name, cell in cells.items()
        if cell["state"] == "fault"
    ] == []
    assert all({"backtest", "live"} <= set(cells) <= set(COMMANDS) for cells in FOUND.values())
    assert PAGE.read_text() == page(FOUND)


def test_every_refusal_is_a_sentence_with_a_value_or_a_remedy() -> None:
    words = {
        told(cell["words"])
        for cells in FOUND.values()
        for cell in cells.values()
        if cell["state"] == "refused"
    }
    assert len(words) > 20
    assert all(len(text.split()) >= 4 for text in words)
