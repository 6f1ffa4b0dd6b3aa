"""The live side piece by piece: spans of a training, whose model it is, which candles are late, files."""

import threading
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import cloudpickle
import numpy as np
import pandas as pd
import pytest

from auriga.candles import timeframe_delta
from auriga.columns import DIRECTION, DO_PREDICT, LIVE_LATE, LIVE_REGIME, PROBABILITY, REGIME, TRAINED_AT
from auriga.host.freqai import _live_training
from auriga.host.freqai._hooks import FreqaiHooks
from auriga.host.freqai._live import LiveRun
from auriga.host.freqai._live_training import LiveTraining, SharedModel
from auriga.host.pairs._late_candles import late_candles
from auriga.host.pairs._live_history import align_history_dates
from auriga.host.predictions._of_bot import EXPIRED, read_live_predictions
from auriga.host.seals._drawer import DrawerFiles
from auriga.host.seals._training_log import Training, TrainingLog, answers_digest, candle_spans
from auriga.settings import parse_settings
from auriga.typing import Regime

STEP, DAY, NOW = 300_000, 86_400, 1_700_006_400
PAIRS = ("BTC/USDT", "ETH/USDT")


class Lock:
    """A lock that knows whether it is held."""

    held = False

    def __enter__(self) -> None:
        self.held = True

    def __exit__(self, *error: object) -> None:
        self.held = False


def drawer(**given) -> SimpleNamespace:
    """FreqAI's drawer, which writes nothing."""
    names = (
        "save_drawer_to_disk", "save_historic_predictions_to_disk", "save_global_metadata_to_disk",
        "save_metric_tracker_to_disk", "update_historic_data", "save_data", "purge_old_models",
    )  # fmt: skip
    nothing = dict.fromkeys(names, lambda *arguments: None)
    return SimpleNamespace(**(nothing | {"history_lock": Lock(), "historic_data": {}} | given))


def model_of(**given) -> SimpleNamespace:
    """What the live side asks of the model."""
    settings = parse_settings(given.pop("regime", {}))
    defaults = {
        "settings": settings, "config": {"timeframe": "5m"}, "label": DIRECTION, "step": STEP, "frozen": None,
        "ft_params": {"include_timeframes": ["5m"]}, "freqai_info": {}, "corr_pairlist": [],
        "base_tf_seconds": 300, "require_training": lambda: None, "dd": drawer(), "full_path": Path("none"),
        "declare_returns": lambda kitchen: None,
    }  # fmt: skip
    return SimpleNamespace(**(defaults | given))


def training_of(facts=None, **given) -> Any:
    """A training whose parts may be replaced."""
    return LiveTraining(model_of(**given), lambda strategy: facts or {})


TRAINING = Training(
    NOW, NOW - DAY, NOW - 2 * DAY, True, PAIRS, {"BTC/USDT": {"5m": (1, 2, 3)}}, "a", {"x": "1"}
)


# --- training ---------------------------------------------------------------------------------------


def test_a_live_training_keeps_buffer_and_embargo(monkeypatch) -> None:
    asked: dict[str, Any] = {}
    rows = SimpleNamespace(missing=lambda start, stop: f"{start} {stop}")
    market = SimpleNamespace(rows=lambda pair: rows, feature_names=lambda pair: ["%-b", "%-a"])
    monkeypatch.setattr(_live_training, "Market", lambda *given: market)
    monkeypatch.setattr(_live_training, "learnable_pairs", lambda market, pairs, history: pairs)

    def fit_window(table, start, stop, missing, *, stamp):
        asked["fit"] = (start, stop, stamp)
        asked["missing"] = missing
        return SimpleNamespace(reason="planted")

    horizons = []
    market.require_horizon = lambda pair, stop: horizons.append((pair, stop))
    training = training_of(
        {"x": "1"}, regime={"embargo_candles": 7}, ft_params={"buffer_train_data_candles": 2},
        fit_window=fit_window, collect_rows=lambda market, pairs, **span: asked.update(span),
        base_start=lambda start, stop: stop - 1,
    )  # fmt: skip
    for _ in range(2):
        made = training.train_span(None, {}, list(PAIRS), (NOW - 14 * DAY, NOW), NOW - 20 * DAY)
    start, stop = (NOW - 14 * DAY) * 1000 + 2 * STEP, NOW * 1000 - 2 * STEP
    assert (asked["start"], asked["stop"], asked["bins_stop"]) == (start, stop - 7 * STEP, stop)
    assert asked["fit"] == (stop - 1, stop, NOW)
    assert asked["missing"] == "; ".join(f"{pair}: {start} {stop}" for pair in PAIRS)
    assert (made.stop, made.feature_names) == (NOW, ["%-b", "%-a"])
    told = made.training
    assert (told.trained_at, told.start, told.load_start) == (NOW, NOW - 14 * DAY, NOW - 20 * DAY)
    assert (told.pairs, told.shared, told.answers) == (PAIRS, True, "")
    assert told.facts == {"x": "1"}
    assert horizons == [("BTC/USDT", stop)]  # once


