"""The page on Telegram names commands and REST calls that Freqtrade has."""

import ast
import re
from pathlib import Path

import pytest
from fastapi.routing import APIRoute
from freqtrade.rpc import telegram
from freqtrade.rpc.api_server.api_trading import router as trading
from freqtrade.rpc.api_server.api_v1 import router as info


@pytest.fixture(scope="module")
def page(root: Path) -> str:
    return (root / "docs" / "telegram.md").read_text()


def commands() -> set[str]:
    """Names that Freqtrade gives to `CommandHandler`."""
    nodes = ast.walk(ast.parse(Path(telegram.__file__).read_text()))
    calls = [node for node in nodes if isinstance(node, ast.Call)]
    names = [
        call.args[0] for call in calls if isinstance(call.func, ast.Name) and call.func.id == "CommandHandler"
    ]
    return {str(part.value) for name in names for part in ast.walk(name) if isinstance(part, ast.Constant)}


def test_every_command_exists(page: str) -> None:
    named = set(re.findall(r"`/([a-z_]+)", page))
    assert len(named) >= 20
    assert named <= commands()


def test_every_call_exists(page: str) -> None:
    known = {
        (method, re.sub(r"\{\w+\}", "ID", route.path).strip("/"))
        for router in (trading, info)
        for route in router.routes
        if isinstance(route, APIRoute)
        for method in route.methods or ()
    }
    named = set(re.findall(r"`(GET|POST|DELETE) ([a-z_A-Z/-]+)`", page))
    assert len(named) >= 20
    assert {(method, path.replace("NUMBER", "ID")) for method, path in named} <= known
