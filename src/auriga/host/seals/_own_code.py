"""Digest of our own code that computes predictions, all of it and nothing else."""

import ast
import inspect
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path

import auriga
from auriga.errors import HostError
from auriga.host.seals._syntax import syntax_digest

COMPUTES = (
    "candles/_frames.py",
    "columns.py",
    "typing.py",
    "indicators",
    "regimes",
    "features",
    "labels",
    "models",
    "settings",
    "host/freqai/_backtest.py",
    "host/pairs/_candle_spans.py",
    "host/freqai/_classifier.py",
    "host/freqai/_estimator_parameters.py",
    "host/rows/_expected_move.py",
    "host/rows/_feature_hooks.py",
    "host/freqai/_model.py",
    "host/rows/_labels.py",
    "host/pairs/_late_candles.py",
    "host/freqai/_hooks.py",
    "host/rows/_learned_moves.py",
    "host/freqai/_live.py",
    "host/freqai/_live_training.py",
    "host/pairs/_live_history.py",
    "host/rows/_market.py",
    "host/rows/_model_columns.py",
    "host/rows/_pair_features.py",
    "host/pairs/_participants.py",
    "host/rows/_regimes.py",
    "host/freqai/_regressor.py",
    "host/pairs/_roll_call.py",
    "host/setup/_settings.py",
    "host/rows/_sources.py",
    "host/seals/_windows.py",
)
"""Files and rooms (with all their folders) that make a prediction what it is.

`tests/host/seals/test_own_code.py` watches a training and a prediction, and demands that all of it is here.
"""

_LEFT_OUT = frozenset(
    {
        "models/_estimator_shap.py",  # explains what was predicted
        "models/_importance.py",
        "models/_shap.py",
        "settings/_trading.py",  # what is done with a prediction
    }
)

FROZEN = ("host/freqai/_frozen_backtest.py", "host/freqai/_frozen_live.py")
"""Files that decide beside those which predictions of frozen models may be used."""


def computing_files(names: Sequence[str] = COMPUTES, root: Path | None = None) -> Iterator[tuple[str, Path]]:
    """Name (with `/`) and path of each file that counts, in order.

    Parameters
    ----------
    names : sequence of str
        Files and folders of the package.
    root : Path, optional
        The package; default: the one that runs.

    Raises
    ------
    HostError
        If a file or room is not there: a digest of nothing would fit everything.
    """
    root = root or Path(inspect.getfile(auriga)).parent
    for name in names:
        place = root / name
        files = sorted(place.rglob("*.py")) if place.is_dir() else [place]
        if not files or not files[0].is_file():
            raise HostError(f"{place} is missing; install Auriga anew")
        for file in files:
            shown = file.relative_to(root).as_posix()
            if shown not in _LEFT_OUT:
                yield shown, file


@cache
def own_code(names: tuple[str, ...] = COMPUTES, root: Path | None = None) -> str:
    """Digest of the syntax trees of what computes: a development version changes without its number."""
    files = computing_files(names, root)
    trees = {name: syntax_digest(ast.parse(file.read_bytes())) for name, file in files}
    return syntax_digest(ast.parse(repr(trees)))
