"""Finished trainings, found by what they were made from: a changed group retrains only what holds it."""

import hashlib
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import lightgbm as lgb
import numpy as np

from auriga.typing import FloatArray

Made = tuple[dict[str, FloatArray], dict[str, float]]
"""Predictions by name, and seconds (or other numbers worth keeping) by name."""


def key(arrays: list[np.ndarray], settings: Mapping[str, Any]) -> str:
    """Short name of everything that a training depends on, LightGBM's version among it."""
    digest = hashlib.sha1(json.dumps([settings, lgb.__version__], sort_keys=True).encode())
    for array in arrays:
        digest.update(f"{array.shape}{array.dtype}".encode())
        digest.update(np.ascontiguousarray(array).data)
    return digest.hexdigest()[:16]


def kept(folder: Path, name: str, train: Callable[[], Made]) -> Made:
    """What was trained before under this name, or what is trained now."""
    file = folder / f"{name}.npz"
    if not file.exists():
        keep(file, train())
    with np.load(file) as stored:
        said = {key: stored[key] for key in stored.files if key != "numbers"}
        return said, json.loads(str(stored["numbers"]))


def keep(file: Path, made: Made) -> None:
    """Write a finished training; half a file is never left."""
    said, numbers = made
    file.parent.mkdir(parents=True, exist_ok=True)
    unfinished = file.with_suffix(".part.npz")
    arrays: dict[str, Any] = {name: values.astype(np.float32) for name, values in said.items()}
    np.savez(unfinished, **arrays, numbers=json.dumps(numbers))
    unfinished.rename(file)
