"""The jump detector against the library it is built on, a search of all paths, and what imports leave."""

import itertools
import subprocess
import sys
from typing import Any

import jumpmodels.jump
import numpy as np
import pytest

from auriga.errors import ParameterError
from auriga.regimes import JumpDetector
from auriga.regimes._jump import JumpStates, jump_module
from auriga.regimes._state_kernels import compiled_dp


@pytest.fixture
def scaled():
    rng = np.random.default_rng(3)
    means = np.repeat(rng.choice([-1.5, 0.0, 1.5], 12), 25)
    return np.column_stack([means + rng.normal(0, 0.5, 300), rng.normal(0, 1, 300) - means / 2])


@pytest.mark.parametrize("penalty", [0.0, 0.7, 20.0])
def test_compiled_recursion_is_the_librarys(scaled, penalty) -> None:
    loss = np.abs(scaled[:, :1] - np.array([-1.5, 0.0, 1.5]))
    loss[:, 1] = np.nan if penalty == 0.7 else loss[:, 1]  # an empty state
    price = jumpmodels.jump.jump_penalty_to_mx(penalty, 3)
    path, value = jumpmodels.jump.dp(loss, price)
    ours, our_value = compiled_dp(loss, price)
    np.testing.assert_array_equal(ours, path)
    assert our_value == value
    np.testing.assert_array_equal(
        compiled_dp(loss, price, return_value_mx=True), jumpmodels.jump.dp(loss, price, True)
    )


def test_recursion_finds_the_best_of_all_paths() -> None:
    loss = np.random.default_rng(0).exponential(size=(7, 3))
    price = jumpmodels.jump.jump_penalty_to_mx(0.5, 3)

    def cost(path) -> float:
        return loss[range(7), path].sum() + 0.5 * sum(a != b for a, b in itertools.pairwise(path))

    best = min(itertools.product(range(3), repeat=7), key=cost)
    path, value = compiled_dp(loss, price)
    assert path.tolist() == list(best)
    assert value == pytest.approx(cost(best))


def test_a_fit_and_its_online_answers_are_the_librarys(scaled) -> None:
    ours: Any = JumpDetector("1d", penalty=5.0)._fit(scaled[:200])
    library = jumpmodels.jump.JumpModel(3, jump_penalty=5.0, n_init=10, random_state=0)
    library.fit(scaled[:200], ret_ser=scaled[:200, 0], sort_by="ret")
    np.testing.assert_array_equal(ours.centers, library.centers_[::-1])
    online = library.predict_online(scaled)
    np.testing.assert_array_equal(ours.probability(scaled).argmax(axis=1), 2 - online)


def test_bull_stays_bull_whatever_the_library_calls_it(scaled, monkeypatch) -> None:
    detector = JumpDetector("1d", penalty=5.0)
    expected = detector._fit(scaled).probability(scaled)
    library: Any = jump_module().JumpModel
    for order in itertools.permutations(range(3)):

        class Permuted(library):
            centers_: np.ndarray

            def fit(self, X, order=list(order)):  # noqa: B006
                super().fit(X)
                self.centers_ = self.centers_[order]
                return self

        monkeypatch.setattr(jump_module(), "JumpModel", Permuted)
        np.testing.assert_array_equal(detector._fit(scaled).probability(scaled), expected)
        monkeypatch.setattr(jump_module(), "JumpModel", library)


def test_support_is_the_softmax_of_minus_the_losses_of_the_best_paths() -> None:
    centers = np.array([[-1.0, 0.0], [0.0, 0.0], [1.0, 0.0]])
    rows = np.array([[1.0, 0.0], [0.4, 0.0]])
    first = np.array([2.0, 0.5, 0.0])  # half squared distances
    second = np.array([0.98, 0.08, 0.18]) + np.minimum(first, first.min() + 0.3)
    weight = np.exp(-second)
    seen = JumpStates(centers, 0.3).probability(rows)
    np.testing.assert_allclose(seen[1], weight / weight.sum())


def test_a_higher_penalty_switches_less(scaled) -> None:
    switches = [
        np.count_nonzero(
            np.diff(JumpDetector("1d", penalty=p)._fit(scaled).probability(scaled).argmax(axis=1))
        )
        for p in (0.0, 2.0, 50.0)
    ]
    assert switches[0] > switches[1] >= switches[2]


def test_negative_penalty_is_refused() -> None:
    with pytest.raises(ParameterError, match="penalty is -1"):
        JumpDetector("1d", penalty=-1.0)


PROBE = """
import sys, warnings
import numpy as np, pandas as pd
import auriga.regimes
lazy = not {"jumpmodels", "hmmlearn", "numba"} & set(sys.modules)
state = lambda: (np.geterr(), pd.get_option("display.width"), list(warnings.filters), np.geterrcall())
warnings.simplefilter("error")
before = state()
from auriga.regimes._jump import jump_module
detector = auriga.regimes.JumpDetector("1d", fit_candles=60)
constructed = "jumpmodels.jump" in sys.modules or "jumpmodels.utils" in sys.modules
detector._fit(np.random.default_rng(0).normal(size=(60, 2))).probability(np.zeros((3, 2)))
after = state()
import jumpmodels.jump
print(lazy, not constructed, before == after, jumpmodels.jump.dp.__module__, jump_module().dp.__name__)
"""


def test_imports_are_lazy_and_leave_nothing_behind() -> None:
    """The library silences numpy's division errors, widens pandas' display: for everybody, on import."""
    done = subprocess.run([sys.executable, "-c", PROBE], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["True", "True", "True", "jumpmodels.jump", "compiled_dp"]


def test_the_probe_would_notice() -> None:
    plain = PROBE.replace(
        "from auriga.regimes._jump import jump_module",
        "from auriga.regimes._jump import jump_module\nimport jumpmodels.jump",
    )
    done = subprocess.run([sys.executable, "-c", plain], capture_output=True, text=True, check=True)
    assert done.stdout.split()[2] == "False"
