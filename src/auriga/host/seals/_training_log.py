"""What each live training saw, one line a model: FreqAI keeps two models of a pair and deletes older ones."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from auriga.errors import HostError
from auriga.host.seals._protocols import Fitted, Predictor
from auriga.host.seals._provenance import Facts
from auriga.host.seals._windows import opening_times
from auriga.typing import Regime

LOG_NAME = "live_trainings.jsonl"

_PROBES = 64
_DECIMALS = 9

CandleSpan = tuple[int, int, int]
"""Opening times (ms) of the first and the last candle, and how many there were."""


@dataclass(frozen=True)
class Training:
    """One live training, told well enough to repeat it from downloaded candles.

    Attributes
    ----------
    trained_at : int
        FreqAI's number of the model: seconds since 1970 (UTC) at its end.
    start, load_start : int
        First moment of the training span and of the candles loaded for it, seconds.
    shared : bool
        Whether it answered for every pair; otherwise for `pairs` alone.
    pairs : tuple of str
        Whose rows it learned from.
    candles : dict of pair to dict of timeframe to (first, last, number)
        The candles it was given.
    answers : str
        Digest of what the model answers to fixed rows: two models that agree in it predict alike.
    facts : dict
        What a prediction depends on beside candles, as in the seal of a model.
    """

    trained_at: int
    start: int
    load_start: int
    shared: bool
    pairs: tuple[str, ...]
    candles: dict[str, dict[str, CandleSpan]]
    answers: str
    facts: Facts

    def answers_for(self, pair: str) -> bool:
        """Whether this model was given to a pair."""
        return self.shared or pair in self.pairs


def candle_spans(history: Mapping[str, Mapping[str, pd.DataFrame]]) -> dict[str, dict[str, CandleSpan]]:
    """Which candles there are of each pair and timeframe; empty frames are left out."""
    return {
        pair: {timeframe: _span(frame) for timeframe, frame in frames.items() if len(frame)}
        for pair, frames in history.items()
    }


def _span(frame: pd.DataFrame) -> CandleSpan:
    ends = opening_times(frame["date"].iloc[[0, -1]])
    return int(ends[0]), int(ends[1]), len(frame)


def answers_digest(glue: Predictor, model: Fitted, n_features: int) -> str:
    """Digest of a model's answers to fixed random rows of every regime, to nine decimals.

    Pickles of equal models need not be equal; their answers are.
    """
    random = np.random.default_rng(0)
    shape = (_PROBES, n_features)
    rows = (random.standard_normal(shape) * 10 ** random.uniform(-4, 2, shape)).astype(np.float32)
    digest = hashlib.blake2b(digest_size=12)
    for regime in Regime:
        frame = glue.prediction_frame(model, rows, np.full(_PROBES, regime, dtype=np.int8))
        digest.update(np.round(frame.select_dtypes("number").to_numpy(np.float64), _DECIMALS).tobytes())
    return digest.hexdigest()


class TrainingLog:
    """The file of live trainings beside FreqAI's models; a line is written at once, or not at all.

    Parameters
    ----------
    folder : Path
        FreqAI's folder of the identifier.
    """

    def __init__(self, folder: Path) -> None:
        self.path = folder / LOG_NAME
        self._facts: Facts | None = None

    def append(self, training: Training) -> None:
        """Add a training; its facts are left out where they are those of the line before."""
        content = asdict(training)
        if training.facts == self._facts:
            del content["facts"]
        self._facts = training.facts
        torn = self.path.is_file() and not self.path.read_bytes().endswith(b"\n")
        with self.path.open("a") as stream:
            stream.write(("\n" if torn else "") + json.dumps(content) + "\n")

    def read(self) -> list[Training]:
        """All trainings, oldest first; a line that a power cut left torn is passed over.

        Raises
        ------
        HostError
            If there is no such file.
        """
        if not self.path.is_file():
            raise HostError(
                f"there is no {self.path}: it is written with every live training, so no bot of this version "
                "of Auriga has trained a model there. Check --userdir and freqai.identifier"
            )
        known: list[Training] = []
        for line in self.path.read_text().splitlines():
            training = _parsed(line, known[-1].facts if known else {})
            if training is not None:
                known.append(training)
        return known


def _parsed(line: str, facts: Facts) -> Training | None:
    try:
        content = json.loads(line)
        candles = {
            pair: {timeframe: tuple(span) for timeframe, span in spans.items()}
            for pair, spans in content["candles"].items()
        }
        parts = {"facts": facts, **content, "pairs": tuple(content["pairs"]), "candles": candles}
        return Training(**parts)
    except (ValueError, KeyError, TypeError):
        return None
