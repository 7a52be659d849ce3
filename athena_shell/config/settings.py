r"""The settings: one table for ``[settings]``, ``\set``, help and documentation."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import Field, field, fields, replace
from math import ceil
from typing import Any, Final, TypeVar

from athena_shell.config.checks import (
    one_of,
    parse_boolean,
    parse_command_line,
    parse_consent,
    parse_duration,
    parse_integer,
    parse_money,
    parse_size,
)
from athena_shell.config.looks import (
    TABLE_STYLES,
    THEMES,
    parse_format,
    parse_pager,
    parse_pattern,
    parse_separator,
    parse_style,
)
from athena_shell.config.parameters import nearest
from athena_shell.config.profile import shortened
from athena_shell.core.errors import ConfigError
from athena_shell.core.records import dataclass

T = TypeVar("T")
_LIMITS: Final = frozenset({"bytes", "minutes", "seconds", "US dollars"})
"""Units of values that limit something or last; 0 stands for none."""
PSQL_NAMES: Final = {
    "border": "table_style",
    "csv_fieldsep": "field_separator",
    "fieldsep": "field_separator",
    "footer": "timing",
    "linestyle": "table_style",
    "numericlocale": "digit_groups",
}
"""What settings are called in psql, where that differs."""


def _setting(
    default: T,
    summary: str,
    parse: Callable[[str], T],
    *,
    choices: tuple[str, ...] = (),
    aliases: tuple[str, ...] = (),
    unit: str = "",
) -> T:
    metadata = {
        "summary": summary,
        "parse": parse,
        "choices": choices,
        "aliases": aliases,
        "unit": unit,
    }
    return field(default=default, metadata=metadata)


def _choice(default: str, summary: str, *choices: str) -> str:
    return _setting(default, summary, one_of(*choices), choices=choices)


def _switch(default: bool, summary: str) -> bool:  # noqa: FBT001 - the value of the setting itself
    return _setting(default, summary, parse_boolean, choices=("on", "off"))


def _text(default: str, summary: str) -> str:
    return _setting(default, summary, str, unit="text")


def _command(default: str, summary: str) -> str:
    return _setting(default, summary, parse_command_line, unit="text")


def _pattern(default: str, summary: str) -> str:
    return _setting(default, summary, parse_pattern, unit=r"text, see \help prompt")


def _count(default: int, summary: str, low: int, high: int) -> int:
    return _setting(default, summary, lambda text: parse_integer(text, low, high), unit="number")


def _seconds(default: float, summary: str) -> float:
    return _setting(default, summary, parse_duration, unit="seconds")


def _bytes(default: int, summary: str) -> int:
    return _setting(default, summary, parse_size, unit="bytes")


def _dollars(default: float, summary: str) -> float:
    return _setting(default, summary, parse_money, unit="US dollars")


def _reader(text: str) -> str:
    """Read the result reader by our name or by the drivers' (ResultFetcher)."""
    return {"getqueryresults": "api"}.get(text.strip().lower()) or one_of("auto", "s3", "api")(text)


def _reuse(text: str) -> int:
    """Read minutes, ``off``, or a time such as ``1h``."""
    value = text.strip()
    try:
        minutes = int(value) if value.isdecimal() else ceil(parse_duration(text) / 60)
        return parse_integer(str(minutes), 0, 10080)
    except ValueError:
        raise ValueError("minutes, a time such as 90m or 2h, 7d at most, or off") from None


def _price(text: str) -> float | None:
    """Read an amount, or ``auto`` for the region's own price."""
    if text.strip().lower() == "auto":
        return None
    try:
        return parse_money(text)
    except ValueError as error:
        raise ValueError(f"{error}, or auto") from None


