"""Connection strings and data sources as a layer of the resolution, wherever they come from."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TextIO

from athena_shell.config.connection_string import Dialect, Pair, dialect_of, parse
from athena_shell.config.dsn import load_dsn
from athena_shell.config.layers import Layer
from athena_shell.config.options import Options
from athena_shell.config.paths import home_of
from athena_shell.core.errors import ConfigError

VARIABLE = "ATHENA_SHELL_CONNECTION_STRING"
_LARGEST = 1 << 20


def connection_of(options: Options, environment: Mapping[str, str], stdin: TextIO) -> Layer:
    """Return what the command line or the environment brings; an empty layer when they bring none.

    ``--connection-string``, ``--connection-string-file`` and ``--dsn`` come before the variable;
    two of them at once are an error. Raises ConfigError, which never repeats the text.
    """
    given = [
        flag
        for flag, value in (
            ("--connection-string", options.connection_string),
            ("--connection-string-file", options.connection_string_file),
            ("--dsn", options.dsn),
        )
        if value
    ]
    if len(given) > 1:
        raise ConfigError(f"{' and '.join(given)} are given at once.", "Keep one of them.")
    if options.connection_string:
        origin = "flag --connection-string"
        return layer_of(options.connection_string, origin, environment, on_argv=True)
    if options.connection_string_file:
        text = _content(options.connection_string_file, stdin)
        return layer_of(text, f"connection string {options.connection_string_file}", environment)
    if options.dsn:
        return _of_pairs((Pair("DSN", options.dsn),), "flag --dsn", environment)
    if environment.get(VARIABLE):
        return layer_of(environment[VARIABLE], f"environment {VARIABLE}", environment)
    return Layer({})


def layer_of(
    text: str,
    origin: str,
    environment: Mapping[str, str],
    *,
    on_argv: bool = False,
) -> Layer:
    """Return a connection string's parameters; a ``DSN`` in it is looked up and comes below it."""
    try:
        pairs = parse(text)
    except ConfigError as error:
        raise ConfigError(f"{origin}: {error.message}", error.hint) from None
    jdbc = dialect_of(text) is Dialect.JDBC
    return _of_pairs(pairs, origin, environment, jdbc=jdbc, on_argv=on_argv)


def _of_pairs(
    pairs: tuple[Pair, ...],
    origin: str,
    environment: Mapping[str, str],
    *,
    jdbc: bool = False,
    on_argv: bool = False,
) -> Layer:
    own = {pair.name: pair.value for pair in pairs if pair.name.upper() != "DSN"}
    if jdbc:
        own = _as_odbc(own)
    named = next((pair.value for pair in pairs if pair.name.upper() == "DSN" and pair.value), "")
    if not named:
        return Layer(own, origin=origin, jdbc=jdbc, on_argv=on_argv)
    source = load_dsn(named, environment, home_of(environment))
    place = f"{source.path} [{named}]"
    spelled = {name.lower() for name in own}
    below = {p.name: p.value for p in source.pairs if p.name.lower() not in spelled}
    return Layer(
        {**below, **own},
        dict.fromkeys(below, place),
        origin,
        on_argv=on_argv,
        shared_file=source.path if source.shared else None,
    )


def _as_odbc(values: Mapping[str, str]) -> dict[str, str]:
    """Return JDBC's values as ODBC means them: a proxy host switches the proxy on."""
    changed = {
        name: value.replace("|", ",") if name.lower() == "proxyexempthosts" else value
        for name, value in values.items()
    }
    if any(name.lower() == "proxyhost" and value for name, value in values.items()):
        changed.setdefault("UseProxy", "true")
    return changed


def _content(name: str, stdin: TextIO) -> str:
    try:
        if name == "-":
            text = stdin.read(_LARGEST)
        else:
            with Path(name).open(encoding="utf-8-sig") as stream:
                text = stream.read(_LARGEST)
    except OSError as error:
        raise ConfigError(
            f"The connection string file {name} cannot be read: {error.strerror}."
        ) from error
    except UnicodeDecodeError:
        raise ConfigError(f"The connection string file {name} is not UTF-8 text.") from None
    if not text.strip():
        raise ConfigError(f"The connection string file {name} is empty.")
    return text
