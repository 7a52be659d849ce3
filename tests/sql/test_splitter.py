"""The splitter: pieces, positions, and that it does not matter how a text arrives."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from athena_shell.core.model import CommandLine, Position, Statement, Terminator
from athena_shell.sql.splitter import (
    Piece,
    Splitter,
    StatementCommand,
    is_complete,
    split,
    statement_at,
)

FRAGMENTS = st.sampled_from(
    [
        "select", " ", "\n", ";", ";>", ">", "'", '"', "`", "--", "-", "/", "*", "/*", "*/", "\\",
        "\\g", "\\G", "\\;", "\\gx", "\\gset x", "\\p", "\\r", "\\?", "\\d t", "é", "\r\n", "a",
        "''", "\t", '"\\""', '"\\"',
    ]
)  # fmt: skip
TEXTS = st.lists(FRAGMENTS, max_size=25).map("".join)


def texts(pieces: tuple[Piece, ...]) -> list[str]:
    return [piece.text for piece in pieces]


@pytest.mark.parametrize(
    ("text", "expected", "remainder"),
    [
        ("", [], ""),
        ("select 1", [], "select 1"),
        ("select 1;", ["select 1"], ""),
        ("select 1; select 2;", ["select 1", "select 2"], ""),
        ("select 1;\n  select 2", ["select 1"], "\n  select 2"),
        (";;; ;", [], ""),
        ("select ';' ;", ["select ';'"], ""),
        ("select 'it''s; ok';x;", ["select 'it''s; ok'", "x"], ""),
        ('select "a;b";', ['select "a;b"'], ""),
        ("drop table `a;b`;", ["drop table `a;b`"], ""),
        # Hive's escaped quote is whole; a name that ends in a backslash, or doubles a quote, too.
        (r"""x ("q" = "\"", "e" = "\\"); y;""", [r"""x ("q" = "\"", "e" = "\\")""", "y"], ""),
        (r'select "a\"; y;', [r'select "a\"', "y"], ""),
        (r'select "\"; y;', [r'select "\"', "y"], ""),
        (r'select "\"""; y;', [r'select "\"""', "y"], ""),
        ("select 1 -- a; b\n;", ["select 1"], ""),
        ("select 1 -- a; b\n+ 2;", ["select 1 -- a; b\n+ 2"], ""),
        ("select /* ; */ 1;", ["select /* ; */ 1"], ""),
        ("select 1 /* ; */ ;", ["select 1"], ""),
        ("select 1 /* a */ -- b\n /* c */ ;", ["select 1"], ""),
        ("select '--' ;", ["select '--'"], ""),
        ("select '/* */' ;", ["select '/* */'"], ""),
        ("/* outer /* inner */ select 1;", ["/* outer /* inner */ select 1"], ""),
        ("-- only a comment;\n;", [], ""),
        ("-- before\nselect 1;", ["-- before\nselect 1"], ""),
        ("/* before */ select 1;", ["/* before */ select 1"], ""),
        ("select 4 - 2 / 1;", ["select 4 - 2 / 1"], ""),
        ("select 1 -", [], "select 1 -"),
        ("select 'open; ", [], "select 'open; "),
        ("select /* open; ", [], "select /* open; "),
        ("select /*/ ; */ 1;", ["select /*/ ; */ 1"], ""),
        (r"select '\';", [r"select '\'"], ""),
        (r"select 1 \x;", [r"select 1 \x"], ""),
        ("\\d orders\nselect 1;", [r"\d orders", "select 1"], ""),
        ("  \\d orders  \n", [r"\d orders"], "\n"),
        ("-- note\n\\d orders", [r"\d orders"], ""),
        ("select 1; \\x", ["select 1", r"\x"], ""),
        ("\\echo a;b\n", [r"\echo a;b"], "\n"),
        ("select 'a\n\\d b\n';", ["select 'a\n\\d b\n'"], ""),
        ("\\d a\r\nselect 1;\r\n", [r"\d a", "select 1"], "\r\n"),
    ],
)
def test_pieces_of_a_text(text: str, expected: list[str], remainder: str) -> None:
    cut = split(text)
    assert texts(cut.pieces) == expected
    assert cut.remainder == remainder
    assert cut.remainder_start.offset == len(text) - len(remainder)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("select 1", ["select 1"]),
        ("select 1 -- end", ["select 1"]),
        ("select 1 /* end", ["select 1"]),
        ("-- end", []),
        ("/* end", []),
        ("select 'open ", ["select 'open"]),
        ("select 1 /", ["select 1 /"]),
        ("a; b", ["a", "b"]),
        (r"a \G", ["a"]),
    ],
)
def test_the_last_statement_needs_no_terminator(text: str, expected: list[str]) -> None:
    cut = split(text, final=True)
    assert texts(cut.pieces) == expected
    assert cut.remainder == ""


def test_terminators() -> None:
    cut = split("a;\nb\\G\nc ;> d", source="x.sql", final=True)
    assert cut.pieces == (
        Statement("a", "x.sql", Position(0, 1, 1), Terminator.SEMICOLON),
        Statement("b", "x.sql", Position(3, 2, 1), Terminator.VERTICAL),
        Statement("c", "x.sql", Position(7, 3, 1), Terminator.BACKGROUND),
        Statement("d", "x.sql", Position(12, 3, 6), Terminator.END),
    )


def test_a_semicolon_behind_a_backslash_is_one() -> None:
    cut = split("select ';\\;' \\; select 2\\;\n\\;")
    assert cut.pieces == (
        Statement("select ';\\;'", start=Position(0, 1, 1), terminator=Terminator.SEMICOLON),
        Statement("select 2", start=Position(16, 1, 17), terminator=Terminator.SEMICOLON),
        CommandLine("\\;", start=Position(27, 2, 1)),
    )
    assert texts(split("select 1\\; x;", commands=False).pieces) == ["select 1\\", "x"]


def test_a_command_after_a_statement_carries_it() -> None:
    cut = split("select 1 as n \\gset p_\nselect 2;")
    assert cut.pieces == (
        StatementCommand(
            "\\gset p_",
            start=Position(14, 1, 15),
            statement=Statement("select 1 as n", terminator=Terminator.END),
        ),
        Statement("select 2", start=Position(23, 2, 1), terminator=Terminator.SEMICOLON),
    )


def test_a_buffer_command_leaves_the_statement_in_place() -> None:
    cut = split("select 1\n\\p\n+ 2;")
    assert cut.pieces == (
        StatementCommand(
            "\\p", start=Position(9, 2, 1), statement=Statement("select 1"), keeps=True
        ),
        Statement("select 1\n  \n+ 2", terminator=Terminator.SEMICOLON),
    )
    assert split("select 1 \\e").remainder == "select 1   "


def test_any_command_at_the_start_of_a_line_leaves_the_statement_in_place() -> None:
    cut = split("select 1\n  \\d+ orders\n+ 2 \\d x;")
    assert cut.pieces == (
        StatementCommand(
            "\\d+ orders", start=Position(11, 2, 3), statement=Statement("select 1"), keeps=True
        ),
        Statement(f"select 1\n{' ' * 12}\n+ 2 \\d x", terminator=Terminator.SEMICOLON),
    )
    assert is_complete("select 1\n\\q")


def test_resetting_drops_the_statement() -> None:
    cut = split("select 1\n\\r\nselect 2;")
    assert [type(piece) for piece in cut.pieces] == [StatementCommand, Statement]
    assert texts(cut.pieces) == ["\\r", "select 2"]


def test_a_command_alone_repeats_the_last_statement() -> None:
    assert split("\\g\n\\G\n\\watch 5").pieces == (
        CommandLine("\\g", start=Position(0, 1, 1)),
        CommandLine("\\G", start=Position(3, 2, 1)),
        CommandLine("\\watch 5", start=Position(6, 3, 1)),
    )


def test_without_commands_a_backslash_is_plain_text() -> None:
    assert texts(split("\\d a; b \\G;", commands=False).pieces) == ["\\d a", "b \\G"]


def test_places_count_from_the_given_start() -> None:
    cut = split("a;\nb;", start=Position(100, 10, 5))
    assert [piece.start for piece in cut.pieces] == [Position(100, 10, 5), Position(103, 11, 1)]
    assert cut.remainder_start == Position(105, 11, 3)


@pytest.mark.parametrize(
    ("text", "complete"),
    [
        ("", True),
        ("  \n", True),
        ("select 1", False),
        ("select 1;", True),
        ("select 1; -- done", True),
        ("select 1; /* done", False),
        ("select 1; select 2", False),
        ("select ';", False),
        ("select 1 -- ;", False),
        ("-- a comment", False),
        ("\\d orders", True),
        ("\\", True),
        ("select 1 \\gx", True),
        ("select 1 \\G", True),
        ("select 1 \\p", True),
        ("select 1 \\e", True),
        ("select 1 \\p\n + 2", False),
        ("select 1;>", True),
    ],
)
def test_enter_submits_a_complete_text(text: str, complete: bool) -> None:  # noqa: FBT001 - a table column
    assert is_complete(text) is complete


@pytest.mark.parametrize(
    ("marked", "expected"),
    [
        ("sel|ect 1; select 2", "select 1"),
        ("select 1|; select 2", "select 1"),
        ("select 1;| select 2", " select 2"),
        ("select 1; sel|ect 2", " select 2"),
        ("select 1; select 2|", " select 2"),
        ("select ';|'; b", "select ';'"),
        ("select 1;|", ""),
        ("select 1 |;", "select 1 "),
        ("\\d ord|\nselect 1", "\\d ord"),
        ("\\d ord\nsel|ect 1", "\nselect 1"),
        ("a; \\d |", "\\d "),
        ("select 1 \\gset p|", "\\gset p"),
        ("sel|ect 1 \\gset p", "select 1 "),
    ],
)
def test_the_statement_around_the_cursor(marked: str, expected: str) -> None:
    text, offset = marked.replace("|", ""), marked.index("|")
    start, end = statement_at(text, offset)
    assert text[start:end] == expected


def test_a_long_statement_does_not_recurse() -> None:
    body = "select " + "'a', " * 200_000 + "1"
    assert texts(split(body + ";").pieces) == [body]


def test_many_empty_statements_do_not_recurse() -> None:
    assert split(";" * 50_000 + "a;").pieces == (
        Statement("a", start=Position(50_000, 1, 50_001), terminator=Terminator.SEMICOLON),
    )


def fed(parts: list[str]) -> list[Piece]:
    splitter = Splitter("f")
    return [piece for part in parts for piece in splitter.feed(part)] + list(splitter.finish())


@given(TEXTS, st.lists(st.integers(min_value=0, max_value=60), max_size=5))
@example("a/*/;*/;", [2, 3])
@example("a\\G", [2])
@example("a;>", [2])
def test_pieces_do_not_depend_on_how_the_text_arrives(text: str, cuts: list[int]) -> None:
    whole = list(split(text, source="f", final=True).pieces)
    places = sorted({0, *(cut for cut in cuts if cut < len(text)), len(text)})
    parts = [text[a:b] for a, b in itertools.pairwise(places)]
    assert fed(parts) == whole
    assert fed(list(text)) == whole


@given(TEXTS)
def test_every_piece_stands_where_it_says(text: str) -> None:
    for piece in split(text, final=True).pieces:
        place, length = piece.start, len(piece.text)
        assert piece.text == piece.text.strip() != ""
        if "\\" not in text:
            assert text[place.offset : place.offset + length] == piece.text
        before = text[: place.offset]
        assert place.line == before.count("\n") + 1
        assert place.column == len(before) - (before.rfind("\n") + 1) + 1


@given(TEXTS)
def test_a_statement_split_again_is_itself(text: str) -> None:
    for piece in split(text, final=True, commands=False).pieces:
        assert texts(split(piece.text, final=True, commands=False).pieces) == [piece.text]


@given(TEXTS, st.integers(min_value=0, max_value=60))
def test_the_cursor_is_always_in_one_span(text: str, place: int) -> None:
    offset = min(place, len(text))
    start, end = statement_at(text, offset)
    assert 0 <= start <= end <= len(text)
    assert start <= offset <= end


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('/* {"app": "dbt"} */ SELECT 1;', '/* {"app": "dbt"} */ SELECT 1'),
        ("-- team a\n-- daily\nSELECT 1;", "-- team a\n-- daily\nSELECT 1"),
        ("-- a chapter\n\n-- daily\n  SELECT 1;", "-- daily\n  SELECT 1"),
        ("-- a chapter\n\nSELECT 1;", "SELECT 1"),
        ("SELECT 0; -- of the first\nSELECT 1;", "SELECT 1"),
        ("SELECT 0; -- of the first\n-- of mine\nSELECT 1;", "-- of mine\nSELECT 1"),
        ("SELECT 0; /* mine */ SELECT 1;", "/* mine */ SELECT 1"),
        ("SELECT 0; /* not\nmine */ SELECT 1;", "SELECT 1"),
        ("SELECT 0;; /* mine */ SELECT 1", "/* mine */ SELECT 1"),
        ("\\d orders\n/* mine */ SELECT 1", "/* mine */ SELECT 1"),
        ("-- why\n-- @timeout 5m\nSELECT 1;", "SELECT 1"),
        ("-- @timeout 5m\n-- why\nSELECT 1;", "-- why\nSELECT 1"),
        ("-- why\nSELECT 1 \\G", "-- why\nSELECT 1"),
        ("-- why\nSELECT 1;>", "-- why\nSELECT 1"),
        ("-- why\nSELECT 1", "-- why\nSELECT 1"),
        ("/* tag */ CREATE TABLE t AS SELECT 1;", "/* tag */ CREATE TABLE t AS SELECT 1"),
        ("/* tag */ CREATE VIEW v AS SELECT 1;", "/* tag */ CREATE VIEW v AS SELECT 1"),
        ("/* tag */ MSCK REPAIR TABLE t;", "MSCK REPAIR TABLE t"),
        ("-- tag\nDROP TABLE t;", "DROP TABLE t"),
        ("/* tag */ CREATE EXTERNAL TABLE t (a int);", "CREATE EXTERNAL TABLE t (a int)"),
        ("/* tag */ CREATE TABLE t (a int);", "CREATE TABLE t (a int)"),
    ],
)
def test_comments_that_touch_a_statement_are_sent_with_it(text: str, expected: str) -> None:
    *_, piece = split(text, final=True).pieces
    assert isinstance(piece, Statement)
    assert piece.text == expected
    assert piece.start.offset == text.rindex(expected)
    assert piece.start.line == text.count("\n", 0, piece.start.offset) + 1


def test_a_command_behind_a_statement_has_its_comments_too() -> None:
    (piece,) = split("-- why\nSELECT 1 AS n \\gset\n").pieces
    assert isinstance(piece, StatementCommand)
    assert piece.statement.text == "-- why\nSELECT 1 AS n"
