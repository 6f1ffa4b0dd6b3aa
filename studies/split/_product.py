"""Whether the product's classifier says what the study's own training says."""

import json
from pathlib import Path
from typing import get_args

import numpy as np
from lightgbm import LGBMClassifier

from auriga.models import RegimeClassifier, Scheme
from auriga.typing import FloatArray
from studies.split._run import console, gather, load_pairs, partial_folder
from studies.split._settings import Study
from studies.split._windows import Window, make_window, window_starts

_SERIES = "vote"
_SAME: dict[str, str] = {"warm_start": "warm_start", "shrunk": "shrunk", "hard": "hard_all"}


def product_probability(window: Window, scheme: Scheme) -> FloatArray:
    """What `RegimeClassifier` says of the test rows, trained on the rows that models of all pairs see."""
    study, rows = window.study, window.thinned
    model = RegimeClassifier(
        LGBMClassifier(**study.trees, n_jobs=1, verbosity=-1),
        scheme=scheme,
        classes=("down", "up"),
        min_samples=study.min_samples,
        expert_trees=study.expert_trees,
        expert_learning_rate=study.expert_learning_rate,
        prior_samples=study.prior_samples,
        random_state=study.seed,
    )
    label = np.where(window.train.up[rows], "up", "down")
    model.fit(window.binned.take(rows), label, regimes=window.train.regimes[_SERIES][rows])
    return model.predict_proba(window.test.X, regimes=window.test.regimes[_SERIES])[:, 1]


def compare_with_product(study: Study, cache: Path) -> dict[str, float]:
    """Largest difference of probabilities in the first window, by scheme; kept like a finished window."""
    folder = partial_folder(study, cache)
    stored = folder / "product.json"
    if not stored.exists():
        start = window_starts(study)[0]
        window = make_window(load_pairs(study, cache), start, study)
        said = gather([folder / f"{start:%Y-%m-%d}.npz"]).said
        found = {
            scheme: float(
                np.abs(product_probability(window, scheme) - said[f"{_SAME[scheme]}/{_SERIES}"]).max()
            )
            for scheme in get_args(Scheme)
            if scheme in _SAME
        }
        console.log(f"largest differences from the product: {found}")
        stored.write_text(json.dumps(found))
    differences: dict[str, float] = json.loads(stored.read_text())
    return differences
