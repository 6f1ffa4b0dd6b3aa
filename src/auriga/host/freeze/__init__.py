"""Folders of frozen models: written, checked, read."""

from auriga.host.freeze._freeze import describe_freeze, freeze_backtest, freeze_live
from auriga.host.freeze._manifest import MANIFEST, Manifest
from auriga.host.freeze._models import FrozenModels, frozen_folder, open_frozen, require_fit, require_same

__all__ = [
    "MANIFEST",
    "FrozenModels",
    "Manifest",
    "describe_freeze",
    "freeze_backtest",
    "freeze_live",
    "frozen_folder",
    "open_frozen",
    "require_fit",
    "require_same",
]
