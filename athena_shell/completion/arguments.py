"""Backslash commands and their arguments."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final

from athena_shell.completion.dotted import typed_name
from athena_shell.completion.index import MOST_FOUND, ColumnName, NameIndex
from athena_shell.completion.matching import match
from athena_shell.completion.quoting import written
from athena_shell.completion.sources import CommandNames, NameSource
from athena_shell.completion.suggestion import Suggestion
from athena_shell.core.records import dataclass
from athena_shell.core.session import Session
from athena_shell.core.words import as_word, unfinished
from athena_shell.sql.syntax import syntax_names
from athena_shell.sql.tokens import BLANK, scan
from athena_shell.sql.vocabulary import function_names

_VARIABLE: Final = re.compile(r""".*(?<![\w:'")\]]):(?:\{\?|['"])?(?P<name>\w*)""", re.DOTALL)
_QUERY: Final = re.compile(r"(?:SELECT|WITH|VALUES|TABLE)\b|\(", re.IGNORECASE)
_WORDS: Final = "words:"
"""A kind that lists its words itself: ``words:on|off|auto``."""
_LINE: Final = re.compile(r"\\(?P<name>\S*)(?P<rest>.*)", re.DOTALL)
_WORD: Final = re.compile(r"""(?:'(?:[^']|'')*(?:'|\Z)|"[^"]*(?:"|\Z)|`[^`]*(?:`|\Z)|[^\s'"`])+""")
_OPTION: Final = re.compile(r"--[a-z]+")


Values = Mapping[str, Sequence[str] | Callable[[str], Sequence[str]]]
"""What can be named, by argument kind; a callable is given what was typed."""


@dataclass(frozen=True)
class Known:
    """What the arguments of commands can name; ``outputs`` are the columns of a result."""

    session: Session
    names: NameSource
    commands: Sequence[CommandNames]
    values: Values
    outputs: Sequence[ColumnName] = ()

    @property
    def index(self) -> NameIndex:
        """The catalog's names."""
        return self.names.snapshot()

    def listed(self, kind: str, typed: str = "") -> Sequence[str]:
        """Return the values of an argument kind."""
        found = self.values.get(kind, ())
        return found(typed) if callable(found) else found


@dataclass(frozen=True)
class _Entry:
    """One value; ``text`` is what is inserted when it is not the name itself."""

    name: str
    meta: str = ""
    kind: str = ""
    display: str = ""
    text: str = ""


def sql_in_command(line: str, commands: Sequence[CommandNames]) -> int | None:
    """Return where SQL starts in a command line whose argument is a statement."""
    parts = _LINE.fullmatch(line)
    if parts is None or not parts["rest"]:
        return None
    command = _find(commands, parts["name"])
    if command is None or "statement" not in command.arguments:
        return None
    before = command.arguments.index("statement")
    if not before:
        if _behind_queries(parts["rest"]):
            return None
        return parts.start("rest") + len(parts["rest"]) - len(parts["rest"].lstrip())
    words = [*_WORD.finditer(line, parts.start("rest"))]
    begun = (word.start() for word in words[before:] if _QUERY.match(word.group()))
    return next((start for start in begun if start < len(line.rstrip())), None)


def _behind_queries(rest: str) -> int:
    """Return where what follows queries in brackets begins, 0 when there is none or one is open."""
    depth, end = 0, 0
    for token in scan(rest):
        if not depth and token.kind not in BLANK and token.mark != "(":
            break
        depth += {"(": 1, ")": -1}.get(token.mark, 0)
        if not depth and token.mark == ")":
            end = token.end
    return end if not depth else 0


def suggest_in_command(line: str, start: int, known: Known) -> list[Suggestion]:
    """Return what could stand at the end of a command line.

    Args:
        line: the command as typed up to the cursor.
        start: the offset of its backslash in the buffer.
        known: what arguments can name.
    """
    parts = _LINE.fullmatch(line)
    if parts is None:
        return []
    if not parts["rest"]:
        return _matching(_command_names(known.commands), parts["name"], start + 1)
    command = _find(known.commands, parts["name"])
    if command is None or not command.arguments:
        return []
    rest, place = parts["rest"], start + parts.start("rest")
    if (variable := _VARIABLE.fullmatch(rest)) is not None:
        names = (_Entry(name, "", "variable") for name in known.listed("variable"))
        return _matching(names, variable["name"], place + variable.start("name"))
    return _behind_command(command, rest, place, known)


def _behind_command(command: CommandNames, rest: str, place: int, known: Known) -> list[Suggestion]:
    """Complete what is typed behind a command's name: an option, a phrase, an argument."""
    typed = rest.rsplit(" ", maxsplit=1)[-1]
    if typed.startswith("--"):
        options = (_Entry(each, "option", "option") for each in _OPTION.findall(command.usage))
        return _matching(options, typed, place + len(rest) - len(typed))
    kinds = command.arguments
    if kinds[0] in _PHRASE_KINDS:
        return _phrases(kinds[0], rest, place, known)
    behind = _behind_queries(rest) if kinds[0] == "statement" else 0
    if behind:
        kinds = kinds[1:] or ("text",)
    return _arguments(kinds, rest[behind:], place + behind, known)


def _phrases(kind: str, rest: str, place: int, known: Known) -> list[Suggestion]:
    """Complete an argument that is the rest of the line."""
    typed = rest.lstrip()
    entries = _values(kind, typed, "", known)
    if typed.islower():
        entries = (_Entry(entry.name.lower(), entry.meta, entry.kind) for entry in entries)
    return _matching(entries, typed, place + len(rest) - len(typed))


def _arguments(kinds: Sequence[str], rest: str, place: int, known: Known) -> list[Suggestion]:
    """Complete the last word of the arguments."""
    words = [*_WORD.finditer(rest)]
    typed = words.pop().group() if words and words[-1].end() == len(rest) else ""
    if len(words) >= len(kinds) and _REPEATED.isdisjoint(kinds[-1].split("+")):
        return []
    kind = kinds[min(len(words), len(kinds) - 1)]
    if kind in _NAME_KINDS:
        name = typed_name(typed)
        found = _matching(
            _names(kind, name.qualifier, known), name.prefix, place + len(rest) - name.length
        )
        return [
            replace(each, text=written(each.text, backticks=False, opened=name.quote))
            for each in found
        ]
    said = typed if kind == "output" else unfinished(typed)
    entries = _values(kind, said, words[-1].group() if words else "", known)
    return _matching(entries, said, place + len(rest) - len(typed), typed)


def _command_names(commands: Iterable[CommandNames]) -> Iterator[_Entry]:
    for command in commands:
        for name in (command.name, *command.aliases):
            yield _Entry(name, command.summary, "command", "\\" + name)


def _find(commands: Iterable[CommandNames], name: str) -> CommandNames | None:
    for command in commands:
        if name == command.name or name in command.aliases:
            return command
    return None


def _names(kind: str, qualifier: Sequence[str], known: Known) -> Iterator[_Entry]:
    """Yield tables, databases or both, below what was typed before the last dot."""
    catalog, database = known.session.catalog, known.session.database
    if len(qualifier) > 1:
        catalog, database = qualifier[-2:]
    elif qualifier:
        database = qualifier[0]
    if kind != "database":
        yield from _tables(kind, catalog, database, known)
    if len(qualifier) < 2:  # noqa: PLR2004 - catalog.database
        below = qualifier[0] if qualifier else catalog
        known.names.want(below)
        yield from (_Entry(n, "database", "database") for n in known.index.databases_of(below))
    if kind == "database" and not qualifier:
        yield from (_Entry(name, "catalog", "catalog") for name in known.index.catalogs)


def _tables(kind: str, catalog: str, database: str, known: Known) -> Iterator[_Entry]:
    known.names.want(catalog, database)
    found = known.index.database(catalog, database)
    for table in found.tables.values() if found else ():
        if kind == "table" or table.is_view:
            yield _Entry(table.name, "view" if table.is_view else "table", "table")


def _values(kind: str, typed: str, before: str, known: Known) -> Iterator[_Entry]:
    """Yield the values of an argument that is no name of the catalog; ``+`` parts its kinds."""
    for each in kind.split("+"):
        yield from _values_of(each, typed, before, known)


def _values_of(kind: str, typed: str, before: str, known: Known) -> Iterator[_Entry]:
    fixed = _FIXED.get(kind)
    if kind.startswith(_WORDS):
        yield from (_Entry(word, "", kind) for word in kind.removeprefix(_WORDS).split("|"))
    elif kind == "output":
        yield from (_Entry(_one_word(each.name), each.type, "column") for each in known.outputs)
    elif fixed is not None:
        yield from (_Entry(name, "", kind) for name in fixed())
    elif kind == "command":
        yield from _command_names(known.commands)
    elif kind == "catalog":
        yield from (_Entry(name, "catalog", kind) for name in known.index.catalogs)
    elif kind == "value":
        yield from (_Entry(name, "", kind) for name in known.listed(f"value:{before}", typed))
    else:
        found = known.listed(kind, typed)
        yield from (_Entry(name, kind, kind, text=as_word(name)) for name in found)


def _one_word(name: str) -> str:
    return name if name.isidentifier() else '"' + name.replace('"', '""') + '"'


def _function_names() -> Sequence[str]:
    return sorted(function_names())


_NAME_KINDS: Final = frozenset({"table", "view", "database"})
_REPEATED: Final = frozenset({"output", "query_filter", "text", "value", "format"})
"""Kinds of which several may come at the end of the arguments."""
_PHRASE_KINDS: Final = frozenset({"syntax"})
"""Kinds whose value is the rest of the line, blanks and all."""
_FIXED: Final[Mapping[str, Callable[[], Sequence[str]]]] = {
    "on_off": lambda: ("on", "off"),
    "syntax": syntax_names,
    "function": _function_names,
}


def _matching(
    entries: Iterable[_Entry], typed: str, start: int, written: str | None = None
) -> list[Suggestion]:
    """Return the entries that answer what is typed, of which ``written`` is the way it stands."""
    ranked = []
    for entry in entries:
        found = match(typed, entry.name)
        if found is not None and (entry.text or entry.name) != (written or typed):
            ranked.append((found.kind, entry, found.matched))
    ranked.sort(key=lambda item: item[0])
    chosen: dict[str, Suggestion] = {}
    for _, entry, matched in ranked[:MOST_FOUND]:
        shift = len(entry.display) - len(entry.name) if entry.display else 0
        places = tuple(place + shift for place in matched)
        chosen.setdefault(
            entry.name,
            Suggestion(
                entry.text or entry.name,
                start,
                entry.display or (entry.name if entry.text else ""),
                entry.meta,
                entry.kind,
                places,
            ),
        )
    return list(chosen.values())
