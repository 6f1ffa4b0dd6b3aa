"""Candles as they are on disk, and what is wrong with a file that Freqtrade would take for an empty one."""

from pathlib import Path

import pandas as pd
from freqtrade.data.history import get_datahandler
from freqtrade.enums import CandleType

from auriga.candles import COLUMNS, CandleFile, inspect_candles, read_candle_file
from auriga.errors import CandleError, clause


class StoredCandles:
    """The files of a data folder.

    Parameters
    ----------
    datadir : Path
        Folder of the downloaded candles.
    data_format : str
        Freqtrade's `dataformat_ohlcv`.
    """

    def __init__(self, datadir: Path, data_format: str) -> None:
        self._datadir = datadir
        self._handler = get_datahandler(datadir, data_format)
        self._damage: dict[tuple[str, str], str] = {}

    def frame(self, pair: str, timeframe: str) -> pd.DataFrame:
        """Candles before Freqtrade sorts, merges and fills them; empty without a file that can be read."""
        if self.damage(pair, timeframe):
            return pd.DataFrame(columns=list(COLUMNS))
        frame: pd.DataFrame = self._handler._ohlcv_load(pair, timeframe, None, _kind(pair))
        return frame

    def damage(self, pair: str, timeframe: str) -> str:
        """Why a file that is there cannot be read, with its path; empty when it can, or is not there.

        Freqtrade logs a traceback for such a file and goes on without the pair.
        """
        if (pair, timeframe) not in self._damage:
            self._damage[pair, timeframe] = self._examined(pair, timeframe)
        return self._damage[pair, timeframe]

    def _examined(self, pair: str, timeframe: str) -> str:
        kind = _kind(pair)
        path: Path = self._handler._pair_data_filename(self._datadir, pair, timeframe, kind)
        if not (path.exists() or path.is_symlink()):
            return ""
        try:
            name = path.name.split("-")[0]
            file = CandleFile(path, name, timeframe, str(kind), self._handler._get_file_extension())
            inspect_candles(read_candle_file(file), timeframe)
        except CandleError as error:
            text = clause(error)
            return text if str(path) in text else f"{path}: {text}"
        return ""


def _kind(pair: str) -> CandleType:
    return CandleType.FUTURES if ":" in pair else CandleType.SPOT