def test_a_training_sees_listed_pairs_with_candles_and_nobody_appends_meanwhile() -> None:
    lock, seen = Lock(), []
    frame, none = pd.DataFrame({"date": [1]}), pd.DataFrame({"date": []})
    history = {"BTC/USDT": {"5m": frame}, "ETH/USDT": {"5m": none}, "LEFT/USDT": {"5m": frame}}

    def cut(timerange, given):
        seen.append(lock.held)
        return given

    training = training_of(dd=drawer(history_lock=lock, historic_data=history))
    training.train_span = lambda strategy, frames, pairs, span, start: (sorted(frames), pairs, span, start)
    strategy = SimpleNamespace(dp=SimpleNamespace(current_whitelist=lambda: list(PAIRS)))
    span, load = SimpleNamespace(startts=5, stopts=9), SimpleNamespace(startts=3)
    kitchen = SimpleNamespace(slice_dataframe=cut)
    given = training._trained(span, "BTC/USDT", strategy, kitchen, load)
    assert given == (sorted(history), ["BTC/USDT"], (5, 9), 3)
    assert seen == [True] * 3
    training._model.settings = parse_settings({"pairs": "own"})
    assert training._trained(span, "ETH/USDT", strategy, kitchen, load)[1] == ["ETH/USDT"]


@pytest.mark.parametrize(
    ("hours", "age", "old"), [(1, 3600, False), (1, 3601, True), (0, 10**9, False), (2, 7201, True)]
)
def test_a_shared_model_is_served_for_the_hours_of_its_life(hours, age, old) -> None:
    training = training_of(freqai_info={"live_retrain_hours": hours})
    assert training._too_old(SharedModel(SimpleNamespace(), [], NOW, TRAINING), NOW + age) == old


@pytest.mark.parametrize("regime", [{}, {"pairs": "own"}])
def test_each_pair_is_given_a_shared_model_once(regime) -> None:
    trained, saved = [], []

    def train(timerange, pair, *given):
        trained.append(pair)
        return SharedModel(SimpleNamespace(), [], NOW, TRAINING)

    training = training_of(regime=regime)
    training._trained = train
    training._save = lambda shared, pair, *given: saved.append((pair, sorted(shared.served)))
    span = SimpleNamespace(stopts=NOW)
    for pair in ("BTC/USDT", "ETH/USDT", "ETH/USDT"):
        training.train(span, pair, None, None, None)
    if regime:
        assert trained == ["BTC/USDT", "ETH/USDT", "ETH/USDT"]
    else:
        assert trained == ["BTC/USDT", "ETH/USDT"]
        assert saved[1] == ("ETH/USDT", ["BTC/USDT", "ETH/USDT"])


def test_a_training_is_logged_once_and_after_its_seal(monkeypatch, tmp_path) -> None:
    done = []

    @contextmanager
    def postponed():
        done.append("begin")
        yield
        done.append("end")

    monkeypatch.setattr(_live_training, "name_files", lambda *given: None)
    monkeypatch.setattr(_live_training, "seal_model", lambda *given: done.append("seal"))
    files = drawer(pair_dict={pair: {} for pair in PAIRS}, save_data=lambda *given: done.append("save"))
    training = training_of(dd=files)
    training._drawer_files = SimpleNamespace(postponed=postponed)
    training._log = SimpleNamespace(append=lambda training: done.append("log"))
    kitchen = SimpleNamespace(data={}, data_path=tmp_path, model_filename="m")
    shared = SharedModel(SimpleNamespace(), ["%-a"], NOW, TRAINING)
    for pair in PAIRS:
        shared.served.add(pair)
        training._save(shared, pair, None, kitchen)
    once = ["begin", "save", "seal", "end"]
    assert done == [*once, "log", *once]
    assert [entry["trained_timestamp"] for entry in files.pair_dict.values()] == [NOW, NOW]


