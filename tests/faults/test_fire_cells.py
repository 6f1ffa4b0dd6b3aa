"""The cells of the fault matrix that matter most, live on the offline exchange with stock Freqtrade."""

import pytest
from rig._agreement import Kind
from rig._live_rig import LiveRig, live_rig
from rig._process import PATIENCE
from studies.faults._cells import Outcome, repair, run_cell
from studies.faults._faults import cells
from tests.support.live_books import agreed, leave, opened, partly_filled, release, until

pytestmark = [pytest.mark.host, pytest.mark.timeout(900)]


@pytest.fixture(scope="module")
def rig(tmp_path_factory):
    with live_rig("spot", "plain", True, folder=tmp_path_factory.mktemp("plain")) as plain:
        yield plain


@pytest.fixture(scope="module")
def streams(tmp_path_factory):
    with live_rig("spot", "streams", True, folder=tmp_path_factory.mktemp("streams")) as streaming:
        yield streaming


def measure(rig: LiveRig, key: str) -> Outcome:
    (cell,) = cells(key)
    outcome = run_cell(rig, cell, patience=PATIENCE)
    print(outcome)
    repair(rig, outcome)
    return outcome


@pytest.mark.parametrize(
    "key",
    [
        "spot/exit/503-accepted",
        "spot/get/503",
        "spot/delete/503-accepted",
        pytest.param("spot/klines/429", marks=pytest.mark.fire),  # waits for the next candle
    ],
)
def test_the_bot_recovers_and_the_books_agree(rig, key):
    outcome = measure(rig, key)
    assert outcome.injected > 0
    assert outcome.disagreements == ()
    assert outcome.through
    assert outcome.entries <= 1


def test_restart_with_a_partial_fill_that_is_completed_meanwhile(rig):
    before, pair = rig.snapshot(), rig.pair()
    rig.control("POST", "fills", {"fill_frac": "0.4"})
    rig.signal(long=[pair])
    until(rig, "partial fill", partly_filled)
    rig.signal()
    rig.bot.stop()
    release(rig, pair, 0.98)
    rig.start_bot()
    until(rig, "filled", opened)
    agreed(rig, before)
    leave(rig, pair)
    agreed(rig, before)


@pytest.mark.fire
def test_the_books_agree_after_a_websocket_was_dropped(streams):
    outcome = measure(streams, "spot/stream/drop")
    assert outcome.injected > 0
    assert outcome.disagreements == ()
    assert outcome.through


@pytest.mark.fire
def test_an_entry_accepted_behind_a_503_stays_one_and_is_named(rig):
    outcome = measure(rig, "spot/entry/503-accepted")
    assert outcome.entries == 1
    assert {point["kind"] for point in outcome.disagreements} == {
        Kind.ORPHAN_ENTRY,
        Kind.COINS_WITHOUT_TRADE,
        Kind.STAKE_UNACCOUNTED,
    }
    (orphan,) = (p["subject"] for p in outcome.disagreements if p["kind"] == Kind.ORPHAN_ENTRY)
    assert outcome.reconcile is not None
    assert orphan in {str(order) for finding in outcome.reconcile for order in finding["orders"]}
