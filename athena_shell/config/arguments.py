"""From argv to options.

A value behind an unknown flag is never repeated in a message: it may be a secret typed by mistake.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import field
from pathlib import Path
from typing import Final

from athena_shell.config.checks import parse_integer
from athena_shell.config.flag import Effect, Flag
from athena_shell.config.flags import FLAGS
from athena_shell.config.habits import answer
from athena_shell.config.looks import FORMAT_ALIASES, FORMATS
from athena_shell.config.options import FORMS, Mode, Options, ScriptOptions, Source
from athena_shell.config.parameters import nearest
from athena_shell.config.settings import own_name
from athena_shell.core.errors import ConfigError
from athena_shell.core.records import dataclass

_SEE_HELP: Final = "athena-shell --help lists the flags."
_PARQUET: Final = (".parquet", ".pq")
_BY_NAME: Final = {name: flag for flag in FLAGS for name in flag.names}


@dataclass
class _Gathered:
    """What was read so far, by the flag's effect."""

    sources: list[Source] = field(default_factory=list)
    parameters: dict[str, str] = field(default_factory=dict)
    settings: dict[str, str] = field(default_factory=dict)
    variables: dict[str, str] = field(default_factory=dict)
    names: list[str] = field(default_factory=list)
    plain: dict[str, str] = field(default_factory=dict)

    def take(self, flag: Flag, value: str) -> None:
        """Put one flag's value where it belongs."""
        match flag.effect:
            case Effect.SOURCE:
                self.sources.append(Source(value, is_file=flag.target == "file"))
            case Effect.PARAMETER:
                self.parameters[flag.target] = value
            case Effect.VARIABLE:
                name, text = _pair(flag, value)
                self.variables[_variable(flag, name)] = text
            case Effect.NAMES:
                self.names.append(_variable(flag, value))
            case Effect.SETTING:
                name, text = (flag.target, value) if flag.target else _pair(flag, value)
                self.settings[own_name(name)] = text
            case Effect.MODE:
                self.plain["mode"] = flag.target
            case Effect.OPTION:
                self.plain[flag.target] = value


def parse(arguments: Sequence[str]) -> Options:
    """Read the command line; raises ConfigError naming the flag and what would be right."""
    gathered = _Gathered()
    seen: set[str] = set()
    for flag, value in _given(list(arguments)):
        if flag is None:
            gathered.sources.append(Source(value))
            continue
        if flag.long in seen and not flag.repeats:
            raise ConfigError(f"{flag.long} is given twice.", "Keep one of them.")
        seen.add(flag.long)
        gathered.take(flag, value)
    return _options(gathered)


def _given(arguments: list[str]) -> Iterator[tuple[Flag | None, str]]:
    """Yield each flag with its value, and each bare word with ``None``, in order."""
    place = 0
    while place < len(arguments):
        word = arguments[place]
        place += 1
        if word == "--":
            yield from ((None, rest) for rest in arguments[place:])
            return
        if word == "-" or not word.startswith("-"):
            yield None, word
            continue
        for switch in _grouped(word)[:-1]:
            yield _BY_NAME[switch], _BY_NAME[switch].value or "on"
        flag, attached = _flag(_grouped(word)[-1])
        following = arguments[place : place + 1]
        value, used = (attached, 0) if attached is not None else _value(flag, following)
        if attached is not None and not flag.metavar:
            raise ConfigError(f"{flag.long} takes no value.", _SEE_HELP)
        yield flag, value
        place += used


def _value(flag: Flag, following: list[str]) -> tuple[str, int]:
    """Return the value of a flag that has none attached, and how many words that takes."""
    if not flag.metavar:
        return flag.value or "on", 0
    if flag.optional and not _belongs(flag, following):
        return "", 0
    if not following:
        raise ConfigError(f"{flag.long} needs a value.", f"Write {flag.usage}.")
    return following[0], 1


def _belongs(flag: Flag, following: list[str]) -> bool:
    """Tell whether the word behind a flag with an optional value is that value."""
    if flag.hint == "port":
        return bool(following) and following[0].isdecimal()
    return bool(following) and not following[0].startswith("-") and following[0][-4:] != ".sql"


def _grouped(word: str) -> list[str]:
    """Take ``-Atc`` apart into ``-A``, ``-t`` and ``-c``; any other word stays as it is."""
    if word.startswith("--") or not _is_switch(word[:2]) or answer(word):
        return [word]
    rest, found = word, []
    while _is_switch(rest[:2]) and rest[2:3].isalnum():
        found.append(rest[:2])
        rest = f"-{rest[2:]}"
    return [*found, rest]


def _is_switch(name: str) -> bool:
    return name in _BY_NAME and not _BY_NAME[name].metavar


def _flag(word: str) -> tuple[Flag, str | None]:
    """Return the flag that a word is, and the value attached to it."""
    name, equals, value = word.partition("=")
    if name in _BY_NAME:
        return _BY_NAME[name], value if equals else None
    if here := answer(name):
        raise ConfigError(f"There is no flag {name}.", here)
    if f"-{name}" in _BY_NAME:
        raise ConfigError(f"There is no flag {name}.", f"Did you mean -{name}? {_SEE_HELP}")
    short = word[:2]
    if not word.startswith("--") and short in _BY_NAME and _BY_NAME[short].metavar:
        return _BY_NAME[short], word[2:]
    if here := answer(short):
        raise ConfigError(f"There is no flag {short}.", here)
    name = name if name.startswith("--") else short
    close = nearest(name, _BY_NAME)
    raise ConfigError(
        f"There is no flag {name}.", f"Did you mean {close}? {_SEE_HELP}" if close else _SEE_HELP
    )