def test_saved_models_are_checked_once_a_pair() -> None:
    checked: list[str] = []
    live: Any = LiveRun(model_of())
    live._check_history, live._check_model = checked.append, lambda pair, strategy: None
    for pair in ("BTC/USDT", "ETH/USDT", "BTC/USDT"):
        live.check_saved(pair, None)
    assert checked == ["BTC/USDT", "ETH/USDT"]


def test_new_candles_are_appended_once_a_candle() -> None:
    appended = []
    newest = pd.Timestamp("2024-01-01", tz="UTC")

    def candles(pair, timeframe):
        return pd.DataFrame({"date": [newest - pd.Timedelta(minutes=5), newest]})

    files = drawer(update_historic_data=lambda strategy, kitchen: appended.append(kitchen.pair))
    model = model_of(dd=files)
    LiveRun(model)
    strategy = SimpleNamespace(dp=SimpleNamespace(get_pair_dataframe=candles))
    for _ in range(2):
        for pair in PAIRS:
            model.dd.update_historic_data(strategy, SimpleNamespace(pair=pair))
        newest += pd.Timedelta(minutes=5)
    assert appended == ["BTC/USDT", "BTC/USDT"]


def test_frozen_models_have_no_training_thread(monkeypatch) -> None:
    started = []
    monkeypatch.setattr(
        "freqtrade.freqai.freqai_interface.IFreqaiModel.start_scanning",
        lambda bot, *given: started.append(bot.frozen),
    )
    for frozen in (None, object()):
        bot_of(frozen).start_scanning()
    assert started == [None]


def bot_of(frozen) -> Any:
    """A model that nothing of was prepared."""

    class Bot(FreqaiHooks):
        pass

    made: Any = Bot
    made.__abstractmethods__ = frozenset()
    bot = made.__new__(made)
    bot.frozen = frozen
    return bot


# --- candles ----------------------------------------------------------------------------------------

OPENED = pd.Timestamp("2024-01-01 23:55", tz="UTC")
"""With this candle an hour, four hours and a day are over."""

SOURCES = [("BTC/USDT", "5m"), ("BTC/USDT", "1h"), ("ETH/USDT", "5m"), ("ETH/USDT", "1h"), ("SOL/USDT", "1d")]


@pytest.mark.parametrize("missing", [None, *SOURCES])
def test_every_candle_that_a_prediction_needs_is_waited_for(missing) -> None:
    newest = {"5m": OPENED, "1h": OPENED.floor("h"), "1d": OPENED.floor("D")}

    def candles(pair, timeframe):
        date = newest[timeframe]
        return pd.DataFrame(
            {"date": [date - timeframe_delta(timeframe) if (pair, timeframe) == missing else date]}
        )

    model = model_of(
        regime={"reference_pair": "SOL/USDT", "timeframe": "1d"}, corr_pairlist=["ETH/USDT"],
        ft_params={"include_timeframes": ["5m", "1h"]},
    )  # fmt: skip
    strategy = SimpleNamespace(dp=SimpleNamespace(get_pair_dataframe=candles))
    assert LiveRun(model).late_candles(strategy, "BTC/USDT", OPENED) == (
        [] if missing is None else [" ".join(missing)]
    )


@pytest.mark.parametrize(("minutes", "late"), [(60, False), (119, False), (120, True), (180, True)])
def test_a_candle_is_late_when_the_next_one_has_closed(minutes, late) -> None:
    opened = pd.Timestamp("2024-01-01 10:00", tz="UTC")
    frame = pd.DataFrame({"date": [opened]})
    found = late_candles([("A", "1h")], lambda pair, tf: frame, opened + pd.Timedelta(minutes=minutes))
    assert found == ["A 1h"] * late
    assert late_candles([("A", "1h")], lambda pair, tf: frame.iloc[:0], opened) == []


