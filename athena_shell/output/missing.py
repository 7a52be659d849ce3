"""What to say when an optional package is not installed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from athena_shell.core.errors import CommandError


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
        package = error.name or "a package"
        raise CommandError(
            f"{what} needs {package}, which is not installed.",
            f"Install it with: pip install 'athena-shell[{name}]'",
        ) from error