def _pair(flag: Flag, value: str) -> tuple[str, str]:
    name, equals, text = value.partition("=")
    if not equals or not name.strip():
        raise ConfigError(f"{flag.long} needs NAME=VALUE.", f"Write {flag.usage}.")
    return name.strip(), text


def _options(gathered: _Gathered) -> Options:
    plain = gathered.plain
    if "serve" in plain and (gathered.sources or "output" in plain):
        raise ConfigError("--serve runs no statements.", "Leave the files, -c, -f and -o out.")
    return Options(
        mode=_mode(plain),
        sources=tuple(gathered.sources),
        profile=plain.get("profile", ""),
        config=Path(plain["config"]) if "config" in plain else None,
        local="local" in plain or "serve" in plain,
        port=_number("--serve", plain.get("serve") or "0", 0, 65535),
        local_data=Path(plain["local"]) if plain.get("local") else None,
        parameters=gathered.parameters,
        settings=gathered.settings,
        output=_output(plain.get("output", "")),
        force="force" in plain,
        attach=plain.get("attach", ""),
        completion=plain.get("completion", ""),
        json="json" in plain,
        show_as=_form(plain),
        connection_string=plain.get("connection_string", ""),
        connection_string_file=plain.get("connection_string_file", ""),
        dsn=plain.get("dsn", ""),
        debug="debug" in plain,
        script=_script(gathered),
    )


def _output(name: str) -> str:
    """Return the file for results; one that is called like a format is surely none."""
    if name in FORMATS or name in FORMAT_ALIASES:
        raise ConfigError(
            f"-o {name} would write a file that is called {name}.",
            f"--format {name} chooses the format; -o ./{name} writes such a file.",
        )
    return name


def _mode(plain: dict[str, str]) -> Mode:
    if "serve" in plain:
        return Mode.SERVE
    for mode in (Mode.ATTACH, Mode.COMPLETION):
        if plain.get(mode):
            return mode
    return Mode(plain.get("mode", Mode.RUN))


def _form(plain: dict[str, str]) -> str:
    form = plain.get("show_as", "json" if "json" in plain else "table")
    if form not in FORMS:
        raise ConfigError(f"--as cannot be {form[:20]}.", f"It must be one of {', '.join(FORMS)}.")
    return form


def _script(gathered: _Gathered) -> ScriptOptions:
    plain = gathered.plain
    return ScriptOptions(
        variables=gathered.variables,
        environment_variables=tuple(gathered.names),
        raw_variables="raw_variables" in plain,
        unrestricted="unrestricted" in plain,
        dry_run="dry_run" in plain,
        yes="yes" in plain,
        read_only="read_only" in plain,
        resume="resume" in plain,
        unload=_unload(gathered),
        parallel=_number("--parallel", plain.get("parallel", "1"), 1, 64),
        stats=plain.get("stats", ""),
        junit=plain.get("junit", ""),
        github_summary="github_summary" in plain,
        verbosity=-1 if "quiet" in plain else 1 if "verbose" in plain else 0,
    )


def _variable(flag: Flag, name: str) -> str:
    from athena_shell.sql.variables import is_variable

    if not is_variable(name):
        raise ConfigError(
            f"{flag.long}: “{name[:40]}” is no name of a variable.",
            "A name is made of letters, digits and underscores, and no digit comes first.",
        )
    return name


def _unload(gathered: _Gathered) -> bool:
    """Tell whether results are unloaded; raises ConfigError for what does not go with that."""
    plain = gathered.plain
    if "unload" not in plain:
        return False
    output = plain.get("output", "")
    if not output:
        raise ConfigError(
            "--unload needs a file for the Parquet that Athena writes.", "Add -o FILE.parquet."
        )
    chosen = gathered.settings.get("format", "parquet")
    parquet = output.lower().endswith(_PARQUET) or _is_directory(output)
    if chosen.lower() != "parquet" or not parquet:
        raise ConfigError(
            f"--unload gives Parquet, and {Path(output).name} is to be something else.",
            "End the name in .parquet, or name a directory for the parts; leave --format out.",
        )
    if "read_only" in plain:
        raise ConfigError(
            "--unload has Athena write files to S3, and this run is --read-only.",
            "Leave one of them out; without --unload a Parquet file is made here.",
        )
    if "resume" in plain:
        raise ConfigError(
            "--resume cannot take up what --unload has written.", "Leave one of them out."
        )
    return True


def _is_directory(name: str) -> bool:
    with suppress(OSError):  # such as a name that is too long
        return Path(name).is_dir()
    return False


def _number(flag: str, text: str, low: int, high: int) -> int:
    try:
        return parse_integer(text, low, high)
    except ValueError as error:
        raise ConfigError(f"{flag} cannot be “{text[:20]}”.", f"It must be {error}.") from None
