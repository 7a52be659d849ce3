from __future__ import annotations

from pathlib import Path

from athena_shell.config.paths import Paths

HOME = {"HOME": "/home/ada"}


def test_linux_follows_xdg() -> None:
    paths = Paths.of(HOME, "linux")
    assert paths.config == Path("/home/ada/.config/athena-shell/config.ini")
    assert paths.history == Path("/home/ada/.local/state/athena-shell/history")
    assert paths.cache == Path("/home/ada/.cache/athena-shell/names")
    moved = Paths.of({**HOME, "XDG_CONFIG_HOME": "/c", "XDG_STATE_HOME": "relative"}, "linux")
    assert moved.rc == Path("/c/athena-shell/athena-shellrc")
    assert moved.journal == Path("/home/ada/.local/state/athena-shell/journal")


def test_macos_uses_the_library() -> None:
    paths = Paths.of(HOME, "darwin")
    support = Path("/home/ada/Library/Application Support/athena-shell")
    assert (paths.config, paths.log) == (support / "config.ini", support / "log")
    assert paths.sessions == Path("/home/ada/Library/Caches/athena-shell/sessions")


def test_flag_then_variable_then_platform() -> None:
    named = {**HOME, "ATHENA_SHELL_CONFIG": "/etc/athena.ini"}
    assert Paths.of(named, "linux").config == Path("/etc/athena.ini")
    assert Paths.of(named, "linux", config=Path("x.ini")).config == Path("x.ini")


def test_without_home_the_password_database_is_asked() -> None:
    assert Paths.of({}, "linux").config.is_absolute()