def test_a_row_with_one_missing_feature_is_not_usable() -> None:
    features = {"%-a_BTC/USDT_5m": [1.0, np.nan, 1.0, np.inf], "%-b": [1.0] * 4, REGIME: [1] * 4}
    frame = pd.DataFrame({"date": pd.date_range("2024-01-01", periods=4, tz="UTC"), **features})
    kitchen = SimpleNamespace(training_features_list=["%-b", "%-a_own_5m"], pair="BTC/USDT")
    values, complete, regimes, units = LiveRun(model_of()).rows(frame, kitchen)
    assert complete.tolist() == [True, False, True, False]
    np.testing.assert_array_equal(values, [[1, 1], [1, 0], [1, 1], [1, 0]])
    assert regimes.dtype == np.int8
    assert np.isnan(units).all() and len(units) == 4, "directions have no unit"


def test_stored_dates_are_made_those_of_live_candles_while_nobody_reads_them() -> None:
    class Watched(dict[str, pd.DataFrame]):
        def __setitem__(self, name, frame) -> None:
            assert lock.held
            super().__setitem__(name, frame)

    lock: Any = Lock()
    dates = pd.date_range("2024-01-01", periods=3, freq="h", tz="UTC", unit="ms")
    frames = Watched()
    dict.__setitem__(frames, "1h", pd.DataFrame({"date": dates}))
    dict.__setitem__(frames, "4h", pd.DataFrame())
    like = pd.Series(dates.as_unit("us"))
    align_history_dates({"BTC/USDT": frames}, like, lock)
    assert frames["1h"]["date"].dtype == like.dtype
    assert frames["4h"].empty


# --- files ------------------------------------------------------------------------------------------


class Drawer:
    """Writes its files as FreqAI's does; `failing` ends it in the middle."""

    def __init__(self, folder: Path) -> None:
        self.pair_dictionary_path = folder / "pairs.json"
        self.historic_predictions_path = folder / "history.pkl"
        self.historic_predictions_bkp_path = folder / "history.backup.pkl"
        self.global_metadata_path, self.metric_tracker_path = folder / "global.json", folder / "metrics.json"
        self.text, self.failing, self.while_saving = "1", False, lambda: None

    def _write(self, *files: Path) -> None:
        for file in files:
            file.write_text(self.text)
        self.while_saving()
        if self.failing:
            raise OSError("planted")

    def save_drawer_to_disk(self) -> None:
        self._write(self.pair_dictionary_path)

    def save_historic_predictions_to_disk(self) -> None:
        self._write(self.historic_predictions_path, self.historic_predictions_bkp_path)

    def save_global_metadata_to_disk(self, metadata) -> None:
        self._write(self.global_metadata_path)

    def save_metric_tracker_to_disk(self) -> None:
        self._write(self.metric_tracker_path)


SAVES = [
    ("save_drawer_to_disk", ["pairs.json"]),
    ("save_historic_predictions_to_disk", ["history.backup.pkl", "history.pkl"]),
    ("save_metric_tracker_to_disk", ["metrics.json"]),
]


@pytest.mark.parametrize(("method", "names"), SAVES)
def test_each_file_is_replaced_whole_or_not_at_all(tmp_path, method, names) -> None:
    drawer: Any = Drawer(tmp_path)
    DrawerFiles(drawer)
    getattr(drawer, method)()
    drawer.text = "2"
    drawer.failing = True
    with pytest.raises(OSError, match="planted"):
        getattr(drawer, method)()
    kept = {file.name: file.read_text() for file in tmp_path.iterdir() if not file.name.endswith(".tmp")}
    assert kept == dict.fromkeys(names, "1")
    drawer.failing = False
    getattr(drawer, method)()
    assert {file.name: file.read_text() for file in tmp_path.iterdir()} == dict.fromkeys(names, "2")


def test_one_thread_writes_at_a_time(tmp_path) -> None:
    drawer: Any = Drawer(tmp_path)
    files, free = DrawerFiles(drawer), list[bool]()

    def another_thread() -> None:
        thread = threading.Thread(target=lambda: free.append(files._lock.acquire(blocking=False)))
        thread.start()
        thread.join()

    drawer.while_saving = another_thread
    drawer.save_historic_predictions_to_disk()
    assert free == [False]


def test_the_dictionary_is_written_at_the_end_of_what_it_names(tmp_path) -> None:
    drawer: Any = Drawer(tmp_path)
    files = DrawerFiles(drawer)
    with files.postponed():
        drawer.save_drawer_to_disk()
        assert not drawer.pair_dictionary_path.exists()
    assert drawer.pair_dictionary_path.read_text() == "1"
    with pytest.raises(RuntimeError), files.postponed():
        raise RuntimeError
    drawer.text = "2"
    drawer.save_drawer_to_disk()
    assert drawer.pair_dictionary_path.read_text() == "2"


