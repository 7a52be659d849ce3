"""Text, cursor and known names to suggestions: the whole of completion, pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from operator import itemgetter
from typing import Final

from athena_shell.completion.arguments import Known, Values, sql_in_command, suggest_in_command
from athena_shell.completion.columns import Resolver
from athena_shell.completion.context import Context, analyse
from athena_shell.completion.held_names import HeldNames, mentions_held
from athena_shell.completion.index import MOST_FOUND, ColumnName, TableName
from athena_shell.completion.matching import PREFIX, Match, match
from athena_shell.completion.offers import Offer, Place
from athena_shell.completion.partitions import partition_at
from athena_shell.completion.places import offers
from athena_shell.completion.quoting import written
from athena_shell.completion.scope import Scope
from athena_shell.completion.sources import CommandNames, NameSource
from athena_shell.completion.suggestion import Suggestion
from athena_shell.completion.tree import build
from athena_shell.completion.usage import Usage
from athena_shell.core.records import dataclass
from athena_shell.core.session import Session
from athena_shell.sql.incremental import StatementFinder
from athena_shell.sql.tokens import significant

__all__ = ["CommandNames", "NameSource", "Suggestion", "suggest"]

_FINDER: Final = StatementFinder()
_IN_QUOTES: Final = frozenset({"value", "property", "variable"})
_DDL_VERBS: Final = frozenset({"CREATE", "ALTER", "DROP", "DESCRIBE", "DESC", "MSCK", "SHOW"})


def suggest(  # noqa: PLR0913 - all but the first two are named at the call
    text: str,
    cursor: int,
    *,
    session: Session,
    names: NameSource,
    commands: Sequence[CommandNames] = (),
    settings_names: Sequence[str] = (),
    variables: Sequence[str] = (),
    values: Values | None = None,
    usage: Usage | None = None,
    held: Sequence[TableName] = (),
) -> list[Suggestion]:
    """Return what could stand at the cursor, the best first.

    Args:
        text: the whole buffer.
        cursor: an offset in it.
        session: where statements run now.
        names: the catalog's names, as far as they are known.
        commands: the backslash commands.
        settings_names: the names of the settings.
        variables: the names of the variables that are set.
        values: what else can be named, by argument kind: ``format``, ``topic``, ``workgroup``,
            ``profile``, ``query_id``, ``prepared``, ``file``, …
        usage: what this user uses most; it orders what matches equally well.
        held: the results that can be queried locally.
    """
    start, end = _FINDER.find(text, cursor)
    known = {"setting": settings_names, "variable": variables, **(values or {})}
    around = Known(session, names, commands, known)
    shift = start
    if text.startswith("\\", start):
        inner = sql_in_command(text[start:cursor], commands)
        if inner is None:
            before = text[_FINDER.find(text, start - 1)[0] : start] if start else ""
            around = replace(around, outputs=_outputs(before, around, held))
            found = suggest_in_command(text[start:cursor], start, around)
            return [_unless_closed(each, text[cursor : cursor + 1]) for each in found]
        shift += inner
    statement = text[shift:end]
    if held and (text.startswith("\\local", start) or mentions_held(statement)):
        around = replace(around, names=HeldNames(session, held))
    place = _place(statement, cursor - shift, around, usage or Usage())
    if place is None:
        return []
    context, at = place.context, cursor - shift
    if not context.prefix and statement.startswith("*", at):
        return []  # it would run together with what stands for all columns
    glued = not context.prefix and statement[max(at - 1, 0) : at] in {")", "]", "*"}
    taste = _Taste(shift, _types_lower(context, statement), place.usage, glued=glued)
    return _chosen(context, offers(place), taste)


def _unless_closed(suggestion: Suggestion, after: str) -> Suggestion:
    """Leave out the closing quote when it is there already."""
    text = suggestion.text
    if after and after in "\"`'" and text[0] == text[-1] == after:
        return replace(suggestion, text=text[:-1], display=suggestion.display or text)
    return suggestion


def _outputs(statement: str, known: Known, held: Sequence[TableName]) -> Sequence[ColumnName]:
    """Return the columns of the result that a command works on: its statement's, or the last."""
    if statement.strip():
        root = build(significant(statement), ())[0]
        return Resolver(known.index, known.session).output(root, Scope())
    return held[0].columns if held else ()


