"""What can be known of a statement before it is sent, by its tokens alone."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from enum import StrEnum
from typing import Final

from athena_shell.core.records import dataclass
from athena_shell.sql.tokens import Kind, Token, is_name, name_of, significant


class StatementKind(StrEnum):
    """What a statement is for."""

    QUERY = "query"
    DML = "dml"
    DDL = "ddl"
    UTILITY = "utility"


@dataclass(frozen=True)
class Knowledge:
    """What a statement will do.

    Attributes:
        kind: query, DML, DDL or utility.
        verb: its first words in capitals, such as ``CREATE TABLE``; empty for no statement.
        reads_only: whether it can change neither data nor catalog; false when in doubt.
        destructive: what it destroys, such as ``drops table orders``; empty if nothing.
        has_header: whether the first row Athena returns repeats the column names; it does so for
            queries alone (https://docs.aws.amazon.com/athena/latest/ug/querying-finding-output-files.html).
        targets: the tables, views or databases it writes to, as typed without quotes.
    """

    kind: StatementKind
    verb: str = ""
    reads_only: bool = False
    destructive: str = ""
    has_header: bool = False
    targets: tuple[str, ...] = ()


_QUERY = Knowledge(StatementKind.QUERY, "SELECT", reads_only=True, has_header=True)
_QUERY_VERBS: Final = frozenset({"SELECT", "VALUES", "TABLE"})
_READING_UTILITIES: Final = frozenset({"SHOW", "DESCRIBE", "DESC", "USE"})
_DML: Final = frozenset({"INSERT", "DELETE", "UPDATE", "MERGE", "UNLOAD", "OPTIMIZE"})
_DDL: Final = frozenset({"CREATE", "DROP", "ALTER", "TRUNCATE", "MSCK", "VACUUM"})
VERBS: Final = (
    _QUERY_VERBS
    | _READING_UTILITIES
    | _DML
    | _DDL
    | {"ANALYZE", "DEALLOCATE", "EXECUTE", "EXPLAIN", "PREPARE", "WITH"}
)
"""The words that statements begin with."""
_OBJECTS: Final = frozenset({"TABLE", "VIEW", "DATABASE", "SCHEMA", "FUNCTION"})
_BEFORE_NAME: Final = _OBJECTS | {
    "INTO", "FROM", "OVERWRITE", "IF", "NOT", "EXISTS", "REPAIR", "OR", "REPLACE", "EXTERNAL",
    "PROTECTED", "MULTI", "DIALECT", "MATERIALIZED",
}  # fmt: skip


def classify(text: str) -> Knowledge:
    """Return what is known of one statement; a text without tokens is a query without a verb."""
    tokens = significant(text)
    return _classify(tokens) if tokens else Knowledge(StatementKind.QUERY, reads_only=True)


def use_target(text: str) -> tuple[str | None, str] | None:
    """Return (catalog, database) of ``USE [catalog.]database``, ``None`` for other statements.

    A database without quotes comes in lower case, as Athena keeps it; a catalog as it was typed.
    """
    tokens = significant(text)
    if _word(tokens, 0) != "USE":
        return None
    parts, end = _name(tokens, 1)
    if end != len(tokens) or len(parts) not in {1, 2}:
        return None
    return (name_of(tokens[1]), parts[1]) if len(parts) > 1 else (None, parts[0])


def _classify(tokens: Sequence[Token]) -> Knowledge:
    verb = _word(tokens, 0)
    if verb in _QUERY_VERBS or (tokens and tokens[0].text == "("):
        return _QUERY
    classifier = _CLASSIFIERS.get(verb, _classify_utility)
    return classifier(tokens)


def _classify_execute(_: Sequence[Token]) -> Knowledge:
    """What it runs was said earlier and elsewhere, so it may write."""
    return Knowledge(StatementKind.QUERY, "EXECUTE", has_header=True)


def _classify_utility(tokens: Sequence[Token]) -> Knowledge:
    reads = _word(tokens, 0) in _READING_UTILITIES
    return Knowledge(StatementKind.UTILITY, _phrase(tokens), reads_only=reads)


def _classify_deallocate(tokens: Sequence[Token]) -> Knowledge:
    what = f"drops the statement {name_of(tokens[-1])}"
    return Knowledge(StatementKind.UTILITY, "DEALLOCATE", destructive=what)


def _classify_after_names(tokens: Sequence[Token]) -> Knowledge:
    """Look behind ``WITH name AS (…), …`` for the verb that counts."""
    depth = 0
    for index, token in enumerate(tokens):
        if token.text == "(":
            depth += 1
        elif token.text == ")":
            depth -= 1
        elif not depth and _word(tokens, index) in _DML and tokens[index - 1].text == ")":
            return _classify(tokens[index:])
    return _QUERY


def _classify_explain(tokens: Sequence[Token]) -> Knowledge:
    """Only ``EXPLAIN ANALYZE`` runs the statement that it explains."""
    runs, index = _explanation(tokens)
    if not runs:
        return Knowledge(StatementKind.UTILITY, "EXPLAIN", reads_only=True)
    inner = _classify(tokens[index:])
    return Knowledge(
        StatementKind.UTILITY,
        "EXPLAIN ANALYZE",
        reads_only=inner.reads_only,
        destructive=inner.destructive,
        targets=inner.targets,
    )


def _explanation(tokens: Sequence[Token]) -> tuple[bool, int]:
    """Return whether EXPLAIN runs its statement, and the index at which that begins."""
    index = 1
    runs = False
    while _word(tokens, index) in {"ANALYZE", "VERBOSE"}:
        runs, index = True, index + 1
    is_list = index < len(tokens) and tokens[index].text == "("
    if is_list and _word(tokens, index + 1) in {"FORMAT", "TYPE"}:
        while index < len(tokens) and tokens[index].text != ")":
            index += 1
        index += 1
    return runs, index


def analyzed(text: str) -> str:
    """Return the statement that ``EXPLAIN ANALYZE`` or ``UNLOAD`` runs, other texts as they are."""
    tokens = significant(text)
    if _word(tokens, 0) == "UNLOAD" and len(tokens) > 1 and tokens[1].text == "(":
        return _unloaded(text, tokens)
    if _word(tokens, 0) != "EXPLAIN":
        return text
    runs, index = _explanation(tokens)
    return text[tokens[index].start :] if runs and index < len(tokens) else text


def _unloaded(text: str, tokens: Sequence[Token]) -> str:
    """Return the query in UNLOAD's parentheses; the text itself when they are not closed."""
    depth = 0
    for token in tokens[1:]:
        depth += (token.text == "(") - (token.text == ")")
        if not depth:
            return text[tokens[1].end : token.start].strip()
    return text


def _classify_writer(tokens: Sequence[Token]) -> Knowledge:
    verb = _word(tokens, 0)
    kind = StatementKind.DML if verb in _DML else StatementKind.DDL
    if verb == "UNLOAD":
        places = [token.text for token in tokens if token.kind is Kind.STRING]
        return Knowledge(kind, verb, targets=tuple(places[:1]))
    index = 1
    while _word(tokens, index) in _BEFORE_NAME:
        index += 1
    parts, end = _name(tokens, index)
    target = ".".join(parts)
    words = [_word(tokens, place) for place in range(len(tokens))]
    return Knowledge(
        kind,
        _phrase(tokens),
        destructive=_destroys(verb, words, target, end),
        targets=(target,) if target else (),
    )


def _destroys(verb: str, words: Sequence[str], target: str, after: int) -> str:
    """Say what is lost for good, if anything."""
    what = ""
    match verb:
        case "DROP":
            thing = next((word for word in words if word in _OBJECTS), "").lower()
            content = " and all its tables" if "CASCADE" in words else ""
            what = f"drops {thing} {target}{content}"
        case "TRUNCATE":
            what = f"deletes every row of {target}"
        case "DELETE":
            what = f"deletes {'rows' if 'WHERE' in words else 'every row'} of {target}"
        case "INSERT" | "UPDATE":
            what = _overwrites(words, target)
        case "MERGE" if "DELETE" in words:
            what = f"may delete rows of {target}"
        case "VACUUM":
            what = f"removes old snapshots of {target}"
        case "ALTER":
            what = _alters(words[after : after + 5], target)
    return what


def _overwrites(words: Sequence[str], target: str) -> str:
    if words[:2] == ["INSERT", "OVERWRITE"]:
        return f"replaces the rows of {target}"
    is_whole = words[0] == "UPDATE" and "WHERE" not in words
    return f"changes every row of {target}" if is_whole else ""


def _alters(words: Sequence[str], target: str) -> str:
    action = " ".join(word for word in words if word not in {"IF", "EXISTS"})
    if action.startswith("DROP PARTITION"):
        return f"drops partitions of {target}"
    if action.startswith("DROP"):
        return f"drops columns of {target}"
    if action.startswith("REPLACE COLUMNS"):
        return f"replaces the columns of {target}"
    return ""


def _word(tokens: Sequence[Token], index: int) -> str:
    """Return a plain word in capitals, or nothing."""
    if index < len(tokens) and tokens[index].kind is Kind.WORD:
        return tokens[index].text.upper()
    return ""


def _phrase(tokens: Sequence[Token]) -> str:
    """Return the first words that name the statement, such as ``SHOW CREATE TABLE``."""
    words = [_word(tokens, 0)]
    follower = _FOLLOWERS.get(words[0], frozenset())
    for index in range(1, 5):
        word = _word(tokens, index)
        if word not in follower:
            break
        words.append(word)
    return " ".join(words)


_SHOWN: Final = frozenset({
    "CREATE", "TABLE", "TABLES", "VIEW", "VIEWS", "COLUMNS", "DATABASES", "SCHEMAS", "PARTITIONS",
    "TBLPROPERTIES", "FUNCTIONS", "CATALOGS", "STATS", "SESSION",
})  # fmt: skip
_FOLLOWERS: Final = {
    "SHOW": _SHOWN,
    "CREATE": _OBJECTS | {"OR", "REPLACE", "EXTERNAL", "PROTECTED", "MULTI", "DIALECT"},
    "DROP": _OBJECTS,
    "ALTER": _OBJECTS,
    "TRUNCATE": _OBJECTS,
    "MSCK": {"REPAIR", "TABLE"},
    "INSERT": {"INTO", "OVERWRITE"},
    "DELETE": {"FROM"},
    "MERGE": {"INTO"},
}


def _name(tokens: Sequence[Token], index: int) -> tuple[tuple[str, ...], int]:
    """Read a dotted name; return its parts and the index behind it."""
    parts: list[str] = []
    while index < len(tokens) and is_name(tokens[index]):
        token = tokens[index]
        name = name_of(token)
        parts.append(name.lower() if token.kind is Kind.WORD else name)
        index += 1
        if index >= len(tokens) or tokens[index].text != ".":
            break
        index += 1
    return tuple(parts), index


_CLASSIFIERS: Final[dict[str, Callable[[Sequence[Token]], Knowledge]]] = {
    "WITH": _classify_after_names,
    "EXPLAIN": _classify_explain,
    "EXECUTE": _classify_execute,
    "DEALLOCATE": _classify_deallocate,
    **dict.fromkeys(_DML | _DDL, _classify_writer),
}
