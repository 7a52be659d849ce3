"""What every test stands on: a private home, a fixed locale and no AWS settings of the machine."""

from __future__ import annotations

import os
from collections.abc import Generator, Iterator
from pathlib import Path

import pytest

CANARIES = (
    *("canary-secret-key", "canary-session-token", "canary-ambient", "canary-proxy-word"),
    *("CanaryCanaryCanary0123456789SecretKeySec", "CANARYsessionCANARYsession"),
)
"""Secrets that tests and their fakes hand to the program, and never write to a file themselves."""

_LARGEST_SEARCHED = 8 << 20


def leaks_in(text: str) -> list[str]:
    """Return the canaries that stand in a text."""
    return [canary for canary in CANARIES if canary in text]


def leaks_below(folder: Path) -> list[str]:
    """Return a line for each file that holds a canary."""
    found = []
    for path in folder.rglob("*"):
        if path.is_symlink() or not path.is_file() or path.stat().st_size > _LARGEST_SEARCHED:
            continue
        try:
            leaks = leaks_in(path.read_bytes().decode("utf-8", "replace"))
        except OSError:
            continue
        found += [f"{path} holds {', '.join(leaks)}"] * bool(leaks)
    return found


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


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Fail a test that showed a canary in its output, its error output or a log."""
    report = yield
    leaks = leaks_in(report.caplog + report.capstdout + report.capstderr)
    if report.passed and leaks:
        report.outcome = "failed"
        report.longrepr = f"a secret was shown: {', '.join(leaks)}"
    return report


@pytest.fixture(autouse=True)
def _no_secret_is_left(tmp_path: Path) -> Iterator[None]:
    """Fail a test that left a canary in a file."""
    yield
    assert leaks_below(tmp_path) == []


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
