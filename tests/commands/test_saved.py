"""What a workgroup keeps: named queries and prepared statements."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from athena_shell.commands import request
from athena_shell.core.errors import CommandError
from athena_shell.core.saved import NamedQuery, PreparedStatement
from tests.commands.fake_saved import FakeSaved

if TYPE_CHECKING:
    from tests.commands.conftest import Dispatch

DAILY = NamedQuery("daily", "SELECT ? AS n;", "shop", "sums of a day", "id-1")


def saved(*queries: NamedQuery) -> FakeSaved:
    return FakeSaved(list(queries))


def test_the_list_shows_ids_and_whole_texts_with_a_plus(dispatch: Dispatch) -> None:
    short = dispatch("\\n", saved=saved(DAILY))
    assert short.title == "Saved queries of workgroup primary"
    assert [*short.rows] == [("daily", "shop", "SELECT ? AS n;", "sums of a day")]
    assert [*dispatch("\\n+", saved=saved(DAILY)).rows] == [
        ("daily", "id-1", "shop", "sums of a day", "SELECT ? AS n;")
    ]


@pytest.mark.parametrize("name", ["daily", "id-1", '"daily"'])
def test_a_query_runs_by_name_or_id_with_values_beside_it(dispatch: Dispatch, name: str) -> None:
    outcome = dispatch(f"\\n {name} 'it''s'", saved=saved(DAILY))
    assert outcome.request == request.RunStatement("SELECT ? AS n", ("'it''s'",))


def test_numbered_places_are_filled_with_literals_outside_of_quotes(dispatch: Dispatch) -> None:
    text = "SELECT $2, '$1' /* $1 */ FROM \"t$1\" WHERE d = $1 AND e = $2"
    outcome = dispatch("\\n x date:2024-05-01 a'';b", saved=saved(NamedQuery("x", text, "shop")))
    assert outcome.request == request.RunStatement(
        "SELECT 'a;b', '$1' /* $1 */ FROM \"t$1\" WHERE d = DATE '2024-05-01' AND e = 'a;b'"
    )


def test_a_query_of_another_database_runs_there_and_says_so(dispatch: Dispatch) -> None:
    outcome = dispatch("\\n x", saved=saved(NamedQuery("x", "SELECT 1", "sales")))
    assert outcome.message == "In database sales, where x belongs:"
    assert outcome.request == request.RunStatement("SELECT 1", (), "sales")


def test_a_name_of_two_queries_is_refused_with_their_ids(dispatch: Dispatch) -> None:
    twins = saved(DAILY, NamedQuery("daily", "SELECT 2", "shop", id="id-2"))
    with pytest.raises(CommandError) as caught:
        dispatch("\\n daily 1", saved=twins)
    assert (caught.value.message, caught.value.hint) == (
        "2 saved queries are called daily.",
        "Name an id:\n  id-1  SELECT ? AS n;\n  id-2  SELECT 2",
    )
    with pytest.raises(CommandError, match="2 saved queries"):
        dispatch("\\ns daily SELECT 3", saved=twins)
    with pytest.raises(CommandError, match="2 saved queries"):
        dispatch("\\nd daily", saved=twins)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("SELECT 1; SELECT 2", "The saved query x holds 2 statements, not one."),
        ("SELECT 1; \n\\! rm -rf /", "The saved query x holds 2 statements, not one."),
        ("-- nothing", "The saved query x holds no statement, not one."),
    ],
)
def test_what_is_not_one_statement_is_not_run(dispatch: Dispatch, text: str, message: str) -> None:
    with pytest.raises(CommandError) as caught:
        dispatch("\\n x", saved=saved(NamedQuery("x", text, "shop")))
    assert caught.value.message == message


def test_a_command_in_a_saved_query_is_text(dispatch: Dispatch) -> None:
    outcome = dispatch("\\n x", saved=saved(NamedQuery("x", "\\! ls", "shop")))
    assert outcome.request == request.RunStatement("\\! ls")


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("\\n daily", "daily takes 1 value, and 0 came."),
        ("\\n daily 1 2", "daily takes 1 value, and 2 came."),
        ("\\n none 1", "none takes no value, and 1 came."),
        ("\\n both 1", "both has places of both kinds, ? and $1."),
        ("\\n nothing", "There is no saved query nothing in workgroup primary."),
    ],
)
def test_values_that_do_not_fit_are_refused(dispatch: Dispatch, line: str, message: str) -> None:
    kept = saved(
        DAILY, NamedQuery("none", "SELECT 1", "shop"), NamedQuery("both", "SELECT ?, $1", "shop")
    )
    with pytest.raises(CommandError) as caught:
        dispatch(line, saved=kept)
    assert caught.value.message == message


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("two", "Did you mean 'two words'? \\n lists them."),
        ("dialy", "Did you mean daily? \\n lists them."),
        ("x", "\\n lists them."),
    ],
)
def test_the_name_that_was_meant_is_told_as_it_is_typed(
    dispatch: Dispatch, name: str, hint: str
) -> None:
    with pytest.raises(CommandError) as caught:
        dispatch(f"\\n {name}", saved=saved(DAILY, NamedQuery("two words", "SELECT 1", "shop")))
    assert caught.value.hint == hint


def test_a_name_with_blanks_is_told_in_quotes(dispatch: Dispatch) -> None:
    keeper = saved()
    said = kept(dispatch, "\\ns 'two words' SELECT ?", keeper)
    assert said == "Saved in workgroup primary; \\n 'two words' runs it."
    with pytest.raises(CommandError) as caught:
        dispatch("\\n 'two words'", saved=keeper)
    assert caught.value.hint == "Usage: \\n 'two words' VALUE"
    with pytest.raises(CommandError, match="places of both kinds"):
        kept(dispatch, "\\ns both SELECT ?, $1", keeper)


def kept(dispatch: Dispatch, line: str, kept: FakeSaved, typed: str = "") -> str:
    wish = dispatch(line, saved=kept).request
    assert isinstance(wish, request.Keep)
    return wish.keep(wish.text or typed)


def test_a_query_is_saved_for_the_session_s_database(dispatch: Dispatch) -> None:
    keeper = saved()
    said = kept(dispatch, "\\ns daily --description 'sums of a day' SELECT ? AS n;", keeper)
    assert said == "Saved in workgroup primary; \\n daily runs it."
    assert keeper.queries == [NamedQuery("daily", "SELECT ? AS n", "shop", "sums of a day", "id-1")]


def test_the_last_statement_is_saved_and_each_save_has_a_token(dispatch: Dispatch) -> None:
    keeper = saved()
    kept(dispatch, "\\ns one", keeper, "SELECT 'it''s' -- all\n, 2")
    kept(dispatch, "\\save two", keeper, "SELECT 2")
    assert [each.text for each in keeper.queries] == ["SELECT 'it''s' -- all\n, 2", "SELECT 2"]
    assert len(set(keeper.tokens)) == 2
    assert all(len(token) == 36 for token in keeper.tokens)


def test_a_save_repeated_after_a_login_keeps_its_token(dispatch: Dispatch) -> None:
    keeper = saved()
    wish = dispatch("\\ns one SELECT 1", saved=keeper).request
    assert isinstance(wish, request.Keep)
    wish.keep(wish.text)
    wish.keep(wish.text)
    assert len(set(keeper.tokens)) == 1


def test_saving_again_asks_and_replaces(dispatch: Dispatch) -> None:
    keeper = saved(DAILY)
    wish = dispatch("\\ns daily SELECT 3", saved=keeper).request
    assert isinstance(wish, request.Keep)
    assert wish.question == "daily is saved already. Replace it?"
    wish.keep(wish.text)
    assert keeper.queries == [NamedQuery("daily", "SELECT 3", "shop", "sums of a day", "id-1")]
    with pytest.raises(CommandError) as caught:
        dispatch("\\ns x SELECT 3", saved=saved(NamedQuery("x", "SELECT 1", "sales", id="i")))
    assert caught.value.message == "x is saved already, for database sales."


@pytest.mark.parametrize("line", ["\\ns", "\\ns x --description", f"\\ns {'x' * 129} SELECT 1"])
def test_saving_wrongly(dispatch: Dispatch, line: str) -> None:
    with pytest.raises(CommandError):
        dispatch(line, saved=saved())


def test_only_one_statement_is_saved(dispatch: Dispatch) -> None:
    with pytest.raises(CommandError, match="What would be saved holds 2 statements"):
        kept(dispatch, "\\ns x SELECT 1; SELECT 2", saved())


def test_deleting_asks_first(dispatch: Dispatch) -> None:
    keeper = saved(DAILY)
    wish = dispatch("\\nd id-1", saved=keeper).request
    assert isinstance(wish, request.AskFirst)
    assert wish.question == "Delete daily (SELECT ? AS n;) for all users of primary?"
    assert keeper.queries == [DAILY]
    assert wish.act() == "daily is no more."
    assert keeper.queries == []


def test_where_nothing_is_kept_the_command_says_so(dispatch: Dispatch) -> None:
    with pytest.raises(CommandError, match="Nothing is kept here"):
        dispatch("\\n", saved=None)


PREPARED = PreparedStatement("two", "SELECT ? AS a, ? AS b", "", datetime(2026, 5, 4, tzinfo=UTC))


def test_prepared_statements_are_listed_and_shown(dispatch: Dispatch) -> None:
    kept = FakeSaved(statements=[PREPARED])
    listed = dispatch("\\prepared", saved=kept)
    assert [*listed.rows] == [("two", "2", "2026-05-04 00:00:00", "SELECT ? AS a, ? AS b", "")]
    shown = dispatch("\\prepared two", saved=kept)
    assert (shown.text, shown.message) == (
        "SELECT ? AS a, ? AS b\n",
        "EXECUTE two USING ?, ?; runs it.",
    )
    with pytest.raises(CommandError, match="There is no prepared statement one"):
        dispatch("\\prepared one", saved=kept)
    with pytest.raises(CommandError, match="takes no “more”"):
        dispatch("\\prepared two more", saved=kept)


def test_a_prepared_statement_that_is_not_there_is_not_asked_about(dispatch: Dispatch) -> None:
    kept = FakeSaved(statements=[PREPARED])
    for line in ("\\prepared drop tow", "\\prepared tow"):
        with pytest.raises(CommandError) as caught:
            dispatch(line, saved=kept)
        assert caught.value.message == "There is no prepared statement tow."
        assert caught.value.hint == "Did you mean two? \\prepared lists them."


def test_dropping_a_prepared_statement_asks_first(dispatch: Dispatch) -> None:
    kept = FakeSaved(statements=[PREPARED])
    wish = dispatch("\\prepared drop two", saved=kept).request
    assert isinstance(wish, request.AskFirst)
    assert wish.question == "Drop the prepared statement two for all users of primary?"
    assert wish.act() == "two is no more."
    assert kept.statements == []
