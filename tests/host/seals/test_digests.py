"""What a prediction depends on is in its seal: every candle of every source, and every fact by its name."""

import json

import numpy as np
import pandas as pd
import pytest

from auriga.candles import COLUMNS, timeframe_delta
from auriga.host.seals._provenance import candle_digests, differences, read_seal, rows_digest, write_seal
from auriga.host.seals._windows import Window
from auriga.settings import parse_settings

LEADER, REFERENCE = "SOL/USDT", "XRP/USDT"


def ms(moment: str) -> int:
    return int(pd.Timestamp(moment, tz="UTC").timestamp()) * 1000


WINDOW = Window(ms("2024-02-12"), ms("2024-02-26"), ms("2024-02-26"), ms("2024-03-04"))


@pytest.fixture
def digests(freqai_run):
    """Digests of a window by its stops, with one candle of one source changed as its file would be."""

    def make(pair="", timeframe="", column="", at="", **overlay) -> dict[int, str]:
        run = freqai_run(**overlay)
        given = run.strategy.dp.get_pair_dataframe

        def candles(pair_asked, timeframe_asked, candle_type=""):
            known = pair_asked if pair_asked in ("BTC/USDT", "ETH/USDT") else "BTC/USDT"
            frame = given(known, timeframe_asked).copy()
            if (pair_asked, timeframe_asked) == (pair, timeframe):
                row = frame["date"] == pd.Timestamp(at, tz="UTC")
                assert row.sum() == 1
                frame.loc[row, column] *= 1.001
            return frame

        run.strategy.dp.get_pair_dataframe = candles
        _, known = run.strategy.freqai.new_run(run.strategy).provenance([WINDOW])
        return known

    return make


BEFORE = "2024-02-20 08:00"
LEADING = {"freqai": {"feature_parameters": {"include_corr_pairlist": [LEADER]}}}
TOLD = {"regime": {"reference_pair": REFERENCE}}


@pytest.mark.parametrize(
    ("pair", "timeframe", "column", "overlay"),
    [
        *(("BTC/USDT", "5m", column, {}) for column in COLUMNS if column != "date"),
        ("ETH/USDT", "5m", "high", {}),
        ("ETH/USDT", "1h", "low", {}),  # only features are of this timeframe
        ("BTC/USDT", "4h", "close", {}),  # only the regime is told by it
        ("ETH/USDT", "4h", "close", {}),
        (LEADER, "5m", "close", LEADING),  # not whitelisted: it leads
        (LEADER, "1h", "volume", LEADING),
        (REFERENCE, "4h", "close", TOLD),
    ],
)
def test_every_candle_a_prediction_depends_on_is_in_its_digest(
    digests, pair, timeframe, column, overlay
) -> None:
    plain, changed = digests(**overlay), digests(pair, timeframe, column, BEFORE, **overlay)
    assert plain.keys() == changed.keys() == {WINDOW.train_stop, WINDOW.test_stop}
    assert all(changed[stop] != plain[stop] for stop in plain)


@pytest.mark.parametrize(
    ("timeframe", "at", "known"),
    [
        ("5m", "2024-02-25 23:55", True), ("5m", "2024-02-26 00:00", False),
        ("1h", "2024-02-25 23:00", True), ("1h", "2024-02-26 00:00", False),
        ("4h", "2024-02-25 20:00", True), ("4h", "2024-02-26 00:00", False),
    ],
)  # fmt: skip
def test_a_candle_counts_from_the_moment_it_has_closed(digests, timeframe, at, known) -> None:
    """Models that were trained before it are still valid; predictions after it are not."""
    plain, changed = digests(), digests("BTC/USDT", timeframe, "close", at)
    assert (plain[WINDOW.train_stop] != changed[WINDOW.train_stop]) == known
    assert plain[WINDOW.test_stop] != changed[WINDOW.test_stop]


def test_candles_of_others_do_not_count(digests) -> None:
    assert digests(LEADER, "5m", "close", BEFORE) == digests()
    assert digests("BTC/USDT", "15m", "close", BEFORE) == digests()
    assert digests("BTC/USDT", "4h", "close", BEFORE, **TOLD) == digests(**TOLD)


def test_a_digest_tells_which_candles_of_whom(make_walk) -> None:
    one, other = make_walk(40, "5m", seed=1), make_walk(40, "5m", seed=2)
    stop = int(one["date"].iloc[-1].timestamp() * 1000) + 300_000

    def of(frames, stops=(stop,)):
        return candle_digests(frames, stops)[stop]

    both = of({("A", "5m"): one, ("B", "5m"): other})
    assert both == of({("B", "5m"): other, ("A", "5m"): one})
    assert both != of({("A", "5m"): other, ("B", "5m"): one})
    assert both != of({("A", "5m"): one})
    assert len({of({key: one}) for key in (("A", "5m"), ("B", "5m"), ("A", "1m"))}) == 3
    assert both == of({("A", "5m"): one, ("B", "5m"): other}, (stop - 5 * 300_000, stop - 300_000, stop))
    assert of({("A", "5m"): one}) != of({("A", "5m"): one.iloc[:-1]})
    moved = one.assign(date=one["date"] - timeframe_delta("5m"))
    assert rows_digest(moved) != rows_digest(one) == rows_digest(one.copy())
    for column in COLUMNS:
        if column != "date":
            assert rows_digest(one.assign(**{column: np.nextafter(one[column], 1e9)})) != rows_digest(one)


# --- facts ------------------------------------------------------------------------------------------

