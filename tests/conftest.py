"""What every test stands on: a private home, a fixed locale and no AWS settings of the machine."""

from __future__ import annotations

import os
from pathlib import Path

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--benchmarks", action="store_true", help="run tests/benchmarks too")
    parser.addoption(
        "--schedules", type=int, default=0, help="number of fault schedules (default: the CI share)"
    )
    parser.addoption(
        "--every-byte", action="store_true", help="cut large replies at every byte, not at a share"
    )


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Leave benchmarks out unless asked for: they measure, the suite proves."""
    if collection_path.name == "benchmarks" and not config.getoption("--benchmarks"):
        return True
    return None


@pytest.fixture(autouse=True)
def _private_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Hide the developer's own configuration, history, keys and terminal."""
    for name in list(os.environ):
        if name.startswith(("AWS_", "ATHENA_SHELL_", "XDG_", "ODBC")):
            monkeypatch.delenv(name)
    home = tmp_path / "home"
    home.mkdir()
    monkeypatch.setenv("HOME", str(home))
    for name, value in {
        "TERM": "xterm-256color",
        "COLUMNS": "80",
        "LINES": "24",
        "TZ": "UTC",
        "LC_ALL": "C.UTF-8",
        "AWS_EC2_METADATA_DISABLED": "true",
    }.items():
        monkeypatch.setenv(name, value)
    for name in ("PAGER", "EDITOR", "VISUAL", "LESS", "NO_COLOR", "ACTIONS_ID_TOKEN_REQUEST_URL"):
        monkeypatch.delenv(name, raising=False)
