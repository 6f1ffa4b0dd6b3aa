"""What of a user's own code is sealed, in classes as Freqtrade's resolvers load them."""

import ast
import base64
import json
import logging
import shutil
import sys
from typing import Any

import pandas as pd
import pytest
from freqtrade.exceptions import OperationalException
from freqtrade.resolvers import StrategyResolver
from freqtrade.resolvers.freqaimodel_resolver import FreqaiModelResolver
from tests.support.freqai_runs import SMALL, deep_merge

from auriga.columns import PROBABILITY
from auriga.host.seals._provenance import facts
from auriga.host.seals._user_code import NO_SOURCE, user_code

STRATEGY, MODEL = "RegimeStrategy", "RegimeLightGBMClassifier"


@pytest.fixture
def own(root, tmp_path):
    """A user's copies of our two files, where Freqtrade looks for them."""
    folder = tmp_path / "user"
    shutil.copytree(root / "strategies", folder / "strategies", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(
        root / "freqaimodels", folder / "freqaimodels", ignore=shutil.ignore_patterns("__pycache__")
    )
    return folder


@pytest.fixture(autouse=True)
def forgotten_modules():
    """A user's helper modules are imported once a process; every run of Freqtrade is a process of its own."""
    before = set(sys.modules)
    yield
    for name in set(sys.modules) - before:
        if name.startswith("own_"):
            del sys.modules[name]


def configuration(root, own, **overlay):
    config = deep_merge(deep_merge(json.loads((root / "config.json").read_text()), SMALL), overlay)
    return config | {
        "strategy_path": str(own / "strategies"),
        "freqaimodel_path": str(own / "freqaimodels"),
        "user_data_dir": own,
    }


def sealed(root, own, **overlay) -> dict[str, str]:
    """Facts about the code, with both classes from their resolvers and all helpers loaded anew."""
    for name in [name for name in sys.modules if name.startswith("own_")]:
        del sys.modules[name]
    config = configuration(root, own, **overlay)
    strategy: Any = StrategyResolver.load_strategy(config)
    config["freqaimodel"] = overlay.get("freqaimodel", MODEL)
    model = FreqaiModelResolver.load_freqaimodel(config)
    known = facts(config, strategy.settings, type(model), strategy)
    return {name: value for name, value in known.items() if name.startswith(("code", "param", "version"))}


def changed(before: dict[str, str], after: dict[str, str]) -> set[str]:
    return {name for name in before.keys() | after.keys() if before.get(name) != after.get(name)}


def edit(file, old: str, new: str) -> None:
    text = file.read_text()
    assert text.count(old) == 1, (old, text.count(old))
    file.write_text(text.replace(old, new))


COMPUTES = [
    ("return add_label(dataframe,", "return -add_label(dataframe,"),
    ("basic_features(dataframe, groups", "basic_features(1 * dataframe, groups"),
    ("pair_inputs(dataframe, metadata", "pair_inputs(dataframe.copy(), metadata"),
    ("startup_candle_count = 240", "startup_candle_count = 250"),
    ('timeframe = "5m"', 'timeframe = "15m"'),
    ("        map_large_blocks()  # before", "        self.alpha = 3\n        map_large_blocks()  # before"),
    ("self.guard.watch(current_time)", "self.guard.watch(current_time, 0)"),
    (
        "dataframe = self.freqai.start(dataframe, metadata, self)",
        'dataframe["close"] *= 2\n        dataframe = self.freqai.start(dataframe, metadata, self)',
    ),
    ("import basic_features,", "import calendar_features as basic_features,"),
]  # fmt: skip

EXIT_RULE = """
PATIENCE = 3

def late(trade):
    return trade.hours > PATIENCE
"""

TRADES = [
    ("long_threshold = DecimalParameter(0.5, 0.7", "long_threshold = DecimalParameter(0.5, 0.8"),
    ("stoploss = -0.25", "stoploss = -0.35"),
    ("add_entries(dataframe, self.settings", "add_entries(dataframe.copy(), self.settings"),
    ("self.announcements.look(pair, dataframe)", 'dataframe["mine"] = dataframe["close"].rolling(5).mean()'),
    ("return self.rules.stop(trade, current_time, current_rate)", "return None"),
    ("# --- chart ---", "# --- another chart ---"),
    ('"""Shade the regimes in FreqUI."""', '"""Shade all regimes in FreqUI."""'),
    ("    regime_bands,\n", "    regime_bands as regime_bands,\n"),
    ("return self.rules.take_profit(trade, current_time)", "return 1.0"),
    ("        return plot_config(self.settings)", "        return {}"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new"), COMPUTES)
def test_what_computes_in_the_strategy_counts(root, own, old, new) -> None:
    before = sealed(root, own)
    edit(own / "strategies" / f"{STRATEGY}.py", old, new)
    assert changed(before, sealed(root, own)) == {f"code.strategy.{STRATEGY}"}


@pytest.mark.parametrize(("old", "new"), TRADES)
def test_what_only_trades_does_not(root, own, old, new) -> None:
    before = sealed(root, own)
    edit(own / "strategies" / f"{STRATEGY}.py", old, new)
    assert not changed(before, sealed(root, own))


def test_the_models_file_counts(root, own) -> None:
    before = sealed(root, own)
    edit(
        own / "freqaimodels" / f"{MODEL}.py",
        "return self.configured(LGBMClassifier, **LIGHTGBM_DEFAULTS)",
        "return self.configured(LGBMClassifier, **LIGHTGBM_DEFAULTS).set_params(n_estimators=1)",
    )
    assert changed(before, sealed(root, own)) == {f"code.model.{MODEL}"}


def test_the_same_files_elsewhere_are_the_same(root, own, tmp_path) -> None:
    before = sealed(root, own)
    assert not changed(before, sealed(root, shutil.copytree(own, tmp_path / "elsewhere")))


def test_a_helper_that_looks_like_a_trading_hook_counts(root, own) -> None:
    file = own / "strategies" / f"{STRATEGY}.py"
    edit(
        file,
        "    def set_freqai_targets(",
        "    def custom_helper(self):\n        return 1\n\n    def check_volume(self):\n        return 2\n\n"
        "    def set_freqai_targets(",
    )
    for old, new in (("return 1\n", "return 3\n"), ("return 2\n", "return 4\n")):
        before = sealed(root, own)
        edit(file, old, new)
        assert changed(before, sealed(root, own)) == {f"code.strategy.{STRATEGY}"}


def test_a_trading_hook_that_features_read_counts(root, own) -> None:
    file = own / "strategies" / f"{STRATEGY}.py"
    edit(
        file,
        "        return add_label(dataframe,",
        "        self.leverage(**metadata)\n        return add_label(dataframe,",
    )
    before = sealed(root, own)
    edit(file, "return self.rules.leverage(", "return 0 * self.rules.leverage(")
    assert changed(before, sealed(root, own)) == {f"code.strategy.{STRATEGY}"}


def test_modules_that_the_strategy_imports_count(root, own) -> None:
    file = own / "strategies" / f"{STRATEGY}.py"
    (own / "strategies" / "own_helper.py").write_text("from own_package.deep import depth\nsize = 1\n")
    (own / "strategies" / "own_package").mkdir()
    (own / "strategies" / "own_package" / "__init__.py").write_text("")
    (own / "strategies" / "own_package" / "deep.py").write_text("from .deeper import depth\n")
    (own / "strategies" / "own_package" / "deeper.py").write_text("depth = 1\n")
    edit(file, "import pandas as pd\n", "import own_helper\nimport pandas as pd\n")
    edit(file, "        return add_label(", "        dataframe * own_helper.size\n        return add_label(")
    before = sealed(root, own)
    assert {f"code.strategy.own_{name}" for name in ("helper", "package.deep", "package.deeper")} <= set(
        before
    )
    (own / "strategies" / "own_package" / "deeper.py").write_text("depth = 2  # deeper\n")
    after = sealed(root, own)
    assert changed(before, after) == {"code.strategy.own_package.deeper"}
    (own / "strategies" / "own_helper.py").write_text("from own_package.deep import depth\nsize = 2\n")
    assert changed(after, sealed(root, own)) == {"code.strategy.own_helper"}


def test_a_module_that_only_trading_imports_does_not(root, own) -> None:
    file = own / "strategies" / f"{STRATEGY}.py"
    (own / "strategies" / "own_exits.py").write_text("late = 1\n")
    edit(file, "import pandas as pd\n", "import own_exits\nimport pandas as pd\n")
    edit(file, "return self.rules.exit_reason(", "own_exits.late\n        return self.rules.exit_reason(")
    before = sealed(root, own)
    (own / "strategies" / "own_exits.py").write_text("late = 2\n")
    assert not changed(before, sealed(root, own))


SUBCLASS = """
from own_base import Mixin, Values
from RegimeStrategy import RegimeStrategy

class Mine(Mixin, Values, RegimeStrategy):
    pass
"""
BASE = """
class Mixin:
    def feature_engineering_standard(self, dataframe, metadata, **kwargs):
        return super().feature_engineering_standard(dataframe, metadata, **kwargs)

class Values:
    size = 1
"""


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("own_base", "return super()", "return 1 * super()"),
        ("own_base", "size = 1", "size = 2"),
        (STRATEGY, "return add_label(dataframe,", "return -add_label(dataframe,"),
        ("Mine", "    pass", "    size = 3"),
    ],
)
def test_base_classes_in_other_files_count(root, own, name, old, new) -> None:
    (own / "strategies" / "own_base.py").write_text(BASE)
    (own / "strategies" / "Mine.py").write_text(SUBCLASS)
    sys.modules.pop(STRATEGY, None)
    before = sealed(root, own, strategy="Mine")
    edit(own / "strategies" / f"{name}.py", old, new)
    sys.modules.pop(STRATEGY, None)
    assert changed(before, sealed(root, own, strategy="Mine")) == {f"code.strategy.{name}"}
    sys.modules.pop(STRATEGY, None)


def test_a_parameter_that_features_read_counts_with_its_value(root, own) -> None:
    """Hyperopt writes values beside the strategy, and Freqtrade takes them from there."""
    file = own / "strategies" / f"{STRATEGY}.py"
    edit(
        file,
        "        return add_label(",
        "        dataframe * self.stop_atr.value\n        return add_label(",
    )
    before = sealed(root, own)
    assert before["parameter.stop_atr"] == '"5.0"'
    assert not any(name.endswith("long_threshold") for name in before)
    kept = {
        "strategy_name": STRATEGY,
        "params": {"risk": {"stop_atr": 7.0}, "enter": {"long_threshold": 0.6}},
    }
    file.with_suffix(".json").write_text(json.dumps(kept))
    config = configuration(root, own)
    strategy = StrategyResolver.load_strategy(config)
    strategy.ft_load_hyper_params(False)
    assert user_code(type(strategy), strategy).parameters == {"stop_atr": "7.0"}


def test_versions_of_packages_that_features_use_count(root, own) -> None:
    file = own / "strategies" / f"{STRATEGY}.py"
    assert "version.scipy" not in sealed(root, own)
    edit(file, "import pandas as pd\n", "import pandas as pd\nimport scipy.stats\n")
    edit(file, "        return add_label(", "        scipy.stats.norm\n        return add_label(")
    assert sealed(root, own)["version.scipy"] == json.dumps(__import__("scipy").__version__)


@pytest.mark.parametrize(
    ("old", "new"),
    [("PATIENCE = 3", "PATIENCE = 4"), ("trade.hours >", "trade.hours >="), ("return 5", "return 6")],
)
def test_helpers_of_trading_hooks_alone_do_not_count(root, own, old, new) -> None:
    file = own / "strategies" / f"{STRATEGY}.py"
    edit(file, "\n\nclass RegimeStrategy(", f"{EXIT_RULE}\nclass RegimeStrategy(")
    edit(
        file,
        "    def leverage(",
        "    @staticmethod\n    def my_hours():\n        return 5\n\n    def leverage(",
    )
    edit(
        file,
        "return self.rules.exit_reason(",
        "late(self.my_hours())\n        return self.rules.exit_reason(",
    )
    before = sealed(root, own)
    edit(file, old, new)
    assert not changed(before, sealed(root, own))
    edit(file, "        return add_label(", "        late(self.my_hours())\n        return add_label(")
    before = sealed(root, own)
    edit(file, new, old)
    assert changed(before, sealed(root, own)) == {f"code.strategy.{STRATEGY}"}


def test_what_a_base_class_calls_counts_whoever_else_does(root, own) -> None:
    """`custom_exit` calls `size`; so does a feature of the base class, in another file."""
    (own / "strategies" / "own_base.py").write_text(
        "class Mixin:\n    def feature_engineering_standard(self, dataframe, metadata, **kwargs):\n"
        "        return super().feature_engineering_standard(dataframe * self.size(), metadata)\n"
    )
    (own / "strategies" / "Mine.py").write_text(
        "from own_base import Mixin\nfrom RegimeStrategy import RegimeStrategy\n\n"
        "class Mine(Mixin, RegimeStrategy):\n    def size(self):\n        return 1\n\n"
        "    def leverage(self, pair, *args, **kwargs):\n        return self.size()\n"
    )
    sys.modules.pop(STRATEGY, None)
    before = sealed(root, own, strategy="Mine")
    edit(own / "strategies" / "Mine.py", "return 1", "return 2")
    sys.modules.pop(STRATEGY, None)
    assert changed(before, sealed(root, own, strategy="Mine")) == {"code.strategy.Mine"}
    sys.modules.pop(STRATEGY, None)


def test_what_freqtrade_calls_counts_though_an_exit_rule_calls_it_too(root, own) -> None:
    file = own / "strategies" / f"{STRATEGY}.py"
    edit(
        file,
        "return self.rules.exit_reason(",
        "self.set_freqai_targets\n        return self.rules.exit_reason(",
    )
    before = sealed(root, own)
    edit(file, "return add_label(dataframe,", "return -add_label(dataframe,")
    assert changed(before, sealed(root, own)) == {f"code.strategy.{STRATEGY}"}


HELPER = "def scaled(frame, strategy):\n    return frame * strategy.{what}\n"


def with_helper(own, what: str) -> None:
    """A helper module that is given the strategy and reads something of it."""
    file = own / "strategies" / f"{STRATEGY}.py"
    (own / "strategies" / "own_helper.py").write_text(HELPER.format(what=what))
    edit(file, "import pandas as pd\n", "import own_helper\nimport pandas as pd\n")
    edit(
        file,
        "        return add_label(",
        "        dataframe = own_helper.scaled(dataframe, self)\n        return add_label(",
    )


def test_what_a_helper_reads_of_the_strategy_counts(root, own) -> None:
    with_helper(own, "stop_atr.value * strategy.can_short")
    before = sealed(root, own)
    assert before["parameter.stop_atr"] == '"5.0"'
    edit(
        own / "strategies" / f"{STRATEGY}.py",
        'return bool(self.config.get("trading_mode") == "futures")',
        "return False",
    )
    assert changed(before, sealed(root, own)) == {f"code.strategy.{STRATEGY}"}


@pytest.mark.parametrize("reads", ['getattr(self, f"stop_{unit}").value', "vars(self)", "eval(unit)"])
def test_code_that_reads_any_name_counts_all_of_them(root, own, reads) -> None:
    edit(
        own / "strategies" / f"{STRATEGY}.py",
        "        return add_label(",
        f'        unit = "atr"\n        {reads}\n        return add_label(',
    )
    before = sealed(root, own)
    assert before["parameter.stop_atr"] == '"5.0"' and before["parameter.long_threshold"] == '"0.52"'
    edit(
        own / "strategies" / f"{STRATEGY}.py",
        "return self.rules.take_profit(",
        "return 0 * self.rules.take_profit(",
    )
    assert changed(before, sealed(root, own)) == {f"code.strategy.{STRATEGY}"}


def test_settings_of_the_users_own_that_features_read_count(root, own) -> None:
    file = own / "strategies" / f"{STRATEGY}.py"
    edit(
        file,
        "        return add_label(",
        '        self.config["own_block"]["x"] * self.freqai_info.get("own_size") * self.stoploss\n'
        "        return add_label(",
    )
    known = {"own_block": {"x": 1}, "freqai": {"own_size": 2}, "stoploss": -0.2, "own_other": 1}
    before = sealed(root, own, **known)
    assert before["parameter.stoploss"] == '"-0.2"'
    assert not changed(before, sealed(root, own, **(known | {"own_other": 2})))
    for overlay, name in (
        ({"own_block": {"x": 3}}, "config.own_block"),
        ({"freqai": {"own_size": 3}}, "config.own_size"),
        ({"stoploss": -0.3}, "stoploss"),
    ):
        assert changed(before, sealed(root, own, **(known | overlay))) == {f"parameter.{name}"}


def test_an_import_for_its_effect_counts(root, own) -> None:
    (own / "strategies" / "own_patches.py").write_text("import pandas\nsize = 1\n")
    edit(
        own / "strategies" / f"{STRATEGY}.py",
        "import pandas as pd\n",
        "import own_patches\nimport pandas as pd\n",
    )
    before = sealed(root, own)
    (own / "strategies" / "own_patches.py").write_text("import pandas\nsize = 2\n")
    assert changed(before, sealed(root, own)) == {"code.strategy.own_patches"}


@pytest.mark.parametrize("name", ["auriga", "freqtrade", "signal", "statistics"])
def test_a_file_that_goes_by_the_name_of_a_known_module_counts(root, own, name) -> None:
    file = own / "strategies" / f"{name}.py"
    (own / "strategies" / f"{STRATEGY}.py").rename(file)
    before = sealed(root, own)
    assert f"code.strategy.{name}" in before
    edit(file, "return add_label(dataframe,", "return -add_label(dataframe,")
    assert changed(before, sealed(root, own)) == {f"code.strategy.{name}"}


def test_a_helper_that_goes_by_the_name_of_a_module_of_pythons_counts(root, own, monkeypatch) -> None:
    """A file beside the strategy comes before Python's own, where that is not in use yet."""
    monkeypatch.delitem(sys.modules, "pyclbr", raising=False)
    file = own / "strategies" / f"{STRATEGY}.py"
    (own / "strategies" / "pyclbr.py").write_text("size = 1\n")
    edit(file, "import pandas as pd\n", "import pyclbr\nimport pandas as pd\n")
    edit(file, "        return add_label(", "        dataframe * pyclbr.size\n        return add_label(")
    before = sealed(root, own)
    (own / "strategies" / "pyclbr.py").write_text("size = 2\n")
    del sys.modules["pyclbr"]
    assert changed(before, sealed(root, own)) == {"code.strategy.pyclbr"}
    del sys.modules["pyclbr"]


def test_two_files_of_one_name_count_both(root, own, tmp_path, monkeypatch) -> None:
    """A user's class of the same name, in a file of the same name, on top of ours."""
    other = tmp_path / "other"
    other.mkdir()
    (own / "strategies" / f"{STRATEGY}.py").rename(other / f"{STRATEGY}.py")
    (own / "strategies" / f"{STRATEGY}.py").write_text(
        f"import sys\nsys.path.insert(0, {str(other)!r})\n"
        "from RegimeStrategy import RegimeStrategy as Base\n\nclass RegimeStrategy(Base):\n    size = 1\n"
    )
    monkeypatch.setattr(sys, "path", [*sys.path])
    sys.modules.pop(STRATEGY, None)
    before = sealed(root, own)
    edit(other / f"{STRATEGY}.py", "return add_label(dataframe,", "return -add_label(dataframe,")
    sys.modules.pop(STRATEGY, None)
    assert changed(before, sealed(root, own)) == {f"code.strategy.{STRATEGY}"}
    sys.modules.pop(STRATEGY, None)


def test_packages_of_the_user_are_not_read_as_his_own_code(root, own, tmp_path, monkeypatch) -> None:
    """Freqtrade's own image has all packages in the folder of its user, which is not Python's."""
    packages = tmp_path / ".local" / "lib" / "python3.11" / "site-packages"
    (packages / "own_pandas").mkdir(parents=True)
    (packages / "own_pandas" / "__init__.py").write_text("import numpy\n")
    monkeypatch.syspath_prepend(str(packages))
    file = own / "strategies" / f"{STRATEGY}.py"
    edit(file, "import pandas as pd\n", "import own_pandas\nimport pandas as pd\n")
    edit(file, "        return add_label(", "        own_pandas.numpy\n        return add_label(")
    assert not any("own_pandas" in name for name in sealed(root, own))


def test_to_seal_takes_no_second(root, own) -> None:
    """Without a list of all installed packages, which takes one."""
    from auriga.host.seals import _imported_code

    _imported_code._distributions.cache_clear()
    sealed(root, own)
    assert _imported_code._distributions.cache_info().currsize == 0


def test_a_strategy_in_base64_counts(root, own) -> None:
    text = (own / "strategies" / f"{STRATEGY}.py").read_text()

    def coded(source: str) -> dict[str, str]:
        config = configuration(root, own)
        config["strategy"] = f"{STRATEGY}:{base64.urlsafe_b64encode(source.encode()).decode()}"
        return user_code(type(StrategyResolver.load_strategy(config))).modules

    plain, other = (
        coded(text),
        coded(text.replace("return add_label(dataframe,", "return -add_label(dataframe,")),
    )
    assert plain.keys() == other.keys() == {STRATEGY}
    assert plain != other
    assert plain[STRATEGY] == json.loads(sealed(root, own)[f"code.strategy.{STRATEGY}"])


def test_no_source_is_a_fact_of_its_own() -> None:
    made = {}
    for number in (1, 2):
        space: dict[str, Any] = {"__name__": "a_session"}
        exec(f"class Made:\n    def f(self): return {number}", space)
        made[number] = user_code(space["Made"]).modules
    assert all(found["Made"].startswith(NO_SOURCE) for found in made.values())
    assert made[1] != made[2]


def test_what_runs_counts_not_what_is_on_disk_since(root, own) -> None:
    """FreqUI's server loads a strategy again and again, but Python imports its helpers once."""
    (own / "strategies" / "own_helper.py").write_text("size = 1\n")
    edit(
        own / "strategies" / f"{STRATEGY}.py",
        "import pandas as pd\n",
        "import own_helper\nimport pandas as pd\n",
    )
    edit(
        own / "strategies" / f"{STRATEGY}.py",
        "        return add_label(",
        "        dataframe * own_helper.size\n        return add_label(",
    )
    config = configuration(root, own)
    first = user_code(type(StrategyResolver.load_strategy(config))).modules
    (own / "strategies" / "own_helper.py").write_text("size = 2\n")
    assert user_code(type(StrategyResolver.load_strategy(config))).modules == first


def test_an_edited_label_is_trained_anew(root, own, freqai_run, caplog) -> None:
    """The same identifier, another strategy file: what `cases/edited-strategy` does."""

    def rows():
        run = freqai_run(strategy_path=str(own / "strategies"), freqaimodel_path=str(own / "freqaimodels"))
        with caplog.at_level(logging.INFO):
            return run.backtest_rows(run.indicators("BTC/USDT"))

    first = rows()
    assert rows()[PROBABILITY].equals(first[PROBABILITY])
    assert "2 of 2 windows have valid predictions" in caplog.text
    caplog.clear()
    edit(
        own / "strategies" / f"{STRATEGY}.py",
        "        return add_label(dataframe, self.settings.label, self.settings.costs)",
        "        made = add_label(dataframe, self.settings.label, self.settings.costs)\n"
        '        swap, label = {"up": "down", "down": "up"}, "&-direction"\n'
        "        return made.assign(**{label: made[label].map(swap)})",
    )
    swapped = rows()
    assert "0 of 2 windows have valid predictions" in caplog.text
    assert f"code.strategy.{STRATEGY}: " in caplog.text
    assert (swapped[PROBABILITY] - (1 - first[PROBABILITY])).abs().max() < 0.05
    caplog.clear()
    edit(
        own / "freqaimodels" / f"{MODEL}.py",
        "return self.configured(LGBMClassifier, **LIGHTGBM_DEFAULTS)",
        "return self.configured(LGBMClassifier, **LIGHTGBM_DEFAULTS).set_params(n_estimators=1)",
    )
    assert not rows()[PROBABILITY].equals(swapped[PROBABILITY])
    assert f"code.model.{MODEL}: " in caplog.text


def test_candles_of_informative_pairs_count(root, own, freqai_run, datadir, tmp_path, caplog) -> None:
    """A pair that is neither traded nor leads, which a feature reads by itself."""
    data = shutil.copytree(datadir, tmp_path / "data")
    other = data / "SOL_USDT-1h.feather"
    shutil.copy(data / "ETH_USDT-1h.feather", other)
    edit(
        own / "strategies" / f"{STRATEGY}.py",
        "        return [*sorted(slow.union(daily)), *features]",
        '        return [*sorted(slow.union(daily)), *features, ("SOL/USDT", "1h")]',
    )
    paths = {"strategy_path": str(own / "strategies"), "freqaimodel_path": str(own / "freqaimodels")}

    def valid() -> str:
        caplog.clear()
        with caplog.at_level(logging.INFO):
            freqai_run(data=data, **paths).indicators("BTC/USDT")
        return next(r.getMessage() for r in caplog.records if "have valid predictions" in r.getMessage())

    assert valid() == "BTC/USDT: 0 of 2 windows have valid predictions"
    assert valid() == "BTC/USDT: 2 of 2 windows have valid predictions"
    candles = pd.read_feather(other)
    candles.loc[candles["date"] == pd.Timestamp("2024-02-27", tz="UTC"), "close"] *= 1.01
    candles.to_feather(other)
    assert valid() == "BTC/USDT: 1 of 2 windows have valid predictions"
    assert "the candles before its window have changed" in caplog.text


def test_an_edited_model_of_a_refusing_trader_is_refused(root, own, freqai_run) -> None:
    paths = {"strategy_path": str(own / "strategies"), "freqaimodel_path": str(own / "freqaimodels")}
    freqai_run(**paths).indicators("BTC/USDT")
    edit(own / "freqaimodels" / f"{MODEL}.py", "**LIGHTGBM_DEFAULTS)", "**LIGHTGBM_DEFAULTS, max_depth=2)")
    with pytest.raises(OperationalException, match=f"code.model.{MODEL}"):
        freqai_run(**paths, regime={"stale_models": "refuse"}).indicators("BTC/USDT")


def test_every_trading_hook_is_one_of_freqtrades(root) -> None:
    """A name in the list that Freqtrade does not call would hide a user's own function."""
    from freqtrade.strategy.interface import IStrategy

    from auriga.host.seals._trading_code import _HOOKS

    tree = ast.parse((root / "strategies" / f"{STRATEGY}.py").read_text())
    ours = {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
    assert {name for name in _HOOKS if not hasattr(IStrategy, name)} - ours <= {"custom_sell"}
