"""What people read: composed messages are one sentence, and no name of a class of ours is on the screen."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from auriga.cli._lazy import COMMANDS
from auriga.cli._main import app, main
from auriga.errors import AurigaError, SettingsError, clause, named
from auriga.settings import parse_settings
from auriga.wording import counted

FOLDERS = ("src/auriga", "strategies", "freqaimodels", "hyperopts")
LINES_FOLLOW = re.compile(r":\n$")
"""After it an inner message of several lines stands whole."""


def bare_errors(code: str) -> list[str]:
    """Exceptions that an f-string writes as they are: with their full stop, in the middle of a sentence."""
    found = []
    for handler in (node for node in ast.walk(ast.parse(code)) if isinstance(node, ast.ExceptHandler)):
        for text in (node for node in ast.walk(handler) if isinstance(node, ast.JoinedStr)):
            for before, value in zip([None, *text.values], text.values, strict=False):
                lines = isinstance(before, ast.Constant) and LINES_FOLLOW.search(str(before.value))
                if isinstance(value, ast.FormattedValue) and _is(value.value, handler.name) and not lines:
                    found.append(f"line {value.lineno}: {ast.unparse(text)}")
        for call in (node for node in ast.walk(handler) if isinstance(node, ast.Call)):
            if ast.unparse(call.func).startswith("logger."):
                given = [value for value in call.args[1:] if _is(value, handler.name)]
                found += [f"line {value.lineno}: {ast.unparse(call)}" for value in given]
    return found


def _is(node: ast.expr, name: str | None) -> bool:
    """Whether it is the exception itself, or its plain text."""
    if isinstance(node, ast.Call) and ast.unparse(node.func) == "str" and node.args:
        node = node.args[0]
    return isinstance(node, ast.Name) and node.id == name


def texts(code: str) -> Iterator[tuple[int, str]]:
    """Constant parts of everything that is written, without docstrings."""
    tree = ast.parse(code)
    docs = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docs:
            yield node.lineno, node.value


def sources(root: Path) -> list[Path]:
    return [path for folder in FOLDERS for path in sorted((root / folder).rglob("*.py"))]


def test_inner_messages_are_clauses(root: Path) -> None:
    found = [f"{path} {line}" for path in sources(root) for line in bare_errors(path.read_text())]
    assert len(sources(root)) > 300
    assert found == []


@pytest.mark.parametrize(
    "body",
    [
        'raise HostError(f"{path} cannot be read: {error}. Download it again.")',
        'raise HostError(f"{path} cannot be read ({error}); download it again") from error',
        'logger.warning(f"{pair}: {str(error)}")',
        'logger.warning("%s cannot be read (%s); it is kept", file, error)',
    ],
)
def test_a_planted_inner_message_is_caught(body: str) -> None:
    assert bare_errors(f"try:\n    read()\nexcept ValueError as error:\n    {body}")
    good = body.replace("str(error)", "error").replace("{error}", "{clause(error)}")
    good = good.replace("file, error)", "file, clause(error))")
    assert not bare_errors(f"try:\n    read()\nexcept ValueError as error:\n    {good}")


def test_no_text_has_two_full_stops_or_spaces(root: Path) -> None:
    doubled = re.compile(r"(?<![./\d])\.\.(?![./\d])|(?<=[a-z,;.:]) {2,}(?=[a-z])")
    found = [
        f"{path}:{line}: {text!r}"
        for path in sources(root)
        for line, text in texts(path.read_text())
        if " " in text and doubled.search(text) and "SELECT" not in text
    ]
    assert found == []


@pytest.mark.parametrize(
    ("error", "inner"),
    [
        (AurigaError("The file is damaged."), "The file is damaged"),
        (AurigaError("one line\n  and another.\n"), "one line and another"),
        (AurigaError("and so on ..."), "and so on ..."),
        (KeyError("regime"), "there is no 'regime'"),
        (ValueError(), "ValueError"),
        (
            OSError(2, "No such file or directory", "config.json"),
            "[Errno 2] No such file or directory: 'config.json'",
        ),
    ],
)
def test_a_clause_has_no_end(error: Exception, inner: str) -> None:
    assert clause(error) == inner


def test_names_of_errors_and_numbers_of_things() -> None:
    assert named(KeyError("x")) == "KeyError: 'x'" and named(ValueError("no.")) == "ValueError: no"
    assert [counted(n, "window") for n in (0, 1, 2)] == ["0 windows", "1 window", "2 windows"]
    assert counted(2, "file of a backup") == "2 files of a backup"


def shown(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], error: AurigaError) -> str:
    """What the command prints of an error."""

    def fail() -> None:
        raise error

    monkeypatch.setattr("auriga.cli._main.app", fail)
    with pytest.raises(SystemExit) as end:
        main()
    assert end.value.code == 1
    return capsys.readouterr().err


def test_brackets_of_a_message_stay(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A remedy without its extra installs what is there already."""
    line = shown(monkeypatch, capsys, AurigaError("pip install 'auriga[jump]' and see [red]data[/red]"))
    assert line.strip() == "Error: pip install 'auriga[jump]' and see [red]data[/red]"


@pytest.mark.parametrize("command", COMMANDS)
def test_help_has_words_of_users(command: str) -> None:
    """Placeholders such as FILE, not Python's types of lists or names of our classes."""
    text = CliRunner().invoke(app, [command, "--help"], env={"COLUMNS": "300"}).output
    options = [line for line in text.splitlines() if " --" in line]
    assert len(options) >= 1 and not re.search(r"<class|\bPath\(|PosixPath|auriga\.", text), text
    assert not [line for line in options if "list[" in line]


BLOCKS: list[tuple[dict[str, Any], str]] = [
    ({"stake": 5}, "regime.stake is 5: it must be a block of settings in braces"),
    ({"stops": None}, "regime.stops is None: it must be a block of settings in braces"),
    (
        {"stake": {"regime_factors": 5}},
        "regime.stake.regime_factors is 5: it must be a block of settings in braces",
    ),
    ({"rules": 5}, "regime.rules is 5: it must be a list in brackets"),
    ({"label": {"horizon": "x"}}, "regime.label.horizon is 'x': it must be a whole number"),
    ({"label": {"horizon": 1.5}}, "regime.label.horizon is 1.5: it must be a whole number"),
    ({"stake": {"risk_frac": "x"}}, "regime.stake.risk_frac is 'x': it must be a number"),
    ({"balance_classes": "perhaps"}, "regime.balance_classes is 'perhaps': it must be true or false"),
]


@pytest.mark.parametrize(("block", "message"), BLOCKS)
def test_settings_speak_json(block: dict[str, Any], message: str) -> None:
    with pytest.raises(SettingsError) as refused:
        parse_settings(block)
    assert str(refused.value) == message
    assert not re.search(r"Settings|Factors|tuple|instance", str(refused.value))
