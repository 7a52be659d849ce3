from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from athena_shell.config import looks
from athena_shell.config import settings as table
from athena_shell.config.checks import parse_duration, parse_size
from athena_shell.config.settings import Settings
from athena_shell.core.errors import ConfigError
from athena_shell.core.prompt_fields import FIELDS
from athena_shell.output import registry, styles
from athena_shell.shell.theme import THEMES


@pytest.mark.parametrize("name", table.names())
def test_every_setting_has_a_summary_and_reads_its_own_default(name: str) -> None:
    described = table.describe(name)
    assert described.summary
    assert not described.summary.endswith(".")
    assert Settings().with_value(name, described.default_text) == Settings()
    for choice in described.choices:
        assert Settings().with_value(name, choice).text(name) == choice


def test_the_table_is_the_dataclass() -> None:
    assert table.names() == tuple(item.name for item in fields(Settings))


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("timeout", "1h30m", 5400.0),
        ("timeout", "90", 90.0),
        ("timeout", "off", 0.0),
        ("max_scan_per_query", "1.5 GB", 3 * 2**29),
        ("max_scan_per_query", "10MiB", 10 * 2**20),
        ("max_cost_per_session", "$2.50", 2.5),
        ("price_per_tb", "auto", None),
        ("price_per_tb", "6.75", 6.75),
        ("reuse", "60", 60),
        ("reuse", "2h", 120),
        ("reuse", "off", 0),
        ("result_reader", "S3", "s3"),
        ("result_reader", "GetQueryResults", "api"),
        ("multi-line", "OFF", False),
        ("MaxQueryExecutionPollingInterval", "2000", 2000),
        ("null", "", ""),
        ("table_style", "0", "simple"),
        ("table_style", "1", "presto"),
        ("table_style", "2", "psql"),
        ("table_style", "3", "grid"),
        ("table_style", "unicode", "unicode"),
        ("field_separator", ";", ";"),
        ("field_separator", " ", " "),
        ("field_separator", "tab", r"\t"),
        ("field_separator", r"\t", r"\t"),
        ("field_separator", "\t", r"\t"),
        ("field_separator", "AUTO", "auto"),
        ("pager", "on", "auto"),
        ("pager", "always", "auto"),
        ("pager", "less -S", "less -S"),
        ("format", "aligned", "table"),
        ("format", "CSV_HEADER", "csv"),
        ("format", "line", "vertical"),
    ],
)
def test_values(name: str, text: str, value: object) -> None:
    changed = Settings().with_value(name, text)
    assert getattr(changed, table.describe(name).name) == value


@pytest.mark.parametrize(
    ("name", "text", "hint"),
    [
        ("timing", "maybe", "It must be on or off."),
        ("expanded", "yes", "It must be one of auto, on, off."),
        ("timeout", "soon", "It must be a time such as 90s, 10m or 1h30m, or off."),
        ("timeout", "-5", "It must be a time such as 90s, 10m or 1h30m, or off."),
        ("max_scan_per_query", "lots", "It must be a size such as 500MB, 10GB or 1TB, or off."),
        (
            "confirm_over",
            "nan",
            "It must be an amount such as 5 or 2.50, a size such as 1TB, or off.",
        ),
        ("history_size", "-1", "It must be a whole number from 0 to 1000000."),
        ("history_size", "٣", "It must be a whole number from 0 to 1000000."),
        ("reuse", "8d", "It must be minutes, a time such as 90m or 2h, 7d at most, or off."),
        ("pager", "'less -S", "It must be a command whose quotes are closed."),
        ("editor", 'vi "x', "It must be a command whose quotes are closed."),
        ("price_per_tb", "free", "It must be an amount such as 5 or 2.50, or off, or auto."),
        (
            "field_separator",
            "||",
            r"It must be one character such as ; or |, \t for a tab, or auto.",
        ),
        (
            "field_separator",
            '"',
            r"It must be one character such as ; or |, \t for a tab, or auto.",
        ),
        ("theme", "pink", "It must be one of default, dark, light, none."),
    ],
)
def test_bad_values_say_what_would_be_right(name: str, text: str, hint: str) -> None:
    with pytest.raises(ConfigError) as caught:
        Settings().with_value(name, text)
    assert caught.value.message == f"{name} cannot be “{text}”."
    assert caught.value.hint == hint