NAMES = """
freqai.base_train_period_days freqai.data_split_parameters.shuffle freqai.data_split_parameters.test_size
freqai.feature_parameters.buffer_train_data_candles freqai.feature_parameters.include_corr_pairlist
freqai.feature_parameters.include_timeframes freqai.feature_parameters.indicator_periods_candles
freqai.model_training_parameters.n_estimators freqai.train_period_days model regime.balance_classes
regime.confirm_candles regime.detector regime.embargo_candles regime.expert_learning_rate
regime.expert_train_period_days regime.expert_trees regime.label.atr_period regime.label.horizon
regime.label.kind regime.label.lower_atr regime.label.threshold regime.label.unit regime.label.upper_atr
regime.min_confidence regime.min_dwell regime.min_samples regime.n_seeds regime.other_weight regime.pairs
regime.prior_samples regime.recency_half_life_days regime.reference_pair regime.return_weights regime.rules
regime.sample_every regime.scheme regime.timeframe regime.uniqueness_weights schema timeframe trading_mode
version.TA-Lib version.auriga version.freqtrade version.lightgbm version.numpy version.pandas
version.scikit-learn version.xgboost
"""
"""All there are for these settings, but for the names of rules, groups, costs and code, which are many."""

FREQAI = {
    "train_period_days": 14, "base_train_period_days": 14, "model_training_parameters": {"n_estimators": 5},
    "feature_parameters": {"include_timeframes": ["5m"], "include_corr_pairlist": [],
                           "indicator_periods_candles": [14], "buffer_train_data_candles": 3},
    "data_split_parameters": {"test_size": 0.25, "shuffle": False}, "live_retrain_hours": 5,
}  # fmt: skip


def facts_of(run, config=None, **regime) -> dict[str, str]:
    """As a bot seals them, with another configuration."""
    glue = run.strategy.freqai
    glue.config = config or {"freqai": FREQAI, "timeframe": "5m", "trading_mode": "spot"}
    glue.settings, glue.live_run._facts = parse_settings(regime), None
    return glue.live_run.facts(run.strategy)


def test_all_facts_by_name(freqai_run) -> None:
    known = facts_of(freqai_run())
    many = ("regime.costs.", "regime.features.", "regime.hmm.", "regime.jump.", "code.", "parameter.",
            "regime.moving_average.", "regime.price_change.", "regime.volatility.")  # fmt: skip
    assert sorted(name for name in known if not name.startswith(many) and name != "exchange") == NAMES.split()
    for beginning in many[:5]:
        assert any(name.startswith(beginning) for name in known)
    assert known["regime.label.horizon"] == "12" and known["trading_mode"] == '"spot"'


def test_trading_is_no_fact(freqai_run) -> None:
    run = freqai_run()
    plain = facts_of(run)
    traded = facts_of(
        run, stake={"risk_frac": 0.01}, signals={"max_candles": 3}, halt={"max_drawdown_frac": 0.5},
        stops={"atr_period": 9}, stale_models="refuse",
    )  # fmt: skip
    assert differences(plain, traded) == []


@pytest.mark.parametrize(
    ("changes", "line"),
    [
        ({"timeframe": "15m"}, 'timeframe: "5m" -> "15m"'),
        ({"trading_mode": "futures"}, 'trading_mode: "spot" -> "futures"'),
        (
            {"freqai": FREQAI | {"data_split_parameters": {"test_size": 0.5, "shuffle": False}}},
            "freqai.data_split_parameters.test_size: 0.25 -> 0.5",
        ),
        (
            {"freqai": FREQAI | {"model_training_parameters": {"n_estimators": 5, "max_depth": 3}}},
            "freqai.model_training_parameters.max_depth: unknown -> 3",
        ),
        ({"freqai": FREQAI | {"base_train_period_days": 7}}, "freqai.base_train_period_days: 14 -> 7"),
    ],
)
def test_a_changed_configuration_is_a_changed_fact(freqai_run, changes, line) -> None:
    run = freqai_run()
    plain = {"freqai": FREQAI, "timeframe": "5m", "trading_mode": "spot"}
    assert differences(facts_of(run, plain), facts_of(run, plain | changes)) == [line]


# --- seals ------------------------------------------------------------------------------------------


def test_a_seal_holds_every_file_by_its_content_and_comes_last(tmp_path) -> None:
    files = [tmp_path / name for name in ("a", "b")]
    for file in files:
        file.write_bytes(b"content of " + file.name.encode())
    seal = tmp_path / "seal.json"
    write_seal(seal, files, {"facts": {"x": "1"}})
    read = read_seal(seal, files)
    assert isinstance(read, dict) and read["facts"] == {"x": "1"}
    for file in files:
        content = file.read_bytes()
        file.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
        assert read_seal(seal, files) == f"{file.name} is not the file that was saved (checksum differs)"
        file.write_bytes(content)
    other = tmp_path / "c"
    other.write_bytes(b"")
    assert "c is not the file" in str(read_seal(seal, [*files, other]))
    older = json.loads(seal.read_text())
    seal.write_text(json.dumps(older | {"schema": older["schema"] - 1}))
    assert "it has schema" in str(read_seal(seal, files))
    assert isinstance(read_seal(seal, files, any_schema=True), dict)
    for garbage, words in (
        ("[]", "is not a seal"),
        ("{", "cannot be read"),
        ('{"sha256": 5}', "is not a seal"),
    ):
        seal.write_text(garbage)
        assert words in str(read_seal(seal, files))
    assert sorted(file.name for file in tmp_path.iterdir()) == ["a", "b", "c", "seal.json"]


def test_facts_that_are_gone_and_new_are_differences() -> None:
    assert differences({"a": "1", "b": "2"}, {"b": "3", "c": "4"}) == [
        "a: 1 -> none", "b: 2 -> 3", "c: unknown -> 4",
    ]  # fmt: skip
