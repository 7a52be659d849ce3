"""Where files live on this platform."""

from __future__ import annotations

from collections.abc import Mapping
from os import getuid
from pathlib import Path

from athena_shell.core.records import dataclass

_NAME = "athena-shell"


@dataclass(frozen=True, eq=False)
class Paths:
    """The program's files; none of them needs to exist."""

    config: Path
    rc: Path
    history: Path
    journal: Path
    snippets: Path
    cache: Path
    sessions: Path
    log: Path

    @classmethod
    def of(
        cls, environment: Mapping[str, str], platform: str, *, config: Path | None = None
    ) -> Paths:
        """Choose the paths.

        Args:
            environment: ``HOME``, the XDG variables and ``ATHENA_SHELL_CONFIG`` are read.
            platform: ``sys.platform``.
            config: the file named by ``--config``, which comes before every other choice.
        """
        home = home_of(environment)
        if platform == "darwin":
            support = home / "Library" / "Application Support" / _NAME
            folder, state, cache = support, support, home / "Library" / "Caches" / _NAME
        else:
            folder = _xdg(environment, "XDG_CONFIG_HOME", home / ".config")
            state = _xdg(environment, "XDG_STATE_HOME", home / ".local" / "state")
            cache = _xdg(environment, "XDG_CACHE_HOME", home / ".cache")
        named = environment.get("ATHENA_SHELL_CONFIG", "")
        return cls(
            config=config or (Path(named) if named else folder / "config.ini"),
            rc=folder / "athena-shellrc",
            history=state / "history",
            journal=state / "journal",
            snippets=folder / "snippets",
            cache=cache / "names",
            sessions=cache / "sessions",
            log=state / "log",
        )


def _xdg(environment: Mapping[str, str], variable: str, otherwise: Path) -> Path:
    # The XDG base directory specification: a relative path there is to be ignored.
    named = Path(environment.get(variable, ""))
    return (named if named.is_absolute() else otherwise) / _NAME


def home_of(environment: Mapping[str, str]) -> Path:
    """Return the home directory: ``HOME``, else the one of the password database."""
    named = environment.get("HOME", "")
    if named:
        return Path(named)
    import pwd

    try:
        return Path(pwd.getpwuid(getuid()).pw_dir)
    except KeyError:
        return Path("/nonexistent")
