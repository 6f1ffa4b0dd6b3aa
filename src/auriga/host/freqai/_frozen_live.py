"""The live side of frozen models: the same loop of FreqAI's, without training and its thread."""

import logging
import time

import numpy as np
import numpy.typing as npt

from auriga.host.freeze import FrozenModels
from auriga.host.seals import Drawer, Kitchen
from auriga.host.setup import Strategy

logger = logging.getLogger(__name__)

_SAVE_SECONDS = 3600


class FrozenLive:
    """Gives FreqAI's drawer the frozen models, in memory alone, and watches their expiry.

    The files of the identifier keep whatever trained models they name, so that a bot without
    `regime.frozen_models` goes on where it was.

    Parameters
    ----------
    frozen : FrozenModels
    drawer : FreqaiDataDrawer
    """

    def __init__(self, frozen: FrozenModels, drawer: Drawer) -> None:
        self._frozen, self._drawer = frozen, drawer
        self._saved_at = time.monotonic()
        self._told = False

    def serve(self, pair: str, dk: Kitchen) -> None:
        """Put the model of a pair where FreqAI looks for it; a pair without one gets do_predict 0."""
        dk.check_if_model_expired = lambda stamp: False  # the manifest's expiry counts, not FreqAI's
        if not self._frozen.serves(pair):
            self._drawer.pair_dict[pair] = self._drawer.empty_pair_dict.copy()
        elif pair not in self._drawer.model_dictionary:
            self._put(pair, dk)

    def _put(self, pair: str, dk: Kitchen) -> None:
        entry = self._frozen.entry(pair)
        self._drawer.model_dictionary[pair] = self._frozen.model(pair)
        self._drawer.meta_data_dictionary[pair] = {
            "metadata": self._frozen.metadata(pair),
            "feature_pipeline": dk.feature_pipeline,
            "label_pipeline": dk.label_pipeline,
        }
        self._drawer.pair_dict[pair] = {
            "model_filename": entry.model,
            "trained_timestamp": entry.stamp,
            "data_path": str(self._frozen.folder),
            "extras": {},
        }
        logger.info("%s: predicted by the frozen model %s", pair, entry.model)

    def usable(self, usable: npt.NDArray[np.int_]) -> npt.NDArray[np.int_]:
        """`do_predict` of these rows: 0 everywhere once the models have expired."""
        return np.zeros_like(usable) if self._frozen.expired() else usable

    def tell_expiry(self, strategy: Strategy) -> None:
        """Say once, in the log and by message, that no new trade is opened any more."""
        if self._told or not self._frozen.expired():
            return
        self._told = True
        text = (
            f"The frozen models expired at {self._frozen.manifest.expires_at:%Y-%m-%d %H:%M} UTC. No new "
            "trades; open ones go on to their stop, target or time limit. Freeze newer models and restart."
        )
        logger.warning("%s (%s)", text, self._frozen.folder)
        send = getattr(strategy.dp, "send_msg", None)
        if send is not None:
            send(text, always_send=True)

    def save_history(self) -> None:
        """Write the live predictions once an hour: FreqAI's training thread, which does it, is not there."""
        if time.monotonic() - self._saved_at >= _SAVE_SECONDS:
            self._saved_at = time.monotonic()
            self._drawer.save_historic_predictions_to_disk()