def test_the_names_of_psql_are_those_of_settings() -> None:
    for there, here in table.PSQL_NAMES.items():
        assert table.find(there) is None
        assert table.own_name(there.upper()) == table.describe(here).name
    assert table.own_name("null") == "null"


def test_an_unknown_setting_names_the_nearest() -> None:
    with pytest.raises(ConfigError) as caught:
        Settings().with_value("formt", "csv")
    assert caught.value.message == "There is no setting “formt”."
    assert caught.value.hint == "Did you mean format?"


def test_without_value_goes_back_to_the_default() -> None:
    assert Settings(format="csv").without_value("format") == Settings()


@given(st.text(max_size=20))
def test_any_text_is_read_or_refused(text: str) -> None:
    for parse in (parse_duration, parse_size):
        try:
            assert parse(text) >= 0
        except ValueError as error:
            assert str(error).startswith("a ")  # noqa: PT017 - both outcomes are right


def test_the_documentation_is_the_table() -> None:
    page = Path(table.__file__).parents[1] / "help" / "settings.md"
    rows = re.findall(r"^\| `\w+` \|.*$", page.read_text(encoding="utf-8"), re.MULTILINE)
    documented = [[cell.strip().replace("`", "") for cell in row.split("|")[1:-1]] for row in rows]
    too_many = {
        "format": r"see \help formats",
        "table_style": r"see \settings table_style, or psql's 0 to 3",
    }
    assert documented == [
        [each.name, each.default_text, too_many.get(each.name, each.values), each.summary]
        for each in table.descriptions()
    ]


@pytest.mark.parametrize("name", ["timeout", "reuse", "max_scan_per_query", "max_cost_per_session"])
def test_no_limit_is_off(name: str) -> None:
    settings = Settings().with_value(name, "5").with_value(name, "off")
    assert (settings.text(name), getattr(settings, name)) == ("off", 0)


@pytest.mark.parametrize(
    ("name", "text"),
    [("price_per_tb", "1234567.25"), ("timeout", "1000000.5"), ("max_cost_per_session", "0.00001")],
)
def test_what_a_value_is_shown_as_is_read_as_the_same(name: str, text: str) -> None:
    settings = Settings().with_value(name, text)
    assert getattr(settings, name) == float(text)
    assert Settings().with_value(name, settings.text(name)) == settings


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("$5", "5"),
        ("2.50", "2.5"),
        ("1 tb", "1TB"),
        ("500MB", "500MB"),
        ("0", "off"),
        ("0GB", "off"),
    ],
)
def test_consent_is_an_amount_or_a_size(text: str, kept: str) -> None:
    settings = Settings().with_value("confirm_over", text)
    assert settings.confirm_over == kept
    assert settings.with_value("confirm_over", settings.text("confirm_over")) == settings


@pytest.mark.parametrize("name", ["prompt", "prompt_right", "toolbar", "window_title"])
def test_a_field_that_does_not_exist_is_named_with_the_known_ones(name: str) -> None:
    with pytest.raises(ConfigError) as caught:
        Settings().with_value(name, "{database}:{profil}> ")
    assert caught.value.message == f"{name} cannot be “{{database}}:{{profil}}> ”."
    known = " ".join(f"{{{field}}}" for field in FIELDS)
    assert caught.value.hint == (
        f"It must be a text of known fields; there is no {{profil}}, perhaps {{profile}}: {known}."
    )


def test_a_format_is_checked_when_it_is_set_and_by_its_own_name() -> None:
    with pytest.raises(ConfigError) as caught:
        Settings().with_value("format", "jsno")
    assert caught.value.message == "format cannot be “jsno”."
    assert caught.value.hint == f"It must be one of {', '.join(looks.FORMATS)}, perhaps json."
    assert Settings().with_value("format", "MD").format == "markdown"


def test_an_installed_format_is_known_by_its_entry_point_alone() -> None:
    assert looks.parse_format("FIXED", lambda: ["Fixed", "other"]) == "Fixed"
    with pytest.raises(ValueError, match=r"latex, Fixed, perhaps Fixed$"):
        looks.parse_format("fxed", lambda: ["Fixed"])


def test_the_looks_are_those_there_are() -> None:
    assert tuple(each.name for each in registry.BUILT_IN) == looks.FORMATS
    aliases = {alias: each.name for each in registry.BUILT_IN for alias in each.aliases}
    assert aliases == looks.FORMAT_ALIASES
    assert sorted(looks.TABLE_STYLES) == sorted(styles.names())
    assert tuple(THEMES) == looks.THEMES
