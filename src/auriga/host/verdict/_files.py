"""Predictions of a contest on disk, window by window, so that an interrupted one goes on."""

import logging
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from auriga.host.seals import differences, read_seal, write_seal

logger = logging.getLogger(__name__)

_MOST_LINES = 4


class ContestFiles:
    """Sealed predictions of one contest.

    Parameters
    ----------
    folder : Path
    content : mapping
        `facts` and `candles` that the predictions depend on.
    """

    def __init__(self, folder: Path, content: Mapping[str, Any]) -> None:
        self._folder, self._content = folder, dict(content)

    def read(self, name: str) -> pd.DataFrame | None:
        """Return predictions that were kept and may be used; None otherwise, and a warning if stale."""
        file = self._file(name)
        if not file.is_file():
            return None
        seal = read_seal(file.with_suffix(".json"), [file])
        if isinstance(seal, str):
            complaints = [seal]
        else:
            complaints = differences(seal.get("facts", {}), self._content["facts"])
            if seal.get("candles") != self._content["candles"]:
                complaints.append("the candles have changed")
        if not complaints:
            return pd.read_feather(file)
        logger.warning("%s is not used and made anew: %s", file, "; ".join(complaints[:_MOST_LINES]))
        return None

    def write(self, name: str, predictions: pd.DataFrame) -> None:
        """Keep predictions; an interrupted write leaves nothing that is trusted."""
        file = self._file(name)
        self._folder.mkdir(parents=True, exist_ok=True)
        file.with_suffix(".json").unlink(missing_ok=True)
        predictions.to_feather(file)
        write_seal(file.with_suffix(".json"), [file], self._content)

    def _file(self, name: str) -> Path:
        return self._folder / f"{name}.feather"
