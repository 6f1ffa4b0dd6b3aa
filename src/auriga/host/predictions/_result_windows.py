"""The models that a finished backtest has left of each window."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from auriga.errors import HostError
from auriga.host.predictions._traded import TradedPredictions
from auriga.host.seals import SavedModel, Window, look_at_model


@dataclass(frozen=True)
class WindowModel:
    """A saved model of a window and the pairs that it answers."""

    window: Window
    pairs: tuple[str, ...]
    saved: SavedModel


def window_models(
    traded: TradedPredictions, windows: Sequence[Window], pairs: Sequence[str]
) -> Iterator[WindowModel | str]:
    """Saved models of these windows, each read once however many pairs share it; or why there is none.

    Parameters
    ----------
    traded : TradedPredictions
        Of the backtest.
    windows : sequence of Window
    pairs : sequence of str
    """
    for window in windows:
        until = window.trained_on.split()[-1]
        same: dict[bytes, tuple[tuple[Path, str], list[str]]] = {}
        for pair in pairs:
            try:
                place = traded.model(pair, window.stamp)
            except HostError as error:
                yield str(error)
                continue
            if place is None:
                yield f"{pair} until {until}: no model was saved"
                continue
            folder, name = place
            content = (folder / f"{name}_model.joblib").read_bytes()
            same.setdefault(content, (place, []))[1].append(pair)
        for place, shared in same.values():
            saved = look_at_model(*place)
            if isinstance(saved, str):
                yield f"{shared[0]} until {until}: {saved}"
            else:
                yield WindowModel(window, tuple(shared), saved)
