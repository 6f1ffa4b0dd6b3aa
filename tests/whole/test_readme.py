"""The README promises nothing that no test runs."""

import ast
import re
import shlex
from pathlib import Path

import pytest
from freqtrade.commands.arguments import Arguments

from auriga.cli._backtest import lines_for_binance
from auriga.cli._lazy import COMMANDS, command

STOCK = "tests/whole/test_stock_commands.py"
THIS = "tests/whole/test_readme.py"

# Which test runs a command of the README. Each line stands literally in the test that runs it.
RUN_BY = {
    "freqtrade download-data -c config.json --timeframes 5m 15m 1h 4h --timerange 20231115-": "desk",
    "freqtrade download-data -c config.json --timeframes 1d --timerange 20230401- --prepend": "desk",
    "freqtrade backtesting -c config.json --timerange 20250101-20250401 --export signals": "first",
    "freqtrade backtesting-analysis -c config.json --analysis-groups 0 1 2": "test_tables_by_regime",
    "freqtrade plot-dataframe -c config.json --pairs BTC/USDT --timerange 20250101-20250401": (
        "test_plot_shows_probability_and_regime"
    ),
    "freqtrade hyperopt -c configs/intraday.json --timerange 20250101-20250401 --spaces enter exit risk "
    "--hyperopt-loss RegimeHyperOptLoss --epochs 100": "test_epochs_of_hyperopt_are_backtests",
    "freqtrade list-strategies -c config.json": "test_strategy_is_listed",
    "freqtrade list-freqaimodels -c config.json": "test_model_is_listed",
    "auriga score -c config.json --timerange 20250101-20250401": "test_score_has_a_row_for_each_regime",
    "auriga report -c config.json": "test_report_shows_the_numbers_of_freqtrade",
    "auriga hold -c config.json": "test_a_backtest_is_put_beside_holding",
    "auriga candles user_data/data/binance": "test_download_is_complete",
    "auriga freeze -c config.json --result latest --output user_data/frozen/first": (
        "test_models_are_frozen_deployed_backed_up_and_restored"
    ),
    "auriga backup -c config.json -c configs/live.json --output backup.tar.gz": (
        "test_models_are_frozen_deployed_backed_up_and_restored"
    ),
    "auriga restore backup.tar.gz --verify": "test_models_are_frozen_deployed_backed_up_and_restored",
    "auriga journal -c config.json --result latest --by trade --output journal.csv": (
        "test_journal_of_a_backtest"
    ),
    "auriga regimes -c config.json --compare": "test_regimes_are_compared",
    "auriga features -c config.json --timerange 20250101-20250401 --write keep.json": (
        "test_features_are_selected"
    ),
    "freqtrade lookahead-analysis -c config.json -c configs/analysis.json "
    "--timerange 20250101-20250201 --pairs BTC/USDT": "test_lookahead_analysis_finds_no_bias",
    "freqtrade recursive-analysis -c config.json -c configs/analysis.json "
    "--timerange 20250101-20250115 --pairs BTC/USDT": (
        "test_recursive_analysis_finds_no_dependence_on_startup"
    ),
    "auriga exchange --candles DIR --port 8118 --overlay configs/offline.json": (
        "test_recorded_candles_come_back_as_they_are"
    ),
}

# Commands run in another form: file, test, words of the command, and the file in which they must stand.
RUN_OTHERWISE = {
    "make backtest": (STOCK, "test_make_backtest", {"make", "backtest"}, STOCK),
    "make test": (THIS, "test_make_test_runs_the_suite", {"make test"}, THIS),
    "auriga exchange --market standard --until-now --live --state exchange.sqlite "
    "--scenario configs/scenarios/outage.yaml --overlay live.json": (
        "tests/exchange/clients/test_command.py",
        "test_the_rehearsal_of_the_readme",
        {" --scenario ", "exchange.sqlite", "live.json"},
        "tests/exchange/clients/test_command.py",
    ),
    "freqtrade backtesting -c config.json -c configs/futures.json --timerange 20250101-20250401": (
        "tests/whole/test_futures.py",
        "test_both_sides_are_traded_under_the_name_of_their_regime",
        {"freqtrade backtesting -c config.json -c configs/futures.json --timerange 20250101-20250401"},
        "tests/whole/test_futures.py",
    ),
    "freqtrade trade -c config.json -c live.json": (
        "tests/whole/test_guard_live.py",
        "test_an_entry_accepted_behind_an_error_never_becomes_two",
        {"freqtrade", "trade", "config.json"},
        "rig/_bot.py",
    ),
    "auriga reconcile -c config.json -c live.json": (
        "tests/whole/test_guard_live.py",
        "test_an_entry_accepted_behind_an_error_never_becomes_two",
        {"auriga.cli", "reconcile", "--json"},
        "rig/_both_books.py",
    ),
    "freqtrade trade -c config.json -c configs/live.json": (
        "tests/whole/test_live_configuration.py",
        "test_trades_and_log_are_where_the_overlay_says",
        {"configs", "live.json", "user_data/logs/freqtrade.log"},
        "tests/whole/test_live_configuration.py",
    ),
    "auriga journal -c config.json -c configs/live.json --output journal.csv": (
        "tests/whole/test_live_configuration.py",
        "test_the_journal_is_written_beside_the_running_bot",
        {"journal", "--output", "journal.csv"},
        "tests/whole/test_live_configuration.py",
    ),
    "auriga parity -c config.json -c configs/live.json": (
        "tests/host/parity/test_parity.py",
        "test_command_names_the_first_difference_and_ends_with_1",
        {"auriga", "parity"},
        "tests/host/parity/test_parity.py",
    ),
    "freqtrade trade -c config.json --dry-run": (
        "tests/whole/test_dry_run.py",
        "test_bot_trains_trades_retrains_stops_and_starts_again",
        {"freqtrade", "trade", "config.json", "--dry-run"},
        "rig/_bot.py",
    ),
}


