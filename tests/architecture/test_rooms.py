"""Who may import whom, read from the syntax tree; each rule must catch a planted violation."""

import ast
import importlib
from pathlib import Path

import pytest

PURE = {"errors", "typing", "wording"}
EXCHANGE = "auriga_exchange"
ALLOWED = {
    "errors": set(),
    "typing": set(),
    "wording": set(),
    "quiet": set(),
    "memory": set(),
    "columns": {"typing"},
    "settings": {"errors", "typing"},
    "candles": PURE,
    "indicators": {"candles"} | PURE,
    "labels": {"candles"} | PURE,
    "look_ahead": PURE,
    "datasets": {"candles"} | PURE,
    "risk": {"candles"} | PURE,
    "evaluation": {"candles"} | PURE,
    "reconciliation": PURE,
    "regimes": {"candles", "indicators"} | PURE,
    "features": {"candles", "indicators", "regimes", "columns"} | PURE,
    "models": PURE,
    EXCHANGE: {"candles", "errors", "typing"},  # its contract: src/auriga_exchange/README.md
    "simulated": {"candles", "datasets", EXCHANGE} | PURE,
}
CORE = set(ALLOWED) - {EXCHANGE, "simulated"}
ALLOWED["host"] = CORE
ALLOWED["report"] = CORE | {"host"}
ALLOWED["testing"] = CORE | {"host"}
ALLOWED["exchange"] = set()  # an old name
ALLOWED["cli"] = CORE | {EXCHANGE, "host", "report", "simulated"}
ALLOWED["__main__"] = {"cli"}
MAY_LOOK_FORWARD = {"labels"}
MAY_IMPORT_LABELS = {"labels", "host", "report", "cli"}
MAY_IMPORT_FREQTRADE = {"host"}


def sources(root: Path) -> list[tuple[str, Path]]:
    """Every module of both packages with its room; the exchange is one room here."""
    package = root / "src" / "auriga"
    files = [path for path in sorted(package.rglob("*.py")) if path != package / "__init__.py"]
    rooms = [(path.relative_to(package).parts[0].removesuffix(".py"), path) for path in files]
    exchange = sorted((root / "src" / EXCHANGE).rglob("*.py"))
    return rooms + [(EXCHANGE, path) for path in exchange]


def imported_modules(tree: ast.AST) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module)
    return names


def rooms_of(modules: set[str]) -> set[str]:
    rooms = {module.split(".")[1] for module in modules if module.startswith("auriga.")}
    return rooms | ({EXCHANGE} & {module.split(".")[0] for module in modules})


def import_violations(room: str, code: str) -> list[str]:
    modules = imported_modules(ast.parse(code))
    found = [f"{room} imports {other}" for other in rooms_of(modules) - ALLOWED[room] - {room}]
    hosts = {module for module in modules if module.split(".")[0] == "freqtrade"}
    if hosts and room not in MAY_IMPORT_FREQTRADE:
        found.append(f"{room} imports {sorted(hosts)}")
    if "pytest" in {module.split(".")[0] for module in modules}:
        found.append(f"{room} imports pytest")  # users of the test kit have another test runner, or none
    if "labels" in rooms_of(modules) and room not in MAY_IMPORT_LABELS:
        found.append(f"{room} imports labels")
    return found


def _is_negative(node: ast.expr) -> bool:
    return isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub)


def forward_looks(code: str) -> list[str]:
    """Calls that reach into the future: negative shifts, centred or reversed rolling, backward fills."""
    found = []
    for node in ast.walk(ast.parse(code)):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
            continue
        name = node.func.attr
        arguments = [*node.args, *(keyword.value for keyword in node.keywords)]
        if name in {"shift", "diff", "pct_change"} and any(map(_is_negative, arguments)):
            found.append(f"line {node.lineno}: {name} with a negative period")
        if name == "rolling":
            centred = any(k.arg == "center" and getattr(k.value, "value", True) for k in node.keywords)
            reversed_ = isinstance(node.func.value, ast.Subscript) and "-1" in ast.unparse(
                node.func.value.slice
            )
            if centred or reversed_:
                found.append(f"line {node.lineno}: centred or reversed rolling")
        if name in {"bfill", "backfill"}:
            found.append(f"line {node.lineno}: {name}")
    return found


