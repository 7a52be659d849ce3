"""psql's habits at commands: done where that makes sense, answered where it does not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from athena_shell.config.settings import Settings
from athena_shell.core.errors import CommandError

if TYPE_CHECKING:
    from tests.commands.conftest import Dispatch


@pytest.mark.parametrize(
    ("line", "name", "value"),
    [
        (r"\t", "tuples_only", "on"),
        (r"\t on", "tuples_only", "on"),
        (r"\t off", "tuples_only", "off"),
        (r"\a", "format", "plain"),
        (r"\f ;", "field_separator", ";"),
        (r"\f ';'", "field_separator", ";"),
        (r"\f \t", "field_separator", r"\t"),
        (r"\pset border 1", "table_style", "presto"),
        (r"\pset border=0", "table_style", "simple"),
        (r"\pset linestyle unicode", "table_style", "unicode"),
        (r"\pset fieldsep '|'", "field_separator", "|"),
        (r"\pset csv_fieldsep ;", "field_separator", ";"),
        (r"\pset footer off", "timing", "off"),
        (r"\pset numericlocale on", "digit_groups", "on"),
        (r"\pset tuples_only on", "tuples_only", "on"),
        (r"\pset format unaligned", "format", "plain"),
        (r"\pset format aligned", "format", "table"),
        (r"\pset null '(null)'", "null", "(null)"),
        (r"\pset null ''", "null", ""),
        (r"\pset expanded auto", "expanded", "auto"),
        (r"\pset pager on", "pager", "auto"),
    ],
)
def test_display_options_of_psql_are_settings(
    dispatch: Dispatch, line: str, name: str, value: str
) -> None:
    outcome = dispatch(line)
    assert outcome.message == f"{name} = {value}"
    assert outcome.settings == Settings().with_value(name, value)


def test_align_goes_back_to_the_table(dispatch: Dispatch) -> None:
    assert dispatch(r"\a", settings=Settings(format="plain")).message == "format = table"
    assert dispatch(r"\a", settings=Settings(format="csv")).message == "format = table"
    assert dispatch(r"\f").message == "field_separator = auto"


def test_an_option_of_psql_is_listed_by_its_name_there(dispatch: Dispatch) -> None:
    assert [row[0] for row in dispatch(r"\pset border").rows] == ["table_style"]


@pytest.mark.parametrize(
    ("line", "message", "hint"),
    [
        (r"\H", r"There is no command \H.", r"\format html does so, \format table goes back."),
        (r"\C title", r"There is no command \C.", r"Results have no titles;"),
        (r"\du", r"There is no command \du.", "Athena knows no users;"),
        (r"\dT", r"There is no command \dT.", "Athena has none of one's own;"),
        (r"\|", r"“\|” is not a command.", r"SELECT … \g | COMMAND sends"),
        (r"\? variables", "There is no help for “variables”.", r"\settings lists the settings,"),
        (r"\pset title x", "There is no setting title.", "Results have no titles;"),
        (r"\pset recordsep", "There is no setting recordsep.", "There is no such option;"),
        (r"\pset tableattr=x", "There is no setting tableattr.", "HTML tables have no"),
        (r"\o |less", r"\o sends results to files only.", r"SELECT … \g |less sends one result"),
        (r"\once | wc -l", r"\once sends results to files only.", r"SELECT … \g | wc -l sends"),
        (r"\f ||", "field_separator cannot be “||”.", "It must be one character"),
    ],
)
def test_what_is_not_there_is_answered(
    dispatch: Dispatch, line: str, message: str, hint: str
) -> None:
    with pytest.raises(CommandError) as caught:
        dispatch(line)
    assert caught.value.message == message
    assert caught.value.hint.startswith(hint)


def test_capitals_are_no_other_command(dispatch: Dispatch) -> None:
    assert dispatch(r"\ECHO x").text == "x\n"


def test_a_variable_of_psql_is_told_to_be_one_like_any_other(dispatch: Dispatch) -> None:
    outcome = dispatch(r"\set AUTOCOMMIT off")
    assert outcome.variables == {"AUTOCOMMIT": "off"}
    assert outcome.message == (
        "AUTOCOMMIT = off\n"
        "AUTOCOMMIT is a variable like any other here. Athena has no transactions."
    )
    assert dispatch(r"\set border 3").variables == {"border": "3"}


def test_functions_are_found_by_a_pattern(dispatch: Dispatch) -> None:
    found = {str(row[0]).partition("(")[0] for row in dispatch(r"\df date_*").rows}
    assert {"date_trunc", "date_add"} <= found
    assert all(name.startswith("date_") for name in found)
    with pytest.raises(CommandError, match="There is no function zz"):
        dispatch(r"\df zz*")


def test_echo_may_leave_its_line_open(dispatch: Dispatch) -> None:
    assert dispatch(r"\echo -n a  b").text == "a b"
    assert dispatch(r"\echo a -n").text == "a -n\n"
