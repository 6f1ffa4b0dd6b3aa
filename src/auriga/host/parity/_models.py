"""The models that answered live: as saved, or trained once more from downloaded candles."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import pandas as pd

from auriga.host.freqai import RegimeFreqaiModel
from auriga.host.pairs import History
from auriga.host.seals import (
    Facts,
    Trained,
    Training,
    answers_digest,
    differences,
    load_model,
    model_files,
    model_place,
    opening_times,
    read_seal,
)
from auriga.host.setup import Strategy

SAVED, TRAINED_ANEW = "saved", "trained anew"


@dataclass(frozen=True)
class LiveModel:
    """A model that answered live.

    Attributes
    ----------
    model : object or None
        None where there is none.
    origin : str
        `saved` or `trained anew`.
    same : bool or None
        Whether it answers as the log says of the model that answered live; None where that is not known.
    complaint : str
        Why there is no model, or it is another one; empty if all is well.
    """

    model: Any
    origin: str
    same: bool | None
    complaint: str = ""


class LiveModels:
    """Finds the model of a pair by its `trained_at`; each is loaded or trained once.

    Parameters
    ----------
    glue : RegimeFreqaiModel
    strategy : IStrategy
        With a data provider that gives downloaded candles.
    folder : Path
        FreqAI's folder of the identifier; only read.
    trainings : sequence of Training
    """

    def __init__(
        self, glue: RegimeFreqaiModel, strategy: Strategy, folder: Path, trainings: Sequence[Training]
    ) -> None:
        self._glue, self._strategy, self._folder = glue, strategy, folder
        self._trainings = trainings
        self._known: dict[tuple[int, str], LiveModel] = {}

    def training(self, pair: str, trained_at: int) -> Training | None:
        """What the log says of a model."""
        matching = (t for t in self._trainings if t.trained_at == trained_at and t.answers_for(pair))
        return next(matching, None)

    def of(self, pair: str, trained_at: int) -> LiveModel:
        """Find the model, from disk if it is still there."""
        training = self.training(pair, trained_at)
        owner = "" if training is not None and training.shared else pair
        if (trained_at, owner) not in self._known:
            found = self._saved(pair, trained_at, training) or self._anew(training)
            self._known[trained_at, owner] = found
        return self._known[trained_at, owner]

    def counts(self) -> dict[str, int]:
        """How many models came from where."""
        origins = [found.origin for found in self._known.values() if found.model is not None]
        return {origin: origins.count(origin) for origin in (SAVED, TRAINED_ANEW)}

    def repeated(self) -> tuple[int, int]:
        """Train each saved model that was used once more: how many answer the same, and of how many."""
        saved = [key for key, found in self._known.items() if found.origin == SAVED]
        trainings = [self.training(owner, trained_at) for trained_at, owner in saved]
        results = [self._anew(training).same for training in trainings if training is not None]
        return sum(result is True for result in results), len(results)

    def _saved(self, pair: str, trained_at: int, training: Training | None) -> LiveModel | None:
        folder, name = model_place(self._folder, pair, trained_at)
        if isinstance(read_seal(folder / f"{name}_seal.json", model_files(folder, name)), str):
            return None  # purged, or not as it was saved
        model = load_model(folder, name)
        if training is None:
            return LiveModel(model, SAVED, None)
        return self._judged(model, SAVED, training, "the saved model is not the one that answered live")

    def _judged(self, model: Trained, origin: str, training: Training, otherwise: str) -> LiveModel:
        n_features = int(model.n_features_in_)
        same = answers_digest(self._glue, model, n_features) == training.answers
        return LiveModel(model, origin, same, "" if same else otherwise)

    def _anew(self, training: Training | None) -> LiveModel:
        if training is None:
            return LiveModel(
                None, TRAINED_ANEW, None, "the model is gone, and no log tells how it was trained"
            )
        history, lacking = self._history(training)
        if lacking:
            text = f"the model is gone and cannot be trained anew: {lacking}"
            return LiveModel(None, TRAINED_ANEW, None, text)
        span = (training.start, training.trained_at)
        pairs = list(training.pairs)
        model = self._glue.live_run.training.train_span(
            self._strategy, history, pairs, span, training.load_start
        ).model
        if reason := getattr(model, "reason", ""):
            return LiveModel(None, TRAINED_ANEW, False, f"training it anew failed: {reason}")
        text = "trained anew on the downloaded candles, the model answers otherwise: they or the code changed"
        return self._judged(cast("Trained", model), TRAINED_ANEW, training, text)

    def _history(self, training: Training) -> tuple[History, str]:
        """The candles that the training was given, and what of them is not downloaded."""
        history: History = {}
        for pair, spans in training.candles.items():
            history[pair] = {}
            for timeframe, (first, last, number) in spans.items():
                frame = self._strategy.dp.get_pair_dataframe(pair, timeframe)
                times = opening_times(frame["date"]) if len(frame) else pd.Series(dtype="int64").to_numpy()
                history[pair][timeframe] = frame[(times >= first) & (times <= last)].reset_index(drop=True)
                found = len(history[pair][timeframe])
                if found != number:
                    span = " to ".join(f"{pd.Timestamp(t, unit='ms'):%Y-%m-%d %H:%M}" for t in (first, last))
                    return history, f"{found} of {number} {timeframe} candles of {pair} from {span} are there"
        return history, ""


def changed_facts(training: Training, now: Facts) -> list[str]:
    """What of the settings, code and packages is not as at the training."""
    return differences(training.facts, now)
