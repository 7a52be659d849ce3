r"""What \export and \copy ask for, and what they refuse before anything is run."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from athena_shell.commands.request import Copy, EndStatement, Export
from athena_shell.core.errors import CommandError

if TYPE_CHECKING:
    from tests.commands.conftest import Dispatch


def asked(dispatch: Dispatch, line: str) -> object:
    return dispatch(line).request


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("a.csv", ("a.csv", False, "", "", False)),
        ("a.csv --force SELECT 1;", ("a.csv", True, "SELECT 1", "", False)),
        ("--force 'my a.csv' SELECT '--force'", ("my a.csv", True, "SELECT '--force'", "", False)),
        ("x --format jsonl SELECT 1", ("x", False, "SELECT 1", "jsonl", False)),
        ("p.parquet --unload --force WITH a AS (SELECT 1) SELECT * FROM a",
         ("p.parquet", True, "WITH a AS (SELECT 1) SELECT * FROM a", "", True)),
    ],
)  # fmt: skip
def test_export_reads_its_words(
    dispatch: Dispatch, line: str, expected: tuple[str, bool, str, str, bool]
) -> None:
    name, *rest = expected
    request = asked(dispatch, rf"\export {line}")
    assert isinstance(request, Export)
    assert request.path.name == name
    assert [request.force, request.text, request.format, request.unload] == rest


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (r"\export", "needs more"),
        (r"\export a.doc SELECT 1", "The ending of a.doc chooses no format"),
        (r"\export a --format doc SELECT 1", "doc"),
        (r"\export a.csv --unload SELECT 1", "--unload gives Parquet"),
        (r"\copy (SELECT 1)", "needs a query and a file"),
        (r"\copy", "needs a query and a file"),
        (r"\copy (SELECT 1 to 'a.csv'", "A parenthesis is not closed"),
        (r"\copy (SELECT 1) (SELECT 2) to 'a.csv'", "2 results do not fit into a.csv"),
        (r"\copy orders from 'a.csv'", "Athena takes rows from files in S3"),
        (r"\copy (SELECT 1) to 'a.doc'", "chooses no format"),
        (r"\copy (SELECT 1) to stdout csv header", "to stdout is not there"),
        (r"\copy orders to STDOUT", "to stdout is not there"),
        (r"\copy orders to program 'gzip'", "to program is not there"),
        (r"\copy orders to 'a.csv' with (format csv, delimiter ';')", "has no option delimiter"),
        (r"\copy orders to 'a.csv' csv null '-'", "has no option null"),
    ],
)
def test_what_cannot_become_a_file_is_refused(dispatch: Dispatch, line: str, message: str) -> None:
    with pytest.raises(CommandError, match=message):
        dispatch(line)


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("\\export x.csv --forec", "\\export has no option --forec."),
        ("\\export --forec x.csv", "\\export has no option --forec."),
        ("\\export x.csv --format", "--format needs a name."),
        ("\\copy () to x.csv", "There is nothing in the brackets."),
        ("\\copy (SELECT 1) ( ; ) to 'x{n}.csv'", "There is nothing in the brackets."),
        ("\\o --force", "There is no file to replace."),
        ("\\once --force", "There is no file to replace."),
        ("\\g --force", "There is no file to replace."),
        ("\\o a b.csv", "\\o takes no “b.csv”."),
        ("\\once a.csv --forec", "\\once takes no “--forec”."),
    ],
)
def test_what_is_no_file_and_no_option_is_told(dispatch: Dispatch, line: str, message: str) -> None:
    with pytest.raises(CommandError) as caught:
        dispatch(line)
    assert caught.value.message == message


@pytest.mark.parametrize(
    "line", ["\\o x.csv;", "\\once x.csv ;", "\\g 'x.csv';", "\\export x.csv;"]
)
def test_a_semicolon_is_no_part_of_a_file_s_name(dispatch: Dispatch, line: str) -> None:
    wish = asked(dispatch, line)
    path = wish.argument if isinstance(wish, EndStatement) else wish.path  # type: ignore[attr-defined] # Divert, Export
    assert str(path).endswith("/x.csv")


def test_copy_reads_several_queries(dispatch: Dispatch) -> None:
    request = asked(
        dispatch,
        "\\copy (SELECT ')' AS a -- )\n), (SELECT (1)) TO 'out-{n}.csv' --force",
    )
    assert isinstance(request, Copy)
    assert [(each.path.name, each.text, each.force) for each in request.exports] == [
        ("out-1.csv", "SELECT ')' AS a -- )", True),
        ("out-2.csv", "SELECT (1)", True),
    ]


@pytest.mark.parametrize(
    "words",
    [
        "csv",
        "with csv",
        "(format csv)",
        "with (format csv)",
        "csv header",
        "with csv header;",
        "with (format csv, header)",
        "with (header true,format 'csv')",
        "WITH (FORMAT CSV, HEADER ON)",
    ],
)
def test_copy_reads_the_forms_of_psql(dispatch: Dispatch, words: str) -> None:
    request = asked(dispatch, rf"\copy shop.orders to 'all' {words}")
    assert isinstance(request, Copy)
    (export,) = request.exports
    assert (export.text, export.format) == ("SELECT * FROM shop.orders", "csv")
