"""The models that a finished backtest has left of each window."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from auriga.host._places import model_place
from auriga.host._saved import SavedModel, look_at_model
from auriga.host._windows import Window


@dataclass(frozen=True)
class WindowModel:
    """A saved model of a window and the pairs that it answers."""

    window: Window
    pairs: tuple[str, ...]
    saved: SavedModel


def window_models(
    models: Path, windows: Sequence[Window], pairs: Sequence[str]
) -> Iterator[WindowModel | str]:
    """Saved models of these windows, each read once however many pairs share it; or why there is none.

    Parameters
    ----------
    models : Path
        FreqAI's folder of the identifier.
    windows : sequence of Window
    pairs : sequence of str
    """
    for window in windows:
        same: dict[bytes, list[str]] = {}
        for pair in pairs:
            folder, name = model_place(models, pair, window.stamp)
            file = folder / f"{name}_model.joblib"
            if file.is_file():
                same.setdefault(file.read_bytes(), []).append(pair)
            else:
                yield f"{pair} until {window.trained_on.split()[-1]}: no model was saved"
        for shared in same.values():
            saved = look_at_model(*model_place(models, shared[0], window.stamp))
            if isinstance(saved, str):
                yield f"{shared[0]} until {window.trained_on.split()[-1]}: {saved}"
            else:
                yield WindowModel(window, tuple(shared), saved)