@dataclass(frozen=True)
class Settings:
    r"""Every setting with its default; frozen, replaced on change.

    The fields are the one table: their metadata holds the summary, the parser and the choices.
    """

    # What results look like
    format: str = _setting("table", "Output format of results", parse_format)
    expanded: str = _choice(
        "auto", "Show rows vertically: when they are too wide", "auto", "on", "off"
    )
    table_style: str = _setting("psql", "Border style of tables", parse_style, choices=TABLE_STYLES)
    tuples_only: bool = _switch(default=False, summary="Leave the names of columns out")
    type_row: bool = _switch(default=False, summary="Show each column's type under its name")
    null: str = _text("NULL", "Text shown for a missing value")
    field_separator: str = _setting(
        "auto",
        "Character between the values of plain and csv, auto for each one's own",
        parse_separator,
        unit=r"a character, \t or auto",
    )
    digit_groups: bool = _switch(default=False, summary="Group the digits of numbers in tables")
    max_column_width: int = _count(
        0, "Widest column of a table in characters, 0 for no limit", 0, 100_000
    )
    overflow: str = _choice(
        "cut", "What happens to a cell wider than its column", "cut", "wrap", "spill"
    )
    pretty: bool = _switch(
        default=False, summary="Lay out json, array, map and row values on several lines"
    )
    number_hint: bool = _switch(
        default=True, summary="Say the magnitude of big numbers in one-row results"
    )
    keep_joiners: bool = _switch(
        default=False, summary="Let zero-width joiners of emoji and some scripts reach the terminal"
    )
    csv_safe: bool = _switch(
        default=False, summary="Guard CSV cells that a spreadsheet would run as formulas"
    )
    pager: str = _setting(
        "auto",
        "Pager for long results: auto (the viewer), off or a command",
        parse_pager,
        unit="text",
    )
    clipboard: str = _choice(
        "off", "Whether the viewer may copy through the terminal (OSC 52)", "off", "osc52"
    )
    timing: bool = _switch(
        default=True, summary="Show rows, time, bytes and cost after a statement"
    )
    color: str = _choice("auto", "Colours", "auto", "always", "never")
    theme: str = _choice("default", "Colour theme", *THEMES)

    # Typing
    key_bindings: str = _choice("emacs", "Key bindings", "emacs", "vi")
    multi_line: bool = _switch(
        default=True, summary="Enter starts a new line until the statement is complete"
    )
    completion: bool = _switch(default=True, summary="Suggest while typing")
    auto_suggest: bool = _switch(default=True, summary="Suggest earlier input in grey")
    hints: bool = _switch(
        default=True, summary="Show the arguments of the function that the cursor is in"
    )
    history_size: int = _count(50_000, "Entries kept in the history file", 0, 1_000_000)
    prompt: str = _pattern("{database}{production}> ", "Prompt")
    prompt_right: str = _pattern("", "Prompt at the right edge")
    toolbar: str = _pattern(
        "{profile} {role} {catalog}.{database} {workgroup} {region} {expires} {running} {cost}"
        " {subject} {audience}",
        "Bottom line",
    )
    window_title: str = _pattern(
        "athena-shell {profile} {database}", "Title of the terminal window"
    )
    editor: str = _command("", r"Editor for \edit; empty means $VISUAL, $EDITOR or vi")

    # Running
    timeout: float = _seconds(0.0, "Stop a statement after this time, off for never")
    on_error: str = _choice("stop", "What a script does after an error", "stop", "continue")
    notify_after: float = _seconds(
        30.0, "Ring the bell when a statement took longer, off for never"
    )
    notify: str = _choice(
        "off", "Desktop notice beside the bell, in the terminal's own way", "off", "osc9", "osc777"
    )
    min_poll_interval: int = _setting(
        100,
        "Shortest time between two looks at a running query",
        lambda text: parse_integer(text, 10, 60_000),
        aliases=("MinQueryExecutionPollingInterval", "MinQueryExecutionPollingIntervalMillis"),
        unit="milliseconds",
    )
    max_poll_interval: int = _setting(
        1000,
        "Longest time between two looks at a running query",
        lambda text: parse_integer(text, 10, 60_000),
        aliases=("MaxQueryExecutionPollingInterval", "MaxQueryExecutionPollingIntervalMillis"),
        unit="milliseconds",
    )
    reuse: int = _setting(
        0,
        "Answer from a result not older than this many minutes, off for never",
        _reuse,
        unit="minutes",
    )
    result_reader: str = _setting(
        "auto",
        "How results are read: from S3 or through the API",
        _reader,
        choices=("auto", "s3", "api"),
        aliases=("ResultFetcher",),
    )
    destructive_warning: str = _choice(
        "on",
        "Ask before DROP, DELETE and their kind; always: scripts then need --yes",
        "on",
        "off",
        "production",
        "always",
    )

    # Cost
    price_per_tb: float | None = _setting(
        None,
        "Price of a scanned terabyte, auto for the region's list price",
        _price,
        unit="US dollars",
    )
    max_scan_per_query: int = _bytes(0, "Stop a query that has scanned more, off for no limit")
    max_cost_per_session: float = _dollars(
        0.0, "Refuse statements after this cost, off for no limit"
    )
    partition_warning: bool = _switch(
        default=True, summary="Warn of a query that reads every partition of a table"
    )
    confirm_over: str = _setting(
        "off",
        "Ask before a query estimated to scan or cost more, off for never",
        parse_consent,
        unit="US dollars or bytes",
    )

    def with_value(self, name: str, text: str) -> Settings:
        """Return the settings with one changed; raises ConfigError for a bad name or value."""
        described = describe(name)
        try:
            value = described.parse(text)
        except ValueError as error:
            raise ConfigError(
                f"{described.name} cannot be “{shortened(text)}”.", f"It must be {error}."
            ) from None
        return replace(self, **{described.name: value})

    def without_value(self, name: str) -> Settings:
        """Return the settings with one back at its default; raises ConfigError for a bad name."""
        described = describe(name)
        return replace(self, **{described.name: described.default})

    def going_on_from(self, before: Settings, now: Settings, but: Collection[str]) -> Settings:
        """Return these with what was changed from ``before`` to ``now``, ``but`` what is named."""
        changed = {
            name: getattr(now, name)
            for name in names()
            if name not in but and getattr(now, name) != getattr(before, name)
        }
        return replace(self, **changed)

    def text(self, name: str) -> str:
        """Return a value as ``with_value`` reads it; raises ConfigError for a bad name."""
        description = describe(name)
        return description.written(getattr(self, description.name))


