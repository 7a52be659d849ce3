"""Commands: what each answers, and what it says when it is used wrongly."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from athena_shell.athena.sizes import TableSize
from athena_shell.commands import request
from athena_shell.commands.built_in import built_in_commands
from athena_shell.commands.general import overview
from athena_shell.commands.registry import CommandRegistry
from athena_shell.completion.index import DatabaseNames, NameIndex, compact
from athena_shell.config.settings import Settings
from athena_shell.config.settings import names as setting_names
from athena_shell.core.errors import CommandError, ConfigError, QueryFailed
from athena_shell.query.estimate import Estimator
from athena_shell.sql.boundaries import ENDING_COMMANDS
from tests.commands.conftest import ORDERS, START, Catalog, unused

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from athena_shell.commands.outcome import Outcome
    from athena_shell.core.model import Table
    from tests.commands.conftest import Dispatch


def cells(outcome: Outcome) -> list[tuple[str | None, ...]]:
    return [tuple(column.name for column in outcome.columns), *outcome.rows]


def test_an_unknown_command_names_the_nearest(dispatch: Dispatch) -> None:
    with pytest.raises(CommandError) as caught:
        dispatch("\\describ orders")
    assert caught.value.message == "There is no command \\describ."
    assert caught.value.hint == "Did you mean \\describe? \\? lists all."


def test_the_commands_that_end_a_statement_are_those_that_use_it() -> None:
    using = {
        name
        for command in built_in_commands()
        if command.ends_statement
        for name in (command.name, *command.aliases)
    }
    assert using == ENDING_COMMANDS


@pytest.mark.parametrize("line", ["\\", "\\ d", "\\1"])
def test_a_backslash_alone_is_no_command(dispatch: Dispatch, line: str) -> None:
    with pytest.raises(CommandError, match="is not a command"):
        dispatch(line)


@pytest.mark.parametrize(
    ("typed", "hint"),
    [
        ("tabels", "Did you mean \\tables? \\? lists all."),
        ("descibe", "Did you mean \\describe? \\? lists all."),
        ("dtt", "Did you mean \\dt? \\? lists all."),
        ("nosuch", "\\? lists the commands."),
        ("sett", "Did you mean \\settings or \\set? \\? lists all."),
        ("colums+", "Did you mean \\columns? \\? lists all."),
    ],
)
def test_a_misspelt_command_names_those_that_are_really_near(
    typed: str, hint: str, dispatch: Dispatch
) -> None:
    with pytest.raises(CommandError) as caught:
        dispatch(f"\\{typed}")
    assert caught.value.hint == hint


def test_functions_take_patterns(dispatch: Dispatch) -> None:
    named = [cell for cell, *_ in cells(dispatch("\\functions DATE_*"))[1:]]
    assert {(cell or "").partition("(")[0] for cell in named} >= {"date_trunc", "date_diff"}
    assert all((cell or "").startswith("date_") for cell in named)
    with pytest.raises(CommandError) as caught:
        dispatch("\\functions zz*")
    assert caught.value.message == "There is no function zz*."


def test_two_commands_of_one_name_are_refused() -> None:
    first = next(iter(built_in_commands()))
    with pytest.raises(ValueError, match="two commands are called"):
        CommandRegistry((first, first))


def test_too_many_and_too_few_arguments_show_the_usage(dispatch: Dispatch) -> None:
    with pytest.raises(CommandError) as many:
        dispatch("\\dt a b")
    assert (many.value.message, many.value.hint) == (
        "\\dt takes no “b”.",
        "Usage: \\tables [PATTERN]",
    )
    with pytest.raises(CommandError, match="needs more"):
        dispatch("\\use")


@pytest.mark.parametrize("name", ["explain", "analyze", "estimate"])
def test_a_statement_typed_after_a_command_is_told_its_place(dispatch: Dispatch, name: str) -> None:
    with pytest.raises(CommandError, match="takes no") as caught:
        dispatch(f"\\{name} select count(*) FROM orders;")
    assert caught.value.hint.splitlines()[1:] == [
        f"The statement is typed before the command: SELECT … \\{name}"
    ]


def test_echo_and_warn_replace_the_names_of_variables_that_are_set(dispatch: Dispatch) -> None:
    line = "'rows:' :n :unset 10:30 a::n :name :{?n} :{?unset}"
    variables = {"n": "5", "name": "a b"}
    wanted = "rows: 5 :unset 10:30 a::n a b TRUE FALSE"
    assert dispatch("\\echo " + line, variables=variables).text == wanted + "\n"
    assert dispatch("\\warn " + line, variables=variables).request == request.Warn(wanted)


def test_a_quote_that_is_not_closed_is_said(dispatch: Dispatch) -> None:
    with pytest.raises(CommandError, match="The quote ' is not closed"):
        dispatch("\\echo it's")


def test_describe_shows_columns(dispatch: Dispatch) -> None:
    outcome = dispatch("\\d orders")
    assert outcome.title == "Table AwsDataCatalog.shop.orders"
    assert cells(outcome) == [
        ("column", "type", "key", "comment"),
        ("id", "bigint", "", "the order's number"),
        ("day", "date", "partition", ""),
    ]
    assert outcome.footer == ""


class Ruler:
    """Measures every table alike."""

    def measure(self, table: Table, equal: Mapping[str, str] | None = None) -> TableSize:
        assert (table.name, equal) == ("orders", None)
        return TableSize(2**20, "1 file in S3 of 1 partition")


def test_describe_tells_place_serde_partitions_size_and_the_rest(dispatch: Dispatch) -> None:
    estimator = Estimator(unused("runner"), Catalog(), Ruler())
    assert dispatch("\\d+ ORDERS", estimator=estimator).footer.splitlines() == [
        "kind            EXTERNAL_TABLE",
        "description     what was ordered",
        "location        s3://shop/orders/",
        "SerDe           org.openx.data.jsonserde.JsonSerDe",
        "partitioned by  day date",
        "size            1.00 MB (1 file in S3 of 1 partition)",
        "numRows         1200",
        "sizeKey         65536",
    ]


class Known:
    """The names that completion knows."""

    def __init__(self, index: NameIndex) -> None:
        self._index = index

    def snapshot(self) -> NameIndex:
        return self._index


@pytest.mark.parametrize("command", ["\\d odrers", "\\d+ odrers", "\\columns odrers"])
def test_an_unknown_table_names_the_nearest(command: str, dispatch: Dispatch) -> None:
    names = DatabaseNames.of(compact([ORDERS]))
    index = NameIndex(contents={("awsdatacatalog", "shop"): names})
    with pytest.raises(CommandError) as caught:
        dispatch(command, names=Known(index))
    assert caught.value.message == "There is no table odrers."
    assert caught.value.hint == "Did you mean orders?"


@pytest.mark.parametrize("pattern", ["*.ord*", "s*.ord*", "shop.o?ders", "AwsDataCatalog.*.ord*"])
def test_tables_of_several_databases(pattern: str, dispatch: Dispatch) -> None:
    outcome = dispatch(f"\\dt {pattern}")
    several = "*." in pattern
    place = ("shop",) if several else ()
    assert outcome.title == ("Tables of AwsDataCatalog" + ("" if several else ".shop"))
    assert cells(outcome)[1:] == [(*place, "orders", "table", "2", "day")]
    assert [each.name for each in outcome.columns if each.type == "bigint"] == ["columns"]


def test_tables_with_what_the_catalog_knows_of_them(dispatch: Dispatch) -> None:
    outcome = dispatch("\\dt+")
    assert cells(outcome) == [
        (
            *("name", "kind", "columns", "partitioned by"),
            *("description", "bytes", "rows", "location"),
        ),
        (
            *("orders", "table", "2", "day"),
            *("what was ordered", "65536", "1200", "s3://shop/orders/"),
        ),
    ]


def test_what_is_known_of_no_table_has_no_column(dispatch: Dispatch) -> None:
    assert cells(dispatch("\\dv+")) == [
        ("name", "kind", "columns", "partitioned by"),
        ("cheap", "view", "1", ""),
    ]


@pytest.mark.parametrize(
    ("command", "what"),
    [
        ("dt", "table"),
        ("dv", "view"),
        ("d", "table or view"),
        ("l+", "database"),
        ("dn+", "database"),
        ("list", "database"),
        ("dc", "catalog"),
        ("dw", "workgroup"),
    ],
)
def test_a_pattern_that_matches_nothing_is_told(
    command: str, what: str, dispatch: Dispatch
) -> None:
    outcome = dispatch(f"\\{command} zz*")
    assert (outcome.message, tuple(outcome.rows)) == (f"No {what} matches zz*.", ())


@pytest.mark.parametrize(
    "name", ["orders", "shop.orders", 'AwsDataCatalog.shop."orders"', "`shop`.`orders`"]
)
def test_a_table_is_named_in_every_way(dispatch: Dispatch, name: str) -> None:
    assert dispatch(f"\\d {name}").title == "Table AwsDataCatalog.shop.orders"


@pytest.mark.parametrize("name", ["a..b", ".a", "a.", "a.b.c.d"])
def test_a_name_that_is_none_is_refused(dispatch: Dispatch, name: str) -> None:
    with pytest.raises(CommandError):
        dispatch(f"\\columns {name}")


def test_lists_take_patterns(dispatch: Dispatch) -> None:
    assert cells(dispatch("\\dt"))[1:] == [("orders", "table", "2", "day")]
    assert cells(dispatch("\\dv"))[1:] == [("cheap", "view", "1", "")]
    assert cells(dispatch("\\d"))[1:] == [
        ("cheap", "view", "1", ""),
        ("orders", "table", "2", "day"),
    ]
    assert cells(dispatch("\\dt x*"))[1:] == []
    assert cells(dispatch("\\dt default.*"))[1:] == []
    assert cells(dispatch("\\l s*"))[1:] == [("shop", "what we sell")]
    assert cells(dispatch("\\catalogs"))[1:] == [("AwsDataCatalog",), ("other",)]
    assert cells(dispatch("\\workgroups"))[1:] == [("primary", "*"), ("closed", "")]


def test_use_gives_a_new_session_and_checks_the_name(dispatch: Dispatch) -> None:
    session = dispatch("\\use default").session
    assert session is not None
    assert (session.catalog, session.database) == ("AwsDataCatalog", "default")
    with pytest.raises(CommandError, match="There is no database nope"):
        dispatch("\\use nope")


@pytest.mark.parametrize(
    ("command", "hint"),
    [
        ("\\use shpo", "Did you mean shop?"),
        ("\\dt shpo.*", "Did you mean shop?"),
        ("\\d shpo.", "Did you mean shop?"),
        ("\\workgroup primry", "Did you mean primary?"),
    ],
)
def test_a_name_that_does_not_exist_is_answered_with_the_nearest(
    command: str, hint: str, dispatch: Dispatch
) -> None:
    with pytest.raises(CommandError) as caught:
        dispatch(command)
    assert caught.value.hint == hint


def test_a_table_of_a_misspelt_database_names_the_database(dispatch: Dispatch) -> None:
    index = NameIndex(databases={"awsdatacatalog": ("default", "shop")})
    with pytest.raises(CommandError) as caught:
        dispatch("\\d shpo.orders", names=Known(index))
    assert caught.value.hint == "Did you mean shop?"


def test_a_database_and_a_dot_stand_for_all_in_it(dispatch: Dispatch) -> None:
    for command in ("\\d shop.", '\\d "shop".', "\\d AwsDataCatalog.shop."):
        assert cells(dispatch(command)) == cells(dispatch("\\d"))


@pytest.mark.parametrize(
    ("command", "message"),
    [
        ("\\dt", "There is no table in AwsDataCatalog.default."),
        ("\\dv", "There is no view in AwsDataCatalog.default."),
        ("\\d", "There is no table or view in AwsDataCatalog.default."),
        ("\\d default.", "There is no table or view in AwsDataCatalog.default."),
        ("\\dt default.*", "There is no table in AwsDataCatalog.default."),
    ],
)
def test_an_empty_database_is_told(command: str, message: str, dispatch: Dispatch) -> None:
    assert dispatch(command, session={"database": "default"}).message == message


@pytest.mark.parametrize("name", ['"primary"', "`primary`", "'primary'"])
def test_a_quoted_workgroup_is_the_workgroup(name: str, dispatch: Dispatch) -> None:
    assert dispatch(f"\\workgroup {name}").message == "Using workgroup primary."


def test_a_disabled_workgroup_is_refused(dispatch: Dispatch) -> None:
    session = dispatch("\\workgroup primary").session
    assert session is not None
    assert session.workgroup == "primary"
    with pytest.raises(CommandError, match="is disabled"):
        dispatch("\\workgroup closed")
    assert ("scan limit", "1,000,000,000 bytes a query") in cells(dispatch("\\workgroup"))


@pytest.mark.parametrize(
    ("asked", "near"),
    [
        ("desc", "\\help describe"),
        ("scrip", "\\help scripts"),
        ("prof", "\\help profiles or \\help profile"),
        ("exportng", "\\help exporting or \\help export"),
    ],
)
def test_help_names_what_is_near(asked: str, near: str, dispatch: Dispatch) -> None:
    with pytest.raises(CommandError) as caught:
        dispatch(f"\\help {asked}")
    assert caught.value.hint.startswith(f"Did you mean {near}? ")


class Typed:
    """What was typed in all shells, newest first."""

    def __init__(self, *texts: str) -> None:
        self._texts = texts or (
            "\\history orders  2024",
            "SELECT 1\nFROM orders -- 2024",
            "SELECT 2 FROM orders",
            "SELECT 3 FROM Orders WHERE year = 2024",
        )

    def dated(self) -> Iterator[tuple[datetime, str]]:
        return ((START, text) for text in self._texts)


def test_history_finds_entries_with_all_words_but_not_itself(dispatch: Dispatch) -> None:
    found = dispatch("\\history orders 2024", history=Typed()).text
    assert found == ("SELECT 3 FROM Orders WHERE year = 2024\nSELECT 1\nFROM orders -- 2024\n")


def test_history_is_rows_for_programs(dispatch: Dispatch) -> None:
    moment = START.astimezone().strftime("%Y-%m-%d %H:%M:%S")
    assert cells(dispatch("\\history '2 from orders';", history=Typed())) == [
        ("typed", "text"),
        (moment, "SELECT 2 FROM orders"),
    ]
    assert len(cells(dispatch("\\history it's", history=Typed("SELECT 'it''s'", "it's")))) == 2


def test_history_says_what_it_leaves_out(dispatch: Dispatch) -> None:
    many = Typed(*(f"SELECT {number}" for number in range(101)))
    all_of_them = dispatch("\\history", history=many)
    assert all_of_them.text.splitlines()[::19] == ["SELECT 19", "SELECT 0"]
    assert all_of_them.message == ("These are the newest 20; \\history TEXT looks through all.")
    assert dispatch("\\history select", history=many).message == (
        "These are the newest 100; another word finds less."
    )
    nothing = dispatch("\\history SELECT nothing", history=many)
    assert (nothing.text, nothing.message) == (
        "",
        "Nothing that was typed has select and nothing in it.",
    )
    assert dispatch("\\history", history=Typed("\\history")).message == ""


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("\\dt;", "\\dt"),
        ("\\d orders;", "\\d orders"),
        ("\\use default ;", "\\use default"),
        ("\\set format csv;", "\\set format csv"),
    ],
)
def test_a_semicolon_behind_a_command_is_not_meant(
    typed: str, meant: str, dispatch: Dispatch
) -> None:
    assert dispatch(typed) == dispatch(meant)


def test_a_semicolon_in_quotes_or_in_a_text_is_meant(dispatch: Dispatch) -> None:
    changed = dispatch("\\set prompt 'sql;'").settings
    assert changed is not None
    assert changed.prompt == "sql;"
    assert dispatch("\\dt 'x;'").message == "No table matches x;."
    assert dispatch("\\echo done;").text == "done;\n"


def test_profiles_are_listed_and_checked(dispatch: Dispatch) -> None:
    assert cells(dispatch("\\profile", profiles=("test", "x")))[1:] == [("test", "*"), ("x", "")]
    asked = dispatch("\\c x", profiles=("test", "x")).request
    assert asked == request.SwitchProfile("x")
    with pytest.raises(CommandError) as caught:
        dispatch("\\c y", profiles=("test", "x"))
    assert caught.value.hint == "There are: test, x. \\use goes to another database."
    assert dispatch("\\c test").message == "test is the only profile here."
    assert cells(dispatch("\\c"))[1:] == [("test", "*")]


def test_set_knows_settings_from_variables(dispatch: Dispatch) -> None:
    changed = dispatch("\\set null '-'")
    assert changed.settings is not None
    assert changed.settings.null == "-"
    variable = dispatch("\\set day '2024-05-01'", variables={"a": "1"})
    assert variable.settings is None
    assert variable.variables == {"a": "1", "day": "2024-05-01"}
    assert "the setting is called null" in dispatch("\\set nul x").message
    with pytest.raises(CommandError, match="expanded cannot be “maybe”"):
        dispatch("\\set expanded maybe")


def test_unset_forgets_variables_and_resets_settings(dispatch: Dispatch) -> None:
    assert dispatch("\\unset a", variables={"a": "1", "b": "2"}).variables == {"b": "2"}
    reset = dispatch("\\unset null", settings=Settings(null="x")).settings
    assert reset == Settings()
    with pytest.raises(CommandError, match="There is no variable or setting zzz"):
        dispatch("\\unset zzz")


def test_settings_shows_all_of_them_a_line_each(dispatch: Dispatch) -> None:
    rows = cells(dispatch("\\settings"))
    assert rows[0] == ("setting", "value", "summary")
    assert ("toolbar", "{profile} {role} {catal…", "Bottom line") in rows
    assert [name for name, _, _ in rows[1:]] == list(setting_names())


def test_a_setting_is_shown_with_what_it_may_be(dispatch: Dispatch) -> None:
    heads, row = cells(dispatch("\\settings format"))
    assert heads == ("setting", "value", "default", "values", "summary")
    assert row[:3] == ("format", "table", "table")
    assert str(row[3]).startswith("table, vertical, inline, csv, tsv,")


@pytest.mark.parametrize("command", ["set", "settings", "pset"])
def test_a_setting_is_set_with_an_equals_sign_too(command: str, dispatch: Dispatch) -> None:
    changed = dispatch(f"\\{command} toolbar={{profile}} {{cost}}")
    assert changed.settings is not None
    assert changed.settings.toolbar == "{profile} {cost}"
    changed = dispatch(f"\\{command} null = -")
    assert changed.settings is not None
    assert changed.settings.null == "-"
    with pytest.raises(CommandError, match=r"^format cannot be “bad”"):
        dispatch(f"\\{command} format=bad")


@pytest.mark.parametrize("text", ["nope 3", "nope=3"])
def test_settings_knows_no_variables(text: str, dispatch: Dispatch) -> None:
    with pytest.raises(CommandError) as caught:
        dispatch(f"\\settings {text}")
    assert caught.value.message == "There is no setting “nope”."
    with pytest.raises(CommandError) as caught:
        dispatch("\\settings formt csv")
    assert caught.value.hint == "Did you mean format?"


def test_a_variable_with_an_equals_sign_gets_the_right_spelling(dispatch: Dispatch) -> None:
    with pytest.raises(CommandError) as caught:
        dispatch("\\set day=1")
    assert caught.value.hint == "Write \\set day 1"


def test_settings_lists_by_part_of_a_name(dispatch: Dispatch) -> None:
    names = [row[0] for row in cells(dispatch("\\settings poll"))[1:]]
    assert names == ["min_poll_interval", "max_poll_interval"]
    with pytest.raises(CommandError, match="There is no setting"):
        dispatch("\\settings zzz")


def test_switches_take_a_word_or_turn_over(dispatch: Dispatch) -> None:
    on = dispatch("\\x on").settings
    assert on is not None
    assert on.expanded == "on"
    off = dispatch("\\x", settings=on).settings
    assert off is not None
    assert off.expanded == "off"
    timing = dispatch("\\timing").settings
    assert timing is not None
    assert timing.timing is False


def test_format_names_what_there_is(dispatch: Dispatch) -> None:
    chosen = dispatch("\\format CSV").settings
    assert chosen is not None
    assert chosen.format == "csv"
    assert ("table", "*", "aligned columns in a frame") in cells(dispatch("\\format"))
    with pytest.raises(CommandError) as caught:
        dispatch("\\format tabel")
    assert "table" in caught.value.hint


def test_paths_are_from_the_working_directory_or_home(dispatch: Dispatch, tmp_path: Path) -> None:
    assert dispatch("\\i 'my file.sql'").request == request.RunFile(f"{tmp_path}/my file.sql")
    assert dispatch("\\i ~/a.sql").request == request.RunFile("/home/ann/a.sql")
    assert dispatch("\\i /x/a.sql").request == request.RunFile("/x/a.sql")
    assert dispatch('\\once "a b.csv" --force').request == request.Divert(
        f"{tmp_path}/a b.csv", once=True, force=True
    )
    assert dispatch("\\o").request == request.Divert(None)


@pytest.mark.parametrize(
    ("line", "wish"),
    [
        ("\\watch 5 3", request.Watch(5, 3)),
        ("\\watch c=3 i=5", request.Watch(5, 3)),
        ("\\watch 2.5 forever", request.Watch(2.5, None)),
    ],
)
def test_watching(dispatch: Dispatch, line: str, wish: request.Watch) -> None:
    assert dispatch(line).request == wish


@pytest.mark.parametrize(
    "line", ["\\watch", "\\watch 5", "\\watch x 3", "\\watch 5 0", "\\watch 0 1"]
)
def test_watching_wrongly(dispatch: Dispatch, line: str) -> None:
    with pytest.raises(CommandError):
        dispatch(line)


def test_where_a_statement_may_end(dispatch: Dispatch, tmp_path: Path) -> None:
    delivery = request.Delivery
    assert dispatch("\\g").request == request.EndStatement(delivery.SCREEN)
    assert dispatch("\\g | sort -u").request == request.EndStatement(delivery.PIPE, "sort -u")
    assert dispatch("\\g x.csv").request == request.EndStatement(delivery.FILE, f"{tmp_path}/x.csv")
    assert dispatch("\\gset my_").request == request.EndStatement(delivery.VARIABLES, "my_")
    with pytest.raises(CommandError, match="no command behind"):
        dispatch("\\g |")
    with pytest.raises(CommandError, match="cannot begin a variable"):
        dispatch("\\gset 1x")


def test_values_are_bound_as_literals(dispatch: Dispatch) -> None:
    assert dispatch("\\bind 7 -1.5 x 'a b' null date:2024-05-01").request == request.Bind(
        ("7", "-1.5", "'x'", "'a b'", "null", "DATE '2024-05-01'")
    )
    assert dispatch("\\bind 'it''s'").request == request.Bind(("'it''s'",))
    variables = {"n": "7", "day": "it's"}
    bound = dispatch("\\bind :n :'n' :day ':day' :'day'", variables=variables).request
    assert bound == request.Bind(("7", "'7'", "'it''s'", "':day'", "'it''s'"))
    with pytest.raises(CommandError, match="The variable none is not set"):
        dispatch("\\bind :none")


def test_reuse_takes_a_time_and_shows_it(dispatch: Dispatch) -> None:
    outcome = dispatch("\\reuse 2h")
    assert outcome.settings is not None
    assert outcome.settings.reuse == 120
    assert outcome.message == "Results up to 120 minutes old are reused; that costs nothing."
    off = dispatch("\\reuse off", settings=outcome.settings)
    assert off.settings is not None
    assert off.settings.reuse == 0
    shown = dispatch("\\reuse")
    assert (shown.message, shown.settings) == ("Results are not reused.", None)
    with pytest.raises(ConfigError, match="reuse cannot be “8d”"):
        dispatch("\\reuse 8d")


@pytest.mark.parametrize(("typed", "minutes"), [("7d", 10080), ("30s", 1), ("90", 90), ("off", 0)])
def test_the_times_that_reuse_takes(dispatch: Dispatch, typed: str, minutes: int) -> None:
    settings = dispatch(f"\\reuse {typed}").settings
    assert settings is not None
    assert settings.reuse == minutes


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("\\set day '2024-05-01';", "day = 2024-05-01"),
        ("\\set day 5 ;", "day = 5"),
        ("\\set between ;", "between = ;"),
        ("\\set text 'a;'", "text = a;"),
        ("\\set null ∅;", "null = ∅"),
        ("\\set null ''", "null = "),
        ("\\set null=", "null = "),
        ("\\pset null=", "null = "),
        ("\\pset null ''", "null = "),
        ("\\set null", "null = NULL"),
        ("\\set timing off;", "timing = off"),
        ("\\pager off;", "pager = off"),
        ("\\pager 'less -S'", "pager = less -S"),
        ("\\pager less -p 'a b'", "pager = less -p 'a b'"),
    ],
)
def test_what_is_set_is_what_was_meant(dispatch: Dispatch, line: str, said: str) -> None:
    assert dispatch(line).message == said


def test_a_column_of_a_chart_may_be_quoted(dispatch: Dispatch) -> None:
    assert dispatch('\\chart bar "my x" y').request == request.Chart(("bar", "my x", "y"))


def test_last_takes_one_result_and_one_format(dispatch: Dispatch) -> None:
    assert dispatch("\\last csv _1").request == request.ShowHeld("csv", "_1")
    for line, second in (("\\last csv json", "json"), ("\\last _1 _2", "_2")):
        with pytest.raises(CommandError, match=f"takes no “{second}”"):
            dispatch(line)


def test_quit_checks_its_code(dispatch: Dispatch) -> None:
    assert dispatch("\\q 3").request == request.Quit(3)
    for wrong in ("256", "-1", "x"):
        with pytest.raises(CommandError, match="is no exit code"):
            dispatch(f"\\q {wrong}")


def test_everything_said_about_the_last_error(dispatch: Dispatch) -> None:
    assert dispatch("\\errverbose").message == "Nothing has failed yet."
    error = QueryFailed("TYPE_MISMATCH: x", "cast it", code="TYPE_MISMATCH", query_id="q1")
    assert dispatch("\\errverbose", last_error=error).text == (
        "Error: QueryFailed\nMessage: TYPE_MISMATCH: x\nHint: cast it\n"
        "Code: TYPE_MISMATCH\nQuery id: q1\n"
    )


def test_help_finds_topics_and_commands(dispatch: Dispatch) -> None:
    assert "\\describe [NAME" in dispatch("\\help \\d").text
    assert "\\?" in dispatch("\\help").text
    assert dispatch("\\? use").text.startswith("\\use [CATALOG.]DATABASE\n")
    with pytest.raises(CommandError, match="There is no help for “nothing”"):
        dispatch("\\help nothing")


def test_the_overview_fits_eighty_columns() -> None:
    assert [line for line in overview(built_in_commands()).splitlines() if len(line) > 80] == []


@pytest.mark.parametrize(
    "line",
    ["\\! id", "\\edit", "\\o x", "\\once x", "\\profile x", "\\g | id", "\\gexec", "\\logout"],
)
def test_a_restricted_script_may_not(dispatch: Dispatch, line: str) -> None:
    with pytest.raises(
        CommandError, match=r"this script runs restricted|in the interactive shell only"
    ):
        dispatch(line, restricted=True)


def test_every_command_is_complete() -> None:
    for command in built_in_commands():
        assert command.usage.startswith(f"\\{command.name}"), command.name
        assert not command.summary.endswith(".")
        assert command.summary[0].isupper()
        assert callable(command.run)
