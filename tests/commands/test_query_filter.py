r"""What ``\queries`` understands, in the forms that people type."""

from __future__ import annotations

import pytest

from athena_shell.commands.query_filter import QueryFilter, query_filter
from athena_shell.core.errors import CommandError
from athena_shell.core.model import QueryExecution, QueryState

FAILED = frozenset({QueryState.FAILED})
OPEN = frozenset({QueryState.QUEUED, QueryState.RUNNING})


@pytest.mark.parametrize(
    ("typed", "wanted"),
    [
        ("", QueryFilter()),
        ("failed", QueryFilter(states=FAILED)),
        ("FAILED 5", QueryFilter(states=FAILED, limit=5)),
        ("state failed", QueryFilter(states=FAILED)),
        ("state=failed", QueryFilter(states=FAILED)),
        ("--state=failed", QueryFilter(states=FAILED)),
        ("--state failed", QueryFilter(states=FAILED)),
        ("status: failed", QueryFilter(states=FAILED)),
        ("--failed", QueryFilter(states=FAILED)),
        ("open", QueryFilter(states=OPEN)),
        ("queued running", QueryFilter(states=OPEN)),
        ("state=queued,running", QueryFilter(states=OPEN)),
        ("canceled", QueryFilter(states=frozenset({QueryState.CANCELLED}))),
        ("workgroup", QueryFilter("workgroup")),
        ("--workgroup", QueryFilter("workgroup")),
        ("--workgroup failed", QueryFilter("workgroup", states=FAILED)),
        ("--workgroup sales", QueryFilter("workgroup", "sales")),
        ("workgroup=sales", QueryFilter("workgroup", "sales")),
        ("workgroup sales", QueryFilter("workgroup", texts=("sales",))),
        ("scope=profile", QueryFilter("profile")),
        ("profile last 50", QueryFilter("profile", limit=50)),
        ("--limit=50", QueryFilter(limit=50)),
        ("ORDERS text=Failed", QueryFilter(texts=("orders", "failed"))),
        ("n=5 2026-05-04", QueryFilter(texts=("n=5", "2026-05-04"))),
    ],
)
def test_it_is_understood(typed: str, wanted: QueryFilter) -> None:
    assert query_filter(typed.split()) == wanted


@pytest.mark.parametrize(
    ("typed", "message", "hint"),
    [
        (
            "state faild",
            "“faild” is no state.",
            "There are queued, running, succeeded, failed, cancelled, open, ended; ",
        ),
        ("scope=me", "“me” is no scope.", "There are shell, profile, workgroup; "),
        ("state", "“state” needs a value.", "Usage: \\queries [SCOPE] [STATE] [COUNT] [WORD…]"),
        ("--mine", "\\queries has no “--mine”.", "Usage: \\queries [SCOPE] [STATE] "),
        ("limit=many", "“many” is no number of queries.", "Give 1 to 1,000."),
        ("0", "“0” is no number of queries.", "Give 1 to 1,000."),
        ("1001", "“1001” is no number of queries.", "Give 1 to 1,000."),
    ],
)
def test_it_is_refused_with_what_there_is(typed: str, message: str, hint: str) -> None:
    with pytest.raises(CommandError) as caught:
        query_filter(typed.split())
    assert caught.value.message == message
    assert caught.value.hint.startswith(hint)


def test_words_are_looked_for_in_the_whole_statement() -> None:
    execution = QueryExecution("q-1", QueryState.FAILED, "SELECT …\nFROM Orders")
    assert query_filter(["orders", "Q-1"]).takes(execution, ("q-1", None, "SELECT …"))
    assert not query_filter(["orders", "running"]).takes(execution, ("q-1", None))
    assert not query_filter(["sales"]).takes(execution, ("q-1", None))
