"""FreqAI's own files (its "data drawer"), written so that a killed bot leaves none of them half written."""

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from auriga.host.seals._protocols import Drawer

_FILES = {
    "save_drawer_to_disk": ("pair_dictionary_path",),
    "save_historic_predictions_to_disk": ("historic_predictions_path", "historic_predictions_bkp_path"),
    "save_global_metadata_to_disk": ("global_metadata_path",),
    "save_metric_tracker_to_disk": ("metric_tracker_path",),
}


class DrawerFiles:
    """Makes a drawer write each of its files beside the old one, and then put it in its place.

    FreqAI empties a file before it writes it, the copy of its predictions, too. A power cut in between
    costs all live predictions: they are read back at the next start, and with half a file there is nothing
    to read.

    Parameters
    ----------
    drawer : FreqaiDataDrawer
        Its four `save_..._to_disk` methods are replaced.
    """

    def __init__(self, drawer: Drawer) -> None:
        self._drawer, self._lock = drawer, threading.RLock()
        self._postponed = False
        for method, attributes in _FILES.items():
            setattr(drawer, method, self._whole(getattr(drawer, method), attributes))
        self._save = drawer.save_drawer_to_disk
        drawer.save_drawer_to_disk = self._save_unless_postponed

    @contextmanager
    def postponed(self) -> Iterator[None]:
        """Save the pair dictionary at the end of the block only, when what it names is complete."""
        self._postponed = True
        try:
            yield
        finally:
            self._postponed = False
        self._save()

    def _save_unless_postponed(self) -> None:
        if not self._postponed:
            self._save()

    def _whole(self, save: Callable[..., None], attributes: Sequence[str]) -> Callable[..., None]:
        def whole(*arguments: object) -> None:
            with self._lock:
                paths: dict[str, Path] = {name: getattr(self._drawer, name) for name in attributes}
                beside = {path: path.with_name(f"{path.name}.tmp") for path in paths.values()}
                for name, path in paths.items():
                    setattr(self._drawer, name, beside[path])
                try:
                    save(*arguments)
                finally:
                    for name, path in paths.items():
                        setattr(self._drawer, name, path)
                for path, written in beside.items():
                    written.replace(path)

        return whole
