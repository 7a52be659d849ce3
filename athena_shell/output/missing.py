"""What to say when an optional package is not installed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec

from athena_shell.core.errors import CommandError
from athena_shell.core.records import dataclass


@dataclass(frozen=True)
class Extra:
    """An optional part of this package.

    Args:
        name: what is written in brackets behind the package's name.
        package: what it installs, as it is imported.
    """

    name: str
    package: str

    def require(self, what: str) -> None:
        """Refuse work that would fail for want of it, loading nothing; raises CommandError."""
        if find_spec(self.package) is None:
            raise _missing(self.name, what, self.package)


@contextmanager
def extra(name: str, what: str) -> Iterator[None]:
    """Turn a failed import into the command that installs the extra.

    Args:
        name: the extra's name in this package.
        what: what needs it, such as ``the parquet format``.

    Raises:
        CommandError: the package is not installed.
    """
    try:
        yield
    except ImportError as error:
        raise _missing(name, what, error.name or "a package") from error


def _missing(name: str, what: str, package: str) -> CommandError:
    return CommandError(
        f"{what} needs {package}, which is not installed.",
        f"Install it with: pip install 'athena-shell[{name}]'",
    )
