"""A connection to the embedded endpoint of this process."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from athena_shell.app.connecting import Connector
from athena_shell.app.embedded import Embedded
from athena_shell.app.surroundings import SystemClock
from athena_shell.commands.services import Connection
from athena_shell.completion.names import Names
from athena_shell.config.ini import load
from athena_shell.config.options import Options
from athena_shell.config.paths import Paths
from athena_shell.config.request import request_of
from athena_shell.config.resolve import resolve


@contextmanager
def embedded_connection() -> Iterator[Connection]:
    """Open the sample database behind a connection."""
    clock = SystemClock()
    embedded = Embedded(clock, None)
    registry = embedded.registry()
    request = request_of(Options(local=True), embedded.parameters())
    resolved = resolve(load(Path("/nowhere/config.ini")), request, {}, registry)
    paths = embedded.paths(Paths.of({"HOME": "/nowhere"}, "linux"))
    connector = Connector(registry, paths, clock, {}, embedded, say=print)
    try:
        yield connector.connect(resolved)
    finally:
        connector.close()
        embedded.close()


def with_own_names(connection: Connection) -> Connection:
    """Return the connection with a cache of names that a shell may close."""
    return replace(connection, names=Names(connection.metadata, None, SystemClock()))