@dataclass(frozen=True)
class _Taste:
    """How what is offered is shown.

    Attributes:
        shift: the offset of the statement in the buffer.
        lower: whether keywords come in lower case.
        usage: what is used most.
        glued: whether something stands right before it that a word would run together with.
    """

    shift: int
    lower: bool
    usage: Usage
    glued: bool = False


def _place(text: str, cursor: int, known: Known, usage: Usage) -> Place | None:
    context = analyse(text, cursor)
    if context is None:
        return None
    session = known.session
    _want(context, session, known.names)
    place = Place(
        text,
        context,
        Resolver(known.index, session),
        known.listed("prepared"),
        known.listed("variable"),
        usage,
    )
    if (column := partition_at(place)) is not None:
        known.names.want_partition(*column)
    return place


def _types_lower(context: Context, statement: str) -> bool:
    """Whether keywords should come in lower case, as the user types them."""
    sample = context.prefix or next(iter(statement[:200].split(None, 1)), "")
    return sample.islower()


def _want(context: Context, session: Session, names: NameSource) -> None:
    """Have loaded what this place may need."""
    names.want("")
    names.want(session.catalog)
    names.want(session.catalog, session.database)
    known = {name.lower() for name in names.snapshot().databases_of(session.catalog)}
    sources = context.scope.sources
    for parts in (context.qualifier, *(source.parts[:-1] for source in sources)):
        if len(parts) == 1 and parts[0].lower() in known:
            names.want(session.catalog, parts[0])
        elif len(parts) == 1 and parts[0] in names.snapshot().catalogs:
            names.want(parts[0])
        elif len(parts) == 2:  # noqa: PLR2004 - catalog.database
            names.want(parts[0], parts[1])


def _chosen(context: Context, offered: Iterable[Offer], taste: _Taste) -> list[Suggestion]:
    """Match what is offered with what was typed, the best first, each text once."""
    backticks = _is_hive(context)
    ranked: list[tuple[tuple[int, int, float, int], Offer, Match]] = []
    weight = taste.usage.weight
    for offer in offered:
        if context.quote and not offer.is_name and offer.kind not in _IN_QUOTES:
            continue
        found = match(context.prefix, offer.name)
        if found is not None and _answers(context, offer, found):
            length = len(offer.name) if context.prefix else 0
            key = (found.kind, offer.rank, -weight(offer.name), length)
            ranked.append((key, offer, found))
    ranked.sort(key=itemgetter(0))
    chosen: dict[str, Suggestion] = {}
    for _, offer, found in ranked:
        text = _inserted(offer, context, backticks=backticks, lower=taste.lower)
        if text not in chosen and text != context.prefix:
            shown = " " + text if taste.glued and offer.kind == "keyword" else text
            chosen[text] = _suggestion(shown, offer, context.start, found, taste.shift)
            if len(chosen) == MOST_FOUND:
                break
    return list(chosen.values())


def _answers(context: Context, offer: Offer, found: Match) -> bool:
    """Whether a number may be meant as the start of this: names may begin with digits."""
    if not context.prefix[:1].isdigit():
        return True
    return found.kind == PREFIX and (offer.is_name or offer.kind == "value")


def _inserted(offer: Offer, context: Context, *, backticks: bool, lower: bool) -> str:
    if context.is_variable:
        text = context.quote + offer.name + context.quote
    elif offer.is_name:
        text = written(offer.name, backticks=backticks, opened=context.quote)
    else:
        text = offer.insert or offer.name
    if offer.kind == "keyword" and lower:
        text = text.lower()
    # The closing quote is there already.
    return text[: text.rindex(context.quote)] if context.closed and context.quote in text else text


def _suggestion(text: str, offer: Offer, start: int, found: Match, shift: int) -> Suggestion:
    display = offer.display or (text.strip() if offer.kind == "keyword" else offer.name)
    begin = shift + (start if offer.start is None else offer.start)
    return Suggestion(text, begin, display, offer.meta, offer.kind, found.matched)


def _is_hive(context: Context) -> bool:
    """Whether the place belongs to Hive DDL, which quotes with backticks."""
    words = context.words
    return bool(words) and words[0] in _DDL_VERBS and "VIEW" not in words and not context.query