def test_no_room_imports_what_it_must_not(root) -> None:
    violations = [v for room, path in sources(root) for v in import_violations(room, path.read_text())]
    assert violations == []


def test_only_labels_look_forward(root) -> None:
    # The report draws what is past: filling its first gap backwards decides nothing.
    files = [(room, path) for room, path in sources(root) if room not in MAY_LOOK_FORWARD | {"report"}]
    files += [
        ("strategy", path)
        for folder in ("strategies", "freqaimodels", "hyperopts")
        for path in (root / folder).glob("*.py")
    ]
    violations = [f"{path.name} {v}" for _, path in files for v in forward_looks(path.read_text())]
    assert len(files) > 20
    assert violations == []


def test_entry_files_do_not_import_each_other(root) -> None:
    for folder in ("strategies", "freqaimodels", "hyperopts"):
        for path in (root / folder).glob("*.py"):
            modules = imported_modules(ast.parse(path.read_text()))
            assert not {m for m in modules if m.startswith(("strategies", "freqaimodels", "Regime"))}


@pytest.mark.parametrize(
    ("room", "code"),
    [
        ("indicators", "from auriga.features import x"),
        ("models", "import auriga.candles"),
        ("regimes", "from auriga.labels import direction"),
        ("evaluation", "from auriga.models import RegimeClassifier"),
        ("features", "from freqtrade.strategy import IStrategy"),
        ("cli", "import freqtrade"),
        ("host", "from auriga.cli import main"),
        ("host", "from auriga.testing import check_series"),
        ("look_ahead", "from auriga.candles import COLUMNS"),
        (EXCHANGE, "import freqtrade.exchange"),
        (EXCHANGE, "from auriga.wording import counted"),
        (EXCHANGE, "def late():\n    from auriga.datasets import simulate_market"),
        ("host", "from auriga_exchange import Venue"),
        ("models", "import auriga_exchange.venue"),
        ("testing", "import pytest"),
        ("testing", "from auriga.cli import main"),
        ("testing", "def late():\n    from freqtrade.optimize.backtesting import Backtesting"),
    ],
)
def test_planted_import_is_caught(room, code) -> None:
    assert import_violations(room, code)


@pytest.mark.parametrize(
    "code",
    [
        "x = close.shift(-1)",
        "x = close.shift(periods=-horizon)",
        "x = close.pct_change(-5)",
        "x = close.diff(-1)",
        "x = close[::-1].rolling(5).mean()",
        "x = close.rolling(5, center=True).mean()",
        "x = close.bfill()",
    ],
)
def test_planted_look_ahead_is_caught(code) -> None:
    assert forward_looks(code)


@pytest.mark.parametrize("code", ["x = close.shift(1)", "x = close.rolling(5).mean()", "x = close.ffill()"])
def test_looking_back_is_allowed(code) -> None:
    assert not forward_looks(code)


def test_every_room_is_known_and_exports_what_it_names(root) -> None:
    for room in {room for room, _ in sources(root)}:
        assert room in ALLOWED, f"{room} has no import rule"
        module = importlib.import_module(room if room == EXCHANGE else f"auriga.{room}")
        names = getattr(module, "__all__", [])
        assert len(names) == len(set(names)), f"{room}.__all__ names something twice"
        for name in names:
            assert getattr(module, name) is not None


def test_no_assert_in_the_package(root) -> None:
    for _, path in sources(root):
        asserts = [n.lineno for n in ast.walk(ast.parse(path.read_text())) if isinstance(n, ast.Assert)]
        assert asserts == [], path


def test_files_are_short(root) -> None:
    for _, path in sources(root):
        lines = [line for line in path.read_text().splitlines() if line.strip()]
        assert len(lines) <= 350, f"{path} has {len(lines)} lines"