@dataclass(frozen=True)
class Description:
    """What there is to say about one setting; ``default`` is the value, not its text."""

    name: str
    summary: str
    default: Any
    parse: Callable[[str], Any] = field(repr=False)
    choices: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    unit: str = ""

    @property
    def values(self) -> str:
        """What it may be, in words."""
        return ", ".join(self.choices) or self.unit

    @property
    def default_text(self) -> str:
        """The default as a user writes it."""
        return self.written(self.default)

    def written(self, value: object) -> str:
        """Return a value as a user writes it; none of a limit or a time is ``off``."""
        if value == 0 and self.unit in _LIMITS:
            return "off"
        return _written(value)


def names() -> tuple[str, ...]:
    """Return the settings' names in table order."""
    return tuple(_DESCRIPTIONS)


def descriptions() -> Iterator[Description]:
    """Yield every setting in table order."""
    yield from _DESCRIPTIONS.values()


def find(name: str) -> Description | None:
    """Return the setting called ``name``: any case, ``-`` for ``_``, or a driver's name."""
    return _BY_NAME.get(_key(name))


def own_name(name: str) -> str:
    r"""Return the name here of an option of psql's ``\pset``; any other name as it is.

    Only ``\pset`` and its flag know them: anywhere else they may be names of variables.
    """
    return PSQL_NAMES.get(name.strip().lower(), name)


def describe(name: str) -> Description:
    """Return the setting called ``name``; raises ConfigError naming the nearest one."""
    found = find(name)
    if found is not None:
        return found
    close = nearest(name, _DESCRIPTIONS)
    hint = f"Did you mean {close}?" if close else r"\settings lists them."
    raise ConfigError(f"There is no setting “{shortened(name)}”.", hint)


def _key(name: str) -> str:
    return name.strip().lower().replace("-", "").replace("_", "")


def _described(item: Field[Any]) -> Description:
    data = item.metadata
    return Description(
        item.name,
        data["summary"],
        item.default,
        data["parse"],
        data["choices"],
        data["aliases"],
        data["unit"],
    )


def _written(value: object) -> str:
    if value is None:
        return "auto"
    if isinstance(value, bool):
        return "on" if value else "off"
    if isinstance(value, float):
        return repr(value).removesuffix(".0")
    return str(value)


_DESCRIPTIONS: Final = {item.name: _described(item) for item in fields(Settings)}
_BY_NAME: Final = {
    _key(name): item for item in _DESCRIPTIONS.values() for name in (item.name, *item.aliases)
}