def test_trainings_come_back_with_their_own_facts_and_a_torn_line_is_passed_over(tmp_path) -> None:
    other = replace(TRAINING, trained_at=NOW + 1, facts={"x": "2"})
    again = replace(TRAINING, trained_at=NOW + 2, facts={"x": "2"})
    log = TrainingLog(tmp_path)
    for training in (TRAINING, other, again):
        log.append(training)
    assert log.read() == [TRAINING, other, again]
    assert log.path.read_text().count('"facts"') == 2
    with log.path.open("a") as stream:
        stream.write('{"trained_at": 5, "pairs"')  # a power cut
    later = replace(TRAINING, trained_at=NOW + 3)
    TrainingLog(tmp_path).append(later)  # the bot starts again
    assert log.read() == [TRAINING, other, again, later]


def test_a_shared_model_answers_for_every_pair() -> None:
    assert TRAINING.answers_for("SOL/USDT") and TRAINING.answers_for("BTC/USDT")
    own = replace(TRAINING, shared=False, pairs=("BTC/USDT",))
    assert own.answers_for("BTC/USDT") and not own.answers_for("SOL/USDT")


def test_spans_name_the_first_and_the_last_candle() -> None:
    dates = pd.to_datetime([1000, 2000, 4000], unit="ms", utc=True)
    history = {"A": {"5m": pd.DataFrame({"date": dates}), "1h": pd.DataFrame({"date": dates[:0]})}}
    assert candle_spans(history) == {"A": {"5m": (1000, 4000, 3)}}


def test_models_that_differ_in_one_regime_answer_otherwise() -> None:
    class Glue:
        def prediction_frame(self, model, features, regimes):
            own = np.select([regimes == regime for regime in model], list(model.values()), 0.5)
            return pd.DataFrame({PROBABILITY: own + features[:, 0] * 0})

    plain: Any = dict.fromkeys(Regime, 0.5)
    digests = {answers_digest(Glue(), plain | {regime: 0.5 + 2e-9}, 3) for regime in Regime}
    assert len(digests | {answers_digest(Glue(), plain, 3)}) == 1 + len(Regime)
    assert answers_digest(Glue(), plain | {Regime.BULL: 0.5 + 1e-12}, 3) == answers_digest(Glue(), plain, 3)


# --- the record -------------------------------------------------------------------------------------


def test_each_row_of_freqais_record_is_what_it_is(tmp_path) -> None:
    dates = pd.date_range("2024-01-01", periods=6, freq="5min", tz="UTC")
    columns = {
        "date_pred": dates,
        "close_price": [1.0, 1.0, 0.0, 0.0, 1.0, 1.0],
        DO_PREDICT: [1, 1, 0, EXPIRED, 0, 1],
        TRAINED_AT: [0, 5, 0, 0, 5, 7],
        LIVE_REGIME: 1,
        LIVE_LATE: [0, 0, 0, 0, 2, 0],
    }
    frame = pd.DataFrame(columns).iloc[::-1]
    (tmp_path / "historic_predictions.pkl").write_bytes(cloudpickle.dumps({"BTC/USDT": frame}))
    (read,) = read_live_predictions(tmp_path)
    assert read.rows["date"].tolist() == [dates[1], dates[5]]
    assert read.filled_in == 1
    assert [list(found) for found in (read.missed, read.late, read.expired)] == [
        [dates[2]], [dates[4]], [dates[3]],
    ]  # fmt: skip


def test_an_expired_candle_with_a_price_is_not_filled_in(tmp_path) -> None:
    frame = pd.DataFrame(
        {"date_pred": pd.date_range("2024-01-01", periods=1, tz="UTC"), "close_price": [1.0],
         DO_PREDICT: [EXPIRED], TRAINED_AT: [0], LIVE_REGIME: [1], LIVE_LATE: [0]}
    )  # fmt: skip
    (tmp_path / "historic_predictions.pkl").write_bytes(cloudpickle.dumps({"A": frame}))
    (read,) = read_live_predictions(tmp_path)
    assert (read.filled_in, len(read.expired), len(read.missed)) == (0, 1, 0)
