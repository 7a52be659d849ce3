r"""``\check`` where Athena cannot be asked: advice, said as such."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from athena_shell.core.errors import QueryFailed, ServiceError

if TYPE_CHECKING:
    from tests.shell.conftest import Start

DENIED = ServiceError("You are not authorized.", code="AccessDeniedException")
NO_PLACE = QueryFailed("No output location provided.")


@pytest.mark.parametrize("error", [DENIED, NO_PLACE])
def test_what_has_no_fault_by_its_form(start: Start, error: Exception) -> None:
    shell = start()
    shell.engine.errors.append(error)
    shown = shell.enter("SELECT 1 \\check")
    assert "names and types were not" in shown
    assert "sqlglot's advice, not Athena's" in shown
    assert "Athena could not be asked" in shown


def test_a_fault_is_marked_where_it_was_typed(start: Start) -> None:
    shell = start()
    shell.enter("\\set long 'a value of some length'")
    shell.engine.errors.append(DENIED)
    shown = shell.enter("SELECT :'long' b c FROM orders \\check")
    assert "Probably not valid: “c” was not expected." in shown
    typed, mark = (line for line in shown.split("\n") if line.lstrip().startswith(("LINE", "^")))
    assert mark.index("^") == typed.index("c FROM")


def test_what_nobody_here_can_judge_stays_athenas(start: Start) -> None:
    shell = start()
    shell.engine.errors.append(DENIED)
    shown = shell.enter("MSCK REPAIR TABLE orders \\check")
    assert "You are not authorized." in shown
    assert "advice" not in shown


def test_athenas_own_word_is_not_doubted(start: Start) -> None:
    shell = start()
    shell.engine.errors.append(QueryFailed("line 1:8: Column 'x' cannot be resolved"))
    shown = shell.enter("SELECT x \\check")
    assert "cannot be resolved" in shown
    assert "advice" not in shown


def test_athenas_place_is_brought_back_to_what_was_typed(start: Start) -> None:
    shell = start()
    shell.engine.errors.append(QueryFailed("line 1:32: Column 'totl' cannot be resolved"))
    shown = shell.enter("\\check SELECT totl FROM orders")
    assert "LINE 1: SELECT totl FROM orders\n               ^^^^\n" in shown
    assert shell.enter("\\p").rstrip().endswith("SELECT totl FROM orders\nshop>")
    assert "line 1:8: Column 'totl'" in shown
    assert "Message: line 1:32: Column 'totl'" in shell.enter("\\errverbose")