def console_lines(page: Path) -> list[str]:
    """Commands of the console blocks of a page, without comments."""
    blocks = re.findall(r"^```console\n(.*?)^```", page.read_text(), flags=re.DOTALL | re.MULTILINE)
    lines = (line.split("  #")[0].strip() for block in blocks for line in block.splitlines())
    return [line for line in lines if line]


def pages(root: Path) -> list[Path]:
    return [root / "README.md", root / "CONTRIBUTING.md", *sorted((root / "docs").rglob("*.md"))]


def functions(file: Path) -> dict[str, ast.FunctionDef]:
    return {node.name: node for node in ast.parse(file.read_text()).body if isinstance(node, ast.FunctionDef)}


def texts(node: ast.AST) -> set[str]:
    constants = (part.value for part in ast.walk(node) if isinstance(part, ast.Constant))
    return {value for value in constants if isinstance(value, str)}


def test_every_command_of_the_readme_has_its_test(root) -> None:
    lines = console_lines(root / "README.md")
    assert len(lines) >= 15
    assert sorted(lines) == sorted([*RUN_BY, *RUN_OTHERWISE])


@pytest.mark.parametrize("line", RUN_BY)
def test_command_is_run_literally(root, line: str) -> None:
    found = functions(root / STOCK)
    assert RUN_BY[line] in found
    assert line in texts(found[RUN_BY[line]])


@pytest.mark.parametrize("line", RUN_OTHERWISE)
def test_command_is_run_otherwise(root, line: str) -> None:
    file, test, words, place = RUN_OTHERWISE[line]
    assert test in functions(root / file)
    assert words <= texts(ast.parse((root / place).read_text()))


def test_make_test_runs_the_suite(root) -> None:
    recipe = (root / "Makefile").read_text().split("\ntest:")[1].split("\n\n")[0]
    assert "-m pytest" in recipe
    assert "make test" in (root / ".ci" / "run").read_text()


def commands(root: Path) -> dict[str, str]:
    """All commands that are shown to users, with the place they stand in."""
    shown = {line: page.name for page in pages(root) for line in console_lines(page)}
    hints = re.findall(r"freqtrade [a-z-]+ -c .*", lines_for_binance("20250301-20250412"))
    assert len(hints) == 4
    return shown | dict.fromkeys(hints, "auriga backtest")


def test_freqtrade_knows_every_option(root) -> None:
    lines = {line: place for line, place in commands(root).items() if line.startswith("freqtrade ")}
    assert len(lines) > 10
    shown = " ".join(line for line in commands(root) if line.startswith("auriga exchange "))
    written = set(re.findall(r"--overlay (\S+)", shown))
    for line, place in lines.items():
        try:
            known = Arguments(shlex.split(line)[1:]).get_parsed_arg()
        except SystemExit:
            pytest.fail(f"{place}: freqtrade refuses the options of: {line}")
        for name in set(known["config"]) - written:
            assert (root / name).is_file(), f"{place}: {name} of: {line}"


def test_auriga_knows_every_option(root) -> None:
    lines = {line: place for line, place in commands(root).items() if line.startswith("auriga ")}
    assert len(lines) >= 3
    for line, place in lines.items():
        _, name, *options = shlex.split(line)
        assert name in COMMANDS, f"{place}: {line}"
        command(name).make_context(name, options).close()


def test_make_knows_every_target(root) -> None:
    targets = set(re.findall(r"^([a-z.]+):", (root / "Makefile").read_text(), flags=re.MULTILINE))
    lines = [line for line in commands(root) if line.startswith("make ")]
    assert len(lines) >= 2
    assert {line.split()[1] for line in lines} <= targets
    inline = re.findall(r"`make ([a-z.]+)`", "\n".join(page.read_text() for page in pages(root)))
    assert len(set(inline)) >= 5 and set(inline) <= targets


def test_relative_links_lead_to_files(root) -> None:
    broken = []
    for page in pages(root):
        for target in re.findall(r"\]\(([^)\s]+)\)", page.read_text()):
            path = target.split("#")[0]
            if path and not re.match(r"[a-z]+:", path) and not (page.parent / path).exists():
                broken.append(f"{page.relative_to(root)}: {target}")
    assert broken == []


def test_named_files_exist(root) -> None:
    """Files that the README names in code; `user_data` is made by the commands."""
    named = re.findall(r"`([\w/.-]+\.(?:py|json|md|yml))`", (root / "README.md").read_text())
    assert len(named) >= 4
    assert [name for name in named if not name.startswith("user_data/") and not (root / name).exists()] == []
